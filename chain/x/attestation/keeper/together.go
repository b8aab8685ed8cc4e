package keeper

import (
	"context"

	"cosmossdk.io/errors"

	"github.com/nesa-network/nesa/chain/x/attestation/evidence/groth16"
	"github.com/nesa-network/nesa/chain/x/attestation/types"
)

// ProveTogether verifies the proofs among several deliveries' evidence at once, which takes about half the time of one after another.
// When one of them does not hold, none is said to: VerifyDelivery finds out which, at the full price of each. What cannot be a
// proof is left to it as well, so that each delivery is refused for its own reason.
func (k Keeper) ProveTogether(ctx context.Context, deliveries []types.Delivered) (types.Proven, error) {
	params, err := k.Params(ctx)
	if err != nil {
		return nil, err
	}
	proven := types.Proven{}
	keys := map[uint64]types.VerifyingKey{}
	var cases []groth16.Case
	var versions []uint64
	values := 0
	for _, delivery := range deliveries {
		proof := delivery.Evidence.GetProof()
		if proof == nil {
			continue
		}
		about := delivery.Digest(chainID(ctx))
		key, public, err := k.provable(ctx, delivery.Statement, about)
		if err != nil {
			continue
		}
		cases, versions = append(cases, groth16.Case{Proof: proof.Groth16, Public: public}), append(versions, key.VersionId)
		keys[key.VersionId] = key
		values += len(public)
		proven.Add(about, proof.Groth16)
	}
	if len(cases) < 2 {
		return nil, nil
	}
	charge(ctx, params.GasProof+params.GasFurtherProof*uint64(len(cases)-1)+params.GasPublicValue*uint64(values),
		"zero-knowledge proofs")
	parsed := map[uint64]*groth16.VerifyingKey{}
	for i, version := range versions {
		if parsed[version] == nil {
			if parsed[version], err = groth16.ParseVerifyingKey(keys[version].Key); err != nil {
				return nil, errors.Wrap(types.ErrVerifyingKeyForm, err.Error())
			}
		}
		cases[i].Key = parsed[version]
	}
	if groth16.VerifyBatch(cases) != nil {
		return nil, nil
	}
	return proven, nil
}
