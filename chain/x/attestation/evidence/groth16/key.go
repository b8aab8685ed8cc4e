// Package groth16 verifies Groth16 proofs on BN254 (Groth, EUROCRYPT 2016, eprint 2016/260) as gnark makes them, without
// commitments. It reads nothing but its arguments.
package groth16

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/consensys/gnark-crypto/ecc/bn254"
)

const (
	g1Bytes = 64
	g2Bytes = 128
	// Where the parts of gnark's raw verifying key are. β and δ in G1 are the prover's.
	alphaAt = 0
	betaAt  = 128
	gammaAt = 256
	deltaAt = 448
	countAt = 576
	kAt     = 580
	// No committed values and no commitment keys: two counts of zero.
	tailBytes = 8
	// MaxPublicValues bounds a verifying key.
	MaxPublicValues = 1_100
)

// ErrVerifyingKey says that a verifying key is malformed.
var ErrVerifyingKey = errors.New("verifying key is malformed")

// VerifyingKey is a verifying key whose points are on their curves and in their groups.
type VerifyingKey struct {
	alpha              bn254.G1Affine
	beta, gamma, delta bn254.G2Affine
	// k has one point for the constant 1, and one for each public value.
	k []bn254.G1Affine
	// digest of the bytes that it was read from.
	digest [sha256.Size]byte
}

// PublicValues is how many public values a proof has.
func (vk *VerifyingKey) PublicValues() int { return len(vk.k) - 1 }

// ParseVerifyingKey reads the bytes that gnark's WriteRawTo writes.
func ParseVerifyingKey(raw []byte) (*VerifyingKey, error) {
	if len(raw) < kAt+g1Bytes+tailBytes {
		return nil, fmt.Errorf("%w: %d bytes", ErrVerifyingKey, len(raw))
	}
	count := int(binary.BigEndian.Uint32(raw[countAt:kAt]))
	if count < 1 || count > MaxPublicValues+1 || len(raw) != kAt+count*g1Bytes+tailBytes {
		return nil, fmt.Errorf("%w: %d points in %d bytes", ErrVerifyingKey, count, len(raw))
	}
	for _, b := range raw[len(raw)-tailBytes:] {
		if b != 0 {
			return nil, fmt.Errorf("%w: it has commitments", ErrVerifyingKey)
		}
	}
	vk := &VerifyingKey{k: make([]bn254.G1Affine, count), digest: sha256.Sum256(raw)}
	if err := readG1(&vk.alpha, raw[alphaAt:]); err != nil {
		return nil, fmt.Errorf("%w: α: %w", ErrVerifyingKey, err)
	}
	for _, part := range []struct {
		name  string
		point *bn254.G2Affine
		at    int
	}{{"β", &vk.beta, betaAt}, {"γ", &vk.gamma, gammaAt}, {"δ", &vk.delta, deltaAt}} {
		if err := readG2(part.point, raw[part.at:]); err != nil {
			return nil, fmt.Errorf("%w: %s: %w", ErrVerifyingKey, part.name, err)
		}
		if part.point.IsInfinity() {
			return nil, fmt.Errorf("%w: %s is the point at infinity", ErrVerifyingKey, part.name)
		}
	}
	if err := vk.checkSetup(); err != nil {
		return nil, err
	}
	for i := range vk.k {
		if err := readG1(&vk.k[i], raw[kAt+i*g1Bytes:]); err != nil {
			return nil, fmt.Errorf("%w: K[%d]: %w", ErrVerifyingKey, i, err)
		}
		// A public value that counts for nothing could be any.
		if vk.k[i].IsInfinity() && i > 0 {
			return nil, fmt.Errorf("%w: K[%d] is the point at infinity", ErrVerifyingKey, i)
		}
	}
	return vk, nil
}

// checkSetup refuses keys of a ceremony that was left out. With γ = δ, or a δ whose exponent everybody knows, or α at infinity,
// anybody proves anything.
func (vk *VerifyingKey) checkSetup() error {
	_, _, _, generator := bn254.Generators()
	switch {
	case vk.alpha.IsInfinity():
		return fmt.Errorf("%w: α is the point at infinity", ErrVerifyingKey)
	case vk.gamma.Equal(&vk.delta):
		return fmt.Errorf("%w: γ is δ: its second phase was left out", ErrVerifyingKey)
	case vk.delta.Equal(&generator):
		return fmt.Errorf("%w: δ is the generator: its second phase was left out", ErrVerifyingKey)
	}
	return nil
}

var errPoint = errors.New("not an uncompressed point in canonical form")

// The two highest bits tell compressed points from others. A coordinate has neither.
const flags = 0xc0

func readG1(point *bn254.G1Affine, raw []byte) error {
	if raw[0]&flags != 0 {
		return errPoint
	}
	_, err := point.SetBytes(raw[:g1Bytes])
	return err
}

func readG2(point *bn254.G2Affine, raw []byte) error {
	if raw[0]&flags != 0 {
		return errPoint
	}
	_, err := point.SetBytes(raw[:g2Bytes])
	return err
}
