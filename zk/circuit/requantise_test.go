package circuit

import (
	"testing"

	"github.com/consensys/gnark-crypto/ecc"
	"github.com/consensys/gnark/frontend"
	"github.com/consensys/gnark/frontend/cs/r1cs"

	"github.com/nesa-network/nesa/zk/model"
)

// gadget is requantise alone, over an interval.
type gadget struct {
	In  frontend.Variable
	Out frontend.Variable `gnark:",public"`

	low, high int64
	shift     int
	relu      bool
	terms     int
	found     *value `gnark:"-"`
}

func (g *gadget) Define(api frontend.API) error {
	b := &builder{api: api}
	made, err := b.requantise(value{wire: g.In, low: g.low, high: g.high, terms: g.terms}, g.shift, g.relu)
	*g.found = made
	api.AssertIsEqual(made.wire, g.Out)
	return err
}

// Every interval whose ends lie near those of the clamp, and every number near an end, a tie or a bound.
func TestRequantiseAtEveryEdge(t *testing.T) {
	ends := [][]int64{{-131, -130, -129, -128, -127, -126, -3, -2, -1, 0, 1, 2}, {-127, -2, -1, 0, 1, 125, 126, 127, 128, 129, 130, 131}}
	for shift := range 4 {
		for _, first := range ends[0] {
			for _, last := range ends[1] {
				for _, edge := range []int64{-1, 0, 1} {
					half := int64(1) << shift >> 1
					low, high := first<<shift-half+edge, last<<shift+half+edge
					if low > high {
						continue
					}
					checkInterval(t, low, high, shift, edge == 0)
				}
			}
		}
	}
}

func checkInterval(t *testing.T, low, high int64, shift int, derive bool) {
	t.Helper()
	for _, relu := range []bool{false, true} {
		var found value
		terms := few + 1
		if derive {
			terms = 1
		}
		made := &gadget{low: low, high: high, shift: shift, relu: relu, terms: terms, found: &found}
		compiled, err := frontend.Compile(ecc.BN254.ScalarField(), r1cs.NewBuilder, made)
		if err != nil {
			t.Fatal(err)
		}
		unit := int64(1) << shift
		for _, around := range []int64{low, high, -129 * unit, -128 * unit, 0, 127 * unit, 128 * unit} {
			for in := max(low, around-unit-1); in <= min(high, around+unit+1); in++ {
				expected := int64(model.Requantise(in, shift))
				if relu {
					expected = max(expected, 0)
				}
				if expected < found.low || expected > found.high {
					t.Fatalf("%d becomes %d, outside [%d, %d]", in, expected, found.low, found.high)
				}
				for _, out := range []int64{expected, expected - 1, expected + 1} {
					witness, err := frontend.NewWitness(&gadget{In: in, Out: out}, ecc.BN254.ScalarField())
					if err != nil {
						t.Fatal(err)
					}
					if holds := compiled.IsSolved(witness) == nil; holds != (out == expected) {
						t.Fatalf("%d in [%d, %d] shifted by %d, relu %t: %d holds %t", in, low, high, shift, relu, out, holds)
					}
				}
			}
		}
	}
}
