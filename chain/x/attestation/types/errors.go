package types

import "cosmossdk.io/errors"

// Codes are stable: clients match on them.
var (
	ErrInvalidSigner    = errors.Register(ModuleName, 2, "invalid signer")
	ErrInvalidParams    = errors.Register(ModuleName, 3, "invalid parameters")
	ErrInvalidGenesis   = errors.Register(ModuleName, 4, "invalid genesis")
	ErrInvalid          = errors.Register(ModuleName, 5, "invalid entry")
	ErrNotFound         = errors.Register(ModuleName, 6, "not found")
	ErrSimulated        = errors.Register(ModuleName, 7, "this network admits no simulated platform")
	ErrTooMany          = errors.Register(ModuleName, 8, "too many keys, or a quote that is too large")
	ErrUnwanted         = errors.Register(ModuleName, 9, "evidence is of a kind that was not asked for")
	ErrMalformed        = errors.Register(ModuleName, 10, "evidence is malformed")
	ErrPlatform         = errors.Register(ModuleName, 11, "platform is not admitted")
	ErrMeasurement      = errors.Register(ModuleName, 12, "enclave's measurement is not accepted")
	ErrReportData       = errors.Register(ModuleName, 13, "quote is about something else")
	ErrKeyNotAttested   = errors.Register(ModuleName, 14, "key is not attested for this miner")
	ErrKeyExpired       = errors.Register(ModuleName, 15, "attestation has expired")
	ErrSignature        = errors.Register(ModuleName, 16, "signature does not hold")
	ErrChain            = errors.Register(ModuleName, 17, "certificates do not lead to the anchor")
	ErrCertificateTime  = errors.Register(ModuleName, 18, "certificate or collateral is not in force at the block's time")
	ErrRevoked          = errors.Register(ModuleName, 19, "platform is revoked")
	ErrDebug            = errors.Register(ModuleName, 20, "enclave may be debugged or migrated")
	ErrOldTCB           = errors.Register(ModuleName, 21, "platform's firmware is too old")
	ErrNoCollateral     = errors.Register(ModuleName, 22, "collateral is missing")
	ErrGPU              = errors.Register(ModuleName, 23, "GPU's report does not hold")
	ErrNoVerifyingKey   = errors.Register(ModuleName, 24, "no verifying key is registered")
	ErrPublicValues     = errors.Register(ModuleName, 25, "proof's public values have another size")
	ErrProof            = errors.Register(ModuleName, 26, "proof does not hold")
	ErrNothingToProve   = errors.Register(ModuleName, 27, "a proof is about an output")
	ErrVerifyingKeyForm = errors.Register(ModuleName, 28, "verifying key is malformed")
)
