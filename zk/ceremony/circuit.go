package ceremony

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/consensys/gnark-crypto/ecc"
	"github.com/consensys/gnark/constraint"
	cs "github.com/consensys/gnark/constraint/bn254"

	"github.com/nesa-network/nesa/zk/model"
	"github.com/nesa-network/nesa/zk/prove"
)

// Circuit is what a ceremony is for.
type Circuit struct {
	Graph   []byte // the model's file
	Private bool
	System  *cs.R1CS
}

// NewCircuit compiles a model's file.
func NewCircuit(graph []byte, private bool) (*Circuit, error) {
	m, err := model.Read(graph)
	if err != nil {
		return nil, err
	}
	compiled, err := prove.Compile(m, private)
	if err != nil {
		return nil, err
	}
	system, is := compiled.(*cs.R1CS)
	if !is {
		return nil, errors.New("the circuit is of another curve")
	}
	return &Circuit{Graph: graph, Private: private, System: system}, nil
}

// domain is the power of two that the constraints fit into.
func (c *Circuit) domain() uint64 {
	return max(2, ecc.NextPowerOfTwo(uint64(c.System.GetNbConstraints())))
}

// Digest identifies the constraints independently of any library's encoding: SHA-256 over "nesa/r1cs/v1", the numbers
// of public, secret and internal wires and of constraints, and each constraint's three expressions, L · R = O. An
// expression is its number of terms, and then wire and coefficient of each; integers are u64 big-endian, coefficients 32
// bytes big-endian.
func (c *Circuit) Digest() [32]byte {
	h := sha256.New()
	h.Write([]byte("nesa/r1cs/v1"))
	number := func(values ...int) {
		for _, v := range values {
			h.Write(binary.BigEndian.AppendUint64(nil, uint64(v)))
		}
	}
	internal, secret, public := c.System.GetNbVariables()
	number(public, secret, internal, c.System.GetNbConstraints())
	iterator := c.System.GetR1CIterator()
	for row := iterator.Next(); row != nil; row = iterator.Next() {
		for _, expression := range []constraint.LinearExpression{row.L, row.R, row.O} {
			number(len(expression))
			for _, term := range expression {
				number(term.WireID())
				coefficient := c.System.Coefficients[term.CID].Bytes()
				h.Write(coefficient[:])
			}
		}
	}
	return [32]byte(h.Sum(nil))
}

// about refuses a transcript of another model or circuit.
func (t *Transcript) about(c *Circuit) error {
	switch {
	case t.Model != sha256.Sum256(c.Graph):
		return fmt.Errorf("%w: it is about another model", ErrCeremony)
	case t.Private != c.Private:
		return fmt.Errorf("%w: it is about the %s kind", ErrCeremony, prove.Kind(t.Private))
	case t.Circuit != c.Digest() || t.Domain != c.domain():
		return fmt.Errorf("%w: this program compiles the model to another circuit", ErrCeremony)
	}
	return nil
}
