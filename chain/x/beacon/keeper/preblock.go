package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/x/beacon/types"
	"github.com/nesa-network/nesa/chain/x/beacon/vrf"
)

// pruneLimit bounds what a block prunes: one seed grows old per block, more after the retention was shortened.
const pruneLimit = 4

// Block is what the beacon takes from a block.
type Block struct {
	Height     uint64
	Proposer   []byte   // consensus address
	Validators [][]byte // consensus addresses of the last commit
	Proof      []byte   // of the entry, nil without one
}

// Alpha returns what the proposer of a height proves.
func (k Keeper) Alpha(ctx context.Context, height uint64) ([]byte, error) {
	previous, err := k.previous(ctx, height)
	if err != nil {
		return nil, err
	}
	return types.Alpha(sdk.UnwrapSDKContext(ctx).ChainID(), height, previous), nil
}

// Verify returns the VRF output of a proposer's proof for a height; ok is false when the proof is not valid.
func (k Keeper) Verify(ctx context.Context, height uint64, proposer, proof []byte) (output []byte, ok bool, err error) {
	publicKey, ok, err := k.KeyAt(ctx, proposer, height)
	if err != nil || !ok {
		return nil, false, err
	}
	alpha, err := k.Alpha(ctx, height)
	if err != nil {
		return nil, false, err
	}
	output, ok = vrf.Verify(publicKey, proof, alpha)
	return output, ok, nil
}

// PreBlock derives this height's seed before anything of the block runs. The proof is verified again here: nodes that
// catch up see no proposals.
func (k Keeper) PreBlock(ctx context.Context, block Block) error {
	sdkCtx := sdk.UnwrapSDKContext(ctx)
	previous, err := k.previous(ctx, block.Height)
	if err != nil {
		return err
	}
	seed := types.Seed{Height: block.Height, Proposer: block.Proposer}
	var output []byte
	if block.Proof != nil {
		if output, seed.Contributed, err = k.Verify(ctx, block.Height, block.Proposer, block.Proof); err != nil {
			return err
		}
	}
	if seed.Contributed {
		seed.Value = types.Contributed(sdkCtx.ChainID(), previous, output)
	} else {
		seed.Value = types.Missed(sdkCtx.ChainID(), previous, block.Height)
	}
	if seed.Sole, err = k.sole(ctx, block.Height, block.Validators); err != nil {
		return err
	}
	if err := k.seeds.Set(ctx, block.Height, seed); err != nil {
		return err
	}
	if err := k.prune(ctx, block.Height); err != nil {
		return err
	}
	return sdkCtx.EventManager().EmitTypedEvent(&types.EventSeed{
		Height:      seed.Height,
		Value:       seed.Value,
		Proposer:    sdk.ConsAddress(seed.Proposer).String(),
		Contributed: seed.Contributed,
	})
}

// previous returns the seed's value before a height. A chain of seeds begins from the chain id alone.
func (k Keeper) previous(ctx context.Context, height uint64) ([]byte, error) {
	seed, err := k.seeds.Get(ctx, height-1)
	if errors.Is(err, collections.ErrNotFound) {
		return types.First(sdk.UnwrapSDKContext(ctx).ChainID()), nil
	}
	return seed.Value, err
}

func (k Keeper) prune(ctx context.Context, height uint64) error {
	params, err := k.params.Get(ctx)
	if err != nil || height <= params.SeedRetention {
		return err
	}
	var old []uint64
	ripe := new(collections.Range[uint64]).EndExclusive(height - params.SeedRetention)
	err = k.seeds.Walk(ctx, ripe, func(h uint64, _ types.Seed) (bool, error) {
		old = append(old, h)
		return len(old) == pruneLimit, nil
	})
	if err != nil {
		return err
	}
	for _, h := range old {
		if err := k.seeds.Remove(ctx, h); err != nil {
			return err
		}
	}
	return nil
}
