package keeper

import (
	"context"

	"cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/x/job/types"
)

// What a node's mempool asks about messages before it takes them: one entry that could be applied in the next block is
// enough. Nothing is written, and only what is cheap is looked at.

// ExpectClaims says whether a claim of a message could be among the best.
func (k Keeper) ExpectClaims(ctx context.Context, msg *types.MsgClaim) error {
	if err := k.checkBatch(ctx, len(msg.Claims)); err != nil {
		return err
	}
	miner, err := k.claimant(ctx, msg.ClaimKey)
	if err != nil {
		return err
	}
	return anyOf(msg.Claims, func(entry *types.ClaimEntry) error {
		made, err := k.checkClaim(ctx, miner, entry, nextHeight(ctx))
		if err == nil && made.rank.lost {
			return errors.Wrapf(types.ErrTicketBeaten, "job %d", entry.JobId)
		}
		return err
	})
}

// ExpectDeliveries says whether a delivery of a message is waited for.
func (k Keeper) ExpectDeliveries(ctx context.Context, msg *types.MsgDeliver) error {
	return expectAny(ctx, k, msg.Operator, msg.Deliveries, func(miner sdk.AccAddress, entry *types.DeliverEntry) error {
		_, _, err := k.expectDelivery(ctx, miner, entry.JobId, nextHeight(ctx))
		return err
	})
}

// ExpectCommits says whether a commitment of a message is waited for.
func (k Keeper) ExpectCommits(ctx context.Context, msg *types.MsgCommit) error {
	return expectAny(ctx, k, msg.Operator, msg.Commits, func(miner sdk.AccAddress, entry *types.CommitEntry) error {
		_, _, err := k.expectSeat(
			ctx, miner, entry.JobId, entry.Round, types.SeatState_SEAT_STATE_SEATED, nextHeight(ctx))
		return err
	})
}

// ExpectReveals says whether a reveal of a message is waited for.
func (k Keeper) ExpectReveals(ctx context.Context, msg *types.MsgReveal) error {
	return expectAny(ctx, k, msg.Operator, msg.Reveals, func(miner sdk.AccAddress, entry *types.RevealEntry) error {
		_, _, err := k.expectSeat(
			ctx, miner, entry.JobId, entry.Round, types.SeatState_SEAT_STATE_COMMITTED, nextHeight(ctx))
		return err
	})
}

func expectAny[E any](
	ctx context.Context, k Keeper, operator string, entries []E, expect func(sdk.AccAddress, *E) error,
) error {
	if err := k.checkBatch(ctx, len(entries)); err != nil {
		return err
	}
	miner, err := k.operated(ctx, operator)
	if err != nil {
		return err
	}
	return anyOf(entries, func(entry *E) error { return expect(miner, entry) })
}

// anyOf returns nil when one entry passes, otherwise the first refusal.
func anyOf[E any](entries []E, check func(*E) error) error {
	var refusal error
	for i := range entries {
		err := check(&entries[i])
		if err == nil {
			return nil
		}
		if refusal == nil {
			refusal = err
		}
	}
	return refusal
}

// nextHeight is the first block that could hold what is in the mempool: a check runs on the state of the last one.
func nextHeight(ctx context.Context) uint64 { return height(ctx) + 1 }
