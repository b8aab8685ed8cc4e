package types

import (
	"regexp"
	"slices"

	"cosmossdk.io/errors"
)

const (
	// MaxFingerprintBytes bounds a fingerprint, which every check puts on the chain several times.
	MaxFingerprintBytes = 1024
	// MaxScaleBits keeps tensor values of ordinary size inside int32 after scaling.
	MaxScaleBits = 30
	// MaxShift is far beyond what a projection of int32 values needs.
	MaxShift = 40
	// MaxScores bounds the scores in every reveal.
	MaxScores = 8
	// MaxProofSystems bounds a profile.
	MaxProofSystems = 8
	// SystemNone stands alone among the proof systems: results are not verified at all.
	SystemNone = "none"

	valueBytes = 2
)

var proofSystemPattern = regexp.MustCompile(`^[a-z0-9-]{1,32}$`)

// Validate checks what can be said of a profile without its model.
func (p Profile) Validate(maxRunWindow uint64) error {
	if p.RunWindow == 0 || p.RunWindow > maxRunWindow {
		return errors.Wrapf(ErrInvalidProfile, "run window of %d blocks, want 1 to %d", p.RunWindow, maxRunWindow)
	}
	if err := validateProofSystems(p.ProofSystems); err != nil {
		return err
	}
	if p.Unverified() {
		return p.validateUnverified()
	}
	return p.validateComparison()
}

// Unverified says that nobody checks what is delivered: there is nothing that results could be compared by.
func (p Profile) Unverified() bool { return slices.Contains(p.ProofSystems, SystemNone) }

// validateUnverified refuses numbers that would look as if something were compared.
func (p Profile) validateUnverified() error {
	if len(p.ProofSystems) > 1 || p.Positions > 0 || p.Projections > 0 || p.ScaleBits > 0 || p.Shift > 0 ||
		p.Threshold > 0 || len(p.ScoreThresholds) > 0 {
		return errors.Wrapf(ErrInvalidProfile, "proof system %s leaves room for nothing but the run window", SystemNone)
	}
	return nil
}

func (p Profile) validateComparison() error {
	// Bounded one by one first, so that the product cannot overflow.
	if p.Positions == 0 || p.Positions > MaxFingerprintBytes || p.Projections == 0 || p.Projections > MaxFingerprintBytes ||
		p.Positions*p.Projections*valueBytes > MaxFingerprintBytes {
		return errors.Wrapf(ErrInvalidProfile, "%d positions of %d projections are not 1 to %d bytes",
			p.Positions, p.Projections, MaxFingerprintBytes)
	}
	if p.ScaleBits > MaxScaleBits {
		return errors.Wrapf(ErrInvalidProfile, "scale_bits %d exceed %d", p.ScaleBits, MaxScaleBits)
	}
	if p.Shift > MaxShift {
		return errors.Wrapf(ErrInvalidProfile, "shift %d exceeds %d", p.Shift, MaxShift)
	}
	if len(p.ScoreThresholds) == 0 || len(p.ScoreThresholds) > MaxScores {
		return errors.Wrapf(ErrInvalidProfile, "%d score thresholds, want 1 to %d", len(p.ScoreThresholds), MaxScores)
	}
	return nil
}

func validateProofSystems(names []string) error {
	if len(names) > MaxProofSystems {
		return errors.Wrapf(ErrInvalidProfile, "%d proof systems exceed %d", len(names), MaxProofSystems)
	}
	for i, name := range names {
		if !proofSystemPattern.MatchString(name) {
			return errors.Wrapf(ErrInvalidProfile, "proof system %.40q", name)
		}
		if slices.Contains(names[:i], name) {
			return errors.Wrapf(ErrInvalidProfile, "proof system %s appears twice", name)
		}
	}
	return nil
}
