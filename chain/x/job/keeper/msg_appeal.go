package keeper

import (
	"context"

	"cosmossdk.io/errors"

	"github.com/nesa-network/nesa/chain/x/job/types"
)

// Appeal asks for a larger committee, of miners that have had no part in the job.
func (s msgServer) Appeal(ctx context.Context, msg *types.MsgAppeal) (*types.MsgAppealResponse, error) {
	appellant, err := s.signer(msg.Appellant)
	if err != nil {
		return nil, err
	}
	job, err := s.load(ctx, msg.JobId)
	if err != nil {
		return nil, err
	}
	if err := inPhase(&job, types.Phase_PHASE_APPEAL, types.RoundExecution, height(ctx)); err != nil {
		return nil, err
	}
	params, err := s.paramsOf(ctx, &job)
	if err != nil {
		return nil, err
	}
	job.Appellant, err = s.addresses.BytesToString(appellant)
	if err != nil {
		return nil, err
	}
	seats, err := s.appealSeats(ctx, params, &job)
	if err != nil {
		return nil, err
	}
	if seats == 0 {
		return nil, errors.Wrapf(types.ErrNoAppeal, "an appeal needs %d that had no part in it", leastAppeal(params, &job))
	}
	job.AppealDeposit = charged(params, &job).VerifierPay.MulRaw(int64(seats))
	if err := s.deposit(ctx, appellant, job.AppealDeposit); err != nil {
		return nil, err
	}
	return &types.MsgAppealResponse{}, s.openAppeal(ctx, &job, seats)
}

// appealSeats returns the size of an appeal's committee, 0 when there are too few miners for one. It is larger than the
// committee that it may overturn.
func (k Keeper) appealSeats(ctx context.Context, params types.Params, job *types.Job) (uint32, error) {
	eligible, err := k.eligible(ctx, job, types.RoundAppeal)
	least := leastAppeal(params, job)
	if err != nil || eligible < uint64(least) {
		return 0, err
	}
	return uint32(min(eligible, uint64(max(least, params.AppealSeats)))), nil
}

func leastAppeal(params types.Params, job *types.Job) uint32 {
	return max(params.AppealFloor, job.Rounds[types.RoundCheck].Seats+1)
}

// openAppeal fixes the draw of an appeal's committee.
func (k Keeper) openAppeal(ctx context.Context, job *types.Job, seats uint32) error {
	job.Status = types.Status_STATUS_APPEALED
	job.Rounds = append(job.Rounds, k.newRound(ctx, seats))
	if err := k.enter(ctx, job, types.Phase_PHASE_SEED, height(ctx)+1); err != nil {
		return err
	}
	return emit(ctx, &types.EventAppealed{JobId: job.Id, Appellant: job.Appellant, Deposit: job.AppealDeposit})
}
