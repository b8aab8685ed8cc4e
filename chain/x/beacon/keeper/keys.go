package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/x/beacon/types"
)

// KeyAt returns the VRF key that a proposer must prove with at a height; ok is false when it has none in effect.
func (k Keeper) KeyAt(ctx context.Context, proposer []byte, height uint64) (publicKey []byte, ok bool, err error) {
	keys, err := k.keys.Get(ctx, proposer)
	if errors.Is(err, collections.ErrNotFound) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	publicKey, ok = keys.At(height)
	return publicKey, ok, nil
}

// registerKey adds a key of a validator that takes effect after the delay.
func (k Keeper) registerKey(ctx context.Context, validator sdk.ConsAddress, publicKey []byte) (uint64, error) {
	params, err := k.params.Get(ctx)
	if err != nil {
		return 0, err
	}
	keys, err := k.keys.Get(ctx, validator)
	if err != nil && !errors.Is(err, collections.ErrNotFound) {
		return 0, err
	}
	if keys.Holds(publicKey) {
		return 0, errorsmod.Wrap(types.ErrKeyInUse, validator.String())
	}
	height := uint64(sdk.UnwrapSDKContext(ctx).BlockHeight())
	key := types.VrfKey{PublicKey: publicKey, EffectiveHeight: height + params.KeyDelay}
	keys, ok := keys.Register(key, height)
	if !ok {
		return 0, errorsmod.Wrap(types.ErrRotation, validator.String())
	}
	keys.ConsensusAddress = validator.String()
	return key.EffectiveHeight, k.keys.Set(ctx, validator, keys)
}

// sole says whether fewer than two validators of the last commit have a key in effect. It stops at the second one.
func (k Keeper) sole(ctx context.Context, height uint64, validators [][]byte) (bool, error) {
	keyed := 0
	for _, validator := range validators {
		_, ok, err := k.KeyAt(ctx, validator, height)
		if err != nil {
			return false, err
		}
		if ok {
			keyed++
		}
		if keyed == 2 {
			return false, nil
		}
	}
	return true, nil
}
