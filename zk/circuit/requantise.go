package circuit

import (
	"github.com/consensys/gnark/frontend"

	"github.com/nesa-network/nesa/zk/model"
)

// few is the most wires of a combination that may stand twice in a constraint.
const few = 32

// requantise returns clamp(round(accumulator · 2^-shift), low, 127), halves to even, where low is -128, or 0 with relu.
//
// Let q be the accumulator shifted with halves rounded up. The bits of accumulator + half - base · 2^shift are the
// remainder r, which is 0 at a tie, and q - base; base is even, so the lowest bit of q - base is q's parity. At a tie
// of odd q the result is q - 1, otherwise q. Both ends of the clamp can be read off q alone: at q = 128 and q = low,
// which are even, a tie changes nothing.
func (b *builder) requantise(accumulator value, shift int, relu bool) (value, error) {
	low, width := int64(-128), 8
	if relu {
		low, width = 0, 7
	}
	least := max(int64(model.Requantise(accumulator.low, shift)), low)
	most := max(int64(model.Requantise(accumulator.high, shift)), low)
	if least == most { // rounding is monotonic
		return constant(least), nil
	}
	half := int64(1) << shift >> 1
	lowest, highest := (accumulator.low+half)>>shift, (accumulator.high+half)>>shift
	below, above := lowest < low, highest > 127
	if shift == 0 && !below && !above {
		return accumulator, nil
	}
	base := low
	if !below && !above {
		base = lowest &^ 1
	}
	offset := half - base<<shift
	// With below, one more bit tells whether the total is at least 0; the others are then q - base and r.
	count := bitLength(accumulator.high + offset)
	total := b.api.Add(accumulator.wire, offset)
	if below {
		count = max(count, bitLength(-(accumulator.low+offset)-1), shift+1)
		total = b.api.Add(total, int64(1)<<count)
	}
	bits, err := b.decompose(total, count+flag(below), accumulator.terms <= few)
	if err != nil {
		return value{}, err
	}
	var sign frontend.Variable = 1
	if below {
		sign = bits[count]
	}
	number := bits[shift:min(count, shift+width)]
	rounded := b.even(b.weigh(number), number[0], bits[:shift])
	made := value{low: least, high: most, terms: 1}
	switch limit := int64(1)<<width - 1; {
	case above:
		// The excess, with the sign a negative number, is 0 where the result is within its bits.
		excess := b.weigh(bits[shift+width : count])
		if below {
			excess = b.api.Add(excess, b.api.Mul(b.api.Sub(sign, 1), int64(1)<<(count-shift-width)))
		}
		end := b.api.Mul(sign, limit)
		rounded = b.api.Add(end, b.api.Mul(b.api.IsZero(excess), b.api.Sub(rounded, end)))
	case below:
		rounded = b.api.Mul(sign, rounded)
	default:
		made.terms = count
	}
	made.wire = b.api.Add(rounded, base)
	return made, nil
}

// even subtracts 1 from an odd number whose remainder is 0: where 2 · remainder + 1 - parity is 0, and nowhere else, as both
// are at least 0.
func (b *builder) even(number, parity frontend.Variable, remainder []frontend.Variable) frontend.Variable {
	if len(remainder) == 0 {
		return number
	}
	return b.api.Sub(number, b.api.IsZero(b.api.Add(b.api.Mul(b.weigh(remainder), 2), b.api.Sub(1, parity))))
}

func flag(is bool) int {
	if is {
		return 1
	}
	return 0
}
