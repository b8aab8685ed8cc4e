// Package keeper holds what contracts prepaid for being answered, and answers them. README.md of the module is its
// specification.
package keeper

import (
	"context"
	stderrors "errors"
	"fmt"

	"cosmossdk.io/collections"
	"cosmossdk.io/collections/indexes"
	"cosmossdk.io/core/address"
	"cosmossdk.io/core/store"
	"cosmossdk.io/errors"

	"github.com/cosmos/cosmos-sdk/codec"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/gogoproto/proto"

	"github.com/nesa-network/nesa/chain/x/callback/types"
	jobtypes "github.com/nesa-network/nesa/chain/x/job/types"
)

var _ jobtypes.Listener = Keeper{}

// Keeper of the callback module.
type Keeper struct {
	addresses address.Codec
	authority string
	account   types.AccountKeeper
	bank      types.BankKeeper
	evm       types.EVM

	schema  collections.Schema
	params  collections.Item[types.Params]
	entries *collections.IndexedMap[uint64, types.Entry, entryIndex]
	due     collections.KeySet[collections.Pair[uint64, uint64]]
}

// entryIndex finds entries by their state.
type entryIndex struct {
	state *indexes.Multi[int32, uint64, types.Entry]
}

// IndexesList implements collections.Indexes.
func (i entryIndex) IndexesList() []collections.Index[uint64, types.Entry] {
	return []collections.Index[uint64, types.Entry]{i.state}
}

// NewKeeper builds the keeper. The authority may update parameters.
func NewKeeper(
	cdc codec.BinaryCodec,
	storeService store.KVStoreService,
	addresses address.Codec,
	authority string,
	account types.AccountKeeper,
	bank types.BankKeeper,
	evm types.EVM,
) (Keeper, error) {
	if _, err := addresses.StringToBytes(authority); err != nil {
		return Keeper{}, fmt.Errorf("authority of %s: %w", types.ModuleName, err)
	}
	if account.GetModuleAddress(types.ModuleName) == nil {
		return Keeper{}, fmt.Errorf("module account %s is not set", types.ModuleName)
	}
	sb := collections.NewSchemaBuilder(storeService)
	k := Keeper{
		addresses: addresses, authority: authority, account: account, bank: bank, evm: evm,

		params: collections.NewItem(sb, types.ParamsPrefix, "params", codec.CollValue[types.Params](cdc)),
		entries: collections.NewIndexedMap(sb, types.EntriesPrefix, "entries",
			collections.Uint64Key, codec.CollValue[types.Entry](cdc),
			entryIndex{indexes.NewMulti(sb, types.EntriesByStatePrefix, "entries_by_state",
				collections.Int32Key, collections.Uint64Key,
				func(_ uint64, entry types.Entry) (int32, error) { return int32(entry.State), nil })}),
		due: collections.NewKeySet(sb, types.DuePrefix, "due",
			collections.PairKeyCodec(collections.Uint64Key, collections.Uint64Key)),
	}
	schema, err := sb.Build()
	if err != nil {
		return Keeper{}, fmt.Errorf("schema of %s: %w", types.ModuleName, err)
	}
	k.schema = schema
	return k, nil
}

// Schema of the store, for decoding it.
func (k Keeper) Schema() collections.Schema { return k.schema }

// AddressCodec reads and writes addresses.
func (k Keeper) AddressCodec() address.Codec { return k.addresses }

// Params returns the parameters.
func (k Keeper) Params(ctx context.Context) (types.Params, error) { return k.params.Get(ctx) }

// Entry returns the entry of a job, or ErrEntryNotFound.
func (k Keeper) Entry(ctx context.Context, jobID uint64) (types.Entry, error) {
	entry, err := k.entries.Get(ctx, jobID)
	if stderrors.Is(err, collections.ErrNotFound) {
		return entry, errors.Wrapf(types.ErrEntryNotFound, "job %d", jobID)
	}
	return entry, err
}

// height is the block being executed.
func height(ctx context.Context) uint64 { return uint64(sdk.UnwrapSDKContext(ctx).BlockHeight()) }

func emit(ctx context.Context, event proto.Message) error {
	return sdk.UnwrapSDKContext(ctx).EventManager().EmitTypedEvent(event)
}
