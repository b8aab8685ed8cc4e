package ceremony

import (
	"errors"
	"fmt"

	bn "github.com/consensys/gnark-crypto/ecc/bn254"
	"github.com/consensys/gnark-crypto/ecc/bn254/fr/fft"
	proofs "github.com/consensys/gnark-crypto/ecc/bn254/mpcsetup"
	"github.com/consensys/gnark/backend/groth16/bn254/mpcsetup"
	"github.com/consensys/gnark/constraint"
	cs "github.com/consensys/gnark/constraint/bn254"
)

// initialise starts phase 2 for a circuit: what mpcsetup's Phase2.Initialize computes, to the byte, in a fraction of its
// time. That one multiplies a point for every coefficient of every row by itself, and negative weights, which the field
// stores as numbers of 254 bits, cost a full multiplication each.
func initialise(system *cs.R1CS, commons *mpcsetup.SrsCommons) (*mpcsetup.Phase2, *mpcsetup.Phase2Evaluations, error) {
	n := len(commons.G1.AlphaTau)
	if n < system.GetNbConstraints() {
		return nil, nil, fmt.Errorf("the circuit has %d constraints, and phase 1 was for %d", system.GetNbConstraints(), n)
	}
	commitments, ok := system.CommitmentInfo.(constraint.Groth16Commitments)
	if !ok || len(commitments) > 0 {
		return nil, nil, errors.New("the circuit uses commitments, which this ceremony does not support")
	}
	domain := fft.NewDomain(uint64(n))
	tau1 := lagrangeG1(commons.G1.Tau[:n], domain)
	alpha1 := lagrangeG1(commons.G1.AlphaTau, domain)
	beta1 := lagrangeG1(commons.G1.BetaTau, domain)
	tau2 := lagrangeG2(commons.G2.Tau, domain)

	m := newMatrices(system)
	wires := len(m.a)
	a, b, k := make([]bn.G1Jac, wires), make([]bn.G1Jac, wires), make([]bn.G1Jac, wires)
	b2 := make([]bn.G2Jac, wires)
	parallel(wires, func(start, end int) {
		for i := start; i < end; i++ {
			accumulate[bn.G1Jac](&a[i], m.a[i], m.coefficients, tau1)
			accumulate[bn.G1Jac](&b[i], m.b[i], m.coefficients, tau1)
			accumulate[bn.G2Jac](&b2[i], m.b[i], m.coefficients, tau2)
			accumulate[bn.G1Jac](&k[i], m.a[i], m.coefficients, beta1)
			accumulate[bn.G1Jac](&k[i], m.b[i], m.coefficients, alpha1)
			accumulate[bn.G1Jac](&k[i], m.c[i], m.coefficients, tau1)
		}
	})

	evaluations := new(mpcsetup.Phase2Evaluations)
	evaluations.G1.A = bn.BatchJacobianToAffineG1(a)
	evaluations.G1.B = bn.BatchJacobianToAffineG1(b)
	evaluations.G2.B = affineG2(b2)
	evaluations.G1.CKK = [][]bn.G1Affine{}
	_, _, public := system.GetNbVariables()
	evaluations.PublicAndCommitmentCommitted = commitments.GetPublicAndCommitmentCommitted(commitments.CommitmentIndexes(), public)
	keys := bn.BatchJacobianToAffineG1(k)
	evaluations.G1.VKK = append([]bn.G1Affine{}, keys[:public]...)

	phase := &mpcsetup.Phase2{Sigmas: []proofs.UpdateProof{}}
	_, _, phase.Parameters.G1.Delta, phase.Parameters.G2.Delta = bn.Generators()
	phase.Parameters.G1.PKK = append([]bn.G1Affine{}, keys[public:]...)
	phase.Parameters.G1.SigmaCKK = [][]bn.G1Affine{}
	phase.Parameters.G2.Sigma = []bn.G2Affine{}
	// Z[i] = τⁱ(τⁿ - 1), in reversed order of bits, without the last one.
	z := make([]bn.G1Affine, n)
	parallel(n-1, func(start, end int) {
		for i := start; i < end; i++ {
			z[i].Sub(&commons.G1.Tau[i+n], &commons.G1.Tau[i])
		}
	})
	reverse(z)
	phase.Parameters.G1.Z = z[:n-1]
	return phase, evaluations, nil
}
