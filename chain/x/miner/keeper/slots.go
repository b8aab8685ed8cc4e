package keeper

import (
	"context"

	sdk "github.com/cosmos/cosmos-sdk/types"
)

// Epoch returns the present epoch. Epochs count from height 0 and their length is fixed in genesis, before which
// there is none but 0.
func (k Keeper) Epoch(ctx context.Context) uint64 {
	params, err := k.Params(ctx)
	if err != nil || params.EpochBlocks == 0 {
		return 0
	}
	return height(ctx) / params.EpochBlocks
}

// Slots returns a miner's slots for a draw fixed in an epoch: whole units of the smaller of its stake then and now,
// and none while it is jailed, retired or below the minimum.
func (k Keeper) Slots(ctx context.Context, owner sdk.AccAddress, epoch uint64) (uint64, error) {
	miner, err := k.Get(ctx, owner)
	if err != nil {
		return 0, err
	}
	params, err := k.Params(ctx)
	if err != nil {
		return 0, err
	}
	return miner.SlotsAt(epoch, params), nil
}
