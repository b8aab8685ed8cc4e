// Package evidence names the reasons for which a hardware attestation or a proof is refused. Its subpackages verify one
// kind each; they are pure functions of their arguments: no network, no clock, no state.
package evidence

import "errors"

// Every refusal wraps exactly one of these, so that a caller can map it to a code of its own with errors.Is.
var (
	// ErrMalformed: the bytes cannot be read, a reserved field is set, or a size is beyond its bound.
	ErrMalformed = errors.New("evidence is malformed")
	// ErrChain: a certificate does not lead to a trusted root.
	ErrChain = errors.New("certificate does not lead to a trusted root")
	// ErrExpired: a certificate, revocation list or collateral is no longer or not yet valid at the given time.
	ErrExpired = errors.New("not valid at this time")
	// ErrRevoked: a certificate or a platform has been revoked.
	ErrRevoked = errors.New("revoked")
	// ErrSignature: a signature or a proof does not verify.
	ErrSignature = errors.New("signature does not verify")
	// ErrMeasurement: what runs is none of what is accepted.
	ErrMeasurement = errors.New("measurement is not accepted")
	// ErrDebug: the guest can be read or changed from outside: debugging or migration is on.
	ErrDebug = errors.New("guest can be debugged or migrated")
	// ErrPolicy: the guest was launched with weaker terms than the policy asks for.
	ErrPolicy = errors.New("guest policy is too weak")
	// ErrOldTCB: firmware or microcode is older than the policy allows.
	ErrOldTCB = errors.New("trusted computing base is too old")
	// ErrCollateral: the vendor's statements that are needed to judge the evidence are missing or do not fit.
	ErrCollateral = errors.New("collateral is missing or does not fit")
	// ErrPlatform: the platform, product or key kind is not one that the policy knows, or certificate and report name
	// different ones.
	ErrPlatform = errors.New("wrong platform")
	// ErrNonce: the report answers another challenge.
	ErrNonce = errors.New("report answers another challenge")
	// ErrNoTime: the caller gave no time, which would make the result depend on the wall clock.
	ErrNoTime = errors.New("no time given")
	// ErrKey: a verifying key cannot be used.
	ErrKey = errors.New("verifying key is not valid")
	// ErrInput: a public value or their number does not fit the verifying key.
	ErrInput = errors.New("public values do not fit the verifying key")
)
