package keeper

import (
	"context"
	stderrors "errors"

	"cosmossdk.io/collections"
	"cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/x/model/types"
)

// Model returns a model by name.
func (k Keeper) Model(ctx context.Context, name string) (types.Model, error) {
	model, err := k.models.Get(ctx, name)
	if stderrors.Is(err, collections.ErrNotFound) {
		return model, errors.Wrapf(types.ErrModelNotFound, "%.100q", name)
	}
	return model, err
}

// OwnerOf returns who receives the royalties of a version.
func (k Keeper) OwnerOf(ctx context.Context, versionID uint64) (sdk.AccAddress, error) {
	version, err := k.Version(ctx, versionID)
	if err != nil {
		return nil, err
	}
	model, err := k.Model(ctx, version.Model)
	if err != nil {
		return nil, err
	}
	return k.addresses.StringToBytes(model.Owner)
}

// CheckRequest says whether a requester may have new work done by a version.
func (k Keeper) CheckRequest(ctx context.Context, versionID uint64, requester sdk.AccAddress) error {
	version, err := k.Version(ctx, versionID)
	if err != nil {
		return err
	}
	model, err := k.Model(ctx, version.Model)
	if err != nil {
		return err
	}
	if model.Retired {
		return errors.Wrapf(types.ErrUnavailable, "%s is retired", model.Name)
	}
	if !version.TakesRequests() {
		return errors.Wrapf(types.ErrUnavailable, "%s version %d: %s", version.Model, version.Number, version.Status)
	}
	if !model.Private {
		return nil
	}
	return k.checkAccess(ctx, model, requester)
}

func (k Keeper) checkAccess(ctx context.Context, model types.Model, requester sdk.AccAddress) error {
	owner, err := k.addresses.StringToBytes(model.Owner)
	if err != nil {
		return err
	}
	if requester.Equals(sdk.AccAddress(owner)) {
		return nil
	}
	allowed, err := k.access.Has(ctx, collections.Join(model.Name, requester))
	if err != nil {
		return err
	}
	if !allowed {
		return errors.Wrap(types.ErrNotAllowed, model.Name)
	}
	return nil
}

// owned returns a model that is not retired, for its owner.
func (k Keeper) owned(ctx context.Context, name, owner string) (types.Model, error) {
	model, err := k.Model(ctx, name)
	if err != nil {
		return model, err
	}
	canonical, err := k.canonical(owner)
	if err != nil {
		return model, err
	}
	if model.Owner != canonical {
		return model, errors.Wrap(types.ErrNotOwner, name)
	}
	if model.Retired {
		return model, errors.Wrap(types.ErrModelRetired, name)
	}
	return model, nil
}

// canonical returns an address in the one form in which it is stored and compared: a codec may read several.
func (k Keeper) canonical(text string) (string, error) {
	account, err := k.addresses.StringToBytes(text)
	if err != nil {
		return "", errors.Wrap(types.ErrInvalidAddress, err.Error())
	}
	return k.addresses.BytesToString(account)
}

// claimPublisher gives the name space to whoever comes first, and keeps it for that account.
func (k Keeper) claimPublisher(ctx context.Context, publisher string, owner sdk.AccAddress) error {
	holder, err := k.publishers.Get(ctx, publisher)
	if stderrors.Is(err, collections.ErrNotFound) {
		return k.publishers.Set(ctx, publisher, owner)
	}
	if err != nil {
		return err
	}
	if !holder.Equals(owner) {
		return errors.Wrap(types.ErrPublisherTaken, publisher)
	}
	return nil
}

// burnFee burns the registration fee.
func (k Keeper) burnFee(ctx context.Context, payer sdk.AccAddress) error {
	params, err := k.Params(ctx)
	if err != nil {
		return err
	}
	fee := sdk.NewCoins(sdk.NewCoin(types.Denom, params.RegistrationFee))
	if fee.IsZero() {
		return nil
	}
	if err := k.bank.SendCoinsFromAccountToModule(ctx, payer, types.ModuleName, fee); err != nil {
		return errors.Wrap(err, "registration fee")
	}
	return k.bank.BurnCoins(ctx, types.ModuleName, fee)
}
