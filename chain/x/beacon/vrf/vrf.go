// Package vrf proves and verifies the beacon's contributions: ECVRF-EDWARDS25519-SHA512-ELL2 of RFC 9381.
package vrf

import (
	"errors"
	"io"

	"github.com/oasisprotocol/curve25519-voi/curve"
	"github.com/oasisprotocol/curve25519-voi/primitives/ed25519"
	"github.com/oasisprotocol/curve25519-voi/primitives/ed25519/extra/ecvrf"
)

// Sizes in bytes.
const (
	SeedSize      = ed25519.SeedSize
	PublicKeySize = ed25519.PublicKeySize
	ProofSize     = ecvrf.ProofSize
	OutputSize    = ecvrf.OutputSize
)

// ErrPublicKey says that bytes are no usable key.
var ErrPublicKey = errors.New("not a canonical point of large order")

// SecretKey is a key that can prove.
type SecretKey struct{ key ed25519.PrivateKey }

// GenerateKey returns a fresh key.
func GenerateKey(random io.Reader) (SecretKey, error) {
	_, key, err := ed25519.GenerateKey(random)
	return SecretKey{key}, err
}

// NewSecretKey returns the key of a 32-byte seed.
func NewSecretKey(seed []byte) (SecretKey, error) {
	if len(seed) != SeedSize {
		return SecretKey{}, errors.New("a secret key has 32 bytes")
	}
	return SecretKey{ed25519.NewKeyFromSeed(seed)}, nil
}

// Seed returns the 32 bytes that the key follows from.
func (s SecretKey) Seed() []byte { return s.key.Seed() }

// PublicKey returns the 32-byte public key.
func (s SecretKey) PublicKey() []byte { return append([]byte(nil), s.key[SeedSize:]...) }

// Prove returns the one proof of this key for alpha.
func (s SecretKey) Prove(alpha []byte) []byte { return ecvrf.Prove(s.key, alpha) }

// Verify returns the output that proof proves for alpha, and whether it does.
func Verify(publicKey, proof, alpha []byte) ([]byte, bool) {
	if len(publicKey) != PublicKeySize || len(proof) != ProofSize {
		return nil, false
	}
	ok, output := ecvrf.Verify(publicKey, proof, alpha)
	return output, ok
}

// ValidatePublicKey rejects keys that Verify never accepts, among them points of small order, whose output anybody
// would know ahead (RFC 9381, section 5.4.5).
func ValidatePublicKey(publicKey []byte) error {
	var compressed curve.CompressedEdwardsY
	if _, err := compressed.SetBytes(publicKey); err != nil || !compressed.IsCanonicalVartime() {
		return ErrPublicKey
	}
	var point curve.EdwardsPoint
	if _, err := point.SetCompressedY(&compressed); err != nil || point.IsSmallOrder() {
		return ErrPublicKey
	}
	return nil
}
