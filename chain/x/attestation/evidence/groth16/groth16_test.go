package groth16

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"math/big"
	"os"
	"strconv"
	"testing"

	"github.com/consensys/gnark-crypto/ecc/bn254"
	"github.com/consensys/gnark-crypto/ecc/bn254/fr"
	"github.com/stretchr/testify/require"

	"github.com/nesa-network/nesa/chain/x/attestation/evidence"
)

type vectors struct {
	Keys []struct {
		Name         string
		VerifyingKey string `json:"verifying_key"`
	}
	Cases []struct {
		Name, Key, Proof string
		Valid            bool
		Public           []string
	}
}

func load(t testing.TB) (vectors, map[string]*Key) {
	t.Helper()
	raw, err := os.ReadFile("../../../../../tests/vectors/groth16.json")
	require.NoError(t, err)
	var v vectors
	require.NoError(t, json.Unmarshal(raw, &v))
	keys := make(map[string]*Key)
	for _, k := range v.Keys {
		key, err := ParseKey(unhex(t, k.VerifyingKey))
		require.NoError(t, err, k.Name)
		keys[k.Name] = key
	}
	return v, keys
}

func unhex(t testing.TB, text string) []byte {
	t.Helper()
	raw, err := hex.DecodeString(text)
	require.NoError(t, err)
	return raw
}

// word is a public value as it was given, whether it fits or not.
func word(t testing.TB, decimal string) []byte {
	t.Helper()
	value, ok := new(big.Int).SetString(decimal, 10)
	require.True(t, ok)
	if value.BitLen() > 256 {
		return value.Bytes()
	}
	return value.FillBytes(make([]byte, 32))
}

func cases(t testing.TB) (valid []Case, invalid map[string]Case) {
	t.Helper()
	v, keys := load(t)
	invalid = make(map[string]Case)
	for _, c := range v.Cases {
		given := Case{Key: keys[c.Key], Proof: unhex(t, c.Proof)}
		for _, value := range c.Public {
			given.Public = append(given.Public, word(t, value))
		}
		if c.Valid {
			valid = append(valid, given)
		} else {
			invalid[c.Key+": "+c.Name] = given
		}
	}
	return valid, invalid
}

func TestVectors(t *testing.T) {
	valid, invalid := cases(t)
	require.NotEmpty(t, valid)
	require.Greater(t, len(invalid), 20)
	for i, c := range valid {
		require.NoError(t, Verify(c.Key, c.Proof, c.Public), i)
	}
	for name, c := range invalid {
		require.Error(t, Verify(c.Key, c.Proof, c.Public), name)
		require.Error(t, VerifyBatch([]Case{valid[0], c}), name)
	}
}

func TestErrorsSayWhatIsWrong(t *testing.T) {
	valid, invalid := cases(t)
	key := "mlp-public: "
	for name, want := range map[string]error{
		"another context":                         evidence.ErrSignature,
		"A negated":                               evidence.ErrSignature,
		"a public value of the modulus more":      evidence.ErrInput,
		"a public value of 2^256 more":            evidence.ErrInput,
		"a public value too few":                  evidence.ErrInput,
		"a public value too many":                 evidence.ErrInput,
		"A not on the curve":                      evidence.ErrMalformed,
		"B not on the curve":                      evidence.ErrMalformed,
		"B on the curve and outside the subgroup": evidence.ErrMalformed,
		"a coordinate of the modulus more":        evidence.ErrMalformed,
		"a coordinate with a flag of compression": evidence.ErrMalformed,
		"A infinite":                              evidence.ErrMalformed,
		"truncated by a byte":                     evidence.ErrMalformed,
		"a byte too long":                         evidence.ErrMalformed,
	} {
		c, ok := invalid[key+name]
		require.True(t, ok, name)
		require.ErrorIs(t, Verify(c.Key, c.Proof, c.Public), want, name)
	}
	require.ErrorIs(t, Verify(nil, valid[0].Proof, nil), evidence.ErrKey)
}

func TestEveryFlippedByteOfAProofIsRefused(t *testing.T) {
	valid, _ := cases(t)
	c := valid[0]
	for at := range c.Proof {
		changed := bytes.Clone(c.Proof)
		changed[at] ^= 0x01
		require.Error(t, Verify(c.Key, changed, c.Public), at)
	}
	for i, value := range c.Public {
		for at := range value {
			public := append([][]byte{}, c.Public...)
			public[i] = bytes.Clone(value)
			public[i][at] ^= 0x01
			require.Error(t, Verify(c.Key, c.Proof, public), "%d %d", i, at)
		}
	}
}

// A compressed point is shorter: what stands behind it would not be read.
func TestCompressedPointsAreRefused(t *testing.T) {
	valid, _ := cases(t)
	c := valid[0]
	for at, size := range map[int]int{0: g1Size, g1Size: g2Size, g1Size + g2Size: g1Size} {
		changed := bytes.Clone(c.Proof)
		var short []byte
		if size == g2Size {
			var point bn254.G2Affine
			require.NoError(t, readG2(&point, changed[at:]))
			raw := point.Bytes()
			short = raw[:]
		} else {
			var point bn254.G1Affine
			require.NoError(t, readG1(&point, changed[at:]))
			raw := point.Bytes()
			short = raw[:]
		}
		copy(changed[at:], short)
		require.ErrorIs(t, Verify(c.Key, changed, c.Public), evidence.ErrMalformed, at)
	}
}

func TestKeysAreChecked(t *testing.T) {
	_, keys := load(t)
	raw := keys["mlp-public"].raw
	require.Equal(t, 5, keys["mlp-public"].Public())
	put := func(at int, value ...byte) []byte {
		changed := bytes.Clone(raw)
		copy(changed[at:], value)
		return changed
	}
	count := func(n uint32) []byte { return binary.BigEndian.AppendUint32(nil, n) }
	tail := len(raw) - tailSize
	outside := outsideSubgroup(t)
	for name, changed := range map[string][]byte{
		"empty":                    nil,
		"short":                    raw[:len(raw)-1],
		"long":                     append(bytes.Clone(raw), 0),
		"head only":                raw[:pointsAt],
		"not even the constant's":  append(bytes.Clone(raw[:countAt]), make([]byte, 4+tailSize)...),
		"no points":                put(countAt, count(0)...),
		"a point more":             put(countAt, count(7)...),
		"very many points":         put(countAt, count(1<<32-1)...),
		"commitments":              put(tail+3, 1),
		"commitment keys":          put(tail+7, 1),
		"α infinite":               put(alphaAt, make([]byte, g1Size)...),
		"β infinite":               put(betaAt, make([]byte, g2Size)...),
		"γ infinite":               put(gammaAt, make([]byte, g2Size)...),
		"δ infinite":               put(deltaAt, make([]byte, g2Size)...),
		"a value's point infinite": put(pointsAt+g1Size, make([]byte, g1Size)...),
		"γ outside the subgroup":   put(gammaAt, outside[:]...),
		"α off the curve":          put(alphaAt+63, raw[alphaAt+63]^1),
		"β of G1 off the curve":    put(betaG1At+63, raw[betaG1At+63]^1),
		"δ of G1 off the curve":    put(deltaG1At+63, raw[deltaG1At+63]^1),
		"β off the curve":          put(betaAt+127, raw[betaAt+127]^1),
		"compressed":               put(alphaAt, raw[0]|0x80),
		"a coordinate not below q": put(pointsAt, bytes.Repeat([]byte{0x3f}, 32)...),
		"the last point off":       put(tail-1, raw[tail-1]^1),
		"imaginary and real parts": swap(raw, gammaAt),
	} {
		_, err := ParseKey(changed)
		require.ErrorIs(t, err, evidence.ErrKey, name)
	}
}

func swap(raw []byte, at int) []byte {
	changed := bytes.Clone(raw)
	copy(changed[at:], raw[at+32:at+64])
	copy(changed[at+32:], raw[at:at+32])
	return changed
}

// outsideSubgroup finds a point of the twist that is not of the group's order.
func outsideSubgroup(t testing.TB) [g2Size]byte {
	t.Helper()
	for i := range 256 {
		var raw [64]byte
		raw[0], raw[63] = 0x80, byte(i) // compressed: y is solved for
		var point bn254.G2Affine
		decoder := bn254.NewDecoder(bytes.NewReader(raw[:]), bn254.NoSubgroupChecks())
		if decoder.Decode(&point) == nil && point.IsOnCurve() && !point.IsInSubGroup() {
			return point.RawBytes()
		}
	}
	t.Fatal("none found")
	return [g2Size]byte{}
}

func TestBatches(t *testing.T) {
	valid, _ := cases(t)
	require.NoError(t, VerifyBatch(valid), "several keys")
	require.NoError(t, VerifyBatch(append(valid, valid...)), "the same proof twice")
	require.ErrorIs(t, VerifyBatch(nil), evidence.ErrMalformed)
	require.ErrorIs(t, VerifyBatch(make([]Case, MaxBatch+1)), evidence.ErrMalformed)
	require.ErrorIs(t, VerifyBatch([]Case{{}}), evidence.ErrKey)
}

// Two wrong proofs whose errors cancel in a plain product: C of one is moved up and of the other down.
func TestErrorsOfABatchDoNotCancel(t *testing.T) {
	valid, _ := cases(t)
	_, _, g, _ := bn254.Generators()
	move := func(c Case, by bn254.G1Affine) Case {
		var point bn254.G1Affine
		require.NoError(t, readG1(&point, c.Proof[g1Size+g2Size:]))
		point.Add(&point, &by)
		raw := point.RawBytes()
		c.Proof = append(bytes.Clone(c.Proof[:g1Size+g2Size]), raw[:]...)
		return c
	}
	var down bn254.G1Affine
	down.Neg(&g)
	one, other := move(valid[0], g), move(valid[1], down)
	require.Same(t, one.Key, other.Key)
	require.ErrorIs(t, VerifyBatch([]Case{one, other}), evidence.ErrSignature)
	require.ErrorIs(t, VerifyBatch([]Case{other, one}), evidence.ErrSignature)
}

func TestCoefficientsAreNeverZeroAndDiffer(t *testing.T) {
	seen := make(map[string]bool)
	for i := range 100 {
		r := coefficient([]byte("seed"), i)
		require.Equal(t, 129, r.BitLen())
		seen[r.String()] = true
	}
	require.Len(t, seen, 100)
}

// toy makes a key with a trapdoor and a proof of any public values: what verification costs does not depend on it.
func toy(t testing.TB, public int) Case {
	t.Helper()
	_, _, g1, g2 := bn254.Generators()
	at1 := func(k int64) []byte {
		var p bn254.G1Affine
		raw := p.ScalarMultiplication(&g1, big.NewInt(k)).RawBytes()
		return raw[:]
	}
	at2 := func(k int64) []byte {
		var p bn254.G2Affine
		raw := p.ScalarMultiplication(&g2, big.NewInt(k)).RawBytes()
		return raw[:]
	}
	// α=2, β=3, γ=5, δ=1 and K_i = i+1; A = s, B = 1, C = s - 6 - 5·Σ.
	raw := bytes.Join([][]byte{at1(2), at1(3), at2(3), at2(5), at1(1), at2(1), binary.BigEndian.AppendUint32(nil, uint32(public+1))}, nil)
	total := big.NewInt(1)
	var values [][]byte
	for i := range public + 1 {
		raw = append(raw, at1(int64(i+1))...)
		if i > 0 {
			value := new(big.Int).Sub(fr.Modulus(), big.NewInt(int64(i)))
			values = append(values, value.FillBytes(make([]byte, 32)))
			total.Add(total, value.Mul(value, big.NewInt(int64(i+1))))
		}
	}
	key, err := ParseKey(append(raw, make([]byte, tailSize)...))
	if public > MaxPublic {
		require.ErrorIs(t, err, evidence.ErrKey)
		return Case{}
	}
	require.NoError(t, err)
	s := big.NewInt(1234567)
	c := new(big.Int).Sub(s, big.NewInt(6))
	c.Sub(c, total.Mul(total, big.NewInt(5))).Mod(c, fr.Modulus())
	var a, last bn254.G1Affine
	first, end := a.ScalarMultiplication(&g1, s).RawBytes(), last.ScalarMultiplication(&g1, c).RawBytes()
	return Case{Key: key, Proof: bytes.Join([][]byte{first[:], at2(1), end[:]}, nil), Public: values}
}

func TestToyProofsVerify(t *testing.T) {
	toy(t, MaxPublic+1) // is refused
	for _, public := range []int{0, 1, 5, 28, MaxPublic} {
		c := toy(t, public)
		require.NoError(t, Verify(c.Key, c.Proof, c.Public), public)
		require.NoError(t, VerifyBatch([]Case{c, toy(t, 1)}))
	}
}

func BenchmarkVerify(b *testing.B) {
	for _, public := range []int{1, 5, 28} {
		c := toy(b, public)
		b.Run(strconv.Itoa(public), func(b *testing.B) {
			for b.Loop() {
				if err := Verify(c.Key, c.Proof, c.Public); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkVerifyBatch(b *testing.B) {
	for _, size := range []int{2, 16, 128} {
		all := make([]Case, size)
		one := toy(b, 5)
		for i := range all {
			all[i] = one
		}
		b.Run(strconv.Itoa(size), func(b *testing.B) {
			for b.Loop() {
				if err := VerifyBatch(all); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkParseKey(b *testing.B) {
	for _, public := range []int{1, 5, 28} {
		raw := toy(b, public).Key.raw
		b.Run(strconv.Itoa(public), func(b *testing.B) {
			for b.Loop() {
				if _, err := ParseKey(raw); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func FuzzGroth16(f *testing.F) {
	valid, _ := cases(f)
	for _, c := range valid {
		f.Add(c.Key.raw, c.Proof, bytes.Join(c.Public, nil))
	}
	f.Fuzz(func(t *testing.T, raw, proof, flat []byte) {
		key, err := ParseKey(raw)
		if err != nil {
			return
		}
		var public [][]byte
		for ; len(flat) >= 32; flat = flat[32:] {
			public = append(public, flat[:32])
		}
		one := Verify(key, proof, public)
		if batch := VerifyBatch([]Case{{Key: key, Proof: proof, Public: public}}); (one == nil) != (batch == nil) {
			t.Fatal("a batch of one says something else", one, batch)
		}
	})
}
