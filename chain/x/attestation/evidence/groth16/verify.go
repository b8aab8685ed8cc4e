package groth16

import (
	"errors"
	"fmt"
	"math/big"

	"github.com/consensys/gnark-crypto/ecc/bn254"
	"github.com/consensys/gnark-crypto/ecc/bn254/fr"
)

const (
	// ProofBytes is the size of a proof: A in G1, B in G2, C in G1, uncompressed, the imaginary part first (EIP-197).
	ProofBytes = g1Bytes + g2Bytes + g1Bytes
	// ElementBytes is the size of a public value, big-endian.
	ElementBytes = fr.Bytes
)

var (
	// ErrProof says that a proof is malformed.
	ErrProof = errors.New("proof is malformed")
	// ErrPublicValue says that a public value is none.
	ErrPublicValue = errors.New("public value is malformed, or there are too few or too many")
	// ErrInvalid says that a proof does not hold.
	ErrInvalid = errors.New("proof does not hold")
)

// Case is one proof to verify.
type Case struct {
	Key   *VerifyingKey
	Proof []byte
	// Public values in the circuit's order, 32 bytes each.
	Public [][]byte
}

// opened is a case whose points and values are what they should be.
type opened struct {
	a, c bn254.G1Affine
	b    bn254.G2Affine
	// inputs is K[0] + Σ public[i]·K[i+1].
	inputs bn254.G1Affine
}

// Verify verifies one proof.
func Verify(vk *VerifyingKey, proof []byte, public [][]byte) error {
	o, err := open(Case{Key: vk, Proof: proof, Public: public})
	if err != nil {
		return err
	}
	// e(A, B) = e(α, β) · e(inputs, γ) · e(C, δ)
	var alpha, inputs, c bn254.G1Affine
	ok, err := bn254.PairingCheck(
		[]bn254.G1Affine{o.a, *alpha.Neg(&vk.alpha), *inputs.Neg(&o.inputs), *c.Neg(&o.c)},
		[]bn254.G2Affine{o.b, vk.beta, vk.gamma, vk.delta})
	if err != nil {
		return fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	if !ok {
		return ErrInvalid
	}
	return nil
}

// open reads a case. SetBytes refuses points that are not on the curve or not in the group.
func open(c Case) (*opened, error) {
	if len(c.Proof) != ProofBytes {
		return nil, fmt.Errorf("%w: %d bytes, want %d", ErrProof, len(c.Proof), ProofBytes)
	}
	o := &opened{}
	if err := readG1(&o.a, c.Proof); err != nil {
		return nil, fmt.Errorf("%w: A: %w", ErrProof, err)
	}
	if err := readG2(&o.b, c.Proof[g1Bytes:]); err != nil {
		return nil, fmt.Errorf("%w: B: %w", ErrProof, err)
	}
	if err := readG1(&o.c, c.Proof[g1Bytes+g2Bytes:]); err != nil {
		return nil, fmt.Errorf("%w: C: %w", ErrProof, err)
	}
	if o.a.IsInfinity() || o.b.IsInfinity() || o.c.IsInfinity() { // no honest prover makes one, and not every verifier takes one
		return nil, fmt.Errorf("%w: a point at infinity", ErrProof)
	}
	if len(c.Public) != c.Key.PublicValues() {
		return nil, fmt.Errorf("%w: %d, want %d", ErrPublicValue, len(c.Public), c.Key.PublicValues())
	}
	sum := new(bn254.G1Jac).FromAffine(&c.Key.k[0])
	for i, value := range c.Public {
		var element fr.Element
		if len(value) != ElementBytes {
			return nil, fmt.Errorf("%w: value %d has %d bytes", ErrPublicValue, i, len(value))
		}
		if err := element.SetBytesCanonical(value); err != nil {
			return nil, fmt.Errorf("%w: value %d: %w", ErrPublicValue, i, err)
		}
		var scalar big.Int
		var term bn254.G1Jac
		term.FromAffine(&c.Key.k[i+1])
		term.ScalarMultiplication(&term, element.BigInt(&scalar))
		sum.AddAssign(&term)
	}
	o.inputs.FromJacobian(sum)
	return o, nil
}
