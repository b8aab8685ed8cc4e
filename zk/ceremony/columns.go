package ceremony

import (
	"math/big"

	"github.com/consensys/gnark-crypto/ecc/bn254/fr"
	"github.com/consensys/gnark/constraint"
	cs "github.com/consensys/gnark/constraint/bn254"
)

// entry is one coefficient of a column of a matrix: of one wire, in one row.
type entry struct {
	row         uint32
	coefficient uint32
}

// matrices are the system's rows by wire.
type matrices struct {
	a, b, c      [][]entry
	coefficients []scalar
}

// scalar is a coefficient with its sign chosen such that its absolute value is small: -3 is stored by the field as the
// modulus less 3, and to multiply a point by that takes some forty times as long as by 3.
type scalar struct {
	negative bool
	small    uint64 // 0 where it is large
	large    *big.Int
}

// smallBits bounds coefficients that are multiplied by doubling and adding within a column.
const smallBits = 40

func newScalar(element *fr.Element) scalar {
	v := element.BigInt(new(big.Int))
	s := scalar{}
	if minus := new(big.Int).Sub(fr.Modulus(), v); minus.Cmp(v) < 0 {
		s.negative, v = true, minus
	}
	if v.BitLen() <= smallBits {
		s.small = v.Uint64()
	} else {
		s.large = v
	}
	return s
}

func newMatrices(system *cs.R1CS) *matrices {
	internal, secret, public := system.GetNbVariables()
	wires := internal + secret + public
	m := &matrices{
		a: make([][]entry, wires), b: make([][]entry, wires), c: make([][]entry, wires),
		coefficients: make([]scalar, len(system.Coefficients)),
	}
	for i := range system.Coefficients {
		m.coefficients[i] = newScalar(&system.Coefficients[i])
	}
	add := func(columns [][]entry, expression constraint.LinearExpression, row uint32) {
		for _, term := range expression {
			if term.CoeffID() != constraint.CoeffIdZero {
				columns[term.WireID()] = append(columns[term.WireID()], entry{row, term.CID})
			}
		}
	}
	iterator, row := system.GetR1CIterator(), uint32(0)
	for c := iterator.Next(); c != nil; c = iterator.Next() {
		add(m.a, c.L, row)
		add(m.b, c.R, row)
		add(m.c, c.O, row)
		row++
	}
	return m
}

// adder is a point to which affine points are added.
type adder[P, A any] interface {
	*P
	AddMixed(*A) *P
	AddAssign(*P) *P
	SubAssign(*P) *P
	DoubleAssign() *P
	FromAffine(*A) *P
	ScalarMultiplication(*P, *big.Int) *P
}

// accumulate adds Σ coefficient·points[row] over a column to sum. All small coefficients are multiplied together, bit by
// bit: one doubling for each bit of the column, and one addition for each bit that is 1.
func accumulate[P, A any, T adder[P, A], N interface {
	*A
	Neg(*A) *A
}](sum *P, column []entry, coefficients []scalar, points []A) {
	if len(column) == 0 {
		return
	}
	most, top := uint64(0), 0
	for _, e := range column {
		most |= coefficients[e.coefficient].small
	}
	for most>>top != 0 {
		top++
	}
	var part P
	for bit := top - 1; bit >= 0; bit-- {
		T(&part).DoubleAssign()
		for _, e := range column {
			s := &coefficients[e.coefficient]
			if s.small>>bit&1 == 0 {
				continue
			}
			value := points[e.row]
			if s.negative {
				N(&value).Neg(&value)
			}
			T(&part).AddMixed(&value)
		}
	}
	T(sum).AddAssign(&part)
	for _, e := range column {
		s := &coefficients[e.coefficient]
		if s.large == nil {
			continue
		}
		var value P
		T(&value).FromAffine(&points[e.row])
		T(&value).ScalarMultiplication(&value, s.large)
		if s.negative {
			T(sum).SubAssign(&value)
		} else {
			T(sum).AddAssign(&value)
		}
	}
}
