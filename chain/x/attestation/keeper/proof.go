package keeper

import (
	"context"
	stderrors "errors"

	"cosmossdk.io/collections"
	"cosmossdk.io/errors"

	"github.com/nesa-network/nesa/chain/hashing"
	"github.com/nesa-network/nesa/chain/x/attestation/evidence/groth16"
	"github.com/nesa-network/nesa/chain/x/attestation/types"
)

func (k Keeper) verifyingKey(ctx context.Context, versionID uint64, privateInput bool) (types.VerifyingKey, error) {
	key, err := k.verifyingKeys.Get(ctx, collections.Join(versionID, privateInput))
	return key, orElse(err, errors.Wrapf(types.ErrNoVerifyingKey, "version %d, private input: %t", versionID, privateInput))
}

// verifyProof verifies that a version gives an output, in the context of a digest. The input is what goes before the output in the
// public values: its elements, or one that commits to it.
func (k Keeper) verifyProof(
	ctx context.Context, params types.Params, key types.VerifyingKey, about [hashing.Size]byte,
	input [][]byte, output []byte, proof types.Proof,
) error {
	if uint64(len(output)) != key.OutputSize {
		return errors.Wrapf(types.ErrPublicValues, "output of %d bytes, want %d", len(output), key.OutputSize)
	}
	public := append([][]byte{types.Context(about)}, input...)
	public = append(public, types.Pack(output)...)
	if uint64(len(public)) != key.PublicValues() {
		return errors.Wrapf(types.ErrPublicValues, "%d of them, want %d", len(public), key.PublicValues())
	}
	charge(ctx, params.GasProof+params.GasPublicValue*uint64(len(public)), "zero-knowledge proof")
	parsed, err := groth16.ParseVerifyingKey(key.Key)
	if err != nil {
		return errors.Wrap(types.ErrVerifyingKeyForm, err.Error())
	}
	if err := groth16.Verify(parsed, proof.Groth16, public); err != nil {
		if stderrors.Is(err, groth16.ErrInvalid) {
			return errors.Wrapf(types.ErrProof, "about version %d", key.VersionId)
		}
		return errors.Wrap(types.ErrProof, err.Error())
	}
	return nil
}

// verifyDecision verifies a proof about an input that only its prover knows.
func (k Keeper) verifyDecision(ctx context.Context, msg *types.MsgDecide) error {
	prover, err := k.addresses.StringToBytes(msg.Prover)
	if err != nil {
		return errors.Wrap(types.ErrInvalidSigner, err.Error())
	}
	if len(prover) != types.AccountBytes {
		return errors.Wrapf(types.ErrInvalidSigner, "an account of %d bytes, want %d", len(prover), types.AccountBytes)
	}
	if len(msg.Label) != types.LabelBytes || len(msg.Commitment) != types.ElementBytes {
		return errors.Wrap(types.ErrPublicValues, "label and commitment have 32 bytes each")
	}
	params, err := k.Params(ctx)
	if err != nil {
		return err
	}
	key, err := k.verifyingKey(ctx, msg.VersionId, true)
	if err != nil {
		return err
	}
	about := types.DecisionDigest(chainID(ctx), msg.VersionId, prover, msg.Label)
	return k.verifyProof(ctx, params, key, about, [][]byte{msg.Commitment}, msg.Output, msg.Proof)
}
