package keeper

import (
	"bytes"
	"context"
	stderrors "errors"

	"cosmossdk.io/collections"
	"cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/hashing"
	"github.com/nesa-network/nesa/chain/x/attestation/types"
)

// verifyQuote verifies a quote about a digest, of an enclave whose measurement is accepted. The quote's product is the state's then.
func (k Keeper) verifyQuote(
	ctx context.Context, params types.Params, quote *types.Quote, about [hashing.Size]byte,
) (types.Claims, error) {
	size := len(quote.Report) + len(quote.GpuReport)
	for _, chain := range [][][]byte{quote.Certificates, quote.GpuCertificates} {
		for _, certificate := range chain {
			size += len(certificate)
		}
	}
	if size > int(params.MaxQuoteBytes) || len(quote.Certificates)+len(quote.GpuCertificates) > 2*types.MaxCertificates {
		return types.Claims{}, errors.Wrapf(types.ErrTooMany, "a quote of %d bytes", size)
	}
	charge(ctx, params.GasQuote, "quote")
	if len(quote.GpuReport) > 0 {
		charge(ctx, params.GasGpu, "GPU report")
	}
	var err error
	if quote.Product, err = k.quotes.Product(*quote); err != nil {
		return types.Claims{}, err
	}
	anchor, err := k.anchors.Get(ctx, keyOfProduct(quote.Platform, quote.Product))
	if err != nil {
		return types.Claims{}, orElse(err, errors.Wrapf(types.ErrPlatform, "%s %.40q", quote.Platform, quote.Product))
	}
	collateral, err := k.collateral.Get(ctx, keyOfProduct(quote.Platform, quote.Product))
	if err != nil && !stderrors.Is(err, collections.ErrNotFound) {
		return types.Claims{}, err
	}
	claims, err := k.quotes.VerifyQuote(anchor, collateral, *quote, sdk.UnwrapSDKContext(ctx).BlockTime())
	if err != nil {
		return types.Claims{}, err
	}
	if want := types.ReportData(about); claims.ReportData != want {
		return types.Claims{}, errors.Wrapf(types.ErrReportData, "it is about %x, not %x", claims.ReportData[:8], want[:8])
	}
	if err := k.trusted(ctx, quote.Platform, claims.Machine); err != nil {
		return types.Claims{}, err
	}
	accepted, err := k.measurements.Has(ctx, keyOfMeasurement(quote.Platform, claims.Measurement))
	if err != nil {
		return types.Claims{}, err
	}
	if !accepted {
		return types.Claims{}, errors.Wrapf(types.ErrMeasurement, "%x", claims.Measurement)
	}
	return claims, nil
}

// inForce returns why a key is void, or nil. What was true when it attested must still be: governance takes back an
// enclave's image or a platform at once, raises the least TCB for keys that are there already, and whatever new collateral says
// is asked of every platform anew.
func (k Keeper) inForce(ctx context.Context, key types.AttestedKey) error {
	if now := sdk.UnwrapSDKContext(ctx).BlockTime().Unix(); now >= key.Expires {
		return errors.Wrapf(types.ErrKeyExpired, "at %d, it is %d", key.Expires, now)
	}
	if key.Revoked {
		return errors.Wrapf(types.ErrKeyRevoked, "%x", key.Key)
	}
	anchor, err := k.anchors.Get(ctx, keyOfProduct(key.Platform, key.Product))
	if err != nil {
		return orElse(err, errors.Wrapf(types.ErrPlatform, "%s %s is not admitted any more", key.Platform, key.Product))
	}
	if !types.TCBAtLeast(key.Tcb, anchor.MinTcb) {
		return errors.Wrapf(types.ErrOldTCB, "%x, want %x", key.Tcb, anchor.MinTcb)
	}
	collateral, err := k.collateral.Get(ctx, keyOfProduct(key.Platform, key.Product))
	if err != nil && !stderrors.Is(err, collections.ErrNotFound) {
		return err
	}
	if collateral.Height > 0 && collateral.Height >= key.Height { // in one block, to be safe
		return errors.Wrapf(types.ErrStaleCollateral, "at height %d", collateral.Height)
	}
	if err := k.trusted(ctx, key.Platform, key.Machine); err != nil {
		return err
	}
	accepted, err := k.measurements.Has(ctx, keyOfMeasurement(key.Platform, key.Measurement))
	if err != nil {
		return err
	}
	if !accepted {
		return errors.Wrapf(types.ErrMeasurement, "%x is not accepted any more", key.Measurement)
	}
	return nil
}

// trusted refuses a machine that governance has revoked.
func (k Keeper) trusted(ctx context.Context, platform types.Platform, machine []byte) error {
	revoked, err := k.machines.Has(ctx, keyOfMachine(platform, machine))
	if err != nil {
		return err
	}
	if revoked {
		return errors.Wrapf(types.ErrRevoked, "machine %x", machine)
	}
	return nil
}

// keysOf returns a miner's keys, those that are void included. They are few.
func (k Keeper) keysOf(ctx context.Context, miner sdk.AccAddress) ([]types.AttestedKey, error) {
	var keys []types.AttestedKey
	err := k.keys.Walk(ctx, collections.NewPrefixedPairRange[sdk.AccAddress, []byte](miner),
		func(_ enclaveKey, key types.AttestedKey) (bool, error) {
			keys = append(keys, key)
			return false, nil
		})
	return keys, err
}

// admit stores a miner's key, in place of those that are void when there are too many.
func (k Keeper) admit(ctx context.Context, params types.Params, miner sdk.AccAddress, admitted types.AttestedKey) error {
	keys, err := k.keysOf(ctx, miner)
	if err != nil {
		return err
	}
	others := 0
	for _, key := range keys {
		void := k.inForce(ctx, key)
		if bytes.Equal(key.Key, admitted.Key) {
			if stderrors.Is(void, types.ErrKeyRevoked) {
				return void
			}
			continue
		}
		if void == nil || stderrors.Is(void, types.ErrKeyRevoked) {
			others++
			continue
		}
		if err := k.keys.Remove(ctx, collections.Join(miner, key.Key)); err != nil {
			return err
		}
	}
	if others >= int(params.MaxKeys) {
		return errors.Wrapf(types.ErrTooMany, "the miner has %d keys", others)
	}
	return k.keys.Set(ctx, collections.Join(miner, admitted.Key), admitted)
}
