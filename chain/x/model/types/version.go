package types

import (
	"crypto/sha256"
	"regexp"

	"cosmossdk.io/errors"
	"cosmossdk.io/math"
)

// MaxURIBytes bounds a manifest's address.
const MaxURIBytes = 512

// Printable ASCII behind a scheme. Where an address leads is for whoever fetches it to judge; the chain never does.
var uriPattern = regexp.MustCompile(`^[a-z][a-z0-9+.-]{0,31}:[\x21-\x7e]+$`)

// Validate checks the terms of a new version, by the parameters in force.
func (m *MsgAddVersion) Validate(params Params) error {
	if len(m.ManifestDigest) != sha256.Size {
		return errors.Wrapf(ErrInvalidVersion, "manifest digest of %d bytes, want %d", len(m.ManifestDigest), sha256.Size)
	}
	if m.Uri != "" && (len(m.Uri) > MaxURIBytes || !uriPattern.MatchString(m.Uri)) {
		return errors.Wrapf(ErrInvalidVersion, "uri must be absolute, printable and of at most %d bytes", MaxURIBytes)
	}
	if _, known := Unit_name[int32(m.Unit)]; !known || m.Unit == Unit_UNIT_UNSPECIFIED {
		return errors.Wrapf(ErrInvalidVersion, "unit %d", m.Unit)
	}
	if m.RoyaltyBps > params.MaxRoyaltyBps {
		return errors.Wrapf(ErrInvalidVersion, "royalty of %d basis points exceeds %d", m.RoyaltyBps, params.MaxRoyaltyBps)
	}
	return m.Profile.Validate(params.MaxRunWindow)
}

// TakesRequests says whether the version itself, its model aside, accepts new requests.
func (v Version) TakesRequests() bool {
	return v.Status == VersionStatus_VERSION_STATUS_PROBATION || v.Status == VersionStatus_VERSION_STATUS_ACTIVE
}

// Slashable says whether faults under this version may cost stake. A version that was never proven, or was
// suspended, may have a profile that honest miners cannot satisfy; retiring it changes neither.
func (v Version) Slashable() bool {
	return v.Proven && v.Status != VersionStatus_VERSION_STATUS_SUSPENDED
}

// PassesProbation says whether a version on probation has been checked often and widely enough.
func (v Version) PassesProbation(params Params) bool {
	return v.Status == VersionStatus_VERSION_STATUS_PROBATION &&
		v.Agreed >= params.ProbationChecks && v.DistinctMiners >= params.ProbationMiners
}

// MustSuspend says whether checks of a version that takes requests disagree too often.
func (v Version) MustSuspend(params Params) bool {
	disagreed := math.NewIntFromUint64(v.Disagreed)
	checks := disagreed.Add(math.NewIntFromUint64(v.Agreed))
	if !v.TakesRequests() || checks.LT(math.NewIntFromUint64(params.SuspensionChecks)) {
		return false
	}
	return disagreed.MulRaw(BasisPoints).GT(checks.MulRaw(int64(params.SuspensionBps)))
}
