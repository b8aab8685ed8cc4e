package beacon_test

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nesa-network/nesa/chain/hashing"
	"github.com/nesa-network/nesa/chain/x/beacon/types"
	"github.com/nesa-network/nesa/chain/x/beacon/vrf"
)

const vectorsPath = "../../../tests/vectors/beacon.json"

// hexBytes is written as hexadecimal.
type hexBytes []byte

func (h hexBytes) MarshalText() ([]byte, error) { return []byte(hex.EncodeToString(h)), nil }

func (h *hexBytes) UnmarshalText(text []byte) (err error) {
	*h, err = hex.DecodeString(string(text))
	return err
}

type proofVector struct {
	SecretKey hexBytes `json:"secret_key"`
	PublicKey hexBytes `json:"public_key"`
	Alpha     hexBytes `json:"alpha"`
	Proof     hexBytes `json:"proof"`
	Output    hexBytes `json:"output"`
}

type hashVector struct {
	Name    string     `json:"name"`
	ChainID string     `json:"chain_id"`
	Fields  []hexBytes `json:"fields"`
	Sum     hexBytes   `json:"sum"`
}

type blockVector struct {
	Height      uint64   `json:"height"`
	Contributed bool     `json:"contributed"`
	Alpha       hexBytes `json:"alpha"`
	Output      hexBytes `json:"output,omitempty"`
	Entry       hexBytes `json:"entry,omitempty"`
	Seed        hexBytes `json:"seed"`
}

type vectors struct {
	RFC9381 []proofVector `json:"rfc9381"`
	Hashes  []hashVector  `json:"hashes"`
	Chain   struct {
		ChainID   string        `json:"chain_id"`
		SecretKey hexBytes      `json:"secret_key"`
		First     hexBytes      `json:"first"`
		Blocks    []blockVector `json:"blocks"`
	} `json:"chain"`
}

func readVectors(t *testing.T) (v vectors) {
	t.Helper()
	content, err := os.ReadFile(vectorsPath)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(content, &v))
	return v
}

func TestVrfAgreesWithRFC9381(t *testing.T) {
	v := readVectors(t)
	require.Len(t, v.RFC9381, 3)
	for _, c := range v.RFC9381 {
		key, err := vrf.NewSecretKey(c.SecretKey)
		require.NoError(t, err)
		require.Equal(t, []byte(c.PublicKey), key.PublicKey())
		require.Equal(t, []byte(c.Proof), key.Prove(c.Alpha))
		output, ok := vrf.Verify(c.PublicKey, c.Proof, c.Alpha)
		require.True(t, ok)
		require.Equal(t, []byte(c.Output), output)
	}
}

// The chain of seeds, block by block, as another implementation must find it. NESA_WRITE_VECTORS=1 writes the part of
// the file that follows from this code; RFC 9381's own vectors stay as they are.
func TestGoldenVectors(t *testing.T) {
	v := readVectors(t)
	if os.Getenv("NESA_WRITE_VECTORS") != "" {
		writeVectors(t, v)
	}
	for _, c := range v.Hashes {
		fields := make([][]byte, len(c.Fields))
		for i, field := range c.Fields {
			fields[i] = field
		}
		sum := hashing.Sum(c.Name, c.ChainID, fields...)
		require.Equal(t, []byte(c.Sum), sum[:], c.Name)
	}
	require.NotEmpty(t, v.Chain.Blocks)
	require.Equal(t, chainOf(t, v.Chain.SecretKey, v.Chain.Blocks), v.Chain.Blocks)
	require.Equal(t, types.First(v.Chain.ChainID), []byte(v.Chain.First))
}

const vectorChain = "nesa-vectors-1"

// chainOf recomputes blocks from nothing but their heights and whether the proposer contributed.
func chainOf(t *testing.T, secret []byte, plan []blockVector) []blockVector {
	t.Helper()
	key, err := vrf.NewSecretKey(secret)
	require.NoError(t, err)
	previous := types.First(vectorChain)
	blocks := make([]blockVector, len(plan))
	for i, p := range plan {
		b := blockVector{Height: p.Height, Contributed: p.Contributed, Alpha: types.Alpha(vectorChain, p.Height, previous)}
		if p.Contributed {
			proof := key.Prove(b.Alpha)
			output, ok := vrf.Verify(key.PublicKey(), proof, b.Alpha)
			require.True(t, ok)
			b.Output, b.Entry = output, types.NewEntry(proof)
			b.Seed = types.Contributed(vectorChain, previous, output)
		} else {
			b.Seed = types.Missed(vectorChain, previous, p.Height)
		}
		blocks[i], previous = b, b.Seed
	}
	return blocks
}

func writeVectors(t *testing.T, v vectors) {
	t.Helper()
	v.Hashes = nil
	for _, c := range []hashVector{
		{Name: "ticket", ChainID: "nesa-1", Fields: []hexBytes{make([]byte, 32), hashing.U64(1), hashing.U32(2)}},
		{Name: "beacon", ChainID: vectorChain, Fields: []hexBytes{}},
		{Name: "x", ChainID: "", Fields: []hexBytes{{0xff}}},
	} {
		fields := make([][]byte, len(c.Fields))
		for i, field := range c.Fields {
			fields[i] = field
		}
		sum := hashing.Sum(c.Name, c.ChainID, fields...)
		c.Sum = sum[:]
		v.Hashes = append(v.Hashes, c)
	}
	v.Chain.ChainID = vectorChain
	v.Chain.SecretKey = v.RFC9381[0].SecretKey
	v.Chain.First = types.First(vectorChain)
	v.Chain.Blocks = chainOf(t, v.Chain.SecretKey, []blockVector{
		{Height: 1, Contributed: true}, {Height: 2, Contributed: true}, {Height: 3}, {Height: 4, Contributed: true}, {Height: 5},
	})
	content, err := json.MarshalIndent(v, "", "  ")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(vectorsPath, append(content, '\n'), 0o644))
	t.Skip("vectors written")
}
