package keeper

import (
	"bytes"
	"context"

	"cosmossdk.io/collections"
	"cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/x/attestation/types"
)

type msgServer struct{ Keeper }

// NewMsgServer serves the module's messages.
func NewMsgServer(k Keeper) types.MsgServer { return msgServer{k} }

// minerOf returns the owner of the miner that an account acts for.
func (k Keeper) minerOf(ctx context.Context, text string) (sdk.AccAddress, string, error) {
	account, err := k.addresses.StringToBytes(text)
	if err != nil {
		return nil, "", errors.Wrap(types.ErrInvalidSigner, err.Error())
	}
	miner, err := k.miner.ByOperator(ctx, account)
	if err != nil {
		return nil, "", err
	}
	owner, err := k.addresses.StringToBytes(miner.Owner)
	return owner, miner.Owner, err
}

// Attest admits a key whose quote holds, until the time that the quote says.
func (s msgServer) Attest(ctx context.Context, msg *types.MsgAttest) (*types.MsgAttestResponse, error) {
	miner, owner, err := s.minerOf(ctx, msg.Operator)
	if err != nil {
		return nil, err
	}
	if len(msg.Key) != types.KeyBytes || bytes.Equal(msg.Key, make([]byte, types.KeyBytes)) {
		return nil, errors.Wrapf(types.ErrMalformed, "key of %d bytes, want %d", len(msg.Key), types.KeyBytes)
	}
	params, err := s.Params(ctx)
	if err != nil {
		return nil, err
	}
	sdkCtx := sdk.UnwrapSDKContext(ctx)
	if now := sdkCtx.BlockTime().Unix(); msg.Expires <= now || msg.Expires > now+params.MaxKeyLife {
		return nil, errors.Wrapf(types.ErrExpiry, "%d, it is %d and a key lives for %d", msg.Expires, now, params.MaxKeyLife)
	}
	claims, err := s.verifyQuote(ctx, params, &msg.Quote, types.KeyDigest(chainID(ctx), miner, msg.Key, msg.Expires))
	if err != nil {
		return nil, err
	}
	key := types.AttestedKey{
		Miner: owner, Key: msg.Key, Platform: msg.Quote.Platform, Product: msg.Quote.Product,
		Measurement: claims.Measurement, Tcb: claims.TCB, Machine: claims.Machine, Gpu: len(msg.Quote.GpuReport) > 0,
		Height: uint64(sdkCtx.BlockHeight()), Expires: msg.Expires,
	}
	if err := s.admit(ctx, params, miner, key); err != nil {
		return nil, err
	}
	return &types.MsgAttestResponse{}, emit(ctx, &types.EventAttested{
		Miner: owner, Key: key.Key, Platform: key.Platform, Product: key.Product, Measurement: key.Measurement,
		Gpu: key.Gpu, Expires: key.Expires,
	})
}

// Revoke takes a key away.
func (s msgServer) Revoke(ctx context.Context, msg *types.MsgRevoke) (*types.MsgRevokeResponse, error) {
	miner, err := s.addresses.StringToBytes(msg.Miner)
	if err != nil {
		return nil, errors.Wrap(types.ErrInvalid, err.Error())
	}
	if msg.Sender != s.authority {
		owner, _, err := s.minerOf(ctx, msg.Sender)
		if err != nil {
			return nil, err
		}
		if !owner.Equals(sdk.AccAddress(miner)) {
			return nil, errors.Wrapf(types.ErrInvalidSigner, "%s does not act for %s", msg.Sender, msg.Miner)
		}
	}
	at := collections.Join(sdk.AccAddress(miner), msg.Key)
	key, err := s.keys.Get(ctx, at)
	switch {
	case err != nil:
		return nil, orElse(err, errors.Wrapf(types.ErrNotFound, "key %x", msg.Key))
	case key.Revoked:
		return nil, errors.Wrapf(types.ErrKeyRevoked, "%x", msg.Key)
	}
	params, err := s.Params(ctx)
	if err != nil {
		return nil, err
	}
	// Its enclave may have made quotes already that expire later.
	key.Revoked, key.Expires = true, max(key.Expires, sdk.UnwrapSDKContext(ctx).BlockTime().Unix()+params.MaxKeyLife)
	if err := s.keys.Set(ctx, at, key); err != nil {
		return nil, err
	}
	return &types.MsgRevokeResponse{}, emit(ctx, &types.EventRevoked{Miner: key.Miner, Key: key.Key})
}

// Decide verifies a proof about private data.
func (s msgServer) Decide(ctx context.Context, msg *types.MsgDecide) (*types.MsgDecideResponse, error) {
	if err := s.verifyDecision(ctx, msg); err != nil {
		return nil, err
	}
	return &types.MsgDecideResponse{}, emit(ctx, &types.EventDecision{
		Prover: msg.Prover, VersionId: msg.VersionId, Label: msg.Label, Commitment: msg.Commitment, Output: msg.Output,
	})
}

// UpdateParams replaces the parameters. Whether platforms may be simulated is genesis' to say: keys of one prove nothing, and a
// vote must not be able to undo what users were told.
func (s msgServer) UpdateParams(ctx context.Context, msg *types.MsgUpdateParams) (*types.MsgUpdateParamsResponse, error) {
	if err := s.authorise(msg.Authority); err != nil {
		return nil, err
	}
	if err := msg.Params.Validate(); err != nil {
		return nil, err
	}
	params, err := s.Params(ctx)
	if err != nil {
		return nil, err
	}
	if msg.Params.AllowSimulated != params.AllowSimulated {
		return nil, errors.Wrap(types.ErrSimulated, "allow_simulated is genesis' to say")
	}
	if err := s.params.Set(ctx, msg.Params); err != nil {
		return nil, err
	}
	return &types.MsgUpdateParamsResponse{}, emit(ctx, &types.EventParamsUpdated{Authority: msg.Authority})
}

func (k Keeper) authorise(sender string) error {
	if sender != k.authority {
		return errors.Wrapf(types.ErrInvalidSigner, "%q is not %s", sender, k.authority)
	}
	return nil
}

// orNotFound is the error of something that is not stored, unless the store itself failed.
func orNotFound(err error, what string) error {
	if err != nil {
		return err
	}
	return errors.Wrap(types.ErrNotFound, what)
}
