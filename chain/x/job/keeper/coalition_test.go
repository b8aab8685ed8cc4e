package keeper_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"cosmossdk.io/math"

	"github.com/nesa-network/nesa/chain/x/job/types"
)

// One owner behind requester, executor, verifiers, challenger, appellant and publisher, alone on a version of its own:
// the worst coalition there is. Nothing that it plays may earn it anything.

// wealth is all that the coalition has: every account but the levy pool's, and every stake.
func (w *world) wealth() int64 {
	supply := w.bank.GetSupply(w.ctx, types.Denom).Amount.Int64()
	return supply - w.moduleBalance(types.LevyAccount)
}

// play takes one job through the coalition's strategy and returns what it gained.
func (w *world) play(s strategy, drawn bool) int64 {
	w.t.Helper()
	w.fund(user, 1_000_000_000)
	before := w.wealth()
	id := w.requestBy(user, func(t *types.Terms) {
		t.VersionId = tolerantVersion
		t.Assurance = types.Assurance{CheckBps: s.bps, Verifiers: s.verifiers}
	})
	w.claimAll(id, 0)
	if s.bps < types.BasisPoints {
		w.lottery(id, drawn)
	}
	if s.fails {
		require.NoError(w.t, w.deliver(id, failed(types.Outcome_OUTCOME_INVALID_INPUT)))
	} else {
		require.NoError(w.t, w.deliver(id, units(s.units)))
	}
	w.next(2)
	if job, err := w.job.Get(w.ctx, id); err == nil && job.Phase == types.Phase_PHASE_CHALLENGE && s.challenges {
		require.NoError(w.t, w.challenge(id, user))
		w.next(2)
	}
	if w.get(id).Status == types.Status_STATUS_CHECKING {
		w.check(id, 1, w.verdicts(id, 1, s.check)...)
		if job, err := w.job.Get(w.ctx, id); err == nil && job.Phase == types.Phase_PHASE_APPEAL && s.appeals {
			require.NoError(w.t, w.appeal(id, user))
		}
		if job, err := w.job.Get(w.ctx, id); err == nil && job.Status == types.Status_STATUS_APPEALED {
			w.next(2)
			w.check(id, 2, w.verdicts(id, 2, s.decision)...)
		}
	}
	w.finish(id)
	w.solvent()
	w.next(25) // epochs close
	return w.wealth() - before
}

// strategy is what a coalition does with a job.
type strategy struct {
	bps, verifiers             uint32
	units                      uint64
	fails, challenges, appeals bool
	check, decision            opinion
}

func (s strategy) String() string {
	return fmt.Sprintf("check %d bps by %d, %d units, fails %v, challenges %v, appeals %v, check %s, appeal %s",
		s.bps, s.verifiers, s.units, s.fails, s.challenges, s.appeals, s.check, s.decision)
}

// opinion is what the coalition's committee says.
type opinion string

const (
	upholds  opinion = "upholds"
	faults   opinion = "faults"
	disputes opinion = "disputes" // as many opinions as it takes to be inconclusive, none of them at fault
)

func (w *world) verdicts(id uint64, round uint32, o opinion) []types.Result {
	job := w.get(id)
	score := uint64(0)
	if o == faults {
		score = 101
	}
	result := w.result(id, round, score)
	if job.Delivery.Outcome != types.Outcome_OUTCOME_OK && o == upholds {
		result.Outcome, result.Fingerprint = job.Delivery.Outcome, nil
	}
	if o != disputes {
		return []types.Result{result}
	}
	results := make([]types.Result, job.Rounds[round].Seats)
	for i := range results {
		results[i] = result
		if i%2 == 1 {
			results[i].Outcome, results[i].Fingerprint = types.Outcome_OUTCOME_UNAVAILABLE, nil
		}
	}
	return results
}

func drawStrategy(t *rapid.T) strategy {
	opinions := []opinion{upholds, faults, disputes}
	return strategy{
		bps:        rapid.SampledFrom([]uint32{500, 501, 2_000, 5_000, 9_999, types.BasisPoints}).Draw(t, "bps"),
		verifiers:  rapid.SampledFrom([]uint32{0, 1, 3, 5, 9}).Draw(t, "verifiers"),
		units:      rapid.SampledFrom([]uint64{1, 7, 50, 100}).Draw(t, "units"),
		fails:      rapid.Bool().Draw(t, "fails"),
		challenges: rapid.Bool().Draw(t, "challenges"),
		appeals:    rapid.Bool().Draw(t, "appeals"),
		check:      rapid.SampledFrom(opinions).Draw(t, "check"),
		decision:   rapid.SampledFrom(opinions).Draw(t, "decision"),
	}
}

// The mean over the lottery, which the coalition cannot influence, is computed and not sampled: both ways of the same
// job are played, and weighed by the probability of each.
func TestThreat13CoalitionNeverGains(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawStrategy(t)
		gain := func(drawn bool) math.Int {
			w := newWorld(t, 20)
			if s.check != upholds {
				w.prove(tolerantVersion)
			}
			return math.NewInt(w.play(s, drawn))
		}
		mean := gain(true).MulRaw(types.BasisPoints)
		if s.bps < types.BasisPoints {
			mean = gain(true).MulRaw(int64(s.bps)).Add(gain(false).MulRaw(int64(types.BasisPoints - s.bps)))
		}
		if mean.IsPositive() || mean.IsZero() && !nothingPaid(s) {
			t.Errorf("gains %s/10000 in the mean: %s", mean, s)
		}
	})
}

// nothingPaid are the strategies that end in a refund whatever the lottery says: they cost work and gas only.
func nothingPaid(s strategy) bool { return s.bps == types.BasisPoints || s.challenges }
