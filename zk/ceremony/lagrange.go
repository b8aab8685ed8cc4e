package ceremony

import (
	"math/big"
	"math/bits"
	"runtime"
	"sync"

	bn "github.com/consensys/gnark-crypto/ecc/bn254"
	"github.com/consensys/gnark-crypto/ecc/bn254/fr"
	"github.com/consensys/gnark-crypto/ecc/bn254/fr/fft"
)

// parallel calls work on parts of [0, n) on every processor.
func parallel(n int, work func(start, end int)) {
	var group sync.WaitGroup
	// More parts than processors, because other programs may hold one of them up.
	size := max(1, n/(8*runtime.NumCPU()))
	slots := make(chan struct{}, runtime.NumCPU())
	for start := 0; start < n; start += size {
		slots <- struct{}{}
		group.Go(func() {
			defer func() { <-slots }()
			work(start, min(n, start+size))
		})
	}
	group.Wait()
}

// point is what the transform needs of a group; P is a point in Jacobian coordinates.
type point[P any] interface {
	*P
	AddAssign(*P) *P
	SubAssign(*P) *P
	ScalarMultiplication(*P, *big.Int) *P
}

// lagrange turns the powers [τ⁰], [τ¹], … of a secret into the values [L₀(τ)], [L₁(τ)], … of the Lagrange polynomials
// over the domain: an inverse Fourier transform of points. Its cost is n/2·log₂ n multiplications by scalars.
func lagrange[P any, T point[P]](powers []P, domain *fft.Domain) {
	n := len(powers)
	roots := make([]big.Int, n/2) // ω⁻ⁱ
	root := fr.One()
	for i := range roots {
		root.BigInt(&roots[i])
		root.Mul(&root, &domain.GeneratorInv)
	}
	for half := n / 2; half >= 1; half /= 2 {
		step := n / 2 / half
		parallel(n/2, func(start, end int) {
			for i := start; i < end; i++ {
				k := i % half
				low := i/half*2*half + k
				a, b := T(&powers[low]), T(&powers[low+half])
				kept := powers[low]
				a.AddAssign(&powers[low+half])
				T(&kept).SubAssign(&powers[low+half])
				if k == 0 {
					*b = kept
				} else {
					b.ScalarMultiplication(&kept, &roots[k*step])
				}
			}
		})
	}
	var scale big.Int
	domain.CardinalityInv.BigInt(&scale)
	parallel(n, func(start, end int) {
		for i := start; i < end; i++ {
			T(&powers[i]).ScalarMultiplication(&powers[i], &scale)
		}
	})
	reverse(powers)
}

// reverse puts elements into the order of their indices' reversed bits.
func reverse[T any](values []T) {
	shift := 64 - bits.Len(uint(len(values)-1))
	if len(values) < 2 {
		return
	}
	for i := range values {
		if j := int(bits.Reverse64(uint64(i)) >> shift); j > i {
			values[i], values[j] = values[j], values[i]
		}
	}
}

func lagrangeG1(powers []bn.G1Affine, domain *fft.Domain) []bn.G1Affine {
	points := make([]bn.G1Jac, len(powers))
	for i := range powers {
		points[i].FromAffine(&powers[i])
	}
	lagrange(points, domain)
	return bn.BatchJacobianToAffineG1(points)
}

func lagrangeG2(powers []bn.G2Affine, domain *fft.Domain) []bn.G2Affine {
	points := make([]bn.G2Jac, len(powers))
	for i := range powers {
		points[i].FromAffine(&powers[i])
	}
	lagrange(points, domain)
	return affineG2(points)
}

func affineG2(points []bn.G2Jac) []bn.G2Affine {
	out := make([]bn.G2Affine, len(points))
	parallel(len(points), func(start, end int) {
		for i := start; i < end; i++ {
			out[i].FromJacobian(&points[i])
		}
	})
	return out
}
