package types

import (
	"bytes"
	"crypto/sha256"

	"cosmossdk.io/errors"

	modeltypes "github.com/nesa-network/nesa/chain/x/model/types"
)

// ValidateBasic checks what can be said of a delivery without its job.
func (e *DeliverEntry) ValidateBasic() error {
	if err := validateID(e.JobId); err != nil {
		return err
	}
	if e.Outcome != Outcome_OUTCOME_OK && !e.Outcome.Canonical() {
		return errors.Wrapf(ErrInvalidDelivery, "outcome %d", e.Outcome)
	}
	if len(e.Fingerprint) > modeltypes.MaxFingerprintBytes {
		return errors.Wrapf(ErrInvalidDelivery, "fingerprint of %d bytes", len(e.Fingerprint))
	}
	if e.InputUri != "" && !ValidURI(e.InputUri) {
		return errors.Wrapf(ErrInvalidDelivery, "input_uri must be absolute, printable and of at most %d bytes", modeltypes.MaxURIBytes)
	}
	if e.Outcome != Outcome_OUTCOME_OK {
		if len(e.Output) > 0 || len(e.OutputDigest) > 0 || e.OutputUri != "" || e.Units > 0 || len(e.Fingerprint) > 0 {
			return errors.Wrapf(ErrInvalidDelivery, "%s has no output, units or fingerprint", e.Outcome)
		}
		return nil
	}
	return validatePayload(ErrInvalidDelivery, e.Output, e.OutputDigest, e.OutputUri, MaxInlineBytes)
}

// Validate checks a delivery for a job of these terms and parameters, under its version's profile.
func (e *DeliverEntry) Validate(params Params, terms Terms, profile modeltypes.Profile) error {
	if err := e.ValidateBasic(); err != nil {
		return err
	}
	if uint64(len(e.Output)) > params.InlineLimit {
		return errors.Wrapf(ErrInvalidDelivery, "inline output of %d bytes exceeds %d", len(e.Output), params.InlineLimit)
	}
	if e.InputUri != "" && terms.InputUri == "" {
		return errors.Wrap(ErrInvalidDelivery, "input_uri is given for an input that the chain holds")
	}
	if e.Units > terms.MaxUnits {
		return errors.Wrapf(ErrInvalidDelivery, "%d units exceed %d", e.Units, terms.MaxUnits)
	}
	if e.Outcome == Outcome_OUTCOME_OK && e.Units == 0 {
		return errors.Wrap(ErrInvalidDelivery, "an output has at least one unit")
	}
	needed := terms.Assurance.ByEvidence() && !terms.Assurance.None()
	switch {
	case needed && e.Evidence == nil:
		return errors.Wrap(ErrEvidence, "the delivery carries none")
	case !needed && e.Evidence != nil:
		return errors.Wrap(ErrInvalidDelivery, "evidence is given for a job that asks for none")
	case !terms.Assurance.ByEvidence():
		return validateFingerprint(e.Outcome, e.Fingerprint, profile)
	case len(e.Fingerprint) > 0:
		return errors.Wrap(ErrInvalidDelivery, "a delivery that no committee will compare has no fingerprint")
	}
	return nil
}

// validatePayload checks an input or output: either its bytes, or its digest and where it may be had. With its bytes
// a digest may be given, and must then be theirs.
func validatePayload(sentinel *errors.Error, inline, digest []byte, uri string, limit int) error {
	sum := sha256.Sum256(inline)
	switch {
	case len(inline) > limit:
		return errors.Wrapf(sentinel, "inline payload of %d bytes exceeds %d", len(inline), limit)
	case len(inline) == 0 && len(digest) != sha256.Size:
		return errors.Wrapf(sentinel, "digest of %d bytes, want %d", len(digest), sha256.Size)
	case len(inline) == 0 && !ValidURI(uri):
		return errors.Wrapf(sentinel, "uri must be absolute, printable and of at most %d bytes", modeltypes.MaxURIBytes)
	case len(inline) > 0 && uri != "":
		return errors.Wrap(sentinel, "payload is both inline and elsewhere")
	case len(inline) > 0 && len(digest) > 0 && !bytes.Equal(digest, sum[:]):
		return errors.Wrap(sentinel, "digest is not that of the payload")
	}
	return nil
}

// payloadDigest returns the digest of an inline payload, or the one given.
func payloadDigest(inline, digest []byte) []byte {
	if len(inline) == 0 {
		return digest
	}
	sum := sha256.Sum256(inline)
	return sum[:]
}
