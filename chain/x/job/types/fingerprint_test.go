package types_test

import (
	"crypto/sha3"
	"encoding/binary"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/nesa-network/nesa/chain/hashing"
	"github.com/nesa-network/nesa/chain/x/job/types"
)

func TestVectorsDistance(t *testing.T) {
	var vectors []struct {
		A, B     hexBytes
		Distance uint64
	}
	readVectors(t, "distance", &vectors)
	require.NotEmpty(t, vectors)
	for _, v := range vectors {
		got, err := types.Distance(v.A, v.B, false)
		require.NoError(t, err)
		require.Equal(t, v.Distance, got)
	}
}

func TestVectorsMedian(t *testing.T) {
	var vectors []struct {
		Fingerprints []hexBytes
		Median       hexBytes
	}
	readVectors(t, "median", &vectors)
	require.NotEmpty(t, vectors)
	for _, v := range vectors {
		var fingerprints [][]byte
		for _, f := range v.Fingerprints {
			fingerprints = append(fingerprints, f)
		}
		got, err := types.LowerMedianFingerprint(fingerprints)
		require.NoError(t, err)
		require.Equal(t, []byte(v.Median), got)
	}
}

type projectionVector struct {
	ChainID         string   `json:"chain_id"`
	BeaconSeed      hexBytes `json:"beacon_seed"`
	Job             uint64   `json:"job"`
	Round           uint32   `json:"round"`
	FingerprintSeed hexBytes `json:"fingerprint_seed"`
	Shape           []int    `json:"shape"`
	FeatureAxis     int      `json:"feature_axis"`
	Positions       int      `json:"positions"`
	Projections     int      `json:"projections"`
	ScaleBits       int      `json:"scale_bits"`
	Shift           int      `json:"shift"`
	Tensor          hexBytes `json:"tensor_float32_le"`
	Fingerprint     hexBytes `json:"fingerprint"`
}

// The chain compares fingerprints and never makes them, so the projection is here: a second implementation that holds
// the specification to what miners compute.
func TestVectorsProjection(t *testing.T) {
	var vectors struct {
		Projections []projectionVector
		Exact       []struct {
			ChainID         string   `json:"chain_id"`
			FingerprintSeed hexBytes `json:"fingerprint_seed"`
			Shape           []uint64 `json:"shape"`
			ElementType     byte     `json:"element_type"`
			Data            hexBytes `json:"data_le"`
			Fingerprint     hexBytes `json:"fingerprint"`
		}
	}
	readVectors(t, "projection", &vectors)
	require.NotEmpty(t, vectors.Projections)
	require.NotEmpty(t, vectors.Exact)
	for _, v := range vectors.Projections {
		seed := types.FingerprintSeed(v.ChainID, [32]byte(v.BeaconSeed), v.Job, v.Round)
		require.Equal(t, []byte(v.FingerprintSeed), seed[:])
		require.Equal(t, v.Fingerprint, hexBytes(v.project(seed[:])))
	}
	for _, v := range vectors.Exact {
		fields := [][]byte{v.FingerprintSeed, {byte(len(v.Shape))}}
		for _, size := range v.Shape {
			fields = append(fields, hashing.U64(size))
		}
		sum := hashing.Sum("exact", v.ChainID, append(fields, []byte{v.ElementType}, v.Data)...)
		require.Equal(t, []byte(v.Fingerprint), sum[:])
	}
}

// project makes the fingerprint of a vector's tensor.
func (v projectionVector) project(seed []byte) []byte {
	table, features := v.table()
	shake := sha3.NewSHAKE128()
	must(shake.Write(hashing.Prefix("fingerprint", v.ChainID)))
	must(shake.Write(seed))
	stream := make([]byte, 8*v.Positions+v.Positions*v.Projections*((features+7)/8))
	must(shake.Read(stream))
	signs := stream[8*v.Positions:]
	var out []byte
	for p := range v.Positions {
		row := table[binary.BigEndian.Uint64(stream[8*p:])%uint64(len(table))]
		for range v.Projections {
			var sum int64
			for d, value := range row {
				if signs[d/8]>>(7-d%8)&1 == 1 {
					value = -value
				}
				sum += value
			}
			signs = signs[(features+7)/8:]
			sum >>= v.Shift
			out = binary.BigEndian.AppendUint16(out, uint16(int16(min(max(sum, math.MinInt16), math.MaxInt16))))
		}
	}
	return out
}

// table returns the tensor as rows of scaled features, all axes but theirs in order.
func (v projectionVector) table() (rows [][]int64, features int) {
	features = v.Shape[v.FeatureAxis]
	inner := 1
	for _, size := range v.Shape[v.FeatureAxis+1:] {
		inner *= size
	}
	values := len(v.Tensor) / 4
	for outer := range values / (features * inner) {
		for i := range inner {
			row := make([]int64, features)
			for d := range features {
				at := (outer*features+d)*inner + i
				value := float64(math.Float32frombits(binary.LittleEndian.Uint32(v.Tensor[4*at:])))
				scaled := math.RoundToEven(math.Ldexp(value, v.ScaleBits))
				row[d] = int64(min(max(scaled, math.MinInt32), math.MaxInt32))
			}
			rows = append(rows, row)
		}
	}
	return rows, features
}

func must(_ int, err error) {
	if err != nil {
		panic(err)
	}
}

func TestDistanceOfHashes(t *testing.T) {
	same, err := types.Distance(hash(1), hash(1), true)
	require.NoError(t, err)
	require.Zero(t, same)
	other, err := types.Distance(hash(1), hash(2), true)
	require.NoError(t, err)
	require.Equal(t, uint64(1), other)
}

func TestFingerprintsMustFit(t *testing.T) {
	_, err := types.Distance(fp(), fp()[2:], false)
	require.ErrorIs(t, err, types.ErrInvalidResult)
	_, err = types.Distance([]byte{1}, []byte{2}, false)
	require.ErrorIs(t, err, types.ErrInvalidResult)
	for _, bad := range [][][]byte{nil, {fp(), fp()[2:]}, {{1}, {2}}} {
		_, err = types.LowerMedianFingerprint(bad)
		require.ErrorIs(t, err, types.ErrInvalidResult)
	}
	_, err = types.CommonestHash(nil)
	require.ErrorIs(t, err, types.ErrInvalidResult)
}

func TestCommonestHash(t *testing.T) {
	for _, c := range []struct {
		hashes [][]byte
		want   []byte
	}{
		{[][]byte{hash(3)}, hash(3)},
		{[][]byte{hash(3), hash(1), hash(3)}, hash(3)},
		{[][]byte{hash(3), hash(1)}, hash(1)},
		{[][]byte{hash(9), hash(2), hash(9), hash(2), hash(1)}, hash(2)},
	} {
		got, err := types.CommonestHash(c.hashes)
		require.NoError(t, err)
		require.Equal(t, c.want, got)
	}
}

func TestLowerMedian(t *testing.T) {
	require.Zero(t, types.LowerMedian(nil))
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Uint64(), 1, 22).Draw(t, "values")
		before := slices.Clone(values)
		median := types.LowerMedian(values)
		require.Equal(t, before, values, "the input is left alone")
		below, above := 0, 0
		for _, value := range values {
			below += boolToInt(value < median)
			above += boolToInt(value > median)
		}
		require.LessOrEqual(t, below, (len(values)-1)/2)
		require.LessOrEqual(t, above, len(values)/2)
	})
}

func boolToInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

func FuzzDistance(f *testing.F) {
	f.Add(fp(1, 2), fp(3, 4), false)
	f.Add([]byte{0x80, 0}, []byte{0x7f, 0xff}, false)
	f.Fuzz(func(t *testing.T, a, b []byte, exact bool) {
		forth, errForth := types.Distance(a, b, exact)
		back, errBack := types.Distance(b, a, exact)
		if forth != back || (errForth == nil) != (errBack == nil) {
			t.Fatal("distance is not symmetric")
		}
		if median, err := types.LowerMedianFingerprint([][]byte{a, b, a}); err == nil && string(median) != string(a) {
			t.Fatal("the median of a, b and a is a")
		}
	})
}
