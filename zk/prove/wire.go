package prove

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/big"

	"github.com/consensys/gnark-crypto/ecc/bn254/fr"
	bn254 "github.com/consensys/gnark/backend/groth16/bn254"
)

const (
	// ProofBytes is the size of a proof on the wire: A (64) ‖ B (128) ‖ C (64), uncompressed.
	ProofBytes = 256
	// MaxPublic bounds the public values of a key.
	MaxPublic = 1 << 16

	pointBytes = 64
	countAt    = 576 // in a verifying key, where the number of its public points stands
	tailBytes  = 8   // two counts of commitments, zero
)

// EncodeProof returns a proof's bytes on the wire.
func EncodeProof(proof *bn254.Proof) []byte {
	a, b, c := proof.Ar.RawBytes(), proof.Bs.RawBytes(), proof.Krs.RawBytes()
	return bytes.Join([][]byte{a[:], b[:], c[:]}, nil)
}

// DecodeProof reads a proof: canonical coordinates, on the curve, in the subgroup, none of them infinite.
func DecodeProof(raw []byte) (*bn254.Proof, error) {
	if len(raw) != ProofBytes {
		return nil, fmt.Errorf("%w: it has %d bytes instead of %d", ErrProof, len(raw), ProofBytes)
	}
	var proof bn254.Proof
	for _, point := range []struct {
		name string
		raw  []byte
		to   interface {
			SetBytes(from []byte) (int, error)
			IsInfinity() bool
		}
	}{{"A", raw[:64], &proof.Ar}, {"B", raw[64:192], &proof.Bs}, {"C", raw[192:], &proof.Krs}} {
		// The two highest bits announce a compressed point to SetBytes; coordinates are below 2^254.
		if point.raw[0] >= 0x40 {
			return nil, fmt.Errorf("%w: the point %s has a coordinate above the modulus", ErrProof, point.name)
		}
		if _, err := point.to.SetBytes(point.raw); err != nil {
			return nil, fmt.Errorf("%w: the point %s: %w", ErrProof, point.name, err)
		}
		if point.to.IsInfinity() {
			return nil, fmt.Errorf("%w: the point %s is infinite", ErrProof, point.name)
		}
	}
	return &proof, nil
}

// EncodeVerifyingKey returns a key's bytes on the wire, as gnark's WriteRawTo makes them.
func EncodeVerifyingKey(key *bn254.VerifyingKey) ([]byte, error) {
	if len(key.CommitmentKeys) != 0 || len(key.PublicAndCommitmentCommitted) != 0 {
		return nil, fmt.Errorf("%w: it uses gnark's commitments", ErrKey)
	}
	var buffer bytes.Buffer
	if _, err := key.WriteRawTo(&buffer); err != nil {
		return nil, fmt.Errorf("write the key: %w", err)
	}
	return buffer.Bytes(), nil
}

// DecodeVerifyingKey reads a key, and checks that its points are on the curve and in the subgroup.
func DecodeVerifyingKey(raw []byte) (*bn254.VerifyingKey, error) {
	if len(raw) < countAt+4+2*pointBytes+tailBytes {
		return nil, fmt.Errorf("%w: it has only %d bytes", ErrKey, len(raw))
	}
	count := int64(binary.BigEndian.Uint32(raw[countAt:]))
	if count > MaxPublic || int64(len(raw)) != countAt+4+count*pointBytes+tailBytes {
		return nil, fmt.Errorf("%w: it has %d bytes, which do not fit %d points", ErrKey, len(raw), count)
	}
	if !bytes.Equal(raw[len(raw)-tailBytes:], make([]byte, tailBytes)) {
		return nil, fmt.Errorf("%w: it uses gnark's commitments", ErrKey)
	}
	key := new(bn254.VerifyingKey)
	if _, err := key.ReadFrom(bytes.NewReader(raw)); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKey, err)
	}
	again, err := EncodeVerifyingKey(key)
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(raw, again) {
		return nil, fmt.Errorf("%w: its points are not uncompressed", ErrKey)
	}
	return key, nil
}

// Verify checks a proof on the wire against public values, each below the field's modulus.
func Verify(key *bn254.VerifyingKey, raw []byte, public []*big.Int) error {
	if len(public)+1 != len(key.G1.K) {
		return fmt.Errorf("%w: %d public values are given, and the key takes %d", ErrProof, len(public), len(key.G1.K)-1)
	}
	values := make(fr.Vector, len(public))
	for i, value := range public {
		if value == nil || value.Sign() < 0 || value.Cmp(fr.Modulus()) >= 0 {
			return fmt.Errorf("%w: the public value %d is not below the field's modulus", ErrProof, i)
		}
		values[i].SetBigInt(value)
	}
	proof, err := DecodeProof(raw)
	if err != nil {
		return err
	}
	if err := bn254.Verify(proof, key, values); err != nil {
		return fmt.Errorf("%w: %w", ErrProof, err)
	}
	return nil
}
