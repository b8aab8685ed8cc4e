// Package keeper holds the beacon's state.
package keeper

import (
	"errors"

	"cosmossdk.io/collections"
	"cosmossdk.io/core/store"

	"github.com/cosmos/cosmos-sdk/codec"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/x/beacon/types"
)

// Keeper reads and writes the beacon's state.
type Keeper struct {
	authority sdk.AccAddress
	staking   types.StakingKeeper

	schema collections.Schema
	params collections.Item[types.Params]
	keys   collections.Map[[]byte, types.ValidatorKeys] // by consensus address
	seeds  collections.Map[uint64, types.Seed]          // by height
}

// NewKeeper returns a keeper over a store; authority may change the parameters.
func NewKeeper(
	cdc codec.BinaryCodec, service store.KVStoreService, staking types.StakingKeeper, authority sdk.AccAddress,
) (Keeper, error) {
	if staking == nil {
		return Keeper{}, errors.New("beacon: no staking keeper")
	}
	if err := sdk.VerifyAddressFormat(authority); err != nil {
		return Keeper{}, err
	}
	builder := collections.NewSchemaBuilder(service)
	k := Keeper{
		authority: authority,
		staking:   staking,
		params:    collections.NewItem(builder, types.ParamsPrefix, "params", codec.CollValue[types.Params](cdc)),
		keys: collections.NewMap(builder, types.KeysPrefix, "keys", collections.BytesKey,
			codec.CollValue[types.ValidatorKeys](cdc)),
		seeds: collections.NewMap(builder, types.SeedsPrefix, "seeds", collections.Uint64Key,
			codec.CollValue[types.Seed](cdc)),
	}
	schema, err := builder.Build()
	if err != nil {
		return Keeper{}, err
	}
	k.schema = schema
	return k, nil
}

// Schema describes the store.
func (k Keeper) Schema() collections.Schema { return k.schema }
