package keeper

import (
	"context"
	stderrors "errors"
	"fmt"

	"cosmossdk.io/collections"
	"cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/x/job/types"
)

// retryBlocks is how long a job waits that could not be advanced.
const retryBlocks = 20

// EndBlock advances jobs whose phase is over, closes epochs and forgets old records, a bounded number of each. It
// returns an error only when the store itself is broken.
func (k Keeper) EndBlock(ctx context.Context) error {
	params, err := k.Params(ctx)
	if err != nil {
		return err
	}
	due, err := k.dueNow(ctx, height(ctx), int(params.MaxDue))
	if err != nil {
		return err
	}
	for _, entry := range due {
		if err := k.advanceDue(ctx, entry); err != nil {
			return err
		}
	}
	if err := k.closeEpochs(ctx, params); err != nil {
		return err
	}
	if err := k.pruneRecords(ctx, int(params.MaxDue)); err != nil {
		return err
	}
	return k.pruneRevision(ctx)
}

// dueNow returns the first entries of the queue whose phase ends with a height or ended before.
func (k Keeper) dueNow(ctx context.Context, now uint64, most int) ([]collections.Pair[uint64, uint64], error) {
	var entries []collections.Pair[uint64, uint64]
	err := k.due.Walk(ctx, nil, func(key collections.Pair[uint64, uint64]) (bool, error) {
		if key.K1() > now || len(entries) == most {
			return true, nil
		}
		entries = append(entries, key)
		return false, nil
	})
	return entries, err
}

// advanceDue advances a job as a whole or not at all. One that fails is tried again later: it neither halts the chain
// nor is lost.
func (k Keeper) advanceDue(ctx context.Context, entry collections.Pair[uint64, uint64]) error {
	id := entry.K2()
	failure := apart(ctx, func(ctx context.Context) (err error) {
		defer func() {
			if r := recover(); r != nil {
				err = errors.Wrap(errors.ErrPanic, fmt.Sprint(r))
			}
		}()
		job, err := k.load(ctx, id)
		if err != nil {
			return err
		}
		return k.advance(ctx, &job)
	})
	if failure == nil {
		return nil
	}
	sdkCtx := sdk.UnwrapSDKContext(ctx)
	sdkCtx.Logger().Error("job could not be advanced", "module", types.ModuleName, "job", id, "error", failure)
	codespace, code, _ := errors.ABCIInfo(failure, false)
	sdkCtx.EventManager().EmitEvent(sdk.NewEvent("job_delayed",
		sdk.NewAttribute("job_id", fmt.Sprint(id)),
		sdk.NewAttribute("codespace", codespace),
		sdk.NewAttribute("code", fmt.Sprint(code))))
	job, err := k.load(ctx, id)
	if stderrors.Is(err, types.ErrJobNotFound) {
		return k.due.Remove(ctx, entry) // of a job that is over; it must not stop the chain
	}
	if err != nil {
		return err
	}
	return k.enter(ctx, &job, job.Phase, height(ctx)+retryBlocks)
}

// advance takes the one step that follows the end of a job's phase. It is all that time does to a job.
func (k Keeper) advance(ctx context.Context, job *types.Job) error {
	switch job.Phase {
	case types.Phase_PHASE_SEED:
		return k.drawRound(ctx, job)
	case types.Phase_PHASE_CLAIM:
		return k.closeClaims(ctx, job)
	case types.Phase_PHASE_RUN:
		return k.missDelivery(ctx, job)
	case types.Phase_PHASE_LOTTERY:
		return k.drawLottery(ctx, job)
	case types.Phase_PHASE_COMMIT:
		return k.missSeats(ctx, job, types.SeatState_SEAT_STATE_SEATED)
	case types.Phase_PHASE_REVEAL:
		return k.missSeats(ctx, job, types.SeatState_SEAT_STATE_COMMITTED)
	case types.Phase_PHASE_CHALLENGE, types.Phase_PHASE_APPEAL:
		return k.conclude(ctx, job)
	default:
		return errors.Wrapf(types.ErrWrongPhase, "job %d is in %s", job.Id, job.Phase)
	}
}
