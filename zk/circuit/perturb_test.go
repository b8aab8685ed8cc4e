package circuit_test

import (
	"math/rand/v2"
	"testing"

	"github.com/consensys/gnark-crypto/ecc/bn254/fr"
	"pgregory.net/rapid"

	"github.com/nesa-network/nesa/zk/circuit"
	"github.com/nesa-network/nesa/zk/internal/sample"
)

// Every wire of a valid witness, changed alone, breaks a constraint, but the inverse of IsZero where its input is 0.
func TestEveryWireCounts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := draw(t)
		perturb(t, d)
	})
}

func TestEveryWireOfAWholeNetworkCounts(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 3))
	b := sample.NewBuilder(random, 1, 1, 6, 6)
	b.Convolution(2, 1, 60, 500, 5, true)
	b.MaxPool()
	b.Dense(5, 60, 500, 6, false)
	for _, private := range []bool{false, true} {
		perturb(t, run(t, b.Model, private, random))
	}
}

func perturb(t tb, d *drawn) {
	t.Helper()
	made := compile(t, circuit.New(d.model, d.private()))
	wires, err := made.solve(t, must(circuit.Assign(d.model, d.statement))(t))
	if err != nil {
		t.Fatal(err)
	}
	users := made.users()
	for wire := 1; wire < made.wires; wire++ {
		before := wires[wire]
		var flipped, next, far fr.Element
		flipped.SetOne()
		flipped.Sub(&flipped, &before)
		next.SetOne()
		next.Add(&next, &before)
		far.SetUint64(1 << 40)
		far.Add(&far, &before)
		for _, after := range []fr.Element{flipped, next, far} {
			wires[wire] = after
			if after.Equal(&before) || made.broken(wires, users[wire]) || wire == 1 || made.spare(wires, users[wire], wire) {
				continue
			}
			t.Fatalf("the wire %d of %d may be %s instead of %s", wire, made.wires, after.String(), before.String())
		}
		wires[wire] = before
	}
}

func (s *system) broken(wires fr.Vector, constraints []int) bool {
	for _, i := range constraints {
		if !s.products[i].holds(wires) {
			return true
		}
	}
	return false
}

// spare tells whether a wire is an inverse of 0: alone as a factor of one product whose other is 0.
func (s *system) spare(wires fr.Vector, constraints []int, wire int) bool {
	if len(constraints) != 1 {
		return false
	}
	item := s.products[constraints[0]]
	for _, sides := range [][2]combination{{item.left, item.right}, {item.right, item.left}} {
		_, alone := sides[1][wire]
		other := sides[0].value(wires)
		if alone && len(sides[1]) == 1 && other.IsZero() {
			return wire >= s.inputs
		}
	}
	return false
}
