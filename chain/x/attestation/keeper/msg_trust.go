package keeper

import (
	"context"
	stderrors "errors"

	"cosmossdk.io/collections"
	"cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/x/attestation/types"
)

// What governance trusts: platforms, what their vendors say of them, enclaves' images.

// SetAnchor adds or replaces a platform's anchor.
func (s msgServer) SetAnchor(ctx context.Context, msg *types.MsgSetAnchor) (*types.MsgSetAnchorResponse, error) {
	if err := s.authorise(msg.Authority); err != nil {
		return nil, err
	}
	if err := msg.Anchor.Validate(); err != nil {
		return nil, err
	}
	params, err := s.Params(ctx)
	if err != nil {
		return nil, err
	}
	if msg.Anchor.Simulated && !params.AllowSimulated {
		return nil, errors.Wrap(types.ErrSimulated, msg.Anchor.Product)
	}
	at := keyOfProduct(msg.Anchor.Platform, msg.Anchor.Product)
	before, err := s.anchors.Get(ctx, at)
	switch {
	case stderrors.Is(err, collections.ErrNotFound), err == nil && !before.SameTrust(msg.Anchor):
		if err := s.voidKeys(ctx, at); err != nil {
			return nil, err
		}
	case err != nil:
		return nil, err
	}
	if err := s.anchors.Set(ctx, at, msg.Anchor); err != nil {
		return nil, err
	}
	return &types.MsgSetAnchorResponse{}, emit(ctx, &types.EventAnchor{
		Platform: msg.Anchor.Platform, Product: msg.Anchor.Product, What: "anchor",
	})
}

// voidKeys voids every key that a product's platforms have attested so far, by the height of its collateral. An anchor that is new
// must not bring keys back that were attested under another, or before one was taken away.
func (k Keeper) voidKeys(ctx context.Context, at productKey) error {
	collateral, err := k.collateral.Get(ctx, at)
	if err != nil && !stderrors.Is(err, collections.ErrNotFound) {
		return err
	}
	collateral.Platform, collateral.Product = types.Platform(at.K1()), at.K2()
	collateral.Height = uint64(sdk.UnwrapSDKContext(ctx).BlockHeight())
	return k.collateral.Set(ctx, at, collateral)
}

// RemoveAnchor removes a platform's anchor with its collateral.
func (s msgServer) RemoveAnchor(
	ctx context.Context, msg *types.MsgRemoveAnchor,
) (*types.MsgRemoveAnchorResponse, error) {
	if err := s.authorise(msg.Authority); err != nil {
		return nil, err
	}
	at := keyOfProduct(msg.Platform, msg.Product)
	if has, err := s.anchors.Has(ctx, at); err != nil || !has {
		return nil, orNotFound(err, "anchor")
	}
	if err := s.anchors.Remove(ctx, at); err != nil {
		return nil, err
	}
	if err := s.collateral.Remove(ctx, at); err != nil {
		return nil, err
	}
	return &types.MsgRemoveAnchorResponse{}, emit(ctx, &types.EventAnchor{
		Platform: msg.Platform, Product: msg.Product, What: "anchor", Removed: true,
	})
}

// SetCollateral stores what a vendor says of a platform that is trusted.
func (s msgServer) SetCollateral(
	ctx context.Context, msg *types.MsgSetCollateral,
) (*types.MsgSetCollateralResponse, error) {
	if err := s.authorise(msg.Authority); err != nil {
		return nil, err
	}
	if err := msg.Collateral.Validate(); err != nil {
		return nil, err
	}
	at := keyOfProduct(msg.Collateral.Platform, msg.Collateral.Product)
	if has, err := s.anchors.Has(ctx, at); err != nil || !has {
		return nil, orNotFound(err, "anchor")
	}
	msg.Collateral.Height = uint64(sdk.UnwrapSDKContext(ctx).BlockHeight())
	if err := s.collateral.Set(ctx, at, msg.Collateral); err != nil {
		return nil, err
	}
	return &types.MsgSetCollateralResponse{}, emit(ctx, &types.EventAnchor{
		Platform: msg.Collateral.Platform, Product: msg.Collateral.Product, What: "collateral",
	})
}

// SetMeasurement accepts an enclave's image.
func (s msgServer) SetMeasurement(
	ctx context.Context, msg *types.MsgSetMeasurement,
) (*types.MsgSetMeasurementResponse, error) {
	if err := s.authorise(msg.Authority); err != nil {
		return nil, err
	}
	if err := msg.Measurement.Validate(); err != nil {
		return nil, err
	}
	at := keyOfMeasurement(msg.Measurement.Platform, msg.Measurement.Value)
	if err := s.measurements.Set(ctx, at, msg.Measurement); err != nil {
		return nil, err
	}
	return &types.MsgSetMeasurementResponse{}, emit(ctx, &types.EventAnchor{
		Platform: msg.Measurement.Platform, What: "measurement", Measurement: msg.Measurement.Value,
	})
}

// RemoveMeasurement accepts an enclave's image no longer.
func (s msgServer) RemoveMeasurement(
	ctx context.Context, msg *types.MsgRemoveMeasurement,
) (*types.MsgRemoveMeasurementResponse, error) {
	if err := s.authorise(msg.Authority); err != nil {
		return nil, err
	}
	at := keyOfMeasurement(msg.Platform, msg.Value)
	if has, err := s.measurements.Has(ctx, at); err != nil || !has {
		return nil, orNotFound(err, "measurement")
	}
	if err := s.measurements.Remove(ctx, at); err != nil {
		return nil, err
	}
	return &types.MsgRemoveMeasurementResponse{}, emit(ctx, &types.EventAnchor{
		Platform: msg.Platform, What: "measurement", Measurement: msg.Value, Removed: true,
	})
}
