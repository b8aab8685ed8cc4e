package keeper

import (
	"context"

	"cosmossdk.io/collections"
	"cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/x/model/types"
)

// maxAccessChanges bounds one message; lists of any length are built of several.
const maxAccessChanges = 100

// SetAccess changes who may request a private model.
func (s msgServer) SetAccess(ctx context.Context, msg *types.MsgSetAccess) (*types.MsgSetAccessResponse, error) {
	model, err := s.owned(ctx, msg.Model, msg.Owner)
	if err != nil {
		return nil, err
	}
	if len(msg.Grant)+len(msg.Revoke) > maxAccessChanges {
		return nil, errors.Wrapf(types.ErrInvalidAccess, "more than %d changes", maxAccessChanges)
	}
	granted, err := s.accessKeys(model.Name, msg.Grant)
	if err != nil {
		return nil, err
	}
	revoked, err := s.accessKeys(model.Name, msg.Revoke)
	if err != nil {
		return nil, err
	}
	for _, key := range granted {
		if err := s.access.Set(ctx, key); err != nil {
			return nil, err
		}
	}
	// Who is in both lists ends without access.
	for _, key := range revoked {
		if err := s.access.Remove(ctx, key); err != nil {
			return nil, err
		}
	}
	model.Private = msg.Private
	if err := s.models.Set(ctx, model.Name, model); err != nil {
		return nil, err
	}
	return &types.MsgSetAccessResponse{}, emit(ctx, &types.EventAccessChanged{Model: model.Name, Private: model.Private})
}

func (k Keeper) accessKeys(model string, addresses []string) ([]collections.Pair[string, sdk.AccAddress], error) {
	keys := make([]collections.Pair[string, sdk.AccAddress], len(addresses))
	for i, text := range addresses {
		account, err := k.addresses.StringToBytes(text)
		if err != nil {
			return nil, errors.Wrap(types.ErrInvalidAccess, err.Error())
		}
		keys[i] = collections.Join(model, sdk.AccAddress(account))
	}
	return keys, nil
}
