package groth16

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/big"

	"github.com/consensys/gnark-crypto/ecc/bn254"
	"github.com/consensys/gnark-crypto/ecc/bn254/fr"

	"github.com/nesa-network/nesa/chain/x/attestation/evidence"
)

const (
	// ProofSize is A ‖ B ‖ C, uncompressed.
	ProofSize = 2*g1Size + g2Size
	// MaxBatch bounds the proofs of one VerifyBatch.
	MaxBatch = 1024

	batchTag        = "nesa/groth16-batch/v1"
	coefficientSize = 16
)

// Case is one proof of a batch.
type Case struct {
	Key    *Key
	Proof  []byte
	Public [][]byte // each 32 bytes, big-endian, below the group's order
}

// Verify checks e(A, B) = e(α, β) · e(Σ public · K, γ) · e(C, δ).
//
// A valid proof can be turned into others of the same statement by anybody, as always with Groth16: a proof is not its
// own unique name, the statement is.
func Verify(key *Key, proof []byte, public [][]byte) error {
	c, err := Case{Key: key, Proof: proof, Public: public}.read()
	if err != nil {
		return err
	}
	var a bn254.G1Affine
	a.Neg(&c.a)
	ok, err := bn254.PairingCheck(
		[]bn254.G1Affine{a, key.alpha, c.input, c.c},
		[]bn254.G2Affine{c.b, key.beta, key.gamma, key.delta},
	)
	return verdict(ok, err)
}

// VerifyBatch checks all cases in one product of pairings, with one final exponentiation. Each equation is raised to a
// coefficient of 128 bits that depends on all of the batch, so that no errors cancel. It says that all are valid or
// that some case is not; Verify says which.
func VerifyBatch(cases []Case) error {
	if len(cases) == 0 || len(cases) > MaxBatch {
		return fmt.Errorf("%w: batch of %d proofs, want 1 to %d", evidence.ErrMalformed, len(cases), MaxBatch)
	}
	seed := sha256.New()
	seed.Write([]byte(batchTag))
	read := make([]readCase, len(cases))
	for i, given := range cases {
		var err error
		if read[i], err = given.read(); err != nil {
			return fmt.Errorf("proof %d: %w", i, err)
		}
		// Lengths are fixed by the key, which is of a length of its own.
		seed.Write(binary.BigEndian.AppendUint64(nil, uint64(len(given.Key.raw))))
		seed.Write(given.Key.raw)
		seed.Write(given.Proof)
		for _, value := range given.Public {
			seed.Write(value)
		}
	}
	var g1 []bn254.G1Affine
	var g2 []bn254.G2Affine
	var sums []*sum
	for i, c := range read {
		r := coefficient(seed.Sum(nil), i)
		var a bn254.G1Affine
		a.ScalarMultiplication(&c.a, r)
		a.Neg(&a)
		g1, g2 = append(g1, a), append(g2, c.b)
		sums = accumulate(sums, c, r)
	}
	for _, s := range sums {
		var points [3]bn254.G1Affine
		points[0].ScalarMultiplication(&s.key.alpha, &s.coefficients)
		points[1].FromJacobian(&s.input)
		points[2].FromJacobian(&s.c)
		g1, g2 = append(g1, points[:]...), append(g2, s.key.beta, s.key.gamma, s.key.delta)
	}
	ok, err := bn254.PairingCheck(g1, g2)
	return verdict(ok, err)
}

// sum collects the sides of one key's cases, whose second points are the same.
type sum struct {
	key          *Key
	coefficients big.Int
	input, c     bn254.G1Jac
}

// accumulate adds a case to its key's sum. Keys are the same when their bytes are.
func accumulate(sums []*sum, c readCase, r *big.Int) []*sum {
	var to *sum
	for _, s := range sums {
		if bytes.Equal(s.key.raw, c.key.raw) {
			to = s
		}
	}
	if to == nil {
		to = &sum{key: c.key}
		sums = append(sums, to)
	}
	to.coefficients.Add(&to.coefficients, r)
	for _, term := range []struct {
		to    *bn254.G1Jac
		point *bn254.G1Affine
	}{{&to.input, &c.input}, {&to.c, &c.c}} {
		var scaled bn254.G1Jac
		scaled.FromAffine(term.point)
		scaled.ScalarMultiplication(&scaled, r)
		term.to.AddAssign(&scaled)
	}
	return sums
}

// coefficient is 2^128 + the first 128 bits of SHA-256(seed ‖ i): never zero.
func coefficient(seed []byte, i int) *big.Int {
	digest := sha256.Sum256(binary.BigEndian.AppendUint64(append([]byte(nil), seed...), uint64(i)))
	r := new(big.Int).SetBytes(digest[:coefficientSize])
	return r.SetBit(r, 8*coefficientSize, 1)
}

// readCase is a case whose points have been read and whose public values are summed to one point.
type readCase struct {
	key         *Key
	a, c, input bn254.G1Affine
	b           bn254.G2Affine
}

func (c Case) read() (readCase, error) {
	r := readCase{key: c.Key}
	if c.Key == nil {
		return r, fmt.Errorf("%w: none", evidence.ErrKey)
	}
	if len(c.Proof) != ProofSize {
		return r, fmt.Errorf("%w: proof of %d bytes, want %d", evidence.ErrMalformed, len(c.Proof), ProofSize)
	}
	if len(c.Public) != c.Key.Public() {
		return r, fmt.Errorf("%w: %d of them, want %d", evidence.ErrInput, len(c.Public), c.Key.Public())
	}
	if err := readG1(&r.a, c.Proof); err != nil {
		return r, fmt.Errorf("%w: A: %w", evidence.ErrMalformed, err)
	}
	if err := readG2(&r.b, c.Proof[g1Size:]); err != nil {
		return r, fmt.Errorf("%w: B: %w", evidence.ErrMalformed, err)
	}
	if err := readG1(&r.c, c.Proof[g1Size+g2Size:]); err != nil {
		return r, fmt.Errorf("%w: C: %w", evidence.ErrMalformed, err)
	}
	var total bn254.G1Jac
	total.FromAffine(&c.Key.points[0])
	for i, raw := range c.Public {
		var value fr.Element
		// Canonical: one statement has one spelling, and a value plus the order would be a second.
		if err := value.SetBytesCanonical(raw); err != nil {
			return r, fmt.Errorf("%w: value %d: %w", evidence.ErrInput, i, err)
		}
		var term bn254.G1Jac
		term.FromAffine(&c.Key.points[i+1])
		term.ScalarMultiplication(&term, value.BigInt(new(big.Int)))
		total.AddAssign(&term)
	}
	r.input.FromJacobian(&total)
	return r, nil
}

func verdict(ok bool, err error) error {
	switch {
	case err != nil:
		return fmt.Errorf("%w: %w", evidence.ErrMalformed, err)
	case !ok:
		return fmt.Errorf("%w: proof", evidence.ErrSignature)
	default:
		return nil
	}
}
