package keeper

import (
	"context"

	"cosmossdk.io/collections"
	"cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/x/miner/types"
)

// EncryptionKeys returns a miner's keys, oldest first. Their number is bounded.
func (k Keeper) EncryptionKeys(ctx context.Context, owner sdk.AccAddress) ([]types.EncryptionKey, error) {
	var keys []types.EncryptionKey
	all := collections.NewPrefixedPairRange[sdk.AccAddress, uint64](owner)
	err := k.keys.Walk(ctx, all, func(_ collections.Pair[sdk.AccAddress, uint64], key types.EncryptionKey) (bool, error) {
		keys = append(keys, key)
		return false, nil
	})
	return keys, err
}

// SetEncryptionKey registers a key ahead of its use. A key once registered never changes: whoever is drawn cannot
// swap the one that requests are already sealed to.
func (s msgServer) SetEncryptionKey(
	ctx context.Context, msg *types.MsgSetEncryptionKey,
) (*types.MsgSetEncryptionKeyResponse, error) {
	owner, miner, err := s.operated(ctx, msg.Operator)
	if err != nil {
		return nil, err
	}
	if err := types.ValidateEncryptionKey(msg.Key, msg.From, msg.To); err != nil {
		return nil, err
	}
	if miner.Retired {
		return nil, errors.Wrap(types.ErrRetired, miner.Owner)
	}
	params, err := s.Params(ctx)
	if err != nil {
		return nil, err
	}
	if earliest := height(ctx) + params.KeyDelay; msg.From < earliest {
		return nil, errors.Wrapf(types.ErrInvalidKey, "in use from %d, not before %d", msg.From, earliest)
	}
	id, err := s.makeRoomForKey(ctx, owner, params)
	if err != nil {
		return nil, err
	}
	key := types.EncryptionKey{Miner: miner.Owner, Id: id, Key: msg.Key, From: msg.From, To: msg.To}
	if err := s.keys.Set(ctx, collections.Join(owner, id), key); err != nil {
		return nil, err
	}
	return &types.MsgSetEncryptionKeyResponse{Id: id}, emit(ctx, &types.EventEncryptionKey{Miner: miner.Owner, Id: id})
}

// makeRoomForKey drops expired keys and returns the id of the next. The newest key goes only when the next is written,
// so that ids are never used twice.
func (k Keeper) makeRoomForKey(ctx context.Context, owner sdk.AccAddress, params types.Params) (uint64, error) {
	keys, err := k.EncryptionKeys(ctx, owner)
	if err != nil {
		return 0, err
	}
	last, left := uint64(0), 0
	for _, key := range keys {
		last = key.Id
		if key.To >= height(ctx) {
			left++
			continue
		}
		if err := k.keys.Remove(ctx, collections.Join(owner, key.Id)); err != nil {
			return 0, err
		}
	}
	if left >= int(params.MaxKeys) {
		return 0, errors.Wrapf(types.ErrTooMany, "%d keys in use or to come", left)
	}
	return last + 1, nil
}
