package keeper

import (
	"context"
	stderrors "errors"
	"slices"

	"cosmossdk.io/collections"
	"cosmossdk.io/errors"

	"github.com/cosmos/cosmos-sdk/crypto/keys/ed25519"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/x/attestation/types"
)

// CanAttest says whether a miner has a key in force.
func (k Keeper) CanAttest(ctx context.Context, miner sdk.AccAddress) (bool, error) {
	keys, err := k.keysOf(ctx, miner)
	if err != nil {
		return false, err
	}
	for _, key := range keys {
		if k.inForce(ctx, key) == nil {
			return true, nil
		}
	}
	return false, nil
}

// ProvenInput returns the size of the inputs about which a version can be proven to everybody; ok is false where it cannot.
func (k Keeper) ProvenInput(ctx context.Context, versionID uint64) (size uint64, ok bool, err error) {
	key, err := k.verifyingKeys.Get(ctx, collections.Join(versionID, false))
	if stderrors.Is(err, collections.ErrNotFound) {
		return 0, false, nil
	}
	return key.InputSize, err == nil, err
}

// VerifyDelivery returns the kind of evidence for a delivery, which is one of those allowed and holds. Gas is charged before
// anything expensive. Proofs that are known to hold, by ProveTogether, are not verified again.
func (k Keeper) VerifyDelivery(
	ctx context.Context, delivery types.Delivered, allowed []string, proven types.Proven,
) (kind string, err error) {
	params, err := k.Params(ctx)
	if err != nil {
		return "", err
	}
	about := delivery.Digest(chainID(ctx))
	event := &types.EventVerified{JobId: delivery.JobID}
	switch sum := delivery.Evidence.Sum.(type) {
	case *types.Evidence_Key:
		event.Kind, event.Key = types.KindTEE, sum.Key.GetKey()
	case *types.Evidence_Quote:
		event.Kind = types.KindTEE
	case *types.Evidence_Proof:
		event.Kind = types.KindZK
	default:
		return "", errors.Wrap(types.ErrMalformed, "there is none")
	}
	if !slices.Contains(allowed, event.Kind) {
		return "", errors.Wrapf(types.ErrUnwanted, "%q, want one of %q", event.Kind, allowed)
	}
	switch sum := delivery.Evidence.Sum.(type) {
	case *types.Evidence_Key:
		err = k.verifySignature(ctx, params, delivery.Miner, about[:], sum.Key)
	case *types.Evidence_Quote:
		var claims types.Claims
		if sum.Quote == nil {
			return "", errors.Wrap(types.ErrMalformed, "there is no quote")
		}
		claims, err = k.verifyQuote(ctx, params, sum.Quote, about)
		event.Measurement = claims.Measurement
	case *types.Evidence_Proof:
		if !proven.Has(about, sum.Proof.GetGroth16()) {
			err = k.proveDelivery(ctx, params, delivery.Statement, about, sum.Proof)
		}
	}
	if err != nil {
		return "", err
	}
	return event.Kind, emit(ctx, event)
}

// verifySignature verifies what an enclave of a miner signed with its attested key.
func (k Keeper) verifySignature(
	ctx context.Context, params types.Params, miner sdk.AccAddress, digest []byte, signed *types.KeySignature,
) error {
	if len(signed.GetKey()) != types.KeyBytes {
		return errors.Wrapf(types.ErrMalformed, "key of %d bytes", len(signed.GetKey()))
	}
	charge(ctx, params.GasSignature, "attested key's signature")
	key, err := k.keys.Get(ctx, collections.Join(miner, signed.Key))
	if err != nil {
		return orElse(err, errors.Wrapf(types.ErrKeyNotAttested, "%x", signed.Key))
	}
	if err := k.inForce(ctx, key); err != nil {
		return err
	}
	public := ed25519.PubKey{Key: signed.Key}
	if !public.VerifySignature(digest, signed.Signature) {
		return errors.Wrap(types.ErrSignature, "of the attested key")
	}
	return nil
}
