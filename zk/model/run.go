package model

import "fmt"

// Requantise returns clamp(round(accumulator · 2^-shift), -128, 127), halves rounded to even.
func Requantise(accumulator int64, shift int) int8 {
	rounded := accumulator
	if shift > 0 {
		odd := accumulator >> shift & 1
		rounded = (accumulator + (1<<(shift-1) - 1) + odd) >> shift // >> rounds down, negative numbers too
	}
	return int8(min(max(rounded, -128), 127))
}

// Run computes a payload's output: int8 tensors as bytes, row by row, in two's complement.
func (m *Model) Run(payload []byte) ([]byte, error) {
	tensors, err := m.Trace(payload)
	if err != nil {
		return nil, err
	}
	values := tensors[m.Output]
	output := make([]byte, len(values))
	for i, value := range values {
		output[i] = byte(value)
	}
	return output, nil
}

// Trace computes every tensor of a run, by indices as in Step.Inputs.
func (m *Model) Trace(payload []byte) ([][]int8, error) {
	if len(payload) != m.Input.Size() {
		return nil, fmt.Errorf("%w: it needs %d bytes, not %d", ErrInput, m.Input.Size(), len(payload))
	}
	tensors := make([][]int8, len(m.Steps)+1)
	tensors[0] = make([]int8, len(payload))
	for i, value := range payload {
		tensors[0][i] = int8(value)
	}
	for i := range m.Steps {
		tensors[i+1] = m.run(&m.Steps[i], tensors)
	}
	return tensors, nil
}

func (m *Model) run(step *Step, tensors [][]int8) []int8 {
	output := make([]int8, 0, step.Output.Size())
	largest := step.IsMaximum()
	m.Rows(step, func(terms []Term, bias int64) {
		accumulator := bias
		if largest {
			accumulator = -128
		}
		for _, term := range terms {
			value := int64(tensors[step.Inputs[term.Operand]][term.Index])
			if largest {
				accumulator = max(accumulator, value)
			} else {
				accumulator += term.Weight * value
			}
		}
		if step.Relu {
			accumulator = max(accumulator, 0)
		}
		output = append(output, Requantise(accumulator, step.Shift))
	})
	return output
}
