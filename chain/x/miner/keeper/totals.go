package keeper

import (
	"context"
	stderrors "errors"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/x/miner/types"
)

// maxRecounts bounds the miners counted again in one block after parameters changed.
const maxRecounts = 20

// Totals sums up who serves a version, by present stake.
func (k Keeper) Totals(ctx context.Context, versionID uint64) (types.Totals, error) {
	totals, err := k.totals.Get(ctx, versionID)
	if stderrors.Is(err, collections.ErrNotFound) {
		return types.Totals{VersionId: versionID}, nil
	}
	return totals, err
}

// count brings the totals of all versions that a miner serves to its present slots. What it counted for before is
// remembered and not computed again: parameters may have changed since.
func (k Keeper) count(ctx context.Context, owner sdk.AccAddress, slots uint64) error {
	before, err := k.countedSlots(ctx, owner)
	if err != nil || before == slots {
		return err
	}
	served, err := k.servedBy(ctx, owner)
	if err != nil {
		return err
	}
	for _, id := range served {
		if err := k.addToTotals(ctx, id, before, slots); err != nil {
			return err
		}
	}
	if slots == 0 {
		return k.counted.Remove(ctx, owner)
	}
	return k.counted.Set(ctx, owner, slots)
}

func (k Keeper) countedSlots(ctx context.Context, owner sdk.AccAddress) (uint64, error) {
	slots, err := k.counted.Get(ctx, owner)
	if stderrors.Is(err, collections.ErrNotFound) {
		return 0, nil
	}
	return slots, err
}

// addToTotals replaces one miner's part of a version's totals.
func (k Keeper) addToTotals(ctx context.Context, versionID, before, after uint64) error {
	if before == after {
		return nil
	}
	totals, err := k.Totals(ctx, versionID)
	if err != nil {
		return err
	}
	totals.Slots = totals.Slots - before + after
	if before == 0 {
		totals.Miners++
	}
	if after == 0 {
		totals.Miners--
	}
	if totals.Miners == 0 {
		return k.totals.Remove(ctx, versionID)
	}
	return k.totals.Set(ctx, versionID, totals)
}

// startRecount has all miners counted again, some in each block.
func (k Keeper) startRecount(ctx context.Context) error {
	// Not longer than any address, and not greater.
	return k.recount.Set(ctx, sdk.AccAddress{0})
}

// continueRecount counts the next few miners again.
func (k Keeper) continueRecount(ctx context.Context) error {
	from, err := k.recount.Get(ctx)
	if stderrors.Is(err, collections.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	var owners []sdk.AccAddress
	var miners []types.Miner
	start := new(collections.Range[sdk.AccAddress]).StartInclusive(from)
	if err := k.miners.Walk(ctx, start, func(owner sdk.AccAddress, miner types.Miner) (bool, error) {
		owners, miners = append(owners, owner), append(miners, miner)
		return len(owners) > maxRecounts, nil
	}); err != nil {
		return err
	}
	params, err := k.Params(ctx)
	if err != nil {
		return err
	}
	for i, owner := range owners {
		if i == maxRecounts {
			return k.recount.Set(ctx, owner)
		}
		if err := k.count(ctx, owner, miners[i].SlotsNow(params)); err != nil {
			return err
		}
	}
	return k.recount.Remove(ctx)
}
