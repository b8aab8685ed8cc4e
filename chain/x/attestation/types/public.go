package types

import "github.com/nesa-network/nesa/chain/hashing"

const (
	// ElementBytes is the size of a field element of BN254.
	ElementBytes = 32
	// PackedBytes is how many bytes one field element carries, so that it stays below the modulus.
	PackedBytes = 31
)

// Context is the public value that ties a proof to a digest: its low 248 bits.
func Context(digest [hashing.Size]byte) []byte {
	digest[0] = 0
	return digest[:]
}

// Pack returns bytes as field elements, 31 to each, big-endian, the last one filled up with zeros on the right.
func Pack(data []byte) [][]byte {
	elements := make([][]byte, 0, PackedElements(uint64(len(data))))
	for start := 0; start < len(data); start += PackedBytes {
		element := make([]byte, ElementBytes)
		copy(element[1:], data[start:min(start+PackedBytes, len(data))])
		elements = append(elements, element)
	}
	return elements
}

// PackedElements is how many field elements so many bytes take.
func PackedElements(size uint64) uint64 { return (size + PackedBytes - 1) / PackedBytes }

// PublicValues is how many a proof under the key has: the context, the input or a commitment to it, the output.
func (k VerifyingKey) PublicValues() uint64 {
	input := PackedElements(k.InputSize)
	if k.PrivateInput {
		input = 1
	}
	return 1 + input + PackedElements(k.OutputSize)
}
