package keeper

import (
	"context"

	"cosmossdk.io/errors"

	"github.com/nesa-network/nesa/chain/x/job/types"
)

// settleEntry makes an id of MsgSettle an entry of a batch.
type settleEntry uint64

// GetJobId names the job.
func (e *settleEntry) GetJobId() uint64 { return uint64(*e) }

// Settle advances jobs whose phase is over, for those who will not wait for a long queue.
func (s msgServer) Settle(ctx context.Context, msg *types.MsgSettle) (*types.MsgSettleResponse, error) {
	if _, err := s.signer(msg.Sender); err != nil {
		return nil, err
	}
	if err := s.checkBatch(ctx, len(msg.JobIds)); err != nil {
		return nil, err
	}
	entries := make([]settleEntry, len(msg.JobIds))
	for i, id := range msg.JobIds {
		entries[i] = settleEntry(id)
	}
	results, err := applyEach(ctx, entries, func(ctx context.Context, entry *settleEntry) error {
		job, err := s.load(ctx, entry.GetJobId())
		if err != nil {
			return err
		}
		if height(ctx) <= job.PhaseEnd {
			return errors.Wrapf(types.ErrNotDue, "job %d: the phase lasts until height %d", job.Id, job.PhaseEnd)
		}
		return s.advance(ctx, &job)
	})
	return &types.MsgSettleResponse{Results: results}, err
}
