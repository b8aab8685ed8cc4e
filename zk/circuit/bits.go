package circuit

import (
	"math/bits"

	"github.com/consensys/gnark/frontend"

	"github.com/nesa-network/nesa/zk/packing"
)

// bitLength returns the bits of a number from 0 up.
func bitLength(n int64) int { return bits.Len64(uint64(n)) }

// decompose forces wire into [0, 2^count) and returns its bits, the lowest first; count is far below the field's 254.
//
// With derive the lowest bit is no wire of its own but what the others leave: one constraint less, for combinations of
// a few wires only, which would otherwise stand twice in a constraint.
func (b *builder) decompose(wire frontend.Variable, count int, derive bool) ([]frontend.Variable, error) {
	if count == 0 {
		b.api.AssertIsEqual(wire, 0)
		return nil, nil
	}
	skipped := 0
	if derive {
		skipped = 1
	}
	var found []frontend.Variable
	if count > skipped {
		hinted, err := b.api.Compiler().NewHint(bitsHint, count-skipped, wire, skipped)
		if err != nil {
			return nil, err
		}
		found = hinted
	}
	if derive {
		found = append([]frontend.Variable{0}, found...)
		found[0] = b.api.Sub(wire, b.weigh(found))
	}
	for _, bit := range found {
		b.api.AssertIsBoolean(bit)
	}
	if !derive {
		b.api.AssertIsEqual(b.weigh(found), wire)
	}
	return found, nil
}

// weigh returns the number that bits stand for.
func (b *builder) weigh(from []frontend.Variable) frontend.Variable {
	parts := make([]frontend.Variable, 0, len(from)+2)
	parts = append(parts, 0, 0)
	for i, bit := range from {
		parts = append(parts, b.api.Mul(bit, int64(1)<<i))
	}
	return b.api.Add(parts[0], parts[1], parts[2:]...)
}

// unpack returns the int8 values that elements hold, and forces elements to hold nothing else.
//
// A byte is eight constraints: its signed value is a wire, of which later layers take linear combinations, seven bits
// are wires, and the eighth is what they leave.
func (b *builder) unpack(elements []frontend.Variable, size int) ([]value, error) {
	made := make([]value, 0, size)
	for start, at := 0, 0; start < size; start, at = start+packing.Chunk, at+1 {
		count := min(packing.Chunk, size-start)
		hinted, err := b.api.Compiler().NewHint(bytesHint, 8*count, elements[at])
		if err != nil {
			return nil, err
		}
		unsigned := make([]frontend.Variable, count)
		for i := range unsigned {
			signed, upper := hinted[8*i], hinted[8*i+1:8*i+8]
			sign := upper[6]
			lowest := b.api.Add(b.api.Sub(signed, b.api.Mul(b.weigh(upper[:6]), 2)), b.api.Mul(sign, 128))
			b.api.AssertIsBoolean(lowest)
			for _, bit := range upper {
				b.api.AssertIsBoolean(bit)
			}
			unsigned[i] = b.api.Add(signed, b.api.Mul(sign, 256))
			made = append(made, value{wire: signed, low: -128, high: 127, terms: 1})
		}
		b.api.AssertIsEqual(b.chunk(unsigned), elements[at])
	}
	return made, nil
}

// pack forces elements to hold int8 values.
func (b *builder) pack(values []value, elements []frontend.Variable) error {
	for at := range elements {
		part := values[at*packing.Chunk : min(len(values), (at+1)*packing.Chunk)]
		unsigned := make([]frontend.Variable, len(part))
		for i, item := range part {
			sign := frontend.Variable(0)
			switch {
			case item.high < 0:
				sign = 1
			case item.low < 0:
				bits, err := b.decompose(b.api.Add(item.wire, 128), 8, true)
				if err != nil {
					return err
				}
				sign = b.api.Sub(1, bits[7])
			}
			unsigned[i] = b.api.Add(item.wire, b.api.Mul(sign, 256))
		}
		b.api.AssertIsEqual(b.chunk(unsigned), elements[at])
	}
	return nil
}

// chunk returns the element of at most 31 bytes, the first highest, the missing ones zero.
func (b *builder) chunk(unsigned []frontend.Variable) frontend.Variable {
	parts := make([]frontend.Variable, 0, len(unsigned)+2)
	parts = append(parts, 0, 0)
	for i, item := range unsigned {
		parts = append(parts, b.api.Mul(item, power(8*(packing.Chunk-1-i))))
	}
	return b.api.Add(parts[0], parts[1], parts[2:]...)
}
