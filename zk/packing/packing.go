// Package packing turns payloads into field elements of BN254, and commits to them.
package packing

import (
	"errors"
	"fmt"
	"math/big"

	"github.com/consensys/gnark-crypto/ecc/bn254/fr"
	"github.com/consensys/gnark-crypto/ecc/bn254/fr/poseidon2"
)

// Chunk is the number of bytes in an element: 248 bits, below the field's modulus of 254.
const Chunk = 31

// ErrValue is wrapped where a number is not what a field element, a context or a salt may be.
var ErrValue = errors.New("the value is refused")

// Count returns how many elements hold a payload of some bytes.
func Count(bytes int) int { return (bytes + Chunk - 1) / Chunk }

// Pack cuts a payload in chunks, the last filled with zero bytes on the right, and reads each as a big-endian integer.
func Pack(payload []byte) []*big.Int {
	elements := make([]*big.Int, 0, Count(len(payload)))
	for start := 0; start < len(payload); start += Chunk {
		var chunk [Chunk]byte
		copy(chunk[:], payload[start:])
		elements = append(elements, new(big.Int).SetBytes(chunk[:]))
	}
	return elements
}

// Short reads a context or a salt: 32 bytes, big endian, below 2^248.
func Short(raw []byte, what string) (*big.Int, error) {
	if len(raw) != 32 || raw[0] != 0 {
		return nil, fmt.Errorf("%w: the %s is not 32 bytes that begin with a zero byte", ErrValue, what)
	}
	return new(big.Int).SetBytes(raw), nil
}

// Commit returns Poseidon2, as a Merkle–Damgård hash with gnark-crypto's default parameters, of a salt and a payload.
func Commit(salt *big.Int, payload []byte) (*big.Int, error) {
	if salt == nil || salt.Sign() < 0 || salt.BitLen() > 8*Chunk {
		return nil, fmt.Errorf("%w: a salt is an integer below 2^248", ErrValue)
	}
	hasher := poseidon2.NewMerkleDamgardHasher()
	for _, element := range append([]*big.Int{salt}, Pack(payload)...) {
		var block fr.Element
		block.SetBigInt(element)
		raw := block.Bytes()
		if _, err := hasher.Write(raw[:]); err != nil {
			return nil, fmt.Errorf("commit: %w", err)
		}
	}
	return new(big.Int).SetBytes(hasher.Sum(nil)), nil
}
