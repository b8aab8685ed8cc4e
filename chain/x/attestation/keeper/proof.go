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

// publicValues of a proof that a version gives an output, in the context of a digest. The input is what goes before the output: its
// elements, or one that commits to it.
func publicValues(key types.VerifyingKey, about [hashing.Size]byte, input [][]byte, output []byte) ([][]byte, error) {
	if uint64(len(output)) != key.OutputSize {
		return nil, errors.Wrapf(types.ErrPublicValues, "output of %d bytes, want %d", len(output), key.OutputSize)
	}
	public := append([][]byte{types.Context(about)}, input...)
	public = append(public, types.Pack(output)...)
	if uint64(len(public)) != key.PublicValues() {
		return nil, errors.Wrapf(types.ErrPublicValues, "%d of them, want %d", len(public), key.PublicValues())
	}
	return public, nil
}

// verifyProof verifies one proof.
func (k Keeper) verifyProof(
	ctx context.Context, params types.Params, key types.VerifyingKey, public [][]byte, proof types.Proof,
) error {
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

// proveDelivery verifies a proof about an input that is on the chain.
func (k Keeper) proveDelivery(
	ctx context.Context, params types.Params, delivery types.Statement, about [hashing.Size]byte, proof *types.Proof,
) error {
	if proof == nil {
		return errors.Wrap(types.ErrMalformed, "there is no proof")
	}
	key, public, err := k.provable(ctx, delivery, about)
	if err != nil {
		return err
	}
	return k.verifyProof(ctx, params, key, public, *proof)
}

// provable returns what a proof about a delivery is verified with.
func (k Keeper) provable(
	ctx context.Context, delivery types.Statement, about [hashing.Size]byte,
) (key types.VerifyingKey, public [][]byte, err error) {
	if delivery.Outcome != types.OutcomeOK || len(delivery.Output) == 0 {
		return key, nil, errors.Wrap(types.ErrNothingToProve, "the delivery has none on the chain")
	}
	if key, err = k.verifyingKey(ctx, delivery.VersionID, false); err != nil {
		return key, nil, err
	}
	if uint64(len(delivery.Input)) != key.InputSize {
		return key, nil, errors.Wrapf(types.ErrPublicValues, "input of %d bytes, want %d", len(delivery.Input), key.InputSize)
	}
	public, err = publicValues(key, about, types.Pack(delivery.Input), delivery.Output)
	return key, public, err
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
	public, err := publicValues(key, about, [][]byte{msg.Commitment}, msg.Output)
	if err != nil {
		return err
	}
	return k.verifyProof(ctx, params, key, public, msg.Proof)
}
