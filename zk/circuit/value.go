package circuit

import (
	"github.com/consensys/gnark/frontend"

	"github.com/nesa-network/nesa/zk/model"
)

// value is a wire, or a linear combination of some, with the interval that the constraints force it into.
type value struct {
	wire      frontend.Variable
	low, high int64
	terms     int // how many wires it combines, about
}

type builder struct{ api frontend.API }

func constant(n int64) value { return value{wire: n, low: n, high: n} }

func (b *builder) sum(terms []model.Term, bias int64, step *model.Step, tensors [][]value) (value, error) {
	made := constant(bias)
	parts := make([]frontend.Variable, 0, len(terms)+2)
	parts = append(parts, bias, 0)
	for _, term := range terms {
		operand := tensors[step.Inputs[term.Operand]][term.Index]
		low, high := operand.low*term.Weight, operand.high*term.Weight
		made.low += min(low, high)
		made.high += max(low, high)
		made.terms += operand.terms
		parts = append(parts, b.api.Mul(operand.wire, term.Weight))
	}
	made.wire = b.api.Add(parts[0], parts[1], parts[2:]...)
	return made, nil
}

func (b *builder) largest(terms []model.Term, _ int64, step *model.Step, tensors [][]value) (value, error) {
	var made value
	for i, term := range terms {
		operand := tensors[step.Inputs[term.Operand]][term.Index]
		if i == 0 {
			made = operand
			continue
		}
		var err error
		if made, err = b.max(made, operand); err != nil {
			return value{}, err
		}
	}
	return made, nil
}

// max returns the larger of two values by the sign of their difference.
func (b *builder) max(one, other value) (value, error) {
	low, high := one.low-other.high, one.high-other.low
	switch {
	case low >= 0:
		return one, nil
	case high <= 0:
		return other, nil
	}
	difference := b.api.Sub(one.wire, other.wire)
	width := bitLength(max(high, -low-1))
	bits, err := b.decompose(b.api.Add(difference, int64(1)<<width), width+1, true)
	if err != nil {
		return value{}, err
	}
	return value{
		wire: b.api.Add(other.wire, b.api.Mul(bits[width], difference)),
		low:  max(one.low, other.low), high: max(one.high, other.high), terms: other.terms + 1,
	}, nil
}
