package keeper_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nesa-network/nesa/chain/x/job/types"
	minertypes "github.com/nesa-network/nesa/chain/x/miner/types"
)

// A committee of liars upholds a bad delivery; the appeal finds the executor and each of them at fault.
func TestAppealOverturnsACapturedCommittee(t *testing.T) {
	w := newWorld(t, 12)
	w.prove(exactVersion)
	id := w.request()
	before := w.balance(user)
	executor := w.run(id)
	lie := w.honest(id, types.RoundCheck)
	lie.Fingerprint = fingerprint(exactVersion, 9)
	liars := w.check(id, types.RoundCheck, lie)
	require.Equal(t, types.Finding_FINDING_UPHELD, w.get(id).Rounds[1].Finding)

	w.next(1)
	require.NoError(t, w.appeal(id, user))
	require.Equal(t, before-7*40_000, w.balance(user))
	require.ErrorIs(t, w.appeal(id, user), types.ErrWrongPhase)
	w.until(id, types.Phase_PHASE_CLAIM)
	truth := w.result(id, types.RoundAppeal, 5)
	truth.Scores = append(truth.Scores[:2], 1, 1, 1)
	committee := w.check(id, types.RoundAppeal, truth)
	require.Len(t, committee, 7)

	record := w.record(id)
	require.Equal(t, types.Status_STATUS_REFUNDED, record.Status)
	require.Equal(t, types.Finding_FINDING_FAULT, record.Finding)
	// The verdict was overturned: deposit and fee return, and so does the reserve, for nobody of the check judged well.
	require.Equal(t, before+220_000, w.balance(user))
	stake, _ := w.stake(executor)
	require.Equal(t, slashed(200_000), stake)
	for _, liar := range liars {
		stake, _ := w.stake(liar)
		require.Equal(t, slashed(80_000), stake)
		require.Zero(t, w.earned(liar))
	}
	for _, member := range committee {
		require.Equal(t, int64(40_000), w.earned(member))
	}
	w.unlocked()
}

// slashed is the stake left of a miner that lost a bond and then five per cent.
func slashed(bond int64) int64 { return (stakeOfMiner - bond) * 95 / 100 }

func TestAppealInVainPaysTheCommittee(t *testing.T) {
	w := newWorld(t, 12)
	id := w.request()
	executor := w.run(id)
	w.check(id, types.RoundCheck, w.honest(id, types.RoundCheck))
	appellant := account("appellant")
	w.fund(appellant, 300_000)
	require.NoError(t, w.appeal(id, appellant))
	pool := w.moduleBalance(types.LevyAccount)
	w.until(id, types.Phase_PHASE_CLAIM)
	committee := w.check(id, types.RoundAppeal, w.honest(id, types.RoundAppeal))
	require.Equal(t, types.Status_STATUS_SETTLED, w.record(id).Status)
	require.Equal(t, int64(20_000), w.balance(appellant))
	require.Equal(t, pool+12_000, w.moduleBalance(types.LevyAccount), "its own levy and no more")
	for _, member := range committee {
		require.Equal(t, int64(40_000), w.earned(member))
	}
	require.Positive(t, w.earned(executor))
	w.unlocked()
}

// Three verifiers, three opinions: the chain appeals by itself, the appeal upholds, and nobody who asked is charged.
func TestInconclusiveCheckAppealsByItself(t *testing.T) {
	w := newWorld(t, 12)
	id := w.request(checkBps(500), ofVersion(tolerantVersion))
	w.claimAll(id, 0)
	w.lottery(id, true)
	require.NoError(t, w.deliver(id))
	w.until(id, types.Phase_PHASE_CLAIM)
	off := func(by byte) types.Result {
		result := w.honest(id, types.RoundCheck)
		result.Fingerprint = fingerprint(tolerantVersion, by)
		return result
	}
	far := off(0)
	far.Fingerprint = []byte{0x7f, 0xff, 0, 0, 0, 0, 0, 0}
	first := w.check(id, types.RoundCheck, off(0), off(200), far)
	require.Equal(t, types.Finding_FINDING_INCONCLUSIVE, w.get(id).Rounds[1].Finding)
	require.Equal(t, types.Status_STATUS_APPEALED, w.get(id).Status)
	w.until(id, types.Phase_PHASE_CLAIM)
	w.check(id, types.RoundAppeal, w.honest(id, types.RoundAppeal))

	record := w.record(id)
	require.Equal(t, types.Status_STATUS_SETTLED, record.Status)
	require.Equal(t, int64(100_000), record.Fee.Int64())
	require.Equal(t, int64(40_000), w.earned(first[0]), "within the tolerance")
	stake, _ := w.stake(first[1])
	require.Equal(t, stakeOfMiner, stake, "within four times the tolerance")
	require.Zero(t, w.earned(first[1]))
	stake, _ = w.stake(first[2])
	require.Equal(t, stakeOfMiner-80_000, stake, "beyond; on probation that is all")
	w.unlocked()
	w.solvent()
}

func TestInconclusiveWithoutAnAppealRefunds(t *testing.T) {
	w := newWorld(t, 6)
	id := w.request(ofVersion(tolerantVersion))
	before := w.balance(user) + 220_000
	executor := w.run(id)
	other := w.honest(id, types.RoundCheck)
	other.Outcome, other.Fingerprint = types.Outcome_OUTCOME_NON_FINITE, nil
	third := w.honest(id, types.RoundCheck)
	third.Outcome, third.Fingerprint = types.Outcome_OUTCOME_OVER_LIMIT, nil
	w.check(id, types.RoundCheck, w.honest(id, types.RoundCheck), other, third)
	record := w.record(id)
	require.Equal(t, types.Status_STATUS_REFUNDED, record.Status)
	require.Equal(t, types.Finding_FINDING_INCONCLUSIVE, record.Finding)
	require.Equal(t, before, w.balance(user))
	stake, _ := w.stake(executor)
	require.Equal(t, stakeOfMiner, stake)
	w.unlocked()
}

func TestAppealNeedsMinersWithoutAPart(t *testing.T) {
	w := newWorld(t, 8) // an executor, three verifiers, and four others where five are needed
	id := w.request()
	w.run(id)
	w.check(id, types.RoundCheck, w.honest(id, types.RoundCheck))
	require.ErrorIs(t, w.appeal(id, user), types.ErrNoAppeal)
	// The window is over with its last height.
	job := w.get(id)
	w.addMiner("miner8", stakeOfMiner)
	w.at(job.PhaseEnd + 1)
	require.ErrorIs(t, w.appeal(id, user), types.ErrWindowClosed)
	w.at(job.PhaseEnd)
	require.NoError(t, w.appeal(id, user))
}

// A committee that may overturn another is larger.
func TestAppealIsLargerThanTheCheck(t *testing.T) {
	w := newWorld(t, 20)
	id := w.request(func(terms *types.Terms) { terms.Assurance.Verifiers = 9 })
	w.run(id)
	w.check(id, types.RoundCheck, w.honest(id, types.RoundCheck))
	require.NoError(t, w.appeal(id, user))
	require.Equal(t, uint32(10), w.get(id).Rounds[types.RoundAppeal].Seats)

	w = newWorld(t, 19) // nine are left
	id = w.request(func(terms *types.Terms) { terms.Assurance.Verifiers = 9 })
	w.run(id)
	w.check(id, types.RoundCheck, w.honest(id, types.RoundCheck))
	require.ErrorIs(t, w.appeal(id, user), types.ErrNoAppeal)
}

// Anybody can name anybody's account the operator of its miner: that must not make an appeal its own.
func TestAppellantNamedOperatorKeepsItsDeposit(t *testing.T) {
	w := newWorld(t, 12)
	id := w.request()
	executor := w.run(id)
	w.check(id, types.RoundCheck, w.result(id, types.RoundCheck, 101))
	require.Equal(t, types.Finding_FINDING_FAULT, w.get(id).Rounds[1].Finding)
	appellant := account("appellant")
	w.fund(appellant, 300_000)
	require.NoError(t, w.appeal(id, appellant))
	w.until(id, types.Phase_PHASE_CLAIM)
	_, err := w.minerMsg.Update(w.ctx, &minertypes.MsgUpdate{Owner: executor.String(), Operator: appellant.String()})
	require.NoError(t, err)
	w.check(id, types.RoundAppeal, w.result(id, types.RoundAppeal, 101))
	require.Equal(t, types.Finding_FINDING_FAULT, w.record(id).Finding)
	require.Equal(t, int64(300_000), w.balance(appellant))
}

// Whoever can keep a large committee from agreeing must not undo a verdict by that.
func TestAppealWithoutAgreementLeavesTheVerdict(t *testing.T) {
	w := newWorld(t, 12)
	w.prove(exactVersion)
	id := w.request()
	executor := w.run(id)
	w.check(id, types.RoundCheck, w.result(id, types.RoundCheck, 1))
	require.Equal(t, types.Finding_FINDING_FAULT, w.get(id).Rounds[1].Finding)
	w.fund(executor, 280_000)
	require.NoError(t, w.appeal(id, executor))
	w.until(id, types.Phase_PHASE_CLAIM)
	other := func(by byte) types.Result {
		result := w.honest(id, types.RoundAppeal)
		result.Fingerprint = fingerprint(exactVersion, by)
		return result
	}
	w.check(id, types.RoundAppeal, other(1), other(2), other(3), other(4), other(5), other(6), other(7))

	record := w.record(id)
	require.Equal(t, types.Finding_FINDING_FAULT, record.Finding)
	require.Equal(t, types.Status_STATUS_REFUNDED, record.Status)
	stake, _ := w.stake(executor)
	require.Equal(t, stakeOfMiner-200_000, stake, "the bond, and no slash, for no appeal upheld it")
	w.unlocked()
	w.solvent()
}
