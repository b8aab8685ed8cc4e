package keeper

import (
	"bytes"
	"context"
	"errors"

	"cosmossdk.io/collections"
	collcodec "cosmossdk.io/collections/codec"
	"cosmossdk.io/collections/indexes"
	"cosmossdk.io/core/address"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/x/miner/types"
)

type minerIndexes struct {
	operator *hotKeyIndex
	claimKey *hotKeyIndex
}

func newMinerIndexes(sb *collections.SchemaBuilder, addresses address.Codec) minerIndexes {
	return minerIndexes{
		operator: newHotKeyIndex(sb, types.MinersByOperatorPrefix, "miners_by_operator",
			func(m types.Miner) (sdk.AccAddress, error) { return addresses.StringToBytes(m.Operator) }),
		claimKey: newHotKeyIndex(sb, types.MinersByClaimKeyPrefix, "miners_by_claim_key",
			func(m types.Miner) (sdk.AccAddress, error) { return addresses.StringToBytes(m.ClaimKey) }),
	}
}

// IndexesList implements collections.Indexes.
func (i minerIndexes) IndexesList() []collections.Index[sdk.AccAddress, types.Miner] {
	return []collections.Index[sdk.AccAddress, types.Miner]{i.operator, i.claimKey}
}

// hotKeyIndex finds a miner by a key that it uses day by day. It is unique, and differs from the library's unique
// index in two ways: it is written only when the key changes, since bonds change a miner in most blocks; and an owner
// that uses its own key is not in it, so that nobody can keep an account from registering by naming it as operator.
type hotKeyIndex struct {
	collections.Map[sdk.AccAddress, sdk.AccAddress]
	keyOf func(types.Miner) (sdk.AccAddress, error)
}

func newHotKeyIndex(
	sb *collections.SchemaBuilder, prefix collections.Prefix, name string, keyOf func(types.Miner) (sdk.AccAddress, error),
) *hotKeyIndex {
	return &hotKeyIndex{
		Map:   collections.NewMap(sb, prefix, name, sdk.AccAddressKey, collcodec.KeyToValueCodec(sdk.AccAddressKey)),
		keyOf: keyOf,
	}
}

// Reference implements collections.Index.
func (i *hotKeyIndex) Reference(
	ctx context.Context, owner sdk.AccAddress, miner types.Miner, old func() (types.Miner, error),
) error {
	key, err := i.keyOf(miner)
	if err != nil {
		return err
	}
	previous, err := old()
	switch {
	case err == nil:
		previousKey, err := i.keyOf(previous)
		if err != nil {
			return err
		}
		if bytes.Equal(previousKey, key) {
			return nil
		}
		if err := i.remove(ctx, owner, previousKey); err != nil {
			return err
		}
	case !errors.Is(err, collections.ErrNotFound):
		return err
	}
	return i.add(ctx, owner, key)
}

// Unreference implements collections.Index.
func (i *hotKeyIndex) Unreference(ctx context.Context, owner sdk.AccAddress, old func() (types.Miner, error)) error {
	miner, err := old()
	if err != nil {
		return err
	}
	key, err := i.keyOf(miner)
	if err != nil {
		return err
	}
	return i.remove(ctx, owner, key)
}

func (i *hotKeyIndex) add(ctx context.Context, owner, key sdk.AccAddress) error {
	if bytes.Equal(key, owner) {
		return nil
	}
	taken, err := i.Has(ctx, key)
	if err != nil {
		return err
	}
	if taken {
		return types.ErrKeyTaken.Wrap(i.GetName())
	}
	return i.Set(ctx, key, owner)
}

func (i *hotKeyIndex) remove(ctx context.Context, owner, key sdk.AccAddress) error {
	if bytes.Equal(key, owner) {
		return nil
	}
	return i.Remove(ctx, key)
}

type servedIndexes struct {
	miner *indexes.ReversePair[uint64, sdk.AccAddress, types.Served]
}

// IndexesList implements collections.Indexes.
func (i servedIndexes) IndexesList() []collections.Index[servedKey, types.Served] {
	return []collections.Index[servedKey, types.Served]{i.miner}
}

type unbondingIndexes struct {
	miner *indexes.Multi[sdk.AccAddress, unbondingKey, types.Unbonding]
}

func newUnbondingIndexes(
	sb *collections.SchemaBuilder, addresses address.Codec, keyCodec collcodec.KeyCodec[unbondingKey],
) unbondingIndexes {
	return unbondingIndexes{miner: indexes.NewMulti(sb, types.UnbondingsByMinerPrefix, "unbondings_by_miner",
		sdk.AccAddressKey, keyCodec,
		func(_ unbondingKey, u types.Unbonding) (sdk.AccAddress, error) {
			return addresses.StringToBytes(u.Miner)
		})}
}

// IndexesList implements collections.Indexes.
func (i unbondingIndexes) IndexesList() []collections.Index[unbondingKey, types.Unbonding] {
	return []collections.Index[unbondingKey, types.Unbonding]{i.miner}
}
