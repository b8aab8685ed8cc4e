package types

import (
	"bytes"
	"regexp"
	"slices"

	"cosmossdk.io/errors"

	"github.com/nesa-network/nesa/chain/x/attestation/evidence/groth16"
)

const (
	measurementBytes = 48
	chipIDBytes      = 64
	ppidBytes        = 16
	snpTCBBytes      = 8
	digestBytes      = 32
	maxNameBytes     = 64
)

var (
	productPattern = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9-]{0,31}$`)
	namePattern    = regexp.MustCompile(`^[\x20-\x7e]{0,64}$`)
)

// ValidatePlatform accepts the platforms that there are.
func ValidatePlatform(platform Platform) error {
	if platform != Platform_PLATFORM_SEV_SNP && platform != Platform_PLATFORM_TDX {
		return errors.Wrapf(ErrPlatform, "number %d", platform)
	}
	return nil
}

func validateProduct(platform Platform, product string) error {
	if err := ValidatePlatform(platform); err != nil {
		return err
	}
	if !productPattern.MatchString(product) {
		return errors.Wrapf(ErrInvalid, "product %.40q", product)
	}
	return nil
}

func validateCertificates(certificates [][]byte) error {
	if len(certificates) > MaxCertificates {
		return errors.Wrapf(ErrInvalid, "%d certificates exceed %d", len(certificates), MaxCertificates)
	}
	for i, certificate := range certificates {
		if len(certificate) == 0 || len(certificate) > MaxCertificateBytes {
			return errors.Wrapf(ErrInvalid, "certificate %d has %d bytes", i, len(certificate))
		}
	}
	return nil
}

// Validate checks the form of an anchor.
func (a Anchor) Validate() error {
	if err := validateProduct(a.Platform, a.Product); err != nil {
		return err
	}
	if err := validateCertificates(a.Certificates); err != nil {
		return err
	}
	switch {
	case a.Platform == Platform_PLATFORM_SEV_SNP && len(a.Certificates) != 2:
		return errors.Wrap(ErrInvalid, "an anchor of SEV-SNP is the ARK and the ASK")
	case a.Platform == Platform_PLATFORM_TDX && len(a.Certificates) != 1:
		return errors.Wrap(ErrInvalid, "an anchor of TDX is the root")
	case a.Platform == Platform_PLATFORM_SEV_SNP && len(a.MinTcb) != snpTCBBytes:
		return errors.Wrapf(ErrInvalid, "min_tcb of %d bytes, want %d", len(a.MinTcb), snpTCBBytes)
	case a.Platform == Platform_PLATFORM_TDX && len(a.MinTcb) != 0:
		return errors.Wrap(ErrInvalid, "TDX's collateral says what is up to date, min_tcb does not")
	case len(a.GpuRoot) > MaxCertificateBytes:
		return errors.Wrapf(ErrInvalid, "gpu_root of %d bytes", len(a.GpuRoot))
	}
	return nil
}

// SameTrust says whether whatever another anchor vouches for is vouched for by this one too. The least TCB is asked of each
// key anew.
func (a Anchor) SameTrust(other Anchor) bool {
	return a.Simulated == other.Simulated && bytes.Equal(a.GpuRoot, other.GpuRoot) &&
		slices.EqualFunc(a.Certificates, other.Certificates, bytes.Equal)
}

// Validate checks the form of collateral.
func (c Collateral) Validate() error {
	if err := validateProduct(c.Platform, c.Product); err != nil {
		return err
	}
	for _, part := range [][]byte{c.RootCrl, c.PckCrl, c.TcbInfo, c.QeIdentity} {
		if len(part) > MaxCollateralBytes {
			return errors.Wrapf(ErrInvalid, "a part of %d bytes exceeds %d", len(part), MaxCollateralBytes)
		}
	}
	return validateCertificates(c.SigningChain)
}

// Validate checks the form of a measurement.
func (m Measurement) Validate() error {
	if err := ValidatePlatform(m.Platform); err != nil {
		return err
	}
	if len(m.Value) != measurementBytes {
		return errors.Wrapf(ErrInvalid, "measurement of %d bytes, want %d", len(m.Value), measurementBytes)
	}
	if !namePattern.MatchString(m.Name) {
		return errors.Wrapf(ErrInvalid, "name must be printable and of at most %d bytes", maxNameBytes)
	}
	return nil
}

// Validate checks the form of a machine that is revoked.
func (m RevokedMachine) Validate() error {
	if err := ValidatePlatform(m.Platform); err != nil {
		return err
	}
	want := chipIDBytes
	if m.Platform == Platform_PLATFORM_TDX {
		want = ppidBytes
	}
	if len(m.Id) != want {
		return errors.Wrapf(ErrInvalid, "id of %d bytes, want %d", len(m.Id), want)
	}
	if !namePattern.MatchString(m.Reason) {
		return errors.Wrapf(ErrInvalid, "reason must be printable and of at most %d bytes", maxNameBytes)
	}
	return nil
}

// Validate checks a verifying key: its points, and that it is about as many public values as it says.
func (k VerifyingKey) Validate() error {
	switch {
	case k.VersionId == 0:
		return errors.Wrap(ErrInvalid, "version ids count from 1")
	case len(k.TranscriptDigest) != digestBytes:
		return errors.Wrapf(ErrInvalid, "transcript_digest of %d bytes, want %d", len(k.TranscriptDigest), digestBytes)
	case k.InputSize == 0 || k.InputSize > MaxProvenBytes || k.OutputSize == 0 || k.OutputSize > MaxProvenBytes:
		return errors.Wrapf(ErrInvalid, "sizes %d and %d, want 1 to %d", k.InputSize, k.OutputSize, MaxProvenBytes)
	case len(k.Key) > MaxVerifyingKeyBytes:
		return errors.Wrapf(ErrVerifyingKeyForm, "%d bytes exceed %d", len(k.Key), MaxVerifyingKeyBytes)
	}
	parsed, err := groth16.ParseVerifyingKey(k.Key)
	if err != nil {
		return errors.Wrap(ErrVerifyingKeyForm, err.Error())
	}
	if got, want := uint64(parsed.PublicValues()), k.PublicValues(); got != want {
		return errors.Wrapf(ErrVerifyingKeyForm, "it has %d public values, its sizes give %d", got, want)
	}
	return nil
}
