package keeper

import (
	"bytes"
	"context"

	"cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/hashing"
	"github.com/nesa-network/nesa/chain/x/job/types"
)

// Abstain gives up seats before committing.
func (s msgServer) Abstain(ctx context.Context, msg *types.MsgAbstain) (*types.MsgAbstainResponse, error) {
	if err := s.checkBatch(ctx, len(msg.Seats)); err != nil {
		return nil, err
	}
	miner, err := s.operated(ctx, msg.Operator)
	if err != nil {
		return nil, err
	}
	results, err := applyEach(ctx, msg.Seats, func(ctx context.Context, entry *types.SeatEntry) error {
		return s.abstain(ctx, miner, entry)
	})
	return &types.MsgAbstainResponse{Results: results}, err
}

// Commit fixes verifiers' results.
func (s msgServer) Commit(ctx context.Context, msg *types.MsgCommit) (*types.MsgCommitResponse, error) {
	if err := s.checkBatch(ctx, len(msg.Commits)); err != nil {
		return nil, err
	}
	miner, err := s.operated(ctx, msg.Operator)
	if err != nil {
		return nil, err
	}
	results, err := applyEach(ctx, msg.Commits, func(ctx context.Context, entry *types.CommitEntry) error {
		return s.commit(ctx, miner, entry)
	})
	return &types.MsgCommitResponse{Results: results}, err
}

// Reveal opens commitments.
func (s msgServer) Reveal(ctx context.Context, msg *types.MsgReveal) (*types.MsgRevealResponse, error) {
	if err := s.checkBatch(ctx, len(msg.Reveals)); err != nil {
		return nil, err
	}
	miner, err := s.operated(ctx, msg.Operator)
	if err != nil {
		return nil, err
	}
	results, err := applyEach(ctx, msg.Reveals, func(ctx context.Context, entry *types.RevealEntry) error {
		return s.reveal(ctx, miner, entry)
	})
	return &types.MsgRevealResponse{Results: results}, err
}

// expectSeat returns the job in which a miner is expected, at a height, to do what a seat in this state does next.
func (k Keeper) expectSeat(
	ctx context.Context, miner sdk.AccAddress, id uint64, round uint32, state types.SeatState, at uint64,
) (job types.Job, seat types.Seat, err error) {
	phase := types.Phase_PHASE_COMMIT
	if state == types.SeatState_SEAT_STATE_COMMITTED {
		phase = types.Phase_PHASE_REVEAL
	}
	if job, err = k.load(ctx, id); err != nil {
		return job, seat, err
	}
	if err := inPhase(&job, phase, round, at); err != nil {
		return job, seat, err
	}
	if seat, err = k.seat(ctx, id, round, miner); err != nil {
		return job, seat, err
	}
	if seat.State != state {
		return job, seat, errors.Wrapf(types.ErrSeatState, "the seat in job %d is %s", id, seat.State)
	}
	return job, seat, nil
}

func (k Keeper) abstain(ctx context.Context, miner sdk.AccAddress, entry *types.SeatEntry) error {
	job, seat, err := k.expectSeat(
		ctx, miner, entry.JobId, entry.Round, types.SeatState_SEAT_STATE_SEATED, height(ctx))
	if err != nil {
		return err
	}
	if err := k.miner.Release(ctx, miner, seat.Bond); err != nil {
		return err
	}
	seat.State = types.SeatState_SEAT_STATE_ABSTAINED
	if err := k.saveSeat(ctx, &seat); err != nil {
		return err
	}
	if err := k.emitMissed(ctx, &seat); err != nil {
		return err
	}
	return k.fill(ctx, &job, true)
}

func (k Keeper) commit(ctx context.Context, miner sdk.AccAddress, entry *types.CommitEntry) error {
	if len(entry.Commitment) != hashing.Size {
		return errors.Wrapf(types.ErrInvalidEntry, "commitment of %d bytes, want %d", len(entry.Commitment), hashing.Size)
	}
	job, seat, err := k.expectSeat(
		ctx, miner, entry.JobId, entry.Round, types.SeatState_SEAT_STATE_SEATED, height(ctx))
	if err != nil {
		return err
	}
	// An equal commitment of another seat is no reason to refuse: that would let a copy sent first block the original.
	// A copy cannot be opened, for it names another miner.
	seat.State, seat.Commitment = types.SeatState_SEAT_STATE_COMMITTED, entry.Commitment
	if err := k.saveSeat(ctx, &seat); err != nil {
		return err
	}
	if err := k.countDuty(ctx, &seat, false); err != nil {
		return err
	}
	if err := emit(ctx, &types.EventCommitted{
		JobId: job.Id, Round: seat.Round, Miner: seat.Miner, Commitment: seat.Commitment,
	}); err != nil {
		return err
	}
	return k.proceed(ctx, &job)
}

func (k Keeper) reveal(ctx context.Context, miner sdk.AccAddress, entry *types.RevealEntry) error {
	job, seat, err := k.expectSeat(
		ctx, miner, entry.JobId, entry.Round, types.SeatState_SEAT_STATE_COMMITTED, height(ctx))
	if err != nil {
		return err
	}
	if len(entry.Salt) != hashing.Size {
		return errors.Wrapf(types.ErrInvalidEntry, "salt of %d bytes, want %d", len(entry.Salt), hashing.Size)
	}
	opened := types.Commitment(chainID(ctx), job.Id, seat.Round, miner, entry.Result, entry.Salt)
	if !bytes.Equal(opened[:], seat.Commitment) {
		return errors.Wrapf(types.ErrWrongReveal, "job %d", job.Id)
	}
	if err := k.checkResult(ctx, &job, &entry.Result); err != nil {
		return err
	}
	seat.State, seat.Result = types.SeatState_SEAT_STATE_REVEALED, &entry.Result
	if err := k.saveSeat(ctx, &seat); err != nil {
		return err
	}
	if err := k.countDuty(ctx, &seat, false); err != nil {
		return err
	}
	if err := emit(ctx, &types.EventRevealed{
		JobId: job.Id, Round: seat.Round, Miner: seat.Miner, Outcome: entry.Result.Outcome, Scores: entry.Result.Scores,
	}); err != nil {
		return err
	}
	return k.proceed(ctx, &job)
}
