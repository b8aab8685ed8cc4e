package keeper_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	"github.com/nesa-network/nesa/chain/x/miner/types"
)

func TestServe(t *testing.T) {
	f := newFixture(t)
	f.at(7)
	alice, bob := f.register("alice", 200), f.register("bob", 105)
	f.serve(alice, 1, 2)
	f.serve(bob, 1)
	require.Equal(t, types.Totals{VersionId: 1, Miners: 2, Slots: 30}, f.totals(1))
	require.Equal(t, types.Totals{VersionId: 2, Miners: 1, Slots: 20}, f.totals(2))
	served, ok, err := f.keeper.Serves(f.ctx, 1, alice)
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, uint64(8), served.Since, "draws fixed at the height of the message do not see it")

	f.at(9)
	_, err = f.msg.Serve(f.ctx, &types.MsgServe{
		Operator: alice.String(), Drop: []uint64{2},
		Serve: []types.ServeEntry{{VersionId: 1, Ask: math.NewInt(7)}, {VersionId: 3, Ask: math.ZeroInt()}},
	})
	require.NoError(t, err)
	served, _, err = f.keeper.Serves(f.ctx, 1, alice)
	require.NoError(t, err)
	require.Equal(t, uint64(8), served.Since, "a new ask keeps it")
	require.Equal(t, int64(7), served.Ask.Int64())
	require.Equal(t, types.Totals{VersionId: 1, Miners: 2, Slots: 30}, f.totals(1))
	require.Equal(t, types.Totals{VersionId: 2}, f.totals(2))
	require.Equal(t, types.Totals{VersionId: 3, Miners: 1, Slots: 20}, f.totals(3))
}

func TestServeRefuses(t *testing.T) {
	f := newFixture(t)
	owner := f.register("alice", 100)
	entry := func(id uint64) types.ServeEntry { return types.ServeEntry{VersionId: id, Ask: math.ZeroInt()} }
	serve := func(msg types.MsgServe) error {
		msg.Operator = owner.String()
		_, err := message(f, f.msg.Serve, &msg)
		return err
	}
	require.ErrorIs(t, serve(types.MsgServe{}), types.ErrInvalidServe)
	require.ErrorIs(t, serve(types.MsgServe{Serve: []types.ServeEntry{entry(10)}}), types.ErrInvalidServe, "no such version")
	require.ErrorIs(t, serve(types.MsgServe{Serve: []types.ServeEntry{entry(1), entry(1)}}), types.ErrInvalidServe)
	require.ErrorIs(t, serve(types.MsgServe{Serve: []types.ServeEntry{entry(1)}, Drop: []uint64{1}}), types.ErrInvalidServe)
	require.ErrorIs(t, serve(types.MsgServe{Drop: []uint64{1}}), types.ErrInvalidServe, "not served")
	require.ErrorIs(t, serve(types.MsgServe{Serve: []types.ServeEntry{{VersionId: 1, Ask: math.NewInt(-1)}}}), types.ErrInvalidServe)
	require.ErrorIs(t, serve(types.MsgServe{Serve: []types.ServeEntry{{VersionId: 1}}}), types.ErrInvalidServe, "no ask")
	five := types.MsgServe{}
	for id := range uint64(5) {
		five.Serve = append(five.Serve, entry(id+1))
	}
	require.ErrorIs(t, serve(five), types.ErrTooMany)
	five.Serve = five.Serve[:4]
	require.NoError(t, serve(five))
	require.ErrorIs(t, serve(types.MsgServe{Serve: []types.ServeEntry{entry(5)}}), types.ErrTooMany)
	require.NoError(t, serve(types.MsgServe{Serve: []types.ServeEntry{entry(5)}, Drop: []uint64{1}}))
	_, err := message(f, f.msg.Serve, &types.MsgServe{Operator: account("stranger").String(), Drop: []uint64{5}})
	require.ErrorIs(t, err, types.ErrMinerNotFound)
}

func TestTotalsFollowTheMiner(t *testing.T) {
	f := newFixture(t)
	owner := f.register("alice", 200)
	f.serve(owner, 1)
	_, err := f.msg.Unstake(f.ctx, &types.MsgUnstake{Owner: owner.String(), Amount: coin(95)})
	require.NoError(t, err)
	require.Equal(t, types.Totals{VersionId: 1, Miners: 1, Slots: 10}, f.totals(1))
	_, err = f.msg.Unstake(f.ctx, &types.MsgUnstake{Owner: owner.String(), Amount: coin(105)})
	require.NoError(t, err)
	require.Equal(t, types.Totals{VersionId: 1}, f.totals(1), "without stake it serves nobody")
	f.fund(owner, 300)
	_, err = f.msg.AddStake(f.ctx, &types.MsgAddStake{Owner: owner.String(), Amount: coin(300)})
	require.NoError(t, err)
	require.Equal(t, types.Totals{VersionId: 1, Miners: 1, Slots: 30}, f.totals(1))
	f.strike(owner, 1, "user", true)
	require.Equal(t, types.Totals{VersionId: 1}, f.totals(1), "jailed")
}

// A change of the slot unit reaches the totals a few miners a block, and changes of miners in between add up.
func TestChangedSlotUnitIsCountedAgain(t *testing.T) {
	f := newFixture(t)
	const miners = 50
	for i := range miners {
		f.serve(f.register(string(rune('a'+i%26))+string(rune('a'+i/26)), 100), 1)
	}
	require.Equal(t, types.Totals{VersionId: 1, Miners: miners, Slots: 500}, f.totals(1))
	params := testParams()
	params.SlotUnit = math.NewInt(50)
	_, err := f.msg.UpdateParams(f.ctx, &types.MsgUpdateParams{Authority: authority(), Params: params})
	require.NoError(t, err)
	_, err = f.msg.Retire(f.ctx, &types.MsgRetire{Owner: account("aa").String()})
	require.NoError(t, err)
	require.Equal(t, types.Totals{VersionId: 1, Miners: miners - 1, Slots: 490}, f.totals(1))
	f.endBlock()
	after := f.totals(1).Slots
	require.Less(t, after, uint64(490))
	require.Greater(t, after, uint64(98))
	f.endBlock()
	f.endBlock()
	require.Equal(t, types.Totals{VersionId: 1, Miners: miners - 1, Slots: 98}, f.totals(1))

	params.MinStake = math.NewInt(101)
	_, err = f.msg.UpdateParams(f.ctx, &types.MsgUpdateParams{Authority: authority(), Params: params})
	require.NoError(t, err)
	f.runTo(10)
	require.Equal(t, types.Totals{VersionId: 1}, f.totals(1))
}

func TestUpdateParamsRefuses(t *testing.T) {
	f := newFixture(t)
	_, err := f.msg.UpdateParams(f.ctx, &types.MsgUpdateParams{Authority: account("eve").String(), Params: testParams()})
	require.ErrorIs(t, err, types.ErrInvalidSigner)
	params := testParams()
	params.EpochBlocks++
	_, err = f.msg.UpdateParams(f.ctx, &types.MsgUpdateParams{Authority: authority(), Params: params})
	require.ErrorIs(t, err, types.ErrInvalidParams, "checkpoints count epochs of one length")
	params = testParams()
	params.SlashBps = 10_001
	_, err = f.msg.UpdateParams(f.ctx, &types.MsgUpdateParams{Authority: authority(), Params: params})
	require.ErrorIs(t, err, types.ErrInvalidParams)
}

func TestKeysOfMiners(t *testing.T) {
	f := newFixture(t)
	alice, bob := f.register("alice", 100), f.register("bob", 100)
	hot := account("hot")
	update := func(msg types.MsgUpdate) error {
		_, err := message(f, f.msg.Update, &msg)
		return err
	}
	require.NoError(t, update(types.MsgUpdate{Owner: alice.String(), Operator: hot.String()}))
	require.ErrorIs(t, update(types.MsgUpdate{Owner: bob.String(), Operator: hot.String()}), types.ErrKeyTaken)
	require.ErrorIs(t, update(types.MsgUpdate{Owner: bob.String(), ClaimKey: account("alice/claims").String()}), types.ErrKeyTaken)
	require.ErrorIs(t, update(types.MsgUpdate{Owner: alice.String(), ClaimKey: hot.String()}), types.ErrSameKey)
	for _, key := range []string{hot.String(), alice.String(), account("alice/claims").String()} {
		found, err := f.query.MinerByKey(f.ctx, &types.QueryMinerByKeyRequest{Address: key})
		require.NoError(t, err)
		require.Equal(t, alice.String(), found.Miner.Owner)
	}

	_, err := f.msg.Serve(f.ctx, &types.MsgServe{Operator: hot.String(), Serve: []types.ServeEntry{{VersionId: 1, Ask: math.OneInt()}}})
	require.NoError(t, err, "the operator may sign")
	require.NoError(t, update(types.MsgUpdate{Owner: alice.String(), Operator: account("hotter").String()}))
	_, err = f.keeper.ByOperator(f.ctx, hot)
	require.ErrorIs(t, err, types.ErrMinerNotFound, "a replaced key acts for nobody")
	require.NoError(t, update(types.MsgUpdate{Owner: bob.String(), Operator: hot.String()}), "and is free")
}

// Nobody keeps an account from mining, or acts for it, by naming it as an operator.
func TestOwnerComesBeforeOperator(t *testing.T) {
	f := newFixture(t)
	eve, bob := f.register("eve", 100), account("bob")
	_, err := f.msg.Update(f.ctx, &types.MsgUpdate{Owner: eve.String(), Operator: bob.String()})
	require.NoError(t, err)
	f.register("bob", 100)
	found, err := f.keeper.ByOperator(f.ctx, bob)
	require.NoError(t, err)
	require.Equal(t, bob.String(), found.Owner)
}

func TestAddressesAreStoredInOneForm(t *testing.T) {
	f := newFixture(t)
	owner := account("alice")
	f.fund(owner, 100)
	upper := func(s string) string {
		out := []byte(s)
		for i, c := range out {
			if c >= 'a' && c <= 'z' {
				out[i] = c - 'a' + 'A'
			}
		}
		return string(out)
	}
	_, err := message(f, f.msg.Register, &types.MsgRegister{
		Owner: owner.String(), ClaimKey: upper(owner.String()), Stake: coin(100),
	})
	require.ErrorIs(t, err, types.ErrSameKey)
	_, err = message(f, f.msg.Register, &types.MsgRegister{
		Owner: upper(owner.String()), ClaimKey: account("alice/claims").String(), Stake: coin(100),
	})
	require.NoError(t, err)
	require.Equal(t, owner.String(), f.miner(owner).Owner)
}
