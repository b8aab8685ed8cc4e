// Package keeper stores miners, their stake and what they serve.
package keeper

import (
	"context"

	"cosmossdk.io/collections"
	collcodec "cosmossdk.io/collections/codec"
	"cosmossdk.io/collections/indexes"
	"cosmossdk.io/core/address"
	"cosmossdk.io/core/store"
	"cosmossdk.io/errors"

	"github.com/cosmos/cosmos-sdk/codec"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/x/miner/types"
)

type (
	servedKey    = collections.Pair[uint64, sdk.AccAddress]
	unbondingKey = collections.Pair[uint64, uint64]
	strikeKey    = collections.Pair[sdk.AccAddress, sdk.AccAddress]
)

// Keeper of the miner module.
type Keeper struct {
	addresses address.Codec
	authority string
	bank      types.BankKeeper
	versions  types.ModelKeeper

	schema collections.Schema
	params collections.Item[types.Params]
	miners *collections.IndexedMap[sdk.AccAddress, types.Miner, minerIndexes]
	served *collections.IndexedMap[servedKey, types.Served, servedIndexes]
	totals collections.Map[uint64, types.Totals]
	// counted is how many slots of a miner are in the totals; absent is 0.
	counted collections.Map[sdk.AccAddress, uint64]
	// recount is the next miner to count again after parameters changed; absent while there is none.
	recount       collections.Item[sdk.AccAddress]
	keys          collections.Map[collections.Pair[sdk.AccAddress, uint64], types.EncryptionKey]
	unbondings    *collections.IndexedMap[unbondingKey, types.Unbonding, unbondingIndexes]
	nextUnbonding collections.Sequence
	// strikes that count, the latest of each requester.
	strikes collections.Map[strikeKey, types.Strike]
}

// NewKeeper builds the keeper. The authority may update parameters.
func NewKeeper(
	cdc codec.BinaryCodec,
	storeService store.KVStoreService,
	addresses address.Codec,
	authority string,
	bank types.BankKeeper,
	versions types.ModelKeeper,
) (Keeper, error) {
	if _, err := addresses.StringToBytes(authority); err != nil {
		return Keeper{}, errors.Wrap(types.ErrInvalidSigner, err.Error())
	}
	sb := collections.NewSchemaBuilder(storeService)
	servedCodec := collections.PairKeyCodec(collections.Uint64Key, sdk.AccAddressKey)
	unbondingCodec := collections.PairKeyCodec(collections.Uint64Key, collections.Uint64Key)
	k := Keeper{
		addresses: addresses,
		authority: authority,
		bank:      bank,
		versions:  versions,
		params:    collections.NewItem(sb, types.ParamsPrefix, "params", codec.CollValue[types.Params](cdc)),
		miners: collections.NewIndexedMap(sb, types.MinersPrefix, "miners",
			sdk.AccAddressKey, codec.CollValue[types.Miner](cdc), newMinerIndexes(sb, addresses)),
		served: collections.NewIndexedMap(sb, types.ServedPrefix, "served",
			servedCodec, codec.CollValue[types.Served](cdc),
			servedIndexes{miner: indexes.NewReversePair[types.Served](sb, types.ServedByMinerPrefix, "served_by_miner",
				servedCodec)}),
		totals: collections.NewMap(sb, types.TotalsPrefix, "totals",
			collections.Uint64Key, codec.CollValue[types.Totals](cdc)),
		counted: collections.NewMap(sb, types.CountedPrefix, "counted", sdk.AccAddressKey, collections.Uint64Value),
		recount: collections.NewItem(sb, types.RecountPrefix, "recount", collcodec.KeyToValueCodec(sdk.AccAddressKey)),
		keys: collections.NewMap(sb, types.KeysPrefix, "keys",
			collections.PairKeyCodec(sdk.AccAddressKey, collections.Uint64Key), codec.CollValue[types.EncryptionKey](cdc)),
		unbondings: collections.NewIndexedMap(sb, types.UnbondingsPrefix, "unbondings",
			unbondingCodec, codec.CollValue[types.Unbonding](cdc), newUnbondingIndexes(sb, addresses, unbondingCodec)),
		nextUnbonding: collections.NewSequence(sb, types.NextUnbondingPrefix, "next_unbonding"),
		strikes: collections.NewMap(sb, types.StrikesPrefix, "strikes",
			collections.PairKeyCodec(sdk.AccAddressKey, sdk.AccAddressKey), codec.CollValue[types.Strike](cdc)),
	}
	schema, err := sb.Build()
	if err != nil {
		return Keeper{}, err
	}
	k.schema = schema
	return k, nil
}

// Schema of the store, for decoding it.
func (k Keeper) Schema() collections.Schema { return k.schema }

// AddressCodec reads and writes the addresses of the state.
func (k Keeper) AddressCodec() address.Codec { return k.addresses }

// Authority is the address that may update parameters.
func (k Keeper) Authority() string { return k.authority }

// Params returns the parameters in force.
func (k Keeper) Params(ctx context.Context) (types.Params, error) { return k.params.Get(ctx) }

func height(ctx context.Context) uint64 { return uint64(sdk.UnwrapSDKContext(ctx).BlockHeight()) }
