package keeper

import (
	"context"

	"cosmossdk.io/errors"
	"cosmossdk.io/math"

	"github.com/nesa-network/nesa/chain/x/job/types"
)

// Cancel withdraws a job that has no executor yet. Once the seed may be known it costs something, or requests could be
// repeated until the draw suits.
func (s msgServer) Cancel(ctx context.Context, msg *types.MsgCancel) (*types.MsgCancelResponse, error) {
	job, err := s.load(ctx, msg.JobId)
	if err != nil {
		return nil, err
	}
	signer, err := s.signer(msg.Requester)
	if err != nil {
		return nil, err
	}
	if requester, err := s.addresses.BytesToString(signer); err != nil || requester != job.Requester {
		return nil, errors.Wrapf(types.ErrNotRequester, "job %d is not of %s", job.Id, msg.Requester)
	}
	if job.Status != types.Status_STATUS_REQUESTED {
		return nil, errors.Wrapf(types.ErrNotCancellable, "job %d is %s", job.Id, job.Status)
	}
	params, err := s.paramsOf(ctx, &job)
	if err != nil {
		return nil, err
	}
	charge := math.ZeroInt()
	if height(ctx) > job.Rounds[types.RoundExecution].DrawHeight {
		charge = types.Share(costsOf(params, &job).Fee, params.CancelBps)
	}
	bill := s.newBill(&job)
	if err := bill.burn(ctx, charge); err != nil {
		return nil, err
	}
	return &types.MsgCancelResponse{}, s.finish(ctx, bill, types.Status_STATUS_CANCELLED)
}
