package keeper

import (
	"context"

	"cosmossdk.io/collections"
	"cosmossdk.io/errors"

	"github.com/nesa-network/nesa/chain/x/attestation/types"
)

// SetVerifyingKey admits proofs about a version that exists. It replaces none: miners have promised proofs under the one that is
// there. Another model's key, or another ceremony's, is another version's.
func (s msgServer) SetVerifyingKey(
	ctx context.Context, msg *types.MsgSetVerifyingKey,
) (*types.MsgSetVerifyingKeyResponse, error) {
	if err := s.authorise(msg.Authority); err != nil {
		return nil, err
	}
	key := msg.VerifyingKey
	if err := key.Validate(); err != nil {
		return nil, err
	}
	if _, err := s.model.Version(ctx, key.VersionId); err != nil {
		return nil, err
	}
	at := collections.Join(key.VersionId, key.PrivateInput)
	has, err := s.verifyingKeys.Has(ctx, at)
	if err != nil {
		return nil, err
	}
	if has {
		return nil, errors.Wrapf(types.ErrKeyExists, "version %d", key.VersionId)
	}
	if err := s.verifyingKeys.Set(ctx, at, key); err != nil {
		return nil, err
	}
	return &types.MsgSetVerifyingKeyResponse{}, emit(ctx, &types.EventVerifyingKey{
		VersionId: key.VersionId, PrivateInput: key.PrivateInput, TranscriptDigest: key.TranscriptDigest,
	})
}

// RetireVerifyingKey admits proofs under a key no longer.
func (s msgServer) RetireVerifyingKey(
	ctx context.Context, msg *types.MsgRetireVerifyingKey,
) (*types.MsgRetireVerifyingKeyResponse, error) {
	if err := s.authorise(msg.Authority); err != nil {
		return nil, err
	}
	key, err := s.verifyingKey(ctx, msg.VersionId, msg.PrivateInput)
	if err != nil {
		return nil, err
	}
	if err := s.verifyingKeys.Remove(ctx, collections.Join(key.VersionId, key.PrivateInput)); err != nil {
		return nil, err
	}
	return &types.MsgRetireVerifyingKeyResponse{}, emit(ctx, &types.EventVerifyingKey{
		VersionId: key.VersionId, PrivateInput: key.PrivateInput, TranscriptDigest: key.TranscriptDigest, Retired: true,
	})
}
