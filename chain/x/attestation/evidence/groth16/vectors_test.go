package groth16_test

import (
	"encoding/hex"
	"encoding/json"
	"math/big"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nesa-network/nesa/chain/x/attestation/evidence/groth16"
	"github.com/nesa-network/nesa/chain/x/attestation/types"
)

// The vectors that Go, Python and Solidity agree on.
func TestVectors(t *testing.T) {
	raw, err := os.ReadFile("../../../../../tests/vectors/groth16.json")
	require.NoError(t, err)
	var file struct {
		Keys []struct {
			Name         string
			VerifyingKey string `json:"verifying_key"`
		}
		Cases []struct {
			Name, Key, Proof, Input, Output string
			Valid                           bool
			Public                          []string
		}
	}
	require.NoError(t, json.Unmarshal(raw, &file))
	keys := map[string]*groth16.VerifyingKey{}
	for _, k := range file.Keys {
		bytes, err := hex.DecodeString(k.VerifyingKey)
		require.NoError(t, err)
		keys[k.Name], err = groth16.ParseVerifyingKey(bytes)
		require.NoError(t, err, k.Name)
	}
	seen := map[bool]int{}
	for _, c := range file.Cases {
		proof, err := hex.DecodeString(c.Proof)
		require.NoError(t, err)
		err = groth16.Verify(keys[c.Key], proof, elements(t, c.Public))
		require.Equal(t, c.Valid, err == nil, "%s of %s: %v", c.Name, c.Key, err)
		seen[c.Valid]++
		if !c.Valid || c.Key == "mlp-private" {
			continue
		}
		// What the chain packs are the circuit's public values.
		input, err := hex.DecodeString(c.Input)
		require.NoError(t, err)
		output, err := hex.DecodeString(c.Output)
		require.NoError(t, err)
		require.Equal(t, elements(t, c.Public[1:]), append(types.Pack(input), types.Pack(output)...), c.Name)
	}
	require.GreaterOrEqual(t, seen[true], 3)
	require.GreaterOrEqual(t, seen[false], 6)
}

// elements are numbers in 32 bytes, or in as many as they need.
func elements(t *testing.T, texts []string) [][]byte {
	t.Helper()
	var values [][]byte
	for _, text := range texts {
		number, ok := new(big.Int).SetString(text, 10)
		require.True(t, ok)
		if number.BitLen() > 256 {
			values = append(values, number.Bytes())
			continue
		}
		values = append(values, number.FillBytes(make([]byte, 32)))
	}
	return values
}
