package types_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nesa-network/nesa/chain/x/miner/types"
)

func TestValidateRelays(t *testing.T) {
	for _, good := range []string{
		"nats://relay.example", "tls://relay.example:4222", "nats://127.0.0.1:4222", "tls://[2001:db8::1]:4222",
	} {
		require.NoError(t, types.ValidateRelays([]string{good}), good)
	}
	for _, bad := range []string{
		"", "relay.example:4222", "http://relay.example", "nats://", "nats://a b", "nats://relay.example/path",
		"nats://user@relay.example", "nats://relay.example:port", "nats://relay.example:4222222", "nats://-relay",
		"nats://relay.example\n", "nats://" + strings.Repeat("a", 260),
	} {
		require.ErrorIs(t, types.ValidateRelays([]string{bad}), types.ErrInvalidProfile, bad)
	}
	require.Error(t, types.ValidateRelays([]string{"nats://a", "nats://a"}), "twice")
	nine := make([]string, 9)
	for i := range nine {
		nine[i] = "nats://relay" + string(rune('a'+i))
	}
	require.NoError(t, types.ValidateRelays(nine[:8]))
	require.Error(t, types.ValidateRelays(nine), "nine")
}

func TestValidateMoniker(t *testing.T) {
	require.NoError(t, types.ValidateMoniker(""))
	require.NoError(t, types.ValidateMoniker("Größe 7 漢"))
	for _, bad := range []string{strings.Repeat("x", 65), "a\nb", "\x00", "\xff", "\u202eevil"} {
		require.ErrorIs(t, types.ValidateMoniker(bad), types.ErrInvalidProfile)
	}
}

func TestValidateEncryptionKey(t *testing.T) {
	key := make([]byte, 32)
	require.Error(t, types.ValidateEncryptionKey(key, 1, 2), "all zero")
	key[0] = 9
	require.NoError(t, types.ValidateEncryptionKey(key, 1, 1))
	require.Error(t, types.ValidateEncryptionKey(key[:31], 1, 2))
	require.Error(t, types.ValidateEncryptionKey(key, 2, 1))
	require.Error(t, types.ValidateEncryptionKey(key, 0, 1))
	require.Error(t, types.ValidateEncryptionKey(key, 1, types.MaxBlocks+2))
}

// Whatever is accepted names host and port and nothing else.
func FuzzRelay(f *testing.F) {
	f.Add("nats://relay.example:4222")
	f.Add("tls://[::1]:1")
	f.Fuzz(func(t *testing.T, relay string) {
		if types.ValidateRelays([]string{relay}) != nil {
			return
		}
		_, rest, _ := strings.Cut(relay, "://")
		if strings.ContainsAny(rest, "/@?# \t\r\n\\") || len(relay) > 300 {
			t.Fatalf("accepted %q", relay)
		}
	})
}
