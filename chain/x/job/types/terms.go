package types

import (
	"regexp"
	"slices"

	"cosmossdk.io/errors"

	modeltypes "github.com/nesa-network/nesa/chain/x/model/types"
)

const (
	seedBytes = 32
	// MaxOptionsBytes bounds a request's options.
	MaxOptionsBytes = 4 << 10
)

var (
	// Printable ASCII behind a scheme. Where an address leads is for whoever fetches it to judge; the chain never does.
	uriPattern         = regexp.MustCompile(`^[a-z][a-z0-9+.-]{0,31}:[\x21-\x7e]+$`)
	proofSystemPattern = regexp.MustCompile(`^[a-z0-9-]{1,32}$`)
)

// ValidURI says whether a text can be the address of a payload.
func ValidURI(uri string) bool {
	return len(uri) <= modeltypes.MaxURIBytes && uriPattern.MatchString(uri)
}

// ValidateBasic checks what can be said of terms without parameters.
func (t *Terms) ValidateBasic() error {
	switch {
	case t.VersionId == 0:
		return errors.Wrap(ErrInvalidRequest, "version ids count from 1")
	case len(t.Seed) != seedBytes:
		return errors.Wrapf(ErrInvalidRequest, "seed of %d bytes, want %d", len(t.Seed), seedBytes)
	case t.Deadline == 0:
		return errors.Wrap(ErrInvalidRequest, "deadline is missing")
	}
	if err := validatePayload(ErrInvalidRequest, t.Input, t.InputDigest, t.InputUri, MaxInlineBytes); err != nil {
		return err
	}
	if err := validateOptions(t.Options); err != nil {
		return err
	}
	if _, err := t.MaxFee(); err != nil {
		return err
	}
	return t.Assurance.validate()
}

// Validate checks terms against the parameters in force.
func (t *Terms) Validate(params Params) error {
	if err := t.ValidateBasic(); err != nil {
		return err
	}
	fee, err := t.MaxFee()
	switch {
	case err != nil:
		return err
	case fee.LT(params.MinFee):
		return errors.Wrapf(ErrInvalidRequest, "fee %s is below %s", fee, params.MinFee)
	case uint64(len(t.Input)) > params.InlineLimit:
		return errors.Wrapf(ErrInvalidRequest, "inline input of %d bytes exceeds %d", len(t.Input), params.InlineLimit)
	case t.Assurance.CheckBps > 0 && t.Assurance.CheckBps < params.MinCheckBps:
		return errors.Wrapf(ErrInvalidRequest, "check_bps %d is below %d", t.Assurance.CheckBps, params.MinCheckBps)
	case t.Assurance.CheckBps == 0 && t.Assurance.Verifiers > params.Verifiers:
		return errors.Wrapf(ErrInvalidRequest, "%d verifiers exceed %d, the most without a check", t.Assurance.Verifiers, params.Verifiers)
	case t.Assurance.Verifiers > 0 && t.Assurance.Verifiers < MinVerifiers:
		return errors.Wrapf(ErrInvalidRequest, "%d verifiers are fewer than %d", t.Assurance.Verifiers, MinVerifiers)
	case t.Assurance.ByEvidence() && (t.Assurance.CheckBps > 0 || t.Assurance.Verifiers > 0):
		return errors.Wrap(ErrInvalidRequest, "evidence settles a job at once: it is asked for instead of a check, not beside one")
	case t.Assurance.Verifiers > params.MaxVerifiers:
		return errors.Wrapf(ErrInvalidRequest, "%d verifiers exceed %d", t.Assurance.Verifiers, params.MaxVerifiers)
	}
	return nil
}

// Canonical returns the terms with the digest of an inline input filled in.
func (t Terms) Canonical() Terms {
	t.InputDigest = payloadDigest(t.Input, t.InputDigest)
	return t
}

// ByEvidence says that the delivery settles the job, in place of lottery and check: with the evidence that it must carry,
// or, for none, with nothing.
func (a Assurance) ByEvidence() bool { return len(a.Evidence) > 0 }

// None says that nobody checks the delivery, and nothing proves it.
func (a Assurance) None() bool { return slices.Contains(a.Evidence, modeltypes.SystemNone) }

func (a Assurance) validate() error {
	if a.CheckBps > BasisPoints {
		return errors.Wrapf(ErrInvalidRequest, "check_bps %d exceeds one whole", a.CheckBps)
	}
	if a.Verifiers > MaxSeats {
		return errors.Wrapf(ErrInvalidRequest, "%d verifiers exceed %d", a.Verifiers, MaxSeats)
	}
	if len(a.Evidence) > modeltypes.MaxProofSystems {
		return errors.Wrapf(ErrInvalidRequest, "%d proof systems exceed %d", len(a.Evidence), modeltypes.MaxProofSystems)
	}
	for i, name := range a.Evidence {
		if !proofSystemPattern.MatchString(name) || slices.Contains(a.Evidence[:i], name) {
			return errors.Wrapf(ErrInvalidRequest, "proof system %.40q is malformed or appears twice", name)
		}
	}
	if a.None() && len(a.Evidence) > 1 {
		return errors.Wrapf(ErrInvalidRequest, "%s is asked for alone, or not at all", modeltypes.SystemNone)
	}
	return nil
}
