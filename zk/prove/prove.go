// Package prove makes keys and proofs for provable models, and verifies them: Groth16 over BN254.
package prove

import (
	"errors"
	"fmt"
	"math/big"

	"github.com/consensys/gnark-crypto/ecc"
	"github.com/consensys/gnark-crypto/ecc/bn254/fr"
	"github.com/consensys/gnark/backend/groth16"
	bn254 "github.com/consensys/gnark/backend/groth16/bn254"
	"github.com/consensys/gnark/constraint"
	"github.com/consensys/gnark/frontend"
	"github.com/consensys/gnark/frontend/cs/r1cs"
	"github.com/consensys/gnark/logger"

	"github.com/nesa-network/nesa/zk/circuit"
	"github.com/nesa-network/nesa/zk/model"
	"github.com/nesa-network/nesa/zk/packing"
)

var (
	// ErrKey is wrapped where a key is malformed or belongs to something else.
	ErrKey = errors.New("the key is refused")
	// ErrProof is wrapped where a proof is malformed or does not hold.
	ErrProof = errors.New("the proof is refused")
	// ErrStatement is wrapped where what is to be proven cannot be.
	ErrStatement = errors.New("the statement cannot be proven")
)

// gnark logs to standard output, which belongs to results.
func init() { logger.Disable() }

// Compile returns the constraints of a model.
func Compile(m *model.Model, private bool) (compiled constraint.ConstraintSystem, err error) {
	defer func() { // gnark's builder panics where a constraint can never hold
		if problem := recover(); problem != nil {
			err = fmt.Errorf("%w: the circuit cannot be built: %v", ErrStatement, problem)
		}
	}()
	compiled, err = frontend.Compile(ecc.BN254.ScalarField(), r1cs.NewBuilder, circuit.New(m, private))
	if err != nil {
		return nil, fmt.Errorf("%w: the circuit cannot be built: %w", ErrStatement, err)
	}
	return compiled, nil
}

// Keys are what one party makes of a circuit.
type Keys struct {
	Private   bool
	System    constraint.ConstraintSystem
	Proving   groth16.ProvingKey
	Verifying *bn254.VerifyingKey
}

// Setup makes keys alone. Whoever runs it could keep the randomness and forge proofs: for tests and local networks.
func Setup(compiled constraint.ConstraintSystem, private bool) (*Keys, error) {
	proving, verifying, err := groth16.Setup(compiled)
	if err != nil {
		return nil, fmt.Errorf("set-up: %w", err)
	}
	return &Keys{Private: private, System: compiled, Proving: proving, Verifying: verifying.(*bn254.VerifyingKey)}, nil
}

// Kind names the kind of a circuit.
func Kind(private bool) string {
	if private {
		return "private"
	}
	return "public"
}

// Proven is a proof on the wire and what it says.
type Proven struct {
	Proof  []byte
	Output []byte
	Public []*big.Int
}

// Prove runs the model on an input and proves the output. A nil salt means the public kind. The proof is verified
// before it is returned.
func Prove(m *model.Model, keys *Keys, context *big.Int, input []byte, salt *big.Int) (*Proven, error) {
	if keys.Private != (salt != nil) {
		return nil, fmt.Errorf("%w: the key is of the %s kind, and the salt says otherwise", ErrStatement, Kind(keys.Private))
	}
	if context.Sign() < 0 || context.BitLen() > 8*packing.Chunk {
		return nil, fmt.Errorf("%w: a context is an integer below 2^248", ErrStatement)
	}
	output, err := m.Run(input)
	if err != nil {
		return nil, err
	}
	statement := &circuit.Statement{Context: context, Input: input, Output: output, Salt: salt}
	public, err := statement.Public()
	if err != nil {
		return nil, err
	}
	assigned, err := circuit.Assign(m, statement)
	if err != nil {
		return nil, err
	}
	witness, err := frontend.NewWitness(assigned, ecc.BN254.ScalarField())
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrStatement, err)
	}
	if _, secret, visible := keys.System.GetNbVariables(); witness.Vector().(fr.Vector).Len() != secret+visible-1 {
		return nil, fmt.Errorf("%w: it is of another model", ErrKey)
	}
	found, err := groth16.Prove(keys.System, keys.Proving, witness)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrStatement, err)
	}
	proof, is := found.(*bn254.Proof)
	if !is || len(proof.Commitments) != 0 {
		return nil, fmt.Errorf("%w: the circuit uses gnark's commitments", ErrStatement)
	}
	raw := EncodeProof(proof)
	if err := Verify(keys.Verifying, raw, public); err != nil {
		return nil, fmt.Errorf("the proof does not hold under its own key: %w", err)
	}
	return &Proven{Proof: raw, Output: output, Public: public}, nil
}
