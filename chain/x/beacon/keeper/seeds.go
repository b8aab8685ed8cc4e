package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/x/beacon/types"
)

// Seed returns the seed of a height: ErrNoSeed before its block and after its retention.
func (k Keeper) Seed(ctx context.Context, height uint64) (types.Seed, error) {
	seed, err := k.seeds.Get(ctx, height)
	if errors.Is(err, collections.ErrNotFound) {
		return types.Seed{}, errorsmod.Wrapf(types.ErrNoSeed, "height %d", height)
	}
	return seed, err
}

// Latest returns the youngest seed: this block's once its PreBlock ran, else the one before.
func (k Keeper) Latest(ctx context.Context) (types.Seed, error) {
	height := uint64(sdk.UnwrapSDKContext(ctx).BlockHeight())
	seed, err := k.Seed(ctx, height)
	if errors.Is(err, types.ErrNoSeed) && height > 0 {
		return k.Seed(ctx, height-1)
	}
	return seed, err
}

// Draw returns the seed that decides a draw fixed at a height, with the height of that seed: the first one to which a
// validator other than the proposer of fixed contributed. The condition is waived after DrawWait blocks, and where
// fewer than two validators have keys. While the seed is not known, ok is false. It reads at most DrawWait seeds, and
// an answer once given never changes.
func (k Keeper) Draw(ctx context.Context, fixed uint64) (seed [32]byte, height uint64, ok bool, err error) {
	at, err := k.Seed(ctx, fixed)
	if errors.Is(err, types.ErrNoSeed) && fixed >= uint64(sdk.UnwrapSDKContext(ctx).BlockHeight()) {
		return seed, 0, false, nil // not even fixed yet
	}
	if err != nil {
		return seed, 0, false, err
	}
	for height = fixed + 1; height <= fixed+types.DrawWait; height++ {
		candidate, err := k.seeds.Get(ctx, height)
		if errors.Is(err, collections.ErrNotFound) {
			return seed, 0, false, nil
		}
		if err != nil {
			return seed, 0, false, err
		}
		if candidate.Decides(fixed, at.Proposer) {
			return [32]byte(candidate.Value), height, true, nil
		}
	}
	return seed, 0, false, nil // not reached: the last seed of the wait decides in any case
}
