package keeper

import (
	"context"

	"cosmossdk.io/errors"

	"github.com/nesa-network/nesa/chain/x/attestation/types"
)

// Vendors revoke certificates of lines and platforms; one whose keys were taken out of it may be known to others long before.

// RevokeMachine trusts a machine no longer, whatever it has attested.
func (s msgServer) RevokeMachine(
	ctx context.Context, msg *types.MsgRevokeMachine,
) (*types.MsgRevokeMachineResponse, error) {
	if err := s.authorise(msg.Authority); err != nil {
		return nil, err
	}
	if err := msg.Machine.Validate(); err != nil {
		return nil, err
	}
	at := keyOfMachine(msg.Machine.Platform, msg.Machine.Id)
	if has, err := s.machines.Has(ctx, at); err != nil || has {
		return nil, orRevoked(err)
	}
	if err := s.machines.Set(ctx, at, msg.Machine); err != nil {
		return nil, err
	}
	return &types.MsgRevokeMachineResponse{}, emit(ctx, &types.EventAnchor{
		Platform: msg.Machine.Platform, What: "machine", Machine: msg.Machine.Id,
	})
}

// RestoreMachine trusts a machine again. Keys that it attested before are in force again, where they have not expired.
func (s msgServer) RestoreMachine(
	ctx context.Context, msg *types.MsgRestoreMachine,
) (*types.MsgRestoreMachineResponse, error) {
	if err := s.authorise(msg.Authority); err != nil {
		return nil, err
	}
	at := keyOfMachine(msg.Platform, msg.Id)
	if has, err := s.machines.Has(ctx, at); err != nil || !has {
		return nil, orNotFound(err, "machine")
	}
	if err := s.machines.Remove(ctx, at); err != nil {
		return nil, err
	}
	return &types.MsgRestoreMachineResponse{}, emit(ctx, &types.EventAnchor{
		Platform: msg.Platform, What: "machine", Machine: msg.Id, Removed: true,
	})
}

// orRevoked is the error of a machine that is revoked already, unless the store itself failed.
func orRevoked(err error) error {
	if err != nil {
		return err
	}
	return errors.Wrap(types.ErrRevoked, "already")
}
