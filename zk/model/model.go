// Package model holds a model in provable form, "provable v1": integer steps between int8 tensors.
//
// A tensor holds int8 values v and an exponent e, and stands for v · 2^-e. A step computes, for each element of its
// result, one integer, the accumulator; the result is clamp(round(max(accumulator, 0 if Relu) · 2^-Shift), -128, 127),
// halves rounded to even. Read refuses whatever has other semantics, with a sentence that names the node.
package model

import (
	"errors"
	"fmt"
)

const (
	// AccumulatorBound is above every accumulator: integers below it are exact in float32, in any order of a sum.
	AccumulatorBound = 1 << 24
	// WeightMax keeps pairs of products within 16 bits on x86: 2 · 255 · 64 < 2^15.
	WeightMax = 64
	// MaxExponent bounds the exponents of scales, either side of 0.
	MaxExponent = 30
	// MaxShift bounds a step's shift.
	MaxShift = 30
	// MaxElements bounds a tensor, so that no model asks for more memory than a machine has.
	MaxElements = 1 << 20
	// MaxProducts bounds the multiplications of a whole run.
	MaxProducts = 1 << 28
)

// ErrNotProvable is wrapped by every refusal of a graph.
var ErrNotProvable = errors.New("the model is not in provable form")

// ErrInput is wrapped where a payload does not fit the model.
var ErrInput = errors.New("the input does not fit the model")

// Tensor is an int8 tensor of a graph. Its shape begins with 1.
type Tensor struct {
	Name     string
	Shape    []int
	Exponent int
}

// Size returns the number of elements.
func (t *Tensor) Size() int { return product(t.Shape) }

// Step makes one tensor of one or two others.
type Step struct {
	Name      string    // of the graph's node, for people
	Operation Operation // how accumulators are computed
	Inputs    []int     // 0 is the model's input, n > 0 the output of step n-1
	Output    Tensor
	Relu      bool
	Shift     int
}

// Model is a graph: one input, steps in the order in which they run, and which step makes the output.
type Model struct {
	Input  Tensor
	Steps  []Step
	Output int // an index as in Step.Inputs, never 0
}

// Tensor returns a tensor by an index as in Step.Inputs.
func (m *Model) Tensor(index int) *Tensor {
	if index == 0 {
		return &m.Input
	}
	return &m.Steps[index-1].Output
}

// Weights returns how many weights and biases the model has.
func (m *Model) Weights() int {
	count := 0
	for i := range m.Steps {
		switch operation := m.Steps[i].Operation.(type) {
		case *Dense:
			count += len(operation.Weights) + len(operation.Bias)
		case *Convolution:
			count += len(operation.Weights) + len(operation.Bias)
		}
	}
	return count
}

// Products returns how many multiplications (comparisons, for a MaxPool) a run takes.
func (m *Model) Products() int {
	count := 0
	for i := range m.Steps {
		step := &m.Steps[i]
		count += step.Output.Size() * step.Operation.width()
	}
	return count
}

// product multiplies sizes, and stops above MaxElements.
func product(sizes []int) int {
	count := 1
	for _, size := range sizes {
		if size < 0 || size > MaxElements || count > MaxElements {
			return MaxElements + 1
		}
		count *= size
	}
	return count
}

func notProvable(format string, values ...any) error {
	return fmt.Errorf("%w: %s", ErrNotProvable, fmt.Sprintf(format, values...))
}
