// Package groth16 verifies Groth16 proofs over BN254 (J. Groth, "On the Size of Pairing-based Non-interactive
// Arguments", 2016) without gnark's commitment extension.
package groth16

import (
	"encoding/binary"
	"fmt"

	"github.com/consensys/gnark-crypto/ecc/bn254"

	"github.com/nesa-network/nesa/chain/x/attestation/evidence"
)

// Layout of a verifying key as gnark v0.15.0's WriteRawTo writes it. β and δ in G1 are for provers and not read, but
// they are checked, so that a key is what its bytes say; the last two counts are for commitments and must be zero.
const (
	// MaxPublic bounds the public values of a circuit.
	MaxPublic = 256

	g1Size    = bn254.SizeOfG1AffineUncompressed
	g2Size    = bn254.SizeOfG2AffineUncompressed
	alphaAt   = 0
	betaG1At  = 64
	betaAt    = 128
	gammaAt   = 256
	deltaG1At = 384
	deltaAt   = 448
	countAt   = 576
	pointsAt  = 580
	tailSize  = 8
	flagBits  = 0xC0 // the two bits above a coordinate say how a point is compressed
)

// Key is a verifying key whose points have been checked.
type Key struct {
	alpha              bn254.G1Affine
	beta, gamma, delta bn254.G2Affine
	points             []bn254.G1Affine // of the constant one, then of each public value
	raw                []byte
}

// ParseKey reads a verifying key. Every point is finite, on its curve and in the subgroup: a point at infinity in place
// of β, γ or δ makes proofs that anybody can compute, one in place of a public value's makes that value free.
func ParseKey(raw []byte) (*Key, error) {
	if len(raw) < pointsAt {
		return nil, fmt.Errorf("%w: %d bytes", evidence.ErrKey, len(raw))
	}
	count := binary.BigEndian.Uint32(raw[countAt:])
	if count == 0 || count > MaxPublic+1 {
		return nil, fmt.Errorf("%w: %d points of public values, want 1 to %d", evidence.ErrKey, count, MaxPublic+1)
	}
	end := pointsAt + int(count)*g1Size
	if len(raw) != end+tailSize {
		return nil, fmt.Errorf("%w: %d bytes, want %d", evidence.ErrKey, len(raw), end+tailSize)
	}
	if binary.BigEndian.Uint64(raw[end:]) != 0 {
		return nil, fmt.Errorf("%w: it has commitments", evidence.ErrKey)
	}
	key := &Key{points: make([]bn254.G1Affine, count), raw: append([]byte(nil), raw...)}
	var proversBeta, proversDelta bn254.G1Affine
	for at, point := range []struct {
		offset int
		to     *bn254.G1Affine
	}{{alphaAt, &key.alpha}, {betaG1At, &proversBeta}, {deltaG1At, &proversDelta}} {
		if err := readG1(point.to, raw[point.offset:]); err != nil {
			return nil, fmt.Errorf("%w: point %d of G1: %w", evidence.ErrKey, at, err)
		}
	}
	for at, point := range []struct {
		offset int
		to     *bn254.G2Affine
	}{{betaAt, &key.beta}, {gammaAt, &key.gamma}, {deltaAt, &key.delta}} {
		if err := readG2(point.to, raw[point.offset:]); err != nil {
			return nil, fmt.Errorf("%w: point %d of G2: %w", evidence.ErrKey, at, err)
		}
	}
	for i := range key.points {
		if err := readG1(&key.points[i], raw[pointsAt+i*g1Size:]); err != nil {
			return nil, fmt.Errorf("%w: point of public value %d: %w", evidence.ErrKey, i, err)
		}
	}
	return key, nil
}

// Public returns how many public values the key's circuit has.
func (k *Key) Public() int { return len(k.points) - 1 }

// errPoint says what is wrong with a point.
type errPoint string

func (e errPoint) Error() string { return string(e) }

const (
	errCompressed = errPoint("compressed")
	errInfinity   = errPoint("at infinity")
)

// readG1 reads a finite point of 64 bytes, x ‖ y. All of G1 is in the subgroup.
func readG1(to *bn254.G1Affine, raw []byte) error {
	if raw[0]&flagBits != 0 {
		return errCompressed
	}
	if _, err := to.SetBytes(raw[:g1Size]); err != nil {
		return err
	}
	if to.IsInfinity() {
		return errInfinity
	}
	return nil
}

// readG2 reads a finite point of 128 bytes, imaginary part first, and checks that it is in the subgroup.
func readG2(to *bn254.G2Affine, raw []byte) error {
	if raw[0]&flagBits != 0 {
		return errCompressed
	}
	if _, err := to.SetBytes(raw[:g2Size]); err != nil {
		return err
	}
	if to.IsInfinity() {
		return errInfinity
	}
	return nil
}
