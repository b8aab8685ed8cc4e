package main

import (
	"bytes"
	"math/big"

	curve "github.com/consensys/gnark-crypto/ecc/bn254"
	"github.com/consensys/gnark-crypto/ecc/bn254/fp"
)

type spoiled struct {
	name  string
	proof []byte
}

// spoil returns what no verifier may take for the first proof.
func spoil(proof, other []byte) []spoiled {
	a, b, c := proof[:64], proof[64:192], proof[192:]
	join := func(parts ...[]byte) []byte { return bytes.Join(parts, nil) }
	off := bytes.Clone(a)
	off[63] ^= 1
	negated := bytes.Clone(a)
	y := new(big.Int).Sub(fp.Modulus(), new(big.Int).SetBytes(a[32:]))
	y.FillBytes(negated[32:])
	large := bytes.Clone(a)
	new(big.Int).Add(new(big.Int).SetBytes(a[:32]), fp.Modulus()).FillBytes(large[:32])
	flagged := bytes.Clone(a)
	flagged[0] |= 0x80
	twisted := bytes.Clone(b)
	twisted[127] ^= 1
	swapped := join(b[32:64], b[:32], b[96:], b[64:96])
	stray := strayPoint()
	compressed := new(curve.G1Affine)
	if _, err := compressed.SetBytes(a); err != nil {
		panic(err)
	}
	short := compressed.Bytes()
	return []spoiled{
		{"A and C swapped", join(c, b, a)},
		{"C of another proof", join(a, b, other[192:])},
		{"A negated", join(negated, b, c)},
		{"A not on the curve", join(off, b, c)},
		{"B not on the curve", join(a, twisted, c)},
		{"B on the curve and outside the subgroup", join(a, stray, c)},
		{"B with the real part first", join(a, swapped, c)},
		{"a coordinate of the modulus more", join(large, b, c)},
		{"a coordinate with a flag of compression", join(flagged, b, c)},
		{"A compressed", join(short[:], make([]byte, 32), b, c)},
		{"A infinite", join(make([]byte, 64), b, c)},
		{"all points infinite", make([]byte, len(proof))},
		{"truncated by a byte", proof[:len(proof)-1]},
		{"truncated to A and B", proof[:192]},
		{"a byte too long", join(proof, []byte{0})},
		{"empty", nil},
	}
}

// strayPoint returns a point of the twist that is not in the subgroup of the field's order.
func strayPoint() []byte {
	var b curve.E2 // the twist is y² = x³ + 3 / (9 + u)
	b.A0.SetUint64(9)
	b.A1.SetUint64(1)
	b.Inverse(&b)
	var three fp.Element
	three.SetUint64(3)
	b.MulByElement(&b, &three)
	for n := uint64(1); ; n++ {
		var point curve.G2Affine
		point.X.A0.SetUint64(n)
		var right curve.E2
		right.Square(&point.X).Mul(&right, &point.X).Add(&right, &b)
		if right.Legendre() != 1 {
			continue
		}
		point.Y.Sqrt(&right)
		if point.IsOnCurve() && !point.IsInSubGroup() {
			raw := point.RawBytes()
			return raw[:]
		}
	}
}
