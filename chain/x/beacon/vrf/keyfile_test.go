package vrf_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nesa-network/nesa/chain/x/beacon/vrf"
)

func newKey(t *testing.T, b byte) vrf.SecretKey {
	t.Helper()
	key, err := vrf.NewSecretKey(bytes.Repeat([]byte{b}, vrf.SeedSize))
	require.NoError(t, err)
	return key
}

func TestKeyringFindsAKeyAddedByAnotherProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config", vrf.FileName)
	node, err := vrf.OpenKeyring(path)
	require.NoError(t, err)
	_, ok := node.Prove(newKey(t, 1).PublicKey(), []byte("a"))
	require.False(t, ok)

	command, err := vrf.OpenKeyring(path)
	require.NoError(t, err)
	require.NoError(t, command.Add(newKey(t, 1)))
	require.NoError(t, command.Add(newKey(t, 2)))

	for _, b := range []byte{1, 2} {
		public := newKey(t, b).PublicKey()
		proof, ok := node.Prove(public, []byte("a"))
		require.True(t, ok)
		_, ok = vrf.Verify(public, proof, []byte("a"))
		require.True(t, ok)
		_, ok = vrf.Verify(public, proof, []byte("b"))
		require.False(t, ok)
	}
	newest, ok := node.Newest()
	require.True(t, ok)
	require.Equal(t, newKey(t, 2).PublicKey(), newest.PublicKey())
}

func TestKeyFileIsPrivateAndBackupNeverOverwrites(t *testing.T) {
	dir := t.TempDir()
	ring, err := vrf.OpenKeyring(filepath.Join(dir, vrf.FileName))
	require.NoError(t, err)
	require.NoError(t, ring.Add(newKey(t, 1)))
	copied := filepath.Join(dir, "copy.json")
	require.NoError(t, ring.Backup(copied))
	require.Error(t, ring.Backup(copied))
	for _, path := range []string{copied, filepath.Join(dir, vrf.FileName)} {
		info, err := os.Stat(path)
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode().Perm(), path)
	}
	restored, err := vrf.OpenKeyring(copied)
	require.NoError(t, err)
	require.Equal(t, ring.PublicKeys(), restored.PublicKeys())
}

func TestDamagedKeyFileIsAnError(t *testing.T) {
	for _, content := range []string{"{", `{"keys":[{"secret_key":"zz"}]}`, `{"keys":[{"secret_key":"00"}]}`} {
		path := filepath.Join(t.TempDir(), vrf.FileName)
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
		_, err := vrf.OpenKeyring(path)
		require.ErrorContains(t, err, vrf.FileName)
	}
}

func TestPublicKeysOfSmallOrderAreRefused(t *testing.T) {
	require.NoError(t, vrf.ValidatePublicKey(newKey(t, 1).PublicKey()))
	identity := make([]byte, vrf.PublicKeySize)
	identity[0] = 1
	for _, bad := range [][]byte{nil, identity, make([]byte, vrf.PublicKeySize), bytes.Repeat([]byte{0xff}, 32), make([]byte, 31)} {
		require.ErrorIs(t, vrf.ValidatePublicKey(bad), vrf.ErrPublicKey, "%x", bad)
	}
}
