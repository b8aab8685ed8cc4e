package circuit_test

import (
	"testing"

	"github.com/consensys/gnark-crypto/ecc"
	"github.com/consensys/gnark-crypto/ecc/bn254/fr"
	"github.com/consensys/gnark/constraint"
	cs "github.com/consensys/gnark/constraint/bn254"
	"github.com/consensys/gnark/frontend"
	"github.com/consensys/gnark/frontend/cs/r1cs"
	"github.com/consensys/gnark/logger"
)

func init() { logger.Disable() }

// combination is a linear combination of wires; wire 0 is the constant 1.
type combination map[int]fr.Element

// product is the constraint left · right = out.
type product struct{ left, right, out combination }

// system is a compiled circuit that a test can take apart.
type system struct {
	compiled *cs.R1CS
	products []product
	inputs   int // the constant, public and secret values, which come first among the wires
	wires    int
}

type tb interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
}

func compile(t tb, made frontend.Circuit) *system {
	t.Helper()
	compiled, err := frontend.Compile(ecc.BN254.ScalarField(), r1cs.NewBuilder, made)
	if err != nil {
		t.Fatal(err)
	}
	s := &system{compiled: compiled.(*cs.R1CS)}
	s.inputs = s.compiled.GetNbPublicVariables() + s.compiled.GetNbSecretVariables()
	s.wires = s.inputs + s.compiled.GetNbInternalVariables()
	for _, item := range s.compiled.GetR1Cs() {
		s.products = append(s.products, product{s.combine(item.L), s.combine(item.R), s.combine(item.O)})
	}
	return s
}

func (s *system) combine(terms constraint.LinearExpression) combination {
	made := combination{}
	for _, term := range terms {
		value := made[int(term.VID)]
		value.Add(&value, &s.compiled.Coefficients[term.CID])
		if value.IsZero() {
			delete(made, int(term.VID))
		} else {
			made[int(term.VID)] = value
		}
	}
	return made
}

// solve returns every wire, or an error where the constraints do not hold.
func (s *system) solve(t tb, assigned frontend.Circuit) (fr.Vector, error) {
	t.Helper()
	witness, err := frontend.NewWitness(assigned, ecc.BN254.ScalarField())
	if err != nil {
		t.Fatal(err)
	}
	solution, err := s.compiled.Solve(witness)
	if err != nil {
		return nil, err
	}
	return solution.(*cs.R1CSSolution).W, nil
}

func (c combination) value(wires fr.Vector) fr.Element {
	var sum fr.Element
	for wire, factor := range c {
		factor.Mul(&factor, &wires[wire])
		sum.Add(&sum, &factor)
	}
	return sum
}

func (p *product) holds(wires fr.Vector) bool {
	left, right, out := p.left.value(wires), p.right.value(wires), p.out.value(wires)
	left.Mul(&left, &right)
	return left.Equal(&out)
}

// users lists for each wire the constraints that mention it.
func (s *system) users() [][]int {
	made := make([][]int, s.wires)
	for i, item := range s.products {
		seen := map[int]bool{}
		for _, part := range []combination{item.left, item.right, item.out} {
			for wire := range part {
				if !seen[wire] {
					made[wire] = append(made[wire], i)
				}
				seen[wire] = true
			}
		}
	}
	return made
}

func must[T any](value T, err error) func(tb) T {
	return func(t tb) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

var _ tb = (*testing.T)(nil)
