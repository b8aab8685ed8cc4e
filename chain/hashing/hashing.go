// Package hashing frames what Nesa hashes, so that no value of one kind or network is ever a value of another.
package hashing

import (
	"crypto/sha256"
	"encoding/binary"
)

// Size is the length of a hash in bytes.
const Size = sha256.Size

// Sum returns SHA-256(u8 length ‖ "nesa/<name>/v1" ‖ u8 length ‖ chain id ‖ fields). Fields carry no length: a name
// stands for fixed lengths, of which at most the last may vary. CometBFT bounds chain ids to 50 bytes, names are
// constants, so one byte holds both lengths.
func Sum(name, chainID string, fields ...[]byte) [Size]byte {
	h := sha256.New()
	h.Write(Prefix(name, chainID))
	for _, field := range fields {
		h.Write(field)
	}
	var sum [Size]byte
	h.Sum(sum[:0])
	return sum
}

// Prefix returns the bytes that stand before the fields.
func Prefix(name, chainID string) []byte {
	tag := "nesa/" + name + "/v1"
	prefix := make([]byte, 0, 2+len(tag)+len(chainID))
	prefix = append(append(prefix, byte(len(tag))), tag...)
	return append(append(prefix, byte(len(chainID))), chainID...)
}

// U64 returns v in eight bytes, big-endian.
func U64(v uint64) []byte { return binary.BigEndian.AppendUint64(nil, v) }

// U32 returns v in four bytes, big-endian.
func U32(v uint32) []byte { return binary.BigEndian.AppendUint32(nil, v) }
