package keeper_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"github.com/nesa-network/nesa/chain/x/miner/types"
)

func refuseTo(account sdk.AccAddress, refuse *bool) banktypes.SendRestrictionFn {
	return func(_ context.Context, _, to sdk.AccAddress, _ sdk.Coins) (sdk.AccAddress, error) {
		if *refuse && to.Equals(account) {
			return nil, errors.New("refused")
		}
		return to, nil
	}
}

func (f *fixture) strike(owner sdk.AccAddress, job uint64, requester string, exact bool) bool {
	f.t.Helper()
	slashed, err := f.keeper.Strike(f.ctx, owner, job, account("%s", requester), exact)
	require.NoError(f.t, err)
	return slashed
}

func TestExactFaultSlashesAtOnce(t *testing.T) {
	f := newFixture(t)
	owner := f.register("alice", 1_000)
	before := f.supply()
	require.True(t, f.strike(owner, 1, "user", true))
	miner := f.miner(owner)
	require.Equal(t, int64(950), miner.Stake.Int64(), "5 %% of 1000 are burned")
	require.Equal(t, before-50, f.supply())
	require.Equal(t, uint64(21), miner.JailedUntil)
	require.Equal(t, uint64(0), f.slots(owner, 1))
	f.requireSolvent()
}

func TestThreat34ThreeStrikesOfDistinctRequesters(t *testing.T) {
	f := newFixture(t)
	owner := f.register("alice", 1_000)
	for job := range uint64(20) {
		require.False(t, f.strike(owner, job, "crafty", false), "one requester never slashes")
	}
	require.False(t, f.strike(owner, 20, "second", false))
	require.Equal(t, int64(1_000), f.miner(owner).Stake.Int64())
	require.True(t, f.strike(owner, 21, "third", false))
	require.Equal(t, int64(950), f.miner(owner).Stake.Int64())

	strikes, err := f.query.Strikes(f.ctx, &types.QueryStrikesRequest{Owner: owner.String()})
	require.NoError(t, err)
	require.Empty(t, strikes.Strikes, "a slash starts anew")
	require.False(t, f.strike(owner, 22, "third", false))
}

func TestThreat34StrikesExpire(t *testing.T) {
	f := newFixture(t)
	owner := f.register("alice", 1_000)
	require.False(t, f.strike(owner, 1, "first", false))
	f.at(51)
	require.False(t, f.strike(owner, 2, "second", false))
	f.at(102) // the first is 101 blocks old, beyond the window of 100
	require.False(t, f.strike(owner, 3, "third", false))
	strikes, err := f.query.Strikes(f.ctx, &types.QueryStrikesRequest{Owner: owner.String()})
	require.NoError(t, err)
	require.Len(t, strikes.Strikes, 2, "the expired one is dropped")
	require.True(t, f.strike(owner, 4, "fourth", false))
}

func TestSlashTakesFreeStakeThenUnbondingThenBonds(t *testing.T) {
	f := newFixture(t)
	params := testParams()
	params.SlashBps = 5_000
	_, err := f.msg.UpdateParams(f.ctx, &types.MsgUpdateParams{Authority: authority(), Params: params})
	require.NoError(t, err)
	owner := f.register("alice", 1_000)
	for _, amount := range []int64{60, 40} {
		_, err := f.msg.Unstake(f.ctx, &types.MsgUnstake{Owner: owner.String(), Amount: coin(amount)})
		require.NoError(t, err)
	}
	require.NoError(t, f.keeper.Lock(f.ctx, owner, math.NewInt(800)))
	require.True(t, f.strike(owner, 1, "user", true)) // 500 of 900 + 100: 100 free, 100 unbonding, 300 owed
	miner := f.miner(owner)
	require.Equal(t, []int64{800, 800, 0, 300}, amounts(miner))
	unbondings, err := f.keeper.Unbondings(f.ctx, owner)
	require.NoError(t, err)
	require.Empty(t, unbondings)
	f.requireSolvent()

	require.NoError(t, f.keeper.Release(f.ctx, owner, math.NewInt(100)))
	require.Equal(t, []int64{700, 700, 0, 200}, amounts(f.miner(owner)), "a released bond pays what is owed")
	require.NoError(t, f.keeper.BurnBond(f.ctx, owner, math.NewInt(550)))
	require.Equal(t, []int64{150, 150, 0, 150}, amounts(f.miner(owner)), "no more is owed than is there")
	f.fund(owner, 40)
	_, err = f.msg.AddStake(f.ctx, &types.MsgAddStake{Owner: owner.String(), Amount: coin(40)})
	require.NoError(t, err)
	require.Equal(t, []int64{150, 150, 0, 110}, amounts(f.miner(owner)), "added stake pays what is owed")
	require.NoError(t, f.keeper.Release(f.ctx, owner, math.NewInt(150)))
	require.Equal(t, []int64{40, 0, 0, 0}, amounts(f.miner(owner)))
	f.requireSolvent()
}

func TestUnbondingIsSlashable(t *testing.T) {
	f := newFixture(t)
	owner := f.register("alice", 1_000)
	_, err := f.msg.Unstake(f.ctx, &types.MsgUnstake{Owner: owner.String(), Amount: coin(1_000)})
	require.NoError(t, err)
	require.True(t, f.strike(owner, 1, "user", true))
	require.Equal(t, []int64{0, 0, 950, 0}, amounts(f.miner(owner)))
	f.runTo(52)
	require.Equal(t, int64(950), f.balance(owner))
	f.requireSolvent()
}

// Threat 29, this module's part: no penalty for being absent jails, and a jail ends without governance.
func TestThreat29OutageJailsNobody(t *testing.T) {
	f := newFixture(t)
	owner := f.register("alice", 1_000)
	f.serve(owner, 1)
	f.at(10)
	for range 9 {
		require.NoError(t, f.keeper.Lock(f.ctx, owner, math.NewInt(100)))
		require.NoError(t, f.keeper.BurnBond(f.ctx, owner, math.NewInt(100)))
	}
	require.Equal(t, uint64(10), f.slots(owner, 1), "withheld bonds cost stake, and nothing else")

	require.True(t, f.strike(owner, 1, "user", true))
	f.fund(owner, 100)
	_, err := f.msg.AddStake(f.ctx, &types.MsgAddStake{Owner: owner.String(), Amount: coin(100)})
	require.NoError(t, err)
	f.at(29)
	_, err = message(f, f.msg.Unjail, &types.MsgUnjail{Owner: owner.String()})
	require.ErrorIs(t, err, types.ErrJailed)
	require.Equal(t, uint64(0), f.totals(1).Miners)
	f.at(30)
	_, err = message(f, f.msg.Unjail, &types.MsgUnjail{Owner: owner.String()})
	require.NoError(t, err)
	require.Equal(t, uint64(19), f.slots(owner, 3))
	require.Equal(t, types.Totals{VersionId: 1, Miners: 1, Slots: 19}, f.totals(1))
	_, err = message(f, f.msg.Unjail, &types.MsgUnjail{Owner: owner.String()})
	require.ErrorIs(t, err, types.ErrNotJailed)
}

func TestUnjailNeedsTheMinimum(t *testing.T) {
	f := newFixture(t)
	owner := f.register("alice", 100)
	require.True(t, f.strike(owner, 1, "user", true))
	f.at(21)
	_, err := message(f, f.msg.Unjail, &types.MsgUnjail{Owner: owner.String()})
	require.ErrorIs(t, err, types.ErrBelowMinStake)
	require.ErrorIs(t, f.keeper.Lock(f.ctx, owner, math.NewInt(1)), types.ErrJailed)
}

// amounts are a miner's stake, locked, unbonding and owed.
func amounts(m types.Miner) []int64 {
	return []int64{m.Stake.Int64(), m.Locked.Int64(), m.Unbonding.Int64(), m.Owed.Int64()}
}
