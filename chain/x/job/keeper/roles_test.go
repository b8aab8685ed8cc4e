package keeper_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/x/job/types"
)

// Every pair of roles in one job, by every key that a miner has: executor, requester, challenger, verifier, appellant.
func TestThreat15NobodyJudgesItsOwnMatter(t *testing.T) {
	keys := map[string]func(*world, sdk.AccAddress) sdk.AccAddress{
		"owner": func(_ *world, owner sdk.AccAddress) sdk.AccAddress { return owner },
		"operator": func(w *world, owner sdk.AccAddress) sdk.AccAddress {
			return sdk.MustAccAddressFromBech32(w.operator(owner))
		},
		"claim key": func(w *world, owner sdk.AccAddress) sdk.AccAddress {
			return sdk.MustAccAddressFromBech32(w.claimKey(owner))
		},
	}
	refused := func(t *testing.T, w *world, id uint64, round uint32, owner sdk.AccAddress) {
		t.Helper()
		w.until(id, types.Phase_PHASE_CLAIM)
		require.ErrorIs(t, w.claim(id, round, owner), types.ErrNotEligible)
		w.claimAll(id, round)
		for _, seat := range w.seats(id, round) {
			require.NotEqual(t, owner.String(), seat.Miner)
		}
	}
	t.Run("executor and verifier", func(t *testing.T) {
		w := newWorld(t, 6)
		id := w.request()
		refused(t, w, id, 1, w.run(id))
	})
	t.Run("executor that missed its delivery and verifier", func(t *testing.T) {
		w := newWorld(t, 6)
		id := w.request()
		w.claimAll(id, 0)
		missed := sdk.MustAccAddressFromBech32(w.get(id).Executor)
		w.at(w.get(id).PhaseEnd)
		w.next(1)
		require.NotEqual(t, missed.String(), w.get(id).Executor)
		require.NoError(t, w.deliver(id))
		refused(t, w, id, 1, missed)
	})
	for name, key := range keys {
		t.Run("requester and verifier, by "+name, func(t *testing.T) {
			w := newWorld(t, 6)
			own := w.miners[2]
			requester := key(w, own)
			w.fund(requester, 1_000_000)
			id := w.requestBy(requester)
			w.runWithout(id, own)
			refused(t, w, id, 1, own)
		})
		t.Run("challenger and verifier, by "+name, func(t *testing.T) {
			w := newWorld(t, 6)
			id := w.request(checkBps(500))
			executor := w.quiet(id)
			own := w.another(executor)
			challenger := key(w, own)
			w.fund(challenger, 1_000_000)
			require.NoError(t, w.challenge(id, challenger))
			refused(t, w, id, 1, own)
		})
		t.Run("appellant, and requester, and verifier, and executor, and judge of the appeal, by "+name, func(t *testing.T) {
			w := newWorld(t, 14)
			id := w.request()
			executor := w.run(id)
			verifiers := w.check(id, 1, w.honest(id, 1))
			own := w.another(append(verifiers, executor)...)
			appellant := key(w, own)
			w.fund(appellant, 1_000_000)
			require.NoError(t, w.appeal(id, appellant))
			w.until(id, types.Phase_PHASE_CLAIM)
			require.ErrorIs(t, w.claim(id, 2, executor), types.ErrNotEligible)
			for _, verifier := range verifiers {
				require.ErrorIs(t, w.claim(id, 2, verifier), types.ErrNotEligible)
			}
			refused(t, w, id, 2, own)
		})
	}
	t.Run("executor and challenger: it may pay for its own check", func(t *testing.T) {
		w := newWorld(t, 6)
		id := w.request(checkBps(500))
		executor := w.quiet(id)
		w.fund(executor, 1_000_000)
		require.NoError(t, w.challenge(id, executor))
		refused(t, w, id, 1, executor)
	})
	t.Run("an appellant at fault gets no deposit back", func(t *testing.T) {
		w := newWorld(t, 14)
		w.prove(exactVersion)
		id := w.request()
		executor := w.run(id)
		w.check(id, 1, w.result(id, 1, 1))
		w.fund(executor, 280_000)
		require.NoError(t, w.appeal(id, executor))
		w.until(id, types.Phase_PHASE_CLAIM)
		w.check(id, 2, w.result(id, 2, 1))
		require.Equal(t, types.Finding_FINDING_FAULT, w.record(id).Finding)
		require.Zero(t, w.balance(executor))
	})
	t.Run("a stranger delivers, commits and reveals for nobody", func(t *testing.T) {
		w := newWorld(t, 6)
		id := w.request()
		w.claimAll(id, 0)
		executor := sdk.MustAccAddressFromBech32(w.get(id).Executor)
		_, err := w.msg.Deliver(w.ctx, &types.MsgDeliver{
			Operator:   w.operator(w.another(executor)),
			Deliveries: []types.DeliverEntry{{JobId: id, Outcome: types.Outcome_OUTCOME_INVALID_INPUT}},
		})
		require.Error(t, err)
		_, err = w.msg.Deliver(w.ctx, &types.MsgDeliver{
			Operator:   w.claimKey(executor),
			Deliveries: []types.DeliverEntry{{JobId: id, Outcome: types.Outcome_OUTCOME_INVALID_INPUT}},
		})
		require.Error(t, err, "a claim key signs claims and nothing else")
		require.NoError(t, w.deliver(id))
		w.claimAll(id, 1)
		require.Error(t, w.commit(id, 1, executor, w.honest(id, 1)))
	})
}

// runWithout is run, with one miner not claiming.
func (w *world) runWithout(id uint64, without sdk.AccAddress) {
	w.t.Helper()
	w.until(id, types.Phase_PHASE_CLAIM)
	for _, owner := range w.miners {
		if !owner.Equals(without) {
			_ = w.claim(id, 0, owner)
		}
	}
	w.until(id, types.Phase_PHASE_RUN)
	require.NoError(w.t, w.deliver(id))
}

// another returns a miner that is none of these.
func (w *world) another(than ...sdk.AccAddress) sdk.AccAddress {
	for _, owner := range w.miners {
		other := true
		for _, excluded := range than {
			other = other && !owner.Equals(excluded)
		}
		if other {
			return owner
		}
	}
	return nil
}

// An honest fingerprint over forged output: the scores, which others compute from the delivered output under a seed
// younger than it, find the fault.
func TestThreat31HonestFingerprintForgedOutput(t *testing.T) {
	w := newWorld(t, 8)
	id := w.request()
	w.claimAll(id, 0)
	delivered := w.height()
	require.NoError(t, w.deliver(id, func(e *types.DeliverEntry) { e.Output = []byte("a forgery") }))
	executor := sdk.MustAccAddressFromBech32(w.get(id).Executor)
	w.until(id, types.Phase_PHASE_CLAIM)
	round := w.get(id).Rounds[1]
	require.Equal(t, delivered, round.DrawHeight)
	require.Greater(t, round.SeedHeight, delivered, "the seed is younger than the delivery")
	require.NotEqual(t, w.get(id).Rounds[0].Seed, round.Seed)
	// The distance of its fingerprint is 0, that of its output is not.
	forged := w.honest(id, 1)
	forged.Scores = []uint64{0, 1}
	w.check(id, 1, forged)
	require.Equal(t, types.Status_STATUS_REFUNDED, w.finish(id).Status)
	stake, _ := w.stake(executor)
	require.Equal(t, stakeOfMiner-200_000, stake)
	require.Zero(t, w.earned(executor))
}
