package hashing_test

import (
	"crypto/sha256"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nesa-network/nesa/chain/hashing"
)

func TestSumFramesTagAndChainID(t *testing.T) {
	want := sha256.Sum256([]byte("\x0enesa/beacon/v1\x06nesa-1" + "ab" + "\x00\x00\x00\x00\x00\x00\x01\x02" + "\x00\x00\x00\x07"))
	got := hashing.Sum("beacon", "nesa-1", []byte("ab"), hashing.U64(258), hashing.U32(7))
	require.Equal(t, want, got)
}

func TestSumTellsNetworksAndNamesApart(t *testing.T) {
	seen := map[[32]byte]bool{}
	for _, name := range []string{"beacon", "vrf"} {
		for _, chain := range []string{"nesa-1", "nesa-2", "nesa-11"} {
			seen[hashing.Sum(name, chain, []byte("1"))] = true
		}
	}
	require.Len(t, seen, 6)
}
