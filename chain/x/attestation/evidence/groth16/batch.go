package groth16

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/big"

	"github.com/consensys/gnark-crypto/ecc/bn254"
)

// weightBytes is the size of a proof's random weight: a set with a bad proof passes with probability 2^-128.
const weightBytes = 16

// VerifyBatch verifies several proofs at the cost of one final exponentiation and one Miller loop for each, and three for each key.
// Each is multiplied by a weight that follows from all of them, so that two bad ones cannot cancel out. It says that
// all hold, or that one does not; not which.
func VerifyBatch(cases []Case) error {
	if len(cases) == 0 {
		return nil
	}
	seed := sha256.New()
	all := make([]*opened, len(cases))
	for i, c := range cases {
		o, err := open(c)
		if err != nil {
			return fmt.Errorf("proof %d of %d: %w", i+1, len(cases), err)
		}
		all[i] = o
		inputs := o.inputs.RawBytes()
		for _, part := range [][]byte{c.Key.digest[:], c.Proof, inputs[:]} {
			seed.Write(part)
		}
	}
	left, right := make([]bn254.G1Affine, 0, len(cases)+3), make([]bn254.G2Affine, 0, len(cases)+3)
	sums := newSums()
	base := seed.Sum(nil)
	for i, o := range all {
		sum := sha256.Sum256(binary.BigEndian.AppendUint64(base, uint64(i)))
		weight := new(big.Int).SetBytes(sum[:weightBytes])
		var a bn254.G1Affine
		left, right = append(left, *a.ScalarMultiplication(&o.a, weight)), append(right, o.b)
		sums.add(cases[i].Key, o, weight)
	}
	left, right = sums.terms(left, right)
	ok, err := bn254.PairingCheck(left, right)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	if !ok {
		return ErrInvalid
	}
	return nil
}

// sums are the weighted sums of what is paired with each key's β, γ and δ, in the order in which keys come.
type sums struct {
	keys   []*VerifyingKey
	byKey  map[*VerifyingKey]int
	weight []*big.Int
	inputs []bn254.G1Jac
	c      []bn254.G1Jac
}

func newSums() *sums { return &sums{byKey: map[*VerifyingKey]int{}} }

func (s *sums) add(vk *VerifyingKey, o *opened, weight *big.Int) {
	at, known := s.byKey[vk]
	if !known {
		at = len(s.keys)
		s.byKey[vk] = at
		s.keys = append(s.keys, vk)
		s.weight, s.inputs, s.c = append(s.weight, new(big.Int)), append(s.inputs, bn254.G1Jac{}), append(s.c, bn254.G1Jac{})
	}
	s.weight[at].Add(s.weight[at], weight)
	var term bn254.G1Jac
	s.inputs[at].AddAssign(term.FromAffine(&o.inputs).ScalarMultiplication(&term, weight))
	s.c[at].AddAssign(term.FromAffine(&o.c).ScalarMultiplication(&term, weight))
}

func (s *sums) terms(left []bn254.G1Affine, right []bn254.G2Affine) ([]bn254.G1Affine, []bn254.G2Affine) {
	for i, vk := range s.keys {
		var alpha, inputs, c bn254.G1Affine
		alpha.ScalarMultiplication(&vk.alpha, s.weight[i])
		inputs.FromJacobian(&s.inputs[i])
		c.FromJacobian(&s.c[i])
		left = append(left, *alpha.Neg(&alpha), *inputs.Neg(&inputs), *c.Neg(&c))
		right = append(right, vk.beta, vk.gamma, vk.delta)
	}
	return left, right
}
