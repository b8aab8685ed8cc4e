package keeper

import (
	"context"

	"cosmossdk.io/math"

	"github.com/nesa-network/nesa/chain/x/job/types"
)

// revealed returns the seats of a round that revealed, by ticket.
func (k Keeper) revealed(ctx context.Context, job uint64, round uint32) ([]types.Seat, error) {
	seats, err := k.seatsOf(ctx, job, round)
	var revealed []types.Seat
	for i := range seats {
		if seats[i].State == types.SeatState_SEAT_STATE_REVEALED {
			revealed = append(revealed, seats[i])
		}
	}
	return revealed, err
}

// checkResult holds the form of a result against the version's profile. Whose results an appeal scores is known since
// the check was over.
func (k Keeper) checkResult(ctx context.Context, job *types.Job, result *types.Result) error {
	version, err := k.model.Version(ctx, job.Terms.VersionId)
	if err != nil {
		return err
	}
	scored := 0
	if currentRound(job) == types.RoundAppeal {
		first, err := k.revealed(ctx, job.Id, types.RoundCheck)
		if err != nil {
			return err
		}
		scored = len(first)
	}
	return result.Validate(version.Profile, scored)
}

// decide judges a committee when nobody has to reveal any longer.
func (k Keeper) decide(ctx context.Context, job *types.Job) error {
	params, err := k.paramsOf(ctx, job)
	if err != nil {
		return err
	}
	number := currentRound(job)
	if err := k.dropStandby(ctx, job.Id, number); err != nil {
		return err
	}
	if err := k.judge(ctx, params, job, number); err != nil {
		return err
	}
	if number == types.RoundAppeal {
		return k.conclude(ctx, job)
	}
	if job.Rounds[number].Finding != types.Finding_FINDING_INCONCLUSIVE {
		job.Status = types.Status_STATUS_DECIDED
		return k.enter(ctx, job, types.Phase_PHASE_APPEAL, height(ctx)+params.AppealWindow)
	}
	// Nobody has won, so nobody would pay for an appeal: the chain does.
	seats, err := k.appealSeats(ctx, params, job)
	if err != nil {
		return err
	}
	if seats == 0 {
		return k.conclude(ctx, job)
	}
	return k.openAppeal(ctx, job, seats)
}

// judge records the verdict of a committee about the executor and about each seat; that of an appeal also about the
// seats of the check.
func (k Keeper) judge(ctx context.Context, params types.Params, job *types.Job, number uint32) error {
	version, err := k.model.Version(ctx, job.Terms.VersionId)
	if err != nil {
		return err
	}
	round := &job.Rounds[number]
	seats, err := k.revealed(ctx, job.Id, number)
	if err != nil {
		return err
	}
	input := types.VerdictInput{
		Profile: version.Profile, SeatsWanted: round.Seats, AgreementBps: params.AgreementBps,
		Delivered: job.Delivery.Outcome, Inline: job.Delivery.OutputUri == "" && job.Terms.InputUri == "",
	}
	if input.Seats, err = k.results(seats); err != nil {
		return err
	}
	var first []types.Seat
	if number == types.RoundAppeal {
		if first, err = k.revealed(ctx, job.Id, types.RoundCheck); err != nil {
			return err
		}
		if input.FirstRound, err = k.results(first); err != nil {
			return err
		}
	}
	verdict := types.Judge(input)
	round.Finding, round.Scores = verdict.Finding, verdict.Scores
	if err := emit(ctx, &types.EventVerdict{
		JobId: job.Id, Round: number, Finding: verdict.Finding, Scores: verdict.Scores,
		Thresholds: version.Profile.ScoreThresholds, Agreed: verdict.Agreed, Seats: round.Seats,
	}); err != nil {
		return err
	}
	if err := k.saveStandings(ctx, seats, verdict.Seats); err != nil {
		return err
	}
	if verdict.Finding == types.Finding_FINDING_INCONCLUSIVE {
		return nil // the check's verdict stands
	}
	return k.saveStandings(ctx, first, verdict.FirstRound)
}

func (k Keeper) results(seats []types.Seat) ([]types.SeatResult, error) {
	results := make([]types.SeatResult, len(seats))
	for i := range seats {
		miner, err := k.address(seats[i].Miner)
		if err != nil {
			return nil, err
		}
		results[i] = types.SeatResult{Miner: miner, Result: *seats[i].Result}
	}
	return results, nil
}

func (k Keeper) saveStandings(ctx context.Context, seats []types.Seat, judged []types.Judged) error {
	for i := range judged {
		seat := &seats[i]
		seat.Standing = judged[i].Standing
		if err := k.saveSeat(ctx, seat); err != nil {
			return err
		}
		if err := emit(ctx, &types.EventJudged{
			JobId: seat.JobId, Round: seat.Round, Miner: seat.Miner, Standing: seat.Standing, Distance: judged[i].Distance,
		}); err != nil {
			return err
		}
	}
	return nil
}

// standingFinding is what the last committee that reached a verdict found. An appeal that reaches none leaves the check's
// verdict as it is: whoever could block a large committee would otherwise undo every verdict.
func standingFinding(job *types.Job) types.Finding {
	last := len(job.Rounds) - 1
	if last == int(types.RoundAppeal) && job.Rounds[last].Finding == types.Finding_FINDING_INCONCLUSIVE {
		last = int(types.RoundCheck)
	}
	return job.Rounds[last].Finding
}

// costsOf returns what the terms of a job cost at their most units. The reserve, which depends on the pool at the
// request, is in the job.
func costsOf(params types.Params, job *types.Job) types.Costs {
	return types.Quote(params, job.Terms, math.ZeroInt())
}

// charged returns what a job's delivery costs.
func charged(params types.Params, job *types.Job) types.Costs {
	return types.Charge(params, job.Terms, job.Delivery.Outcome, job.Delivery.Units)
}
