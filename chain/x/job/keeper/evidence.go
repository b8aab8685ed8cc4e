package keeper

import (
	"context"
	"slices"

	"cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	attestationtypes "github.com/nesa-network/nesa/chain/x/attestation/types"
	"github.com/nesa-network/nesa/chain/x/job/types"
	modeltypes "github.com/nesa-network/nesa/chain/x/model/types"
)

// A job may ask for evidence in place of lottery and check: of an enclave, or a proof. It settles the job with its
// delivery. Evidence that does not hold is refused, and its miner may still bring what does until the run window ends; then
// its bond is lost as for any delivery that did not come.
//
// Versions that nobody could check are requested with the assurance none: any delivery of the right form settles the job.

// checkAssurance has requests say none where it is all that there is, and nowhere else.
func checkAssurance(version modeltypes.Version, assurance types.Assurance) error {
	switch none := assurance.None(); {
	case version.Profile.Unverified() && !none:
		return errors.Wrapf(types.ErrAssurance,
			"nobody checks what version %d delivers: ask for %s, or for another version", version.Id, modeltypes.SystemNone)
	case !version.Profile.Unverified() && none:
		return errors.Wrapf(types.ErrAssurance,
			"version %d is verified, and the lottery costs you no more: leave out %s", version.Id, modeltypes.SystemNone)
	}
	return nil
}

// checkEvidence refuses a request for evidence that nobody could give.
func (k Keeper) checkEvidence(ctx context.Context, version modeltypes.Version, terms types.Terms) error {
	for _, kind := range terms.Assurance.Evidence {
		if !slices.Contains(version.Profile.ProofSystems, kind) {
			return errors.Wrapf(types.ErrEvidence, "the version does not admit %q; it admits %q", kind, version.Profile.ProofSystems)
		}
		switch kind {
		case attestationtypes.KindTEE, modeltypes.SystemNone:
		case attestationtypes.KindZK:
			if err := k.checkProvable(ctx, terms); err != nil {
				return err
			}
		default:
			return errors.Wrapf(types.ErrEvidence, "this chain verifies no %q", kind)
		}
	}
	return nil
}

// checkProvable refuses an input about which nothing can be proven: whoever claimed the job would lose its bond.
func (k Keeper) checkProvable(ctx context.Context, terms types.Terms) error {
	size, ok, err := k.attest.ProvenInput(ctx, terms.VersionId)
	switch {
	case err != nil:
		return err
	case !ok:
		return errors.Wrapf(types.ErrEvidence, "no verifying key is registered for version %d", terms.VersionId)
	case len(terms.Options) > 0:
		return errors.Wrap(types.ErrInvalidRequest, "a proof is about a model without options")
	case uint64(len(terms.Input)) != size:
		return errors.Wrapf(types.ErrInvalidRequest, "inline input of %d bytes, a proof is about %d", len(terms.Input), size)
	}
	return nil
}

// canGiveEvidence keeps a miner from a seat that would cost it its bond. A proof takes nothing that not everybody has.
func (k Keeper) canGiveEvidence(ctx context.Context, job *types.Job, owner sdk.AccAddress) error {
	wanted := job.Terms.Assurance.Evidence
	if len(wanted) == 0 || job.Terms.Assurance.None() || slices.Contains(wanted, attestationtypes.KindZK) {
		return nil
	}
	ok, err := k.attest.CanAttest(ctx, owner)
	if err != nil {
		return err
	}
	if !ok {
		return errors.Wrapf(types.ErrEvidence, "job %d asks for %q, and the miner has no attested key", job.Id, wanted)
	}
	return nil
}

// delivered is what evidence for a delivery is about, with that evidence.
func (k Keeper) delivered(
	ctx context.Context, miner sdk.AccAddress, job *types.Job, entry *types.DeliverEntry,
) (attestationtypes.Delivered, error) {
	input, err := payload(ctx, k.inputs, job.Id)
	return attestationtypes.Delivered{Statement: attestationtypes.Statement{
		JobID: job.Id, VersionID: job.Terms.VersionId, Miner: miner,
		Input: input, InputDigest: job.Terms.InputDigest, Options: job.Terms.Options, Seed: job.Terms.Seed,
		Outcome: uint64(entry.Outcome), Output: entry.Output, OutputDigest: outputDigest(entry), Units: entry.Units,
	}, Evidence: *entry.Evidence}, err
}

// proveTogether verifies the proofs of a message at once. Whatever is wrong with a delivery is for deliver to say.
func (k Keeper) proveTogether(
	ctx context.Context, miner sdk.AccAddress, entries []types.DeliverEntry,
) (attestationtypes.Proven, error) {
	var found []attestationtypes.Delivered
	for i := range entries {
		entry := &entries[i]
		if entry.Evidence.GetProof() == nil {
			continue
		}
		job, _, err := k.expectDelivery(ctx, miner, entry.JobId, height(ctx))
		if err != nil || !slices.Contains(job.Terms.Assurance.Evidence, attestationtypes.KindZK) {
			continue
		}
		one, err := k.delivered(ctx, miner, &job, entry)
		if err != nil {
			return nil, err
		}
		found = append(found, one)
	}
	if len(found) < 2 {
		return nil, nil
	}
	return k.attest.ProveTogether(ctx, found)
}

// verifyEvidence returns the kind of a delivery's evidence, which holds: none where none was asked for.
func (k Keeper) verifyEvidence(
	ctx context.Context, miner sdk.AccAddress, job *types.Job, entry *types.DeliverEntry, proven attestationtypes.Proven,
) (string, error) {
	if job.Terms.Assurance.None() {
		return modeltypes.SystemNone, nil
	}
	one, err := k.delivered(ctx, miner, job, entry)
	if err != nil {
		return "", err
	}
	kind, err := k.attest.VerifyDelivery(ctx, one, job.Terms.Assurance.Evidence, proven)
	if err != nil {
		return "", err
	}
	if kind == attestationtypes.KindZK && entry.Units != 1 {
		// A proof says nothing about units, and nobody else would.
		return "", errors.Wrapf(types.ErrInvalidDelivery, "%d units: a proven run has one", entry.Units)
	}
	return kind, nil
}

// evidenceLapsed says that what a job asks for cannot be had any more: governance has retired the verifying key since.
func (k Keeper) evidenceLapsed(ctx context.Context, job *types.Job) (bool, error) {
	for _, kind := range job.Terms.Assurance.Evidence {
		if kind != attestationtypes.KindZK {
			return false, nil
		}
	}
	if !job.Terms.Assurance.ByEvidence() {
		return false, nil
	}
	_, ok, err := k.attest.ProvenInput(ctx, job.Terms.VersionId)
	return !ok, err
}

// excuse ends a job whose executor could not deliver, and nobody after it could: its bond is free.
func (k Keeper) excuse(ctx context.Context, job *types.Job, seat *types.Seat) error {
	owner, err := k.address(seat.Miner)
	if err != nil {
		return err
	}
	if err := k.miner.Release(ctx, owner, seat.Bond); err != nil {
		return err
	}
	seat.State = types.SeatState_SEAT_STATE_ABSTAINED
	if err := k.saveSeat(ctx, seat); err != nil {
		return err
	}
	if err := k.emitMissed(ctx, seat); err != nil {
		return err
	}
	return k.expire(ctx, job)
}
