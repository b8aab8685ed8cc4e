package types_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cosmos/cosmos-sdk/types/tx"

	"github.com/nesa-network/nesa/chain/x/beacon/types"
	"github.com/nesa-network/nesa/chain/x/beacon/vrf"
)

func TestEntryIsATransactionWithAMemoAlone(t *testing.T) {
	entry := types.NewEntry(bytes.Repeat([]byte{7}, vrf.ProofSize))
	require.Len(t, entry, types.EntrySize)
	var raw tx.TxRaw
	require.NoError(t, raw.Unmarshal(entry))
	require.Empty(t, raw.AuthInfoBytes)
	require.Empty(t, raw.Signatures)
	var body tx.TxBody
	require.NoError(t, body.Unmarshal(raw.BodyBytes))
	require.Empty(t, body.Messages)
	require.True(t, types.IsEntryMemo(body.Memo))
	again, err := raw.Marshal()
	require.NoError(t, err)
	require.Equal(t, entry, again)

	proof, ok := types.ParseEntry(entry)
	require.True(t, ok)
	require.Equal(t, bytes.Repeat([]byte{7}, vrf.ProofSize), proof)
}

// Whatever bytes come, parsing does not panic, and what is an entry has exactly one encoding.
func FuzzThreat07EntryHasOneEncoding(f *testing.F) {
	entry := types.NewEntry(bytes.Repeat([]byte{0xa5}, vrf.ProofSize))
	f.Add(entry)
	f.Add(entry[:len(entry)-1])
	f.Add(append([]byte{0x0a}, entry...))
	f.Add([]byte{})
	for i := range entry {
		changed := bytes.Clone(entry)
		changed[i] ^= 1
		f.Add(changed)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		proof, ok := types.ParseEntry(raw)
		if ok && !bytes.Equal(types.NewEntry(proof), raw) {
			t.Fatalf("two encodings of one entry: %x", raw)
		}
	})
}

func TestSeedDecides(t *testing.T) {
	mine, other := []byte{1}, []byte{2}
	for _, c := range []struct {
		name string
		seed types.Seed
		want bool
	}{
		{"success - another validator contributed", types.Seed{Height: 11, Proposer: other, Contributed: true}, true},
		{"error - the same proposer", types.Seed{Height: 11, Proposer: mine, Contributed: true}, false},
		{"error - nobody contributed", types.Seed{Height: 11, Proposer: other}, false},
		{"success - waited long enough", types.Seed{Height: 30, Proposer: mine}, true},
		{"error - one block too early", types.Seed{Height: 29, Proposer: mine}, false},
		{"success - fewer than two keys", types.Seed{Height: 11, Proposer: mine, Sole: true}, true},
		{"error - its own block", types.Seed{Height: 10, Proposer: other, Contributed: true, Sole: true}, false},
	} {
		t.Run(c.name, func(t *testing.T) { require.Equal(t, c.want, c.seed.Decides(10, mine)) })
	}
}

func TestValidatorKeysRotate(t *testing.T) {
	key := func(b byte, height uint64) types.VrfKey {
		return types.VrfKey{PublicKey: []byte{b}, EffectiveHeight: height}
	}
	var keys types.ValidatorKeys
	_, ok := keys.At(5)
	require.False(t, ok)

	keys, ok = keys.Register(key(1, 10), 1)
	require.True(t, ok)
	_, ok = keys.At(9)
	require.False(t, ok, "not before its height")
	_, ok = keys.Register(key(2, 15), 5)
	require.False(t, ok, "the first one still waits")

	keys, ok = keys.Register(key(2, 30), 20)
	require.True(t, ok)
	_, ok = keys.Register(key(3, 39), 29)
	require.False(t, ok, "the second one still waits")
	for height, want := range map[uint64]byte{10: 1, 29: 1, 30: 2, 99: 2} {
		got, ok := keys.At(height)
		require.True(t, ok)
		require.Equal(t, []byte{want}, got, "height %d", height)
	}
	keys, ok = keys.Register(key(3, 50), 40)
	require.True(t, ok)
	got, _ := keys.At(49)
	require.Equal(t, []byte{2}, got)
	got, _ = keys.At(50)
	require.Equal(t, []byte{3}, got)
	require.True(t, keys.Holds([]byte{2}) && keys.Holds([]byte{3}) && !keys.Holds([]byte{1}))
}
