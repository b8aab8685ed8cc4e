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
	if w.get(id).Status == types.Status_STATUS_CHECKING && s.check != stays {
		w.check(id, 1, w.verdicts(id, 1, s.check)...)
		if job, err := w.job.Get(w.ctx, id); err == nil && job.Phase == types.Phase_PHASE_APPEAL && s.appeals {
			require.NoError(w.t, w.appeal(id, user))
		}
		if job, err := w.job.Get(w.ctx, id); err == nil && job.Status == types.Status_STATUS_APPEALED && s.decision != stays {
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
	bps, verifiers uint32
	units          uint64
	fails          bool
	course
}

// course is what it does once it knows the lottery's draw.
type course struct {
	challenges, appeals bool
	check, decision     opinion
}

func (s strategy) String() string {
	return fmt.Sprintf("check %d bps by %d, %d units, fails %v, %s", s.bps, s.verifiers, s.units, s.fails, s.course)
}

func (c course) String() string {
	return fmt.Sprintf("challenges %v, appeals %v, check %s, appeal %s", c.challenges, c.appeals, c.check, c.decision)
}

// opinion is what the coalition's committee says.
type opinion string

const (
	upholds  opinion = "upholds"
	faults   opinion = "faults"
	disputes opinion = "disputes" // as many opinions as it takes to be inconclusive, none of them at fault
	blind    opinion = "blind"    // says that it could fetch nothing
	stays    opinion = "stays"    // away
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
	if o == blind {
		result.Outcome, result.Fingerprint = types.Outcome_OUTCOME_UNAVAILABLE, nil
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
	return strategy{
		bps:       rapid.SampledFrom([]uint32{500, 501, 2_000, 5_000, 9_999, types.BasisPoints}).Draw(t, "bps"),
		verifiers: rapid.SampledFrom([]uint32{0, 3, 5, 9}).Draw(t, "verifiers"),
		units:     rapid.SampledFrom([]uint64{1, 7, 50, 100}).Draw(t, "units"),
		fails:     rapid.Bool().Draw(t, "fails"),
		course:    drawCourse(t),
	}
}

func drawCourse(t *rapid.T) course {
	opinions := []opinion{upholds, faults, disputes, blind, stays}
	return course{
		challenges: rapid.Bool().Draw(t, "challenges"),
		appeals:    rapid.Bool().Draw(t, "appeals"),
		check:      rapid.SampledFrom(opinions).Draw(t, "check"),
		decision:   rapid.SampledFrom(opinions).Draw(t, "decision"),
	}
}

// The mean over the lottery, which the coalition cannot influence, is computed and not sampled: both ways of the same
// job are played, each in its own course, and weighed by the probability of each.
func TestThreat13CoalitionNeverGains(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawStrategy(t)
		otherwise := s
		otherwise.course = drawCourse(t)
		gain := func(s strategy, drawn bool) math.Int {
			w := newWorld(t, 20)
			if s.check != upholds {
				w.prove(tolerantVersion)
			}
			return math.NewInt(w.play(s, drawn))
		}
		mean := gain(s, true).MulRaw(types.BasisPoints)
		if s.bps < types.BasisPoints {
			mean = gain(s, true).MulRaw(int64(s.bps)).Add(gain(otherwise, false).MulRaw(int64(types.BasisPoints - s.bps)))
		}
		// A check that was asked for and finds nothing ends in a refund: it costs work and gas only.
		if mean.IsPositive() || mean.IsZero() && s.bps < types.BasisPoints {
			t.Errorf("gains %s/10000 in the mean: %s; not drawn: %s", mean, s, otherwise.course)
		}
	})
}
