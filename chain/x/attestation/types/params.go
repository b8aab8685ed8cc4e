package types

import "cosmossdk.io/errors"

const (
	// MaxCertificates bounds a chain of certificates.
	MaxCertificates = 8
	// MaxCertificateBytes bounds each of them.
	MaxCertificateBytes = 8 << 10
	// MaxCollateralBytes bounds each part of the collateral: a list of revoked platforms grows.
	MaxCollateralBytes = 256 << 10
	// MaxVerifyingKeyBytes bounds a verifying key; one public value takes 64.
	MaxVerifyingKeyBytes = 64 << 10
	// MaxProvenBytes bounds the input and the output that a proof shows.
	MaxProvenBytes = 16 << 10

	maxGas     = 10_000_000
	minGas     = 1_000
	maxKeyLife = 400 * 24 * 3600
	maxKeys    = 64
	maxQuote   = 128 << 10
)

// DefaultParams are the main network's. Gas follows benchmarks of the evidence packages: some 180 for each microsecond, about what
// the EVM asks for a pairing.
func DefaultParams() Params {
	return Params{
		MaxKeyLife: 7 * 24 * 3600, MaxKeys: 8, GasQuote: 400_000, GasGpu: 2_000_000, GasSignature: 20_000,
		GasProof: 200_000, GasPublicValue: 10_000, MaxQuoteBytes: 48 << 10,
		GasFurtherProof: 100_000,
	}
}

// LocalnetParams admit platforms that are simulated.
func LocalnetParams() Params {
	params := DefaultParams()
	params.AllowSimulated = true
	return params
}

// Validate checks every parameter.
func (p Params) Validate() error {
	for _, bound := range []struct {
		name               string
		value, least, most uint64
	}{
		{"max_keys", uint64(p.MaxKeys), 1, maxKeys},
		{"gas_quote", p.GasQuote, minGas, maxGas},
		{"gas_gpu", p.GasGpu, minGas, maxGas},
		{"gas_signature", p.GasSignature, minGas, maxGas},
		{"gas_proof", p.GasProof, minGas, maxGas},
		{"gas_public_value", p.GasPublicValue, minGas, maxGas},
		{"gas_further_proof", p.GasFurtherProof, minGas, p.GasProof},
		{"max_quote_bytes", uint64(p.MaxQuoteBytes), 1 << 10, maxQuote},
	} {
		if bound.value < bound.least || bound.value > bound.most {
			return errors.Wrapf(ErrInvalidParams, "%s is %d, want %d to %d", bound.name, bound.value, bound.least, bound.most)
		}
	}
	if p.MaxKeyLife < 60 || p.MaxKeyLife > maxKeyLife {
		return errors.Wrapf(ErrInvalidParams, "max_key_life is %d seconds, want 60 to %d", p.MaxKeyLife, maxKeyLife)
	}
	return nil
}
