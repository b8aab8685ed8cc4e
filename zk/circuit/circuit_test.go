package circuit_test

import (
	"bytes"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/consensys/gnark-crypto/ecc"
	"github.com/consensys/gnark/test"
	"pgregory.net/rapid"

	"github.com/nesa-network/nesa/zk/circuit"
	"github.com/nesa-network/nesa/zk/internal/sample"
	"github.com/nesa-network/nesa/zk/model"
)

// drawn is a random model with a run of it.
type drawn struct {
	model     *model.Model
	statement *circuit.Statement
}

func (d *drawn) private() bool { return d.statement.Salt != nil }

func draw(t *rapid.T) *drawn {
	random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
	made := sample.Random(random, rapid.IntRange(1, 5).Draw(t, "steps"))
	return run(t, made, rapid.Bool().Draw(t, "private"), random)
}

func run(t tb, m *model.Model, private bool, random *rand.Rand) *drawn {
	t.Helper()
	input := sample.Payload(random, m)
	switch random.IntN(4) {
	case 0: // the ends of the range
		for i := range input {
			input[i] = 127 + input[i]&1
		}
	case 1: // small numbers
		for i := range input {
			input[i] = input[i]%5 - 2
		}
	}
	statement := &circuit.Statement{Context: big.NewInt(random.Int64()), Input: input, Output: must(m.Run(input))(t)}
	if private {
		statement.Salt = big.NewInt(random.Int64())
	}
	return &drawn{m, statement}
}

func TestTheCircuitHoldsForWhatTheInterpreterComputes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := draw(t)
		assigned := must(circuit.Assign(d.model, d.statement))(t)
		made := compile(t, circuit.New(d.model, d.private()))
		if _, err := made.solve(t, assigned); err != nil {
			t.Fatal(err)
		}
		if err := test.IsSolved(circuit.New(d.model, d.private()), assigned, ecc.BN254.ScalarField()); err != nil {
			t.Fatal("the test engine: ", err)
		}
		at := rapid.IntRange(0, len(d.statement.Output)-1).Draw(t, "at")
		wrong := *d.statement
		wrong.Output = bytes.Clone(wrong.Output)
		wrong.Output[at] ^= byte(rapid.IntRange(1, 255).Draw(t, "change"))
		if _, err := made.solve(t, must(circuit.Assign(d.model, &wrong))(t)); err == nil {
			t.Fatal("a wrong output is accepted")
		}
	})
}

func TestConstraintsLeaveNoChoice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := draw(t)
		made := compile(t, circuit.New(d.model, d.private()))
		shape := circuit.New(d.model, d.private())
		// Given are the context and the input (in the private kind the salt and the hidden input), not the output.
		given := []int{1}
		for i := range shape.Input {
			if !d.private() {
				given = append(given, 2+i)
			}
		}
		for wire := 2 + len(shape.Input) + len(shape.Output); wire < made.inputs; wire++ {
			given = append(given, wire)
		}
		c := newChecker(made, given)
		if left := c.run(); len(left) > 0 {
			t.Fatalf("%d of %d wires are not determined, the first %d", len(left), made.wires, left[0])
		}
	})
}

func TestElementsAboveTheirBytesAreRefused(t *testing.T) {
	d := run(t, sample.MLP(4, 33, 2), false, rand.New(rand.NewPCG(1, 1)))
	made := compile(t, circuit.New(d.model, false))
	for element, excess := range map[int]*big.Int{
		0: new(big.Int).Lsh(big.NewInt(1), 248),        // a 32nd byte
		1: big.NewInt(1),                               // within the padding of the last chunk
		2: new(big.Int).Lsh(big.NewInt(1), 8*(31-2)-1), // as well, right below its bytes, in the output's element
	} {
		assigned := must(circuit.Assign(d.model, d.statement))(t)
		if _, err := made.solve(t, assigned); err != nil {
			t.Fatal(err)
		}
		to := &assigned.Output[0]
		if element < 2 {
			to = &assigned.Input[element]
		}
		*to = new(big.Int).Add((*to).(*big.Int), excess)
		if _, err := made.solve(t, assigned); err == nil {
			t.Errorf("the element %d holds more than its bytes", element)
		}
	}
}

func TestPublicValuesCannotBeExchanged(t *testing.T) {
	d := run(t, sample.MLP(4, 33, 2), true, rand.New(rand.NewPCG(1, 2)))
	made := compile(t, circuit.New(d.model, true))
	assigned := must(circuit.Assign(d.model, d.statement))(t)
	one := big.NewInt(1)
	for name, change := range map[string]func(*circuit.Circuit){
		"commitment": func(c *circuit.Circuit) { c.Input[0] = new(big.Int).Add(c.Input[0].(*big.Int), one) },
		"salt":       func(c *circuit.Circuit) { c.Salt[0] = new(big.Int).Add(c.Salt[0].(*big.Int), one) },
		"input":      func(c *circuit.Circuit) { c.Hidden[0] = new(big.Int).Xor(c.Hidden[0].(*big.Int), one) },
	} {
		other := must(circuit.Assign(d.model, d.statement))(t)
		change(other)
		if _, err := made.solve(t, other); err == nil {
			t.Errorf("another %s is accepted", name)
		}
	}
	if _, err := made.solve(t, assigned); err != nil {
		t.Fatal(err)
	}
	// The context is a value like any other for the constraints; it must stand in one, or proofs could move.
	if len(made.users()[1]) == 0 {
		t.Fatal("no constraint mentions the context")
	}
}
