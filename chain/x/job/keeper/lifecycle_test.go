package keeper_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nesa-network/nesa/chain/x/job/types"
)

// A job with a check asked for, everybody honest: who gets what, to the last anes.
func TestCheckedJobSettles(t *testing.T) {
	w := newWorld(t, 6)
	pool := w.moduleBalance(types.LevyAccount)
	id := w.request()
	before := w.balance(user)
	require.Equal(t, types.Status_STATUS_REQUESTED, w.get(id).Status)
	require.Equal(t, []byte("a photograph"), w.get(id).Terms.Input)

	executor := w.run(id)
	require.Equal(t, types.Status_STATUS_DELIVERED, w.get(id).Status)
	require.Equal(t, output, w.get(id).Delivery.Output)
	verifiers := w.check(id, types.RoundCheck, w.honest(id, types.RoundCheck))
	require.Len(t, verifiers, 3)
	require.Equal(t, types.Status_STATUS_DECIDED, w.get(id).Status)
	require.Equal(t, types.Finding_FINDING_UPHELD, w.get(id).Rounds[types.RoundCheck].Finding)

	record := w.finish(id)
	require.Equal(t, types.Status_STATUS_SETTLED, record.Status)
	require.Equal(t, types.Finding_FINDING_UPHELD, record.Finding)
	require.Equal(t, uint64(100), record.Units)
	// Three verifiers at 40,000 were reserved, and all of it was needed.
	require.Equal(t, int64(220_000), record.Fee.Int64())
	require.True(t, record.Refunded.IsZero())
	require.Equal(t, before, w.balance(user))
	require.Equal(t, pool+12_000, w.moduleBalance(types.LevyAccount))
	require.Equal(t, int64(100_000-2_000-12_000-10_000), w.balance(account(w.nameOf(executor)+"/earnings")))
	for _, verifier := range verifiers {
		require.Equal(t, int64(40_000), w.balance(account(w.nameOf(verifier)+"/earnings")))
	}
	require.Zero(t, w.moduleBalance(types.EscrowAccount))
	for _, owner := range w.miners {
		miner, err := w.miner.Get(w.ctx, owner)
		require.NoError(t, err)
		require.True(t, miner.Locked.IsZero())
		require.Equal(t, stakeOfMiner, miner.Stake.Int64())
	}
}
