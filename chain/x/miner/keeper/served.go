package keeper

import (
	"context"
	stderrors "errors"

	"cosmossdk.io/collections"
	"cosmossdk.io/errors"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/x/miner/types"
)

// Serves returns how a miner serves a version, and whether it does.
func (k Keeper) Serves(
	ctx context.Context, versionID uint64, owner sdk.AccAddress,
) (served types.Served, ok bool, err error) {
	served, err = k.served.Get(ctx, collections.Join(versionID, owner))
	if stderrors.Is(err, collections.ErrNotFound) {
		return types.Served{}, false, nil
	}
	return served, err == nil, err
}

// CheapestAsk returns the least ask of those who serve a version and take work, 0 when nobody does. It walks over all of
// them: for queries only.
func (k Keeper) CheapestAsk(ctx context.Context, versionID uint64) (math.Int, error) {
	cheapest := math.ZeroInt()
	all := collections.NewPrefixedPairRange[uint64, sdk.AccAddress](versionID)
	err := k.served.Walk(ctx, all, func(key servedKey, served types.Served) (bool, error) {
		slots, err := k.Slots(ctx, key.K2(), k.Epoch(ctx))
		if err != nil || slots == 0 {
			return false, err
		}
		if cheapest.IsZero() || served.Ask.LT(cheapest) {
			cheapest = served.Ask
		}
		return false, nil
	})
	return cheapest, err
}

// HasVersion says whether a version exists that may be served.
func (k Keeper) HasVersion(ctx context.Context, id uint64) (bool, error) {
	return k.versions.HasVersion(ctx, id)
}

// servedBy returns the ids of the versions that a miner serves. Their number is bounded.
func (k Keeper) servedBy(ctx context.Context, owner sdk.AccAddress) ([]uint64, error) {
	var ids []uint64
	all := collections.NewPrefixedPairRange[sdk.AccAddress, uint64](owner)
	err := k.served.Indexes.miner.Walk(ctx, all, func(_ sdk.AccAddress, id uint64) (bool, error) {
		ids = append(ids, id)
		return false, nil
	})
	return ids, err
}

// Serve sets and drops the versions that a miner serves.
func (s msgServer) Serve(ctx context.Context, msg *types.MsgServe) (*types.MsgServeResponse, error) {
	owner, miner, err := s.operated(ctx, msg.Operator)
	if err != nil {
		return nil, err
	}
	if miner.Retired {
		return nil, errors.Wrap(types.ErrRetired, miner.Owner)
	}
	params, err := s.Params(ctx)
	if err != nil {
		return nil, err
	}
	if err := msg.Validate(params.MaxServed); err != nil {
		return nil, err
	}
	for _, id := range msg.Drop {
		if err := s.drop(ctx, owner, miner, id); err != nil {
			return nil, err
		}
	}
	for _, entry := range msg.Serve {
		if err := s.serve(ctx, owner, miner, entry); err != nil {
			return nil, err
		}
	}
	served, err := s.servedBy(ctx, owner)
	if err != nil {
		return nil, err
	}
	if len(served) > int(params.MaxServed) && len(msg.Serve) > 0 {
		return nil, errors.Wrapf(types.ErrTooMany, "%d versions exceed %d", len(served), params.MaxServed)
	}
	return &types.MsgServeResponse{}, nil
}

// serve adds a version, or changes its ask. A version counts for draws fixed from the next block on, so that nobody
// joins a draw whose seed is known; a new ask changes nothing about that.
func (k Keeper) serve(ctx context.Context, owner sdk.AccAddress, miner types.Miner, entry types.ServeEntry) error {
	served, ok, err := k.Serves(ctx, entry.VersionId, owner)
	if err != nil {
		return err
	}
	if !ok {
		exists, err := k.HasVersion(ctx, entry.VersionId)
		if err != nil {
			return err
		}
		if !exists {
			return errors.Wrapf(types.ErrInvalidServe, "there is no version %d", entry.VersionId)
		}
		served = types.Served{VersionId: entry.VersionId, Miner: miner.Owner, Since: height(ctx) + 1}
		slots, err := k.countedSlots(ctx, owner)
		if err != nil {
			return err
		}
		if err := k.addToTotals(ctx, entry.VersionId, 0, slots); err != nil {
			return err
		}
	}
	served.Ask = entry.Ask
	if err := k.served.Set(ctx, collections.Join(entry.VersionId, owner), served); err != nil {
		return err
	}
	return emit(ctx, &types.EventServed{Miner: miner.Owner, VersionId: entry.VersionId, Ask: entry.Ask})
}

// drop stops serving a version.
func (k Keeper) drop(ctx context.Context, owner sdk.AccAddress, miner types.Miner, versionID uint64) error {
	key := collections.Join(versionID, owner)
	ok, err := k.served.Has(ctx, key)
	if err != nil {
		return err
	}
	if !ok {
		return errors.Wrapf(types.ErrInvalidServe, "version %d is not served", versionID)
	}
	slots, err := k.countedSlots(ctx, owner)
	if err != nil {
		return err
	}
	if err := k.addToTotals(ctx, versionID, slots, 0); err != nil {
		return err
	}
	if err := k.served.Remove(ctx, key); err != nil {
		return err
	}
	return emit(ctx, &types.EventServed{Miner: miner.Owner, VersionId: versionID, Ask: math.ZeroInt(), Dropped: true})
}
