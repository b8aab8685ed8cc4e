// Package keeper moves jobs from a request to a settlement. README.md of the module is its specification.
package keeper

import (
	"context"
	"fmt"

	"cosmossdk.io/collections"
	"cosmossdk.io/core/address"
	"cosmossdk.io/core/store"

	"github.com/cosmos/cosmos-sdk/codec"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/x/job/types"
)

// Keeper of the job module.
type Keeper struct {
	cdc       codec.BinaryCodec
	addresses address.Codec
	authority string
	account   types.AccountKeeper
	bank      types.BankKeeper
	beacon    types.BeaconKeeper
	model     types.ModelKeeper
	miner     types.MinerKeeper
	attest    types.AttestationKeeper
	listener  types.Listener

	schema          collections.Schema
	revision        collections.Item[uint64]
	revisions       collections.Map[uint64, types.Params]
	nextID          collections.Sequence
	jobs            *collections.IndexedMap[uint64, types.Job, *jobIndex]
	inputs          collections.Map[uint64, []byte]
	outputs         collections.Map[uint64, []byte]
	seats           *collections.IndexedMap[seatKey, types.Seat, *seatIndex]
	due             collections.KeySet[collections.Pair[uint64, uint64]]
	records         *collections.IndexedMap[uint64, types.Record, *recordIndex]
	recordsByHeight collections.KeySet[collections.Pair[uint64, uint64]]
	reveals         collections.Map[collections.Pair[uint64, sdk.AccAddress], types.EpochReveals]
}

// NewKeeper builds the keeper. The authority may update parameters.
func NewKeeper(
	cdc codec.BinaryCodec,
	storeService store.KVStoreService,
	addresses address.Codec,
	authority string,
	account types.AccountKeeper,
	bank types.BankKeeper,
	beacon types.BeaconKeeper,
	model types.ModelKeeper,
	miner types.MinerKeeper,
	attest types.AttestationKeeper,
) (Keeper, error) {
	if _, err := addresses.StringToBytes(authority); err != nil {
		return Keeper{}, fmt.Errorf("authority of %s: %w", types.ModuleName, err)
	}
	for _, name := range []string{types.EscrowAccount, types.LevyAccount} {
		if account.GetModuleAddress(name) == nil {
			return Keeper{}, fmt.Errorf("module account %s is not set", name)
		}
	}
	sb := collections.NewSchemaBuilder(storeService)
	k := Keeper{
		cdc: cdc, addresses: addresses, authority: authority,
		account: account, bank: bank, beacon: beacon, model: model, miner: miner, attest: attest,

		revision: collections.NewItem(sb, types.RevisionInForcePrefix, "revision", collections.Uint64Value),
		revisions: collections.NewMap(sb, types.RevisionsPrefix, "revisions",
			collections.Uint64Key, codec.CollValue[types.Params](cdc)),
		nextID: collections.NewSequence(sb, types.NextIDPrefix, "next_id"),
		jobs: collections.NewIndexedMap(sb, types.JobsPrefix, "jobs",
			collections.Uint64Key, codec.CollValue[types.Job](cdc), newJobIndex(sb, addresses)),
		inputs:  collections.NewMap(sb, types.InputsPrefix, "inputs", collections.Uint64Key, collections.BytesValue),
		outputs: collections.NewMap(sb, types.OutputsPrefix, "outputs", collections.Uint64Key, collections.BytesValue),
		seats: collections.NewIndexedMap(sb, types.SeatsPrefix, "seats",
			collections.TripleKeyCodec(collections.Uint64Key, collections.Uint32Key, sdk.AccAddressKey),
			codec.CollValue[types.Seat](cdc), newSeatIndex(sb)),
		due: collections.NewKeySet(sb, types.DuePrefix, "due",
			collections.PairKeyCodec(collections.Uint64Key, collections.Uint64Key)),
		records: collections.NewIndexedMap(sb, types.RecordsPrefix, "records",
			collections.Uint64Key, codec.CollValue[types.Record](cdc), newRecordIndex(sb)),
		recordsByHeight: collections.NewKeySet(sb, types.RecordsByHeightPrefix, "records_by_height",
			collections.PairKeyCodec(collections.Uint64Key, collections.Uint64Key)),
		reveals: collections.NewMap(sb, types.RevealsPrefix, "reveals",
			collections.PairKeyCodec(collections.Uint64Key, sdk.AccAddressKey), codec.CollValue[types.EpochReveals](cdc)),
	}
	schema, err := sb.Build()
	if err != nil {
		return Keeper{}, fmt.Errorf("schema of %s: %w", types.ModuleName, err)
	}
	k.schema = schema
	return k, nil
}

// WithListener returns the keeper with somebody who is told how jobs end.
func (k Keeper) WithListener(listener types.Listener) Keeper {
	k.listener = listener
	return k
}

// Schema of the store, for decoding it.
func (k Keeper) Schema() collections.Schema { return k.schema }

// AddressCodec reads and writes addresses.
func (k Keeper) AddressCodec() address.Codec { return k.addresses }

// Authority is the address that may update parameters.
func (k Keeper) Authority() string { return k.authority }

// height is the block being executed.
func height(ctx context.Context) uint64 { return uint64(sdk.UnwrapSDKContext(ctx).BlockHeight()) }

// chainID separates this network's hashes from every other's.
func chainID(ctx context.Context) string { return sdk.UnwrapSDKContext(ctx).ChainID() }
