package groth16_test

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/big"
	"os"
	"slices"
	"testing"

	"github.com/consensys/gnark-crypto/ecc/bn254"
	"github.com/consensys/gnark-crypto/ecc/bn254/fp"
	"github.com/consensys/gnark-crypto/ecc/bn254/fr"
	"github.com/stretchr/testify/require"

	"github.com/nesa-network/nesa/chain/x/attestation/evidence/groth16"
)

type recorded struct {
	raw []byte
	groth16.Case
}

// cases are proofs that gnark made.
func cases(tb testing.TB) []recorded {
	tb.Helper()
	raw, err := os.ReadFile("testdata/gnark.json")
	require.NoError(tb, err)
	var file struct {
		Cases []struct {
			VK, Proof string
			Public    []string
		}
	}
	require.NoError(tb, json.Unmarshal(raw, &file))
	var found []recorded
	keys := map[string]*groth16.VerifyingKey{}
	for _, c := range file.Cases {
		key, err := hex.DecodeString(c.VK)
		require.NoError(tb, err)
		proof, err := hex.DecodeString(c.Proof)
		require.NoError(tb, err)
		if keys[c.VK] == nil {
			keys[c.VK], err = groth16.ParseVerifyingKey(key)
			require.NoError(tb, err)
		}
		one := recorded{key, groth16.Case{Key: keys[c.VK], Proof: proof}}
		for _, text := range c.Public {
			value, ok := new(big.Int).SetString(text, 10)
			require.True(tb, ok)
			one.Public = append(one.Public, value.FillBytes(make([]byte, 32)))
		}
		found = append(found, one)
	}
	return found
}

func verify(c groth16.Case) error { return groth16.Verify(c.Key, c.Proof, c.Public) }

func clone(c groth16.Case) groth16.Case {
	public := make([][]byte, len(c.Public))
	for i := range public {
		public[i] = slices.Clone(c.Public[i])
	}
	return groth16.Case{Key: c.Key, Proof: slices.Clone(c.Proof), Public: public}
}

func TestProofsOfGnarkVerify(t *testing.T) {
	for i, c := range cases(t) {
		require.NoError(t, verify(c.Case), i)
	}
}

// A flipped bit anywhere is refused, and every way in which a proof can be something else.
func TestThreat43ProofsThatDoNotHoldAreRefused(t *testing.T) {
	all := cases(t)
	first := all[0].Case
	for at := range first.Proof {
		c := clone(first)
		c.Proof[at] ^= 1
		require.Error(t, verify(c), at)
	}
	for i := range first.Public {
		c := clone(first)
		c.Public[i][31] ^= 1
		require.ErrorIs(t, verify(c), groth16.ErrInvalid, i)
	}
	swapped := clone(first)
	copy(swapped.Proof, first.Proof[192:])
	copy(swapped.Proof[192:], first.Proof[:64])
	require.ErrorIs(t, verify(swapped), groth16.ErrInvalid)
	other := clone(first)
	other.Key = all[2].Key
	require.ErrorIs(t, verify(other), groth16.ErrPublicValue, "of another key")
	none := clone(first)
	none.Proof = make([]byte, groth16.ProofBytes) // points at infinity
	require.ErrorIs(t, verify(none), groth16.ErrProof)
}

func TestFormsThatAreRefused(t *testing.T) {
	first := cases(t)[0].Case
	for name, test := range map[string]struct {
		change func(*groth16.Case)
		err    error
	}{
		"too short":                {func(c *groth16.Case) { c.Proof = c.Proof[:255] }, groth16.ErrProof},
		"too long":                 {func(c *groth16.Case) { c.Proof = append(c.Proof, 0) }, groth16.ErrProof},
		"compressed":               {func(c *groth16.Case) { c.Proof[0] |= 0x80 }, groth16.ErrProof},
		"infinity, compressed":     {func(c *groth16.Case) { clear(c.Proof[:64]); c.Proof[0] = 0x40 }, groth16.ErrProof},
		"coordinate not below p":   {func(c *groth16.Case) { fp.Modulus().FillBytes(c.Proof[:32]) }, groth16.ErrProof},
		"not on the curve":         {func(c *groth16.Case) { copy(c.Proof[:32], c.Proof[32:64]) }, groth16.ErrProof},
		"in the curve, not in G2":  {outsideG2, groth16.ErrProof},
		"too few values":           {func(c *groth16.Case) { c.Public = c.Public[1:] }, groth16.ErrPublicValue},
		"too many values":          {func(c *groth16.Case) { c.Public = append(c.Public, make([]byte, 32)) }, groth16.ErrPublicValue},
		"short value":              {func(c *groth16.Case) { c.Public[0] = c.Public[0][1:] }, groth16.ErrPublicValue},
		"value not below r":        {func(c *groth16.Case) { plusModulus(c.Public[0]) }, groth16.ErrPublicValue},
		"value equal to r":         {func(c *groth16.Case) { fr.Modulus().FillBytes(c.Public[0]) }, groth16.ErrPublicValue},
		"no proof":                 {func(c *groth16.Case) { c.Proof = nil }, groth16.ErrProof},
		"the same value, extended": {func(c *groth16.Case) { c.Public[0] = append([]byte{0}, c.Public[0]...) }, groth16.ErrPublicValue},
	} {
		c := clone(first)
		test.change(&c)
		require.ErrorIs(t, verify(c), test.err, name)
	}
}

// plusModulus writes the other number below 2^256 that is the same field element.
func plusModulus(value []byte) {
	new(big.Int).Add(new(big.Int).SetBytes(value), fr.Modulus()).FillBytes(value)
}

// outsideG2 puts a point of the twist that is not in the group of order r where B is.
func outsideG2(c *groth16.Case) {
	var p bn254.G2Affine
	for x := uint64(1); ; x++ {
		p.X.A0.SetUint64(x)
		p.X.A1.SetUint64(1)
		y := p.X
		y.Square(&p.X).Mul(&y, &p.X)
		var b bn254.E2
		for _, part := range []struct {
			to   *fp.Element
			text string
		}{
			{&b.A0, "19485874751759354771024239261021720505790618469301721065564631296452457478373"},
			{&b.A1, "266929791119991161246907387137283842545076965332900288569378510910307636690"},
		} {
			if _, err := part.to.SetString(part.text); err != nil {
				panic(err)
			}
		}
		y.Add(&y, &b)
		if y.Legendre() == 1 {
			p.Y.Sqrt(&y)
			break
		}
	}
	if !p.IsOnCurve() || p.IsInSubGroup() {
		panic("the test's point is not what it should be")
	}
	raw := p.RawBytes()
	copy(c.Proof[64:192], raw[:])
}

func TestBatches(t *testing.T) {
	all := cases(t)
	batch := make([]groth16.Case, len(all))
	for i := range all {
		batch[i] = all[i].Case
	}
	require.NoError(t, groth16.VerifyBatch(nil))
	require.NoError(t, groth16.VerifyBatch(batch))
	require.NoError(t, groth16.VerifyBatch([]groth16.Case{batch[0], batch[0], batch[1]}))
	for i := range batch {
		bad := slices.Clone(batch)
		bad[i] = clone(batch[i])
		bad[i].Public[0][31] ^= 1
		require.ErrorIs(t, groth16.VerifyBatch(bad), groth16.ErrInvalid, i)
	}
	// Two that are wrong by opposite amounts would pass an unweighted sum: A and −A are swapped in sign.
	bad := []groth16.Case{clone(batch[0]), clone(batch[0])}
	for i := range bad {
		var a, shift bn254.G1Affine
		_, err := a.SetBytes(bad[i].Proof[:64])
		require.NoError(t, err)
		_, _, g1, _ := bn254.Generators()
		if shift = g1; i == 1 {
			shift.Neg(&g1)
		}
		a.Add(&a, &shift)
		raw := a.RawBytes()
		copy(bad[i].Proof, raw[:])
	}
	require.ErrorIs(t, groth16.VerifyBatch(bad), groth16.ErrInvalid)
}

func TestThreat43VerifyingKeys(t *testing.T) {
	raw := cases(t)[0].raw
	vk, err := groth16.ParseVerifyingKey(raw)
	require.NoError(t, err)
	require.Equal(t, 3, vk.PublicValues())
	for name, change := range map[string]func([]byte) []byte{
		"empty":           func([]byte) []byte { return nil },
		"short":           func(b []byte) []byte { return b[:len(b)-1] },
		"long":            func(b []byte) []byte { return append(b, 0) },
		"commitments":     func(b []byte) []byte { b[len(b)-1] = 1; return b },
		"fewer points":    func(b []byte) []byte { b[579]--; return b },
		"more points":     func(b []byte) []byte { b[576] = 0xff; return b },
		"α off the curve": func(b []byte) []byte { b[63] ^= 1; return b },
		"β off the curve": func(b []byte) []byte { b[255] ^= 1; return b },
		"γ off the curve": func(b []byte) []byte { b[383] ^= 1; return b },
		"δ off the curve": func(b []byte) []byte { b[575] ^= 1; return b },
		"γ is nothing":    func(b []byte) []byte { clear(b[256:384]); return b },
		"K off the curve": func(b []byte) []byte { b[700] ^= 1; return b },
		"α is nothing":    func(b []byte) []byte { clear(b[:64]); return b },
		"δ is γ":          func(b []byte) []byte { copy(b[448:576], b[256:384]); return b },
		"δ is 1": func(b []byte) []byte {
			_, _, _, generator := bn254.Generators()
			raw := generator.RawBytes()
			copy(b[448:576], raw[:])
			return b
		},
		"K is nothing": func(b []byte) []byte { clear(b[644:708]); return b },
	} {
		_, err := groth16.ParseVerifyingKey(change(slices.Clone(raw)))
		require.ErrorIs(t, err, groth16.ErrVerifyingKey, name)
	}
}

func FuzzVerify(f *testing.F) {
	all := cases(f)
	f.Add(all[0].raw, all[0].Proof, all[0].Public[0])
	f.Fuzz(func(t *testing.T, key, proof, public []byte) {
		if vk, err := groth16.ParseVerifyingKey(key); err == nil { // anybody's key may admit anything
			_ = groth16.Verify(vk, proof, [][]byte{public})
		}
		if groth16.Verify(all[0].Key, proof, [][]byte{public, public, public}) == nil {
			t.Fatal("forged")
		}
	})
}

func BenchmarkVerify(b *testing.B) {
	all := cases(b)
	for _, at := range []int{0, 2, 4} {
		c := all[at].Case
		b.Run(fmt.Sprintf("values=%d", len(c.Public)), func(b *testing.B) {
			for range b.N {
				if err := verify(c); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	for _, n := range []int{2, 8, 32} {
		batch := make([]groth16.Case, n)
		for i := range batch {
			batch[i] = all[i%2].Case
		}
		b.Run(fmt.Sprintf("batch=%d", n), func(b *testing.B) {
			for range b.N {
				if err := groth16.VerifyBatch(batch); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
