package keeper_test

import (
	"slices"
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
		require.NoError(t, w.claim(id, 0, owner), "in a block it is counted, beaten or not")
		seated := slices.ContainsFunc(w.seats(id, 0), func(s types.Seat) bool { return s.Miner == owner.String() })
		require.Equal(t, seated, expected == nil, "%v", expected)
		if seated {
			taken++
		} else {
			refused++
			require.ErrorIs(t, expected, types.ErrTicketBeaten)
		}
		if i < len(w.miners)-1 {
			require.ErrorIs(t, expect(slot, i), types.ErrAlreadyClaimed)
		}
	}
	require.Equal(t, w.height(), w.get(id).PhaseEnd, "all have claimed")
	require.Positive(t, refused)
	require.Positive(t, taken)
	require.ErrorIs(t, expect(0, 0), types.ErrWindowClosed)
	require.Error(t, w.job.ExpectClaims(w.ctx, &types.MsgClaim{ClaimKey: user.String()}))
	id = w.request()
	w.until(id, types.Phase_PHASE_CLAIM)
	require.ErrorIs(t, expect(100, 0), types.ErrInvalidSlot)
	w.at(w.get(id).PhaseEnd)
	require.ErrorIs(t, expect(0, 0), types.ErrWindowClosed, "the next block is too late")
}

// Where nobody counts claims, since there are too many miners, one that is beaten fails.
func TestThreat46BeatenAmongMany(t *testing.T) {
	w := newWorld(t, 65)
	params := testParams()
	params.OpenClaimsMiners = 65
	_, err := w.msg.UpdateParams(w.ctx, &types.MsgUpdateParams{Authority: authority(), Params: params})
	require.NoError(t, err)
	id := w.request()
	w.until(id, types.Phase_PHASE_CLAIM)
	end := w.get(id).PhaseEnd
	taken := 0
	for _, owner := range w.miners {
		if err := w.claim(id, 0, owner); err == nil {
			taken++
		} else {
			require.ErrorIs(t, err, types.ErrTicketBeaten)
		}
	}
	require.Less(t, taken, 65)
	require.Len(t, w.seats(id, 0), 4)
	require.Equal(t, end, w.get(id).PhaseEnd)
	require.Empty(t, w.get(id).Rounds[0].Claimed)
}
