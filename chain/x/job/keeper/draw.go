package keeper

import (
	"context"

	"github.com/nesa-network/nesa/chain/x/job/types"
)

// seed asks the beacon for a round's seed, and says whether it is there. A draw that the beacon has forgotten, which
// takes a queue that lagged for its whole retention, is fixed anew: better than a job that never ends.
func (k Keeper) seed(ctx context.Context, round *types.Round) bool {
	seed, at, ok, err := k.beacon.Draw(ctx, round.DrawHeight)
	if err != nil {
		round.DrawHeight, round.Epoch = height(ctx), k.miner.Epoch(ctx)
		return false
	}
	if ok {
		round.Seed, round.SeedHeight = seed[:], at
	}
	return ok
}

// drawRound opens a round's claims once its seed is known.
func (k Keeper) drawRound(ctx context.Context, job *types.Job) error {
	if !k.seed(ctx, &job.Rounds[currentRound(job)]) {
		return k.enter(ctx, job, types.Phase_PHASE_SEED, height(ctx)+1)
	}
	return k.openClaims(ctx, job)
}

// openClaims takes claims from the next block on.
func (k Keeper) openClaims(ctx context.Context, job *types.Job) error {
	params, err := k.paramsOf(ctx, job)
	if err != nil {
		return err
	}
	now, number := height(ctx), currentRound(job)
	round := &job.Rounds[number]
	round.ClaimStart = now + 1
	totals, err := k.miner.Totals(ctx, job.Terms.VersionId)
	if err != nil {
		return err
	}
	round.Miners = totals.Miners
	if err := k.enter(ctx, job, types.Phase_PHASE_CLAIM, now+params.ClaimWindow); err != nil {
		return err
	}
	return emit(ctx, &types.EventDrawn{
		JobId: job.Id, Round: number, SeedHeight: round.SeedHeight, Seed: round.Seed,
		Seats: round.Seats, ClaimsEnd: job.PhaseEnd,
	})
}

// drawLottery decides whether a delivery is checked. The seed is younger than the delivery, and the committee of a
// check is drawn under the same.
func (k Keeper) drawLottery(ctx context.Context, job *types.Job) error {
	round := &job.Rounds[types.RoundCheck]
	if !k.seed(ctx, round) {
		return k.enter(ctx, job, types.Phase_PHASE_LOTTERY, height(ctx)+1)
	}
	params, err := k.paramsOf(ctx, job)
	if err != nil {
		return err
	}
	bps := job.Terms.Assurance.CheckBps
	drawn := types.LotteryDrawn(chainID(ctx), [32]byte(round.Seed), job.Id, bps)
	event := &types.EventLottery{JobId: job.Id, Drawn: drawn, SeedHeight: round.SeedHeight}
	if !drawn {
		if err := k.enter(ctx, job, types.Phase_PHASE_CHALLENGE, height(ctx)+params.ChallengeWindow); err != nil {
			return err
		}
		return emit(ctx, event)
	}
	job.Status = types.Status_STATUS_CHECKING
	job.CheckCause = types.CheckCause_CHECK_CAUSE_DRAWN
	if bps == types.BasisPoints {
		job.CheckCause = types.CheckCause_CHECK_CAUSE_REQUESTED
	}
	event.Cause = job.CheckCause
	if err := emit(ctx, event); err != nil {
		return err
	}
	return k.openClaims(ctx, job)
}
