// Package circuit turns a provable model into constraints over the scalar field of BN254.
//
// Weights are constants, so a linear layer is a linear combination and costs nothing; what costs is proving that a wire
// holds a bit. Every value carries the interval that the constraints so far force it into, and each gadget uses as many
// bits as that interval needs. README.md argues for each gadget why it is sound.
package circuit

import (
	"errors"
	"fmt"
	"math/big"

	"github.com/consensys/gnark/frontend"
	"github.com/consensys/gnark/std/hash/poseidon2"

	"github.com/nesa-network/nesa/zk/model"
	"github.com/nesa-network/nesa/zk/packing"
)

// ErrAssignment is wrapped where a statement does not fit a circuit.
var ErrAssignment = errors.New("the statement does not fit the circuit")

// Circuit states that a model turns an input into an output. Public values, in order: the context; the elements of the
// input, or the one commitment to salt and input; the elements of the output.
type Circuit struct {
	Context frontend.Variable   `gnark:",public"`
	Input   []frontend.Variable `gnark:",public"`
	Output  []frontend.Variable `gnark:",public"`
	Salt    []frontend.Variable // none, or one in the private kind
	Hidden  []frontend.Variable // the elements of a private input

	model *model.Model `gnark:"-"`
}

// New returns a model's circuit without values.
func New(m *model.Model, private bool) *Circuit {
	elements := packing.Count(m.Input.Size())
	made := &Circuit{
		Output: make([]frontend.Variable, packing.Count(m.Tensor(m.Output).Size())),
		model:  m,
	}
	if private {
		made.Input = make([]frontend.Variable, 1)
		made.Salt = make([]frontend.Variable, 1)
		made.Hidden = make([]frontend.Variable, elements)
	} else {
		made.Input = make([]frontend.Variable, elements)
	}
	return made
}

// Statement is what one proof says. Salt is nil where the input is public.
type Statement struct {
	Context *big.Int
	Input   []byte
	Output  []byte
	Salt    *big.Int
}

// Public returns a statement's public values in the order of the circuit.
func (s *Statement) Public() ([]*big.Int, error) {
	values := []*big.Int{s.Context}
	if s.Salt == nil {
		values = append(values, packing.Pack(s.Input)...)
	} else {
		commitment, err := packing.Commit(s.Salt, s.Input)
		if err != nil {
			return nil, err
		}
		values = append(values, commitment)
	}
	return append(values, packing.Pack(s.Output)...), nil
}

// Assign returns the circuit with a statement's values.
func Assign(m *model.Model, s *Statement) (*Circuit, error) {
	public, err := s.Public()
	if err != nil {
		return nil, err
	}
	made := New(m, s.Salt != nil)
	if len(s.Input) != m.Input.Size() || len(s.Output) != m.Tensor(m.Output).Size() {
		return nil, fmt.Errorf("%w: %d bytes in and %d out", ErrAssignment, len(s.Input), len(s.Output))
	}
	made.Context = public[0]
	fill(made.Input, public[1:])
	fill(made.Output, public[1+len(made.Input):])
	if s.Salt != nil {
		made.Salt[0] = s.Salt
		fill(made.Hidden, packing.Pack(s.Input))
	}
	return made, nil
}

func fill(to []frontend.Variable, from []*big.Int) {
	for i := range to {
		to[i] = from[i]
	}
}

// Define writes the constraints.
func (c *Circuit) Define(api frontend.API) error {
	b := &builder{api: api}
	// Without a constraint of its own the context would not enter the proof, and a proof could move to another.
	api.Mul(c.Context, c.Context)
	elements := c.Input
	if len(c.Salt) > 0 {
		elements = c.Hidden
		if err := c.commit(api); err != nil {
			return err
		}
	}
	tensors := make([][]value, len(c.model.Steps)+1)
	var err error
	if tensors[0], err = b.unpack(elements, c.model.Input.Size()); err != nil {
		return err
	}
	for i := range c.model.Steps {
		if tensors[i+1], err = b.step(c.model, &c.model.Steps[i], tensors); err != nil {
			return fmt.Errorf("the step %q: %w", c.model.Steps[i].Name, err)
		}
	}
	return b.pack(tensors[c.model.Output], c.Output)
}

func (c *Circuit) commit(api frontend.API) error {
	hasher, err := poseidon2.New(api)
	if err != nil {
		return err
	}
	hasher.Write(c.Salt[0])
	hasher.Write(c.Hidden...)
	api.AssertIsEqual(hasher.Sum(), c.Input[0])
	return nil
}

func (b *builder) step(m *model.Model, step *model.Step, tensors [][]value) ([]value, error) {
	made := make([]value, 0, step.Output.Size())
	largest := step.IsMaximum()
	var failure error
	m.Rows(step, func(terms []model.Term, bias int64) {
		if failure != nil {
			return
		}
		combine := b.sum
		if largest {
			combine = b.largest
		}
		accumulator, err := combine(terms, bias, step, tensors)
		if err == nil {
			accumulator, err = b.requantise(accumulator, step.Shift, step.Relu)
		}
		failure = err
		made = append(made, accumulator)
	})
	return made, failure
}
