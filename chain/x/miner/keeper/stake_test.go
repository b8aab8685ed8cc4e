package keeper_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	"github.com/nesa-network/nesa/chain/x/miner/types"
)

func TestStakeCountsFromNextEpoch(t *testing.T) {
	f := newFixture(t)
	f.at(15) // epoch 1
	owner := f.register("alice", 200)
	require.Equal(t, uint64(1), f.keeper.Epoch(f.ctx))
	require.Equal(t, uint64(0), f.slots(owner, 1))
	require.Equal(t, uint64(20), f.slots(owner, 2))
	f.at(20)
	require.Equal(t, uint64(20), f.slots(owner, f.keeper.Epoch(f.ctx)))

	f.fund(owner, 100)
	_, err := f.msg.AddStake(f.ctx, &types.MsgAddStake{Owner: owner.String(), Amount: coin(100)})
	require.NoError(t, err)
	require.Equal(t, uint64(20), f.slots(owner, 2), "added stake waits")
	require.Equal(t, uint64(30), f.slots(owner, 3))
	_, err = f.msg.Unstake(f.ctx, &types.MsgUnstake{Owner: owner.String(), Amount: coin(180)})
	require.NoError(t, err)
	require.Equal(t, uint64(12), f.slots(owner, 2), "stake taken out does not")
	f.requireSolvent()
}

func TestThreat32FreeStakeBoundsLocks(t *testing.T) {
	f := newFixture(t)
	owner := f.register("alice", 100)
	for range 4 {
		require.NoError(t, f.keeper.Lock(f.ctx, owner, math.NewInt(25)))
	}
	require.ErrorIs(t, f.keeper.Lock(f.ctx, owner, math.NewInt(1)), types.ErrInsufficientStake)
	free, err := f.keeper.Free(f.ctx, owner)
	require.NoError(t, err)
	require.True(t, free.IsZero())
	_, err = message(f, f.msg.Unstake, &types.MsgUnstake{Owner: owner.String(), Amount: coin(1)})
	require.ErrorIs(t, err, types.ErrInsufficientStake, "bonds cannot leave")

	require.NoError(t, f.keeper.Release(f.ctx, owner, math.NewInt(25)))
	require.NoError(t, f.keeper.Lock(f.ctx, owner, math.NewInt(25)))
	require.ErrorIs(t, f.keeper.Release(f.ctx, owner, math.NewInt(101)), types.ErrNotLocked)
	require.ErrorIs(t, f.keeper.BurnBond(f.ctx, owner, math.NewInt(101)), types.ErrNotLocked)
	for _, bad := range []math.Int{math.NewInt(-1), {}} {
		require.ErrorIs(t, f.keeper.Lock(f.ctx, owner, bad), types.ErrInvalidAmount)
		require.ErrorIs(t, f.keeper.Release(f.ctx, owner, bad), types.ErrInvalidAmount)
		require.ErrorIs(t, f.keeper.BurnBond(f.ctx, owner, bad), types.ErrInvalidAmount)
	}
	f.requireSolvent()
}

func TestBurnBond(t *testing.T) {
	f := newFixture(t)
	owner := f.register("alice", 150)
	require.NoError(t, f.keeper.Lock(f.ctx, owner, math.NewInt(60)))
	before := f.supply()
	require.NoError(t, f.keeper.BurnBond(f.ctx, owner, math.NewInt(60)))
	require.Equal(t, before-60, f.supply())
	miner := f.miner(owner)
	require.Equal(t, int64(90), miner.Stake.Int64())
	require.True(t, miner.Locked.IsZero())
	require.Equal(t, uint64(0), f.slots(owner, 1), "below the minimum")
	f.requireSolvent()
}

func TestUnstakeLeavesNothingOrTheMinimum(t *testing.T) {
	f := newFixture(t)
	owner := f.register("alice", 150)
	unstake := func(amount int64) error {
		_, err := message(f, f.msg.Unstake, &types.MsgUnstake{Owner: owner.String(), Amount: coin(amount)})
		return err
	}
	require.ErrorIs(t, unstake(51), types.ErrBelowMinStake)
	require.ErrorIs(t, unstake(151), types.ErrInsufficientStake)
	require.ErrorIs(t, unstake(0), types.ErrInvalidAmount)
	require.NoError(t, unstake(50))
	require.NoError(t, unstake(100))
	require.True(t, f.miner(owner).Stake.IsZero())
}

func TestUnbondingsAreBoundedAndPaid(t *testing.T) {
	f := newFixture(t)
	owner := f.register("alice", 200)
	withdraw := account("cold")
	_, err := f.msg.Update(f.ctx, &types.MsgUpdate{Owner: owner.String(), WithdrawAddress: withdraw.String()})
	require.NoError(t, err)
	for range 3 {
		response, err := message(f, f.msg.Unstake, &types.MsgUnstake{Owner: owner.String(), Amount: coin(10)})
		require.NoError(t, err)
		require.Equal(t, uint64(51), response.CompleteHeight)
	}
	_, err = message(f, f.msg.Unstake, &types.MsgUnstake{Owner: owner.String(), Amount: coin(10)})
	require.ErrorIs(t, err, types.ErrTooMany)
	f.runTo(51)
	require.Equal(t, int64(0), f.balance(withdraw))
	f.endBlock()
	require.Equal(t, int64(30), f.balance(withdraw))
	require.True(t, f.miner(owner).Unbonding.IsZero())
	f.requireSolvent()
}

func TestThreat17ChangedParametersKeepOpenUnbondings(t *testing.T) {
	f := newFixture(t)
	owner := f.register("alice", 200)
	_, err := f.msg.Unstake(f.ctx, &types.MsgUnstake{Owner: owner.String(), Amount: coin(50)})
	require.NoError(t, err)
	params := testParams()
	params.UnbondingBlocks = 5_000
	params.MaxUnbondings = 1
	_, err = f.msg.UpdateParams(f.ctx, &types.MsgUpdateParams{Authority: authority(), Params: params})
	require.NoError(t, err)
	f.runTo(52)
	require.Equal(t, int64(50), f.balance(owner), "paid at the height it was promised")

	response, err := message(f, f.msg.Unstake, &types.MsgUnstake{Owner: owner.String(), Amount: coin(50)})
	require.NoError(t, err)
	require.Equal(t, uint64(5_052), response.CompleteHeight)
}

func TestEndBlockerPaysABoundedNumber(t *testing.T) {
	f := newFixture(t)
	const miners = 250
	for i := range miners {
		owner := f.register(string(rune('a'+i%26))+string(rune('a'+i/26)), 100)
		_, err := f.msg.Unstake(f.ctx, &types.MsgUnstake{Owner: owner.String(), Amount: coin(100)})
		require.NoError(t, err)
	}
	open := func() int64 { return f.balance(account(types.StakeAccount)) / 100 }
	f.at(51)
	for _, left := range []int64{150, 50, 0} {
		f.endBlock()
		require.Equal(t, left, open())
		f.requireSolvent()
	}
}

// A payment that the bank refuses must not stop the chain, nor those behind it.
func TestUnbondingThatCannotBePaidWaits(t *testing.T) {
	f := newFixture(t)
	bad := f.register("bad", 100)
	good := f.register("good", 100)
	for _, owner := range []string{bad.String(), good.String()} {
		_, err := f.msg.Unstake(f.ctx, &types.MsgUnstake{Owner: owner, Amount: coin(100)})
		require.NoError(t, err)
	}
	refuse := true
	f.bank.AppendSendRestriction(refuseTo(bad, &refuse))
	f.at(51)
	f.endBlock()
	require.Equal(t, int64(0), f.balance(bad))
	require.Equal(t, int64(100), f.balance(good))
	require.Equal(t, int64(100), f.miner(bad).Unbonding.Int64())
	f.requireSolvent()
	refuse = false
	f.at(51 + 1_000)
	f.endBlock()
	require.Equal(t, int64(100), f.balance(bad))
	f.requireSolvent()
}

func TestRetire(t *testing.T) {
	f := newFixture(t)
	owner := f.register("alice", 200)
	f.serve(owner, 1, 2)
	require.NoError(t, f.keeper.Lock(f.ctx, owner, math.NewInt(70)))
	_, err := f.msg.Retire(f.ctx, &types.MsgRetire{Owner: owner.String()})
	require.NoError(t, err)
	miner := f.miner(owner)
	require.Equal(t, int64(70), miner.Stake.Int64(), "bonds of open jobs stay")
	require.Equal(t, int64(130), miner.Unbonding.Int64())
	require.Equal(t, types.Totals{VersionId: 1}, f.totals(1))
	_, serves, err := f.keeper.Serves(f.ctx, 1, owner)
	require.NoError(t, err)
	require.False(t, serves)
	require.ErrorIs(t, f.keeper.Lock(f.ctx, owner, math.NewInt(1)), types.ErrRetired)

	f.fund(owner, 10)
	for _, refused := range []func() error{
		func() error { _, err := message(f, f.msg.Retire, &types.MsgRetire{Owner: owner.String()}); return err },
		func() error {
			_, err := message(f, f.msg.AddStake, &types.MsgAddStake{Owner: owner.String(), Amount: coin(10)})
			return err
		},
		func() error {
			_, err := message(f, f.msg.Serve, &types.MsgServe{Operator: owner.String(), Drop: []uint64{1}})
			return err
		},
		func() error { _, err := message(f, f.msg.Unjail, &types.MsgUnjail{Owner: owner.String()}); return err },
	} {
		require.ErrorIs(t, refused(), types.ErrRetired)
	}

	require.NoError(t, f.keeper.Release(f.ctx, owner, math.NewInt(70)))
	_, err = f.msg.Unstake(f.ctx, &types.MsgUnstake{Owner: owner.String(), Amount: coin(70)})
	require.NoError(t, err)
	f.runTo(52)
	require.Equal(t, int64(210), f.balance(owner))
	f.requireSolvent()
}
