package keeper_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nesa-network/nesa/chain/x/job/types"
)

// What the mempool of a node refuses, on the state of the last block.
func TestThreat46ClaimsThatCannotWin(t *testing.T) {
	w := newWorld(t, 8)
	id := w.request()
	w.until(id, types.Phase_PHASE_CLAIM)
	job := w.get(id)
	expect := func(slot uint32, miner int) error {
		return w.job.ExpectClaims(w.ctx, &types.MsgClaim{
			ClaimKey: w.claimKey(w.miners[miner]),
			Claims:   []types.ClaimEntry{{JobId: id, Slot: slot}},
		})
	}
	w.at(job.Rounds[0].ClaimStart - 1) // the state of the block before
	refused, taken := 0, 0
	for i, owner := range w.miners {
		slot, _ := w.bestSlot(job, 0, owner)
		w.at(job.Rounds[0].ClaimStart - 1)
		expected := expect(slot, i)
		w.at(job.Rounds[0].ClaimStart)
		applied := w.claim(id, 0, owner)
		require.Equal(t, applied == nil, expected == nil, "%v against %v", applied, expected)
		if applied == nil {
			taken++
			require.ErrorIs(t, expect(slot, i), types.ErrAlreadyClaimed)
		} else {
			refused++
			require.ErrorIs(t, expected, types.ErrTicketBeaten)
		}
	}
	require.Positive(t, refused)
	require.Positive(t, taken)
	require.ErrorIs(t, expect(100, 0), types.ErrAlreadyClaimed)
	require.Error(t, w.job.ExpectClaims(w.ctx, &types.MsgClaim{ClaimKey: user.String()}))
	w.at(job.PhaseEnd)
	require.ErrorIs(t, expect(0, 0), types.ErrWindowClosed, "the next block is too late")
}
