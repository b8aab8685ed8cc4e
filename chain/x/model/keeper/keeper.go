// Package keeper stores models, their versions and how checks of them went.
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

	"github.com/nesa-network/nesa/chain/x/model/types"
)

// Keeper of the model module.
type Keeper struct {
	addresses address.Codec
	authority string
	bank      types.BankKeeper

	schema          collections.Schema
	params          collections.Item[types.Params]
	models          *collections.IndexedMap[string, types.Model, modelIndexes]
	versions        *collections.IndexedMap[uint64, types.Version, versionIndexes]
	nextVersion     collections.Sequence
	publishers      collections.Map[string, sdk.AccAddress]
	access          collections.KeySet[collections.Pair[string, sdk.AccAddress]]
	probationMiners collections.KeySet[collections.Pair[uint64, sdk.AccAddress]]
}

type modelIndexes struct {
	owner *indexes.Multi[sdk.AccAddress, string, types.Model]
}

// IndexesList implements collections.Indexes.
func (i modelIndexes) IndexesList() []collections.Index[string, types.Model] {
	return []collections.Index[string, types.Model]{i.owner}
}

type versionIndexes struct {
	number *numberIndex
}

// IndexesList implements collections.Indexes.
func (i versionIndexes) IndexesList() []collections.Index[uint64, types.Version] {
	return []collections.Index[uint64, types.Version]{i.number}
}

// NewKeeper builds the keeper. The authority may update parameters.
func NewKeeper(
	cdc codec.BinaryCodec,
	storeService store.KVStoreService,
	addresses address.Codec,
	authority string,
	bank types.BankKeeper,
) (Keeper, error) {
	if _, err := addresses.StringToBytes(authority); err != nil {
		return Keeper{}, errors.Wrap(types.ErrInvalidSigner, err.Error())
	}
	sb := collections.NewSchemaBuilder(storeService)
	ownerOf := func(_ string, model types.Model) (sdk.AccAddress, error) {
		return addresses.StringToBytes(model.Owner)
	}
	k := Keeper{
		addresses: addresses,
		authority: authority,
		bank:      bank,
		params:    collections.NewItem(sb, types.ParamsPrefix, "params", codec.CollValue[types.Params](cdc)),
		models: collections.NewIndexedMap(sb, types.ModelsPrefix, "models",
			collections.StringKey, codec.CollValue[types.Model](cdc),
			modelIndexes{owner: indexes.NewMulti(sb, types.ModelsByOwnerPrefix, "models_by_owner",
				sdk.AccAddressKey, collections.StringKey, ownerOf)}),
		versions: collections.NewIndexedMap(sb, types.VersionsPrefix, "versions",
			collections.Uint64Key, codec.CollValue[types.Version](cdc),
			versionIndexes{number: newNumberIndex(sb)}),
		nextVersion: collections.NewSequence(sb, types.NextVersionPrefix, "next_version"),
		publishers: collections.NewMap(sb, types.PublishersPrefix, "publishers",
			collections.StringKey, collcodec.KeyToValueCodec(sdk.AccAddressKey)),
		access: collections.NewKeySet(sb, types.AccessPrefix, "access",
			collections.PairKeyCodec(collections.StringKey, sdk.AccAddressKey)),
		probationMiners: collections.NewKeySet(sb, types.ProbationMinersPrefix, "probation_miners",
			collections.PairKeyCodec(collections.Uint64Key, sdk.AccAddressKey)),
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
