// Package keeper admits enclaves and proofs, and verifies the evidence for deliveries. README.md of the module is its
// specification.
package keeper

import (
	"context"
	stderrors "errors"

	"cosmossdk.io/collections"
	"cosmossdk.io/core/address"
	"cosmossdk.io/core/store"
	"cosmossdk.io/errors"

	"github.com/cosmos/cosmos-sdk/codec"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/gogoproto/proto"

	"github.com/nesa-network/nesa/chain/x/attestation/types"
)

type (
	productKey     = collections.Pair[int32, string]
	measurementKey = collections.Pair[int32, []byte]
	machineKey     = collections.Pair[int32, []byte]
	enclaveKey     = collections.Pair[sdk.AccAddress, []byte]
	verifyingKey   = collections.Pair[uint64, bool]
)

// Keeper of the attestation module.
type Keeper struct {
	addresses address.Codec
	authority string
	miner     types.MinerKeeper
	model     types.ModelKeeper
	quotes    types.QuoteVerifier

	schema        collections.Schema
	params        collections.Item[types.Params]
	anchors       collections.Map[productKey, types.Anchor]
	collateral    collections.Map[productKey, types.Collateral]
	measurements  collections.Map[measurementKey, types.Measurement]
	machines      collections.Map[machineKey, types.RevokedMachine]
	keys          collections.Map[enclaveKey, types.AttestedKey]
	verifyingKeys collections.Map[verifyingKey, types.VerifyingKey]
}

// NewKeeper builds the keeper. The authority decides what hardware and which verifying keys are trusted.
func NewKeeper(
	cdc codec.BinaryCodec,
	storeService store.KVStoreService,
	addresses address.Codec,
	authority string,
	miner types.MinerKeeper,
	model types.ModelKeeper,
	quotes types.QuoteVerifier,
) (Keeper, error) {
	if _, err := addresses.StringToBytes(authority); err != nil {
		return Keeper{}, errors.Wrap(types.ErrInvalidSigner, err.Error())
	}
	sb := collections.NewSchemaBuilder(storeService)
	product := collections.PairKeyCodec(collections.Int32Key, collections.StringKey)
	k := Keeper{
		addresses: addresses, authority: authority, miner: miner, model: model, quotes: quotes,

		params:     collections.NewItem(sb, types.ParamsPrefix, "params", codec.CollValue[types.Params](cdc)),
		anchors:    collections.NewMap(sb, types.AnchorsPrefix, "anchors", product, codec.CollValue[types.Anchor](cdc)),
		collateral: collections.NewMap(sb, types.CollateralPrefix, "collateral", product, codec.CollValue[types.Collateral](cdc)),
		measurements: collections.NewMap(sb, types.MeasurementsPrefix, "measurements",
			collections.PairKeyCodec(collections.Int32Key, collections.BytesKey), codec.CollValue[types.Measurement](cdc)),
		machines: collections.NewMap(sb, types.MachinesPrefix, "machines",
			collections.PairKeyCodec(collections.Int32Key, collections.BytesKey), codec.CollValue[types.RevokedMachine](cdc)),
		keys: collections.NewMap(sb, types.KeysPrefix, "keys",
			collections.PairKeyCodec(sdk.AccAddressKey, collections.BytesKey), codec.CollValue[types.AttestedKey](cdc)),
		verifyingKeys: collections.NewMap(sb, types.VerifyingKeysPrefix, "verifying_keys",
			collections.PairKeyCodec(collections.Uint64Key, collections.BoolKey), codec.CollValue[types.VerifyingKey](cdc)),
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

// AddressCodec reads and writes addresses.
func (k Keeper) AddressCodec() address.Codec { return k.addresses }

// Authority is the address that decides what is trusted.
func (k Keeper) Authority() string { return k.authority }

// Params returns the parameters in force.
func (k Keeper) Params(ctx context.Context) (types.Params, error) { return k.params.Get(ctx) }

func keyOfProduct(platform types.Platform, product string) productKey {
	return collections.Join(int32(platform), product)
}

func keyOfMeasurement(platform types.Platform, value []byte) measurementKey {
	return collections.Join(int32(platform), value)
}

func keyOfMachine(platform types.Platform, id []byte) machineKey {
	return collections.Join(int32(platform), id)
}

// charge takes gas before the work that it pays for.
func charge(ctx context.Context, gas uint64, what string) {
	sdk.UnwrapSDKContext(ctx).GasMeter().ConsumeGas(gas, what)
}

func emit(ctx context.Context, event proto.Message) error {
	return sdk.UnwrapSDKContext(ctx).EventManager().EmitTypedEvent(event)
}

func chainID(ctx context.Context) string { return sdk.UnwrapSDKContext(ctx).ChainID() }

// orElse returns another error for what is not stored.
func orElse(err, instead error) error {
	if stderrors.Is(err, collections.ErrNotFound) {
		return instead
	}
	return err
}
