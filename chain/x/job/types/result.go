package types

import (
	"encoding/binary"

	"cosmossdk.io/errors"

	modeltypes "github.com/nesa-network/nesa/chain/x/model/types"
)

// hashBytes is the size of a fingerprint under a profile of bit-equal results.
const hashBytes = 32

// valueBytes is the size of one value of a fingerprint, an int16.
const valueBytes = 2

// Encode returns u8 outcome ‖ u32 length ‖ fingerprint ‖ u32 count ‖ scores (u64 each), big-endian: what commitments
// are made of.
func (r Result) Encode() []byte {
	out := make([]byte, 0, 1+4+len(r.Fingerprint)+4+8*len(r.Scores))
	out = append(out, byte(r.Outcome))
	out = binary.BigEndian.AppendUint32(out, uint32(len(r.Fingerprint)))
	out = append(out, r.Fingerprint...)
	out = binary.BigEndian.AppendUint32(out, uint32(len(r.Scores)))
	for _, score := range r.Scores {
		out = binary.BigEndian.AppendUint64(out, score)
	}
	return out
}

// Exact says whether a profile asks for bit-equal results.
func Exact(profile modeltypes.Profile) bool { return profile.Threshold == 0 }

// FingerprintBytes returns the length of a profile's fingerprints.
func FingerprintBytes(profile modeltypes.Profile) int {
	if Exact(profile) {
		return hashBytes
	}
	return int(profile.Positions) * int(profile.Projections) * valueBytes
}

// ScoresWanted returns how many scores a result has: one for each threshold of the profile, and in an appeal one for
// each seat of the first committee that revealed.
func ScoresWanted(profile modeltypes.Profile, firstRound int) int {
	return len(profile.ScoreThresholds) + firstRound
}

// Validate checks the form of a verifier's result under a profile; firstRound is the number of fingerprints that an
// appeal scores, 0 in a check.
func (r Result) Validate(profile modeltypes.Profile, firstRound int) error {
	if !r.Outcome.Known() {
		return errors.Wrapf(ErrInvalidResult, "outcome %d", r.Outcome)
	}
	if len(r.Scores) != ScoresWanted(profile, firstRound) {
		return errors.Wrapf(ErrInvalidResult, "%d scores, want %d", len(r.Scores), ScoresWanted(profile, firstRound))
	}
	return validateFingerprint(r.Outcome, r.Fingerprint, profile)
}

// Known says whether an outcome is one that a run can have.
func (o Outcome) Known() bool {
	_, known := Outcome_name[int32(o)]
	return known && o != Outcome_OUTCOME_UNSPECIFIED
}

// Canonical says whether an outcome is a failure on which honest miners agree; it is charged the base fee.
func (o Outcome) Canonical() bool {
	switch o {
	case Outcome_OUTCOME_INVALID_INPUT, Outcome_OUTCOME_NON_FINITE, Outcome_OUTCOME_OVER_LIMIT:
		return true
	default:
		return false
	}
}

func validateFingerprint(outcome Outcome, fingerprint []byte, profile modeltypes.Profile) error {
	want := 0
	if outcome == Outcome_OUTCOME_OK {
		want = FingerprintBytes(profile)
	}
	if len(fingerprint) != want {
		return errors.Wrapf(ErrInvalidResult, "fingerprint of %d bytes, want %d", len(fingerprint), want)
	}
	return nil
}
