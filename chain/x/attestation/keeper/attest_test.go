package keeper_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/x/attestation/types"
)

const week = 7 * 24 * time.Hour

// expiry of most keys in tests.
var expiry = genesisTime.Add(week).Unix()

func about(miner sdk.AccAddress, key []byte) [32]byte {
	return types.KeyDigest(testChain, miner, key, expiry)
}

func TestAKeyIsAttestedAndExpires(t *testing.T) {
	f := newFixture(t)
	require.False(t, f.can("alice"))
	require.NoError(t, f.attest("alice", enclave("a")))
	require.Equal(t, genesisTime.UTC(), f.quotes.now.UTC(), "the block's time, not the machine's")
	require.True(t, f.can("alice"))
	require.False(t, f.can("bob"))
	keys, err := f.query.Keys(f.ctx, &types.QueryKeysRequest{Miner: account("alice").String()})
	require.NoError(t, err)
	require.Len(t, keys.Keys, 1)
	require.Equal(t, types.AttestedKey{
		Miner: account("alice").String(), Key: public(enclave("a")), Platform: types.Platform_PLATFORM_SEV_SNP, Product: "Milan",
		Measurement: measurement, Tcb: minTCB, Height: 5, Expires: genesisTime.Add(week).Unix(),
	}, keys.Keys[0].Key)
	require.Empty(t, keys.Keys[0].Void)

	f.later(week - time.Second)
	require.True(t, f.can("alice"))
	f.later(time.Second)
	require.False(t, f.can("alice"))
	keys, err = f.query.Keys(f.ctx, &types.QueryKeysRequest{Miner: account("alice").String()})
	require.NoError(t, err)
	require.Contains(t, keys.Keys[0].Void, "expired")
	require.NoError(t, f.attest("alice", enclave("a")), "renewed")
	require.True(t, f.can("alice"))
}

// A quote is about one chain, one miner and one key.
func TestThreat44QuotesOfOthersAreRefused(t *testing.T) {
	f := newFixture(t)
	key := public(enclave("a"))
	alice := account("alice")
	for name, test := range map[string]struct {
		quote types.Quote
		err   error
	}{
		"another miner's":     {quote(about(account("bob"), key)), types.ErrReportData},
		"another chain's":     {quote(types.KeyDigest("nesa-1", alice, key, expiry)), types.ErrReportData},
		"another key's":       {quote(about(alice, public(enclave("b")))), types.ErrReportData},
		"of another time":     {quote(types.KeyDigest(testChain, alice, key, expiry+1)), types.ErrReportData},
		"a delivery's":        {quote(types.Statement{Miner: alice}.Digest(testChain)), types.ErrReportData},
		"of another enclave":  {quote(about(alice, key), func(c *types.Claims) { c.Measurement = append([]byte{1}, measurement[1:]...) }), types.ErrMeasurement},
		"of unknown hardware": {func() types.Quote { q := quote(about(alice, key)); q.Product = "Turin"; return q }(), types.ErrPlatform},
		"of another platform": {func() types.Quote { q := quote(about(alice, key)); q.Platform = 2; return q }(), types.ErrPlatform},
		"too large":           {types.Quote{Report: make([]byte, 60_000)}, types.ErrTooMany},
		"too many certificates": {func() types.Quote {
			q := quote(about(alice, key))
			q.Certificates = make([][]byte, 17)
			return q
		}(), types.ErrTooMany},
	} {
		_, err := f.msg.Attest(f.ctx, &types.MsgAttest{Operator: account("alice/operator").String(), Key: key, Quote: test.quote, Expires: expiry})
		require.ErrorIs(t, err, test.err, name)
	}
	for name, bad := range map[string][]byte{"none": nil, "short": key[1:], "zero": make([]byte, 32)} {
		_, err := f.msg.Attest(f.ctx, &types.MsgAttest{
			Operator: account("alice/operator").String(), Key: bad, Quote: quote(about(alice, bad)), Expires: expiry,
		})
		require.ErrorIs(t, err, types.ErrMalformed, name)
	}
	_, err := f.msg.Attest(f.ctx, &types.MsgAttest{Operator: account("stranger").String(), Key: key})
	require.Error(t, err, "of no miner")
	f.quotes.fails = errors.New("forged")
	require.Error(t, f.attest("alice", enclave("a")))
	require.False(t, f.can("alice"))
}

// What was true when a key was attested must still be.
func TestThreat44TrustTakenBackVoidsKeysAtOnce(t *testing.T) {
	for name, take := range map[string]func(*fixture) error{
		"platform": func(f *fixture) error {
			_, err := f.msg.RemoveAnchor(f.ctx, &types.MsgRemoveAnchor{
				Authority: authority(), Platform: types.Platform_PLATFORM_SEV_SNP, Product: "Milan",
			})
			return err
		},
		"enclave": func(f *fixture) error {
			_, err := f.msg.RemoveMeasurement(f.ctx, &types.MsgRemoveMeasurement{
				Authority: authority(), Platform: types.Platform_PLATFORM_SEV_SNP, Value: measurement,
			})
			return err
		},
		"old firmware": func(f *fixture) error {
			raised := anchor("Milan")
			raised.MinTcb = []byte{3, 0, 0, 0, 0, 0, 8, 116}
			_, err := f.msg.SetAnchor(f.ctx, &types.MsgSetAnchor{Authority: authority(), Anchor: raised})
			return err
		},
		"what the vendor says": func(f *fixture) error {
			f.ctx = f.ctx.WithBlockHeight(6)
			_, err := f.msg.SetCollateral(f.ctx, &types.MsgSetCollateral{
				Authority: authority(), Collateral: types.Collateral{Platform: types.Platform_PLATFORM_SEV_SNP, Product: "Milan"},
			})
			return err
		},
		"the key": func(f *fixture) error {
			_, err := f.msg.Revoke(f.ctx, &types.MsgRevoke{
				Sender: authority(), Miner: account("alice").String(), Key: public(enclave("a")),
			})
			return err
		},
	} {
		f := newFixture(t)
		require.NoError(t, f.attest("alice", enclave("a")))
		require.True(t, f.can("alice"))
		require.NoError(t, take(f), name)
		require.False(t, f.can("alice"), name)
		_, err := f.deliver("alice", enclave("a"))
		require.Error(t, err, name)
	}
}

// An anchor that comes anew, or with other certificates, brings no key back and leaves none in force.
func TestThreat44KeysDoNotOutliveTheirAnchor(t *testing.T) {
	set := func(f *fixture, a types.Anchor) {
		_, err := f.msg.SetAnchor(f.ctx, &types.MsgSetAnchor{Authority: authority(), Anchor: a})
		require.NoError(t, err)
	}
	changed := func(change func(*types.Anchor)) types.Anchor {
		a := anchor("Milan")
		change(&a)
		return a
	}
	for name, replace := range map[string]func(*fixture){
		"removed and added": func(f *fixture) {
			_, err := f.msg.RemoveAnchor(f.ctx, &types.MsgRemoveAnchor{
				Authority: authority(), Platform: types.Platform_PLATFORM_SEV_SNP, Product: "Milan",
			})
			require.NoError(t, err)
			set(f, anchor("Milan"))
		},
		"another root": func(f *fixture) { set(f, changed(func(a *types.Anchor) { a.Certificates = [][]byte{{7}, {2}} })) },
		"another GPU root": func(f *fixture) {
			set(f, changed(func(a *types.Anchor) { a.GpuRoot = []byte{1} }))
		},
		"not simulated": func(f *fixture) { set(f, changed(func(a *types.Anchor) { a.Simulated = false })) },
	} {
		f := newFixture(t)
		require.NoError(t, f.attest("alice", enclave("a")))
		f.ctx = f.ctx.WithBlockHeight(6)
		replace(f)
		require.False(t, f.can("alice"), name)
		f.ctx = f.ctx.WithBlockHeight(7)
		require.NoError(t, f.attest("alice", enclave("a")), "attested anew")
		require.True(t, f.can("alice"), name)
		// What is asked of keys themselves leaves those that meet it.
		stored, err := f.query.Anchors(f.ctx, &types.QueryAnchorsRequest{})
		require.NoError(t, err)
		for _, a := range stored.Anchors {
			a.MinTcb = make([]byte, len(minTCB))
			set(f, a)
		}
		require.True(t, f.can("alice"), name)
		state, err := f.keeper.ExportGenesis(f.ctx)
		require.NoError(t, err)
		g := newEmptyFixture(t)
		require.NoError(t, g.keeper.InitGenesis(g.ctx, *state))
	}
}

// The enclave of a key that is revoked may have made a quote for its renewal already.
func TestThreat44RevokedKeysAreNotRenewed(t *testing.T) {
	f := newFixture(t)
	require.NoError(t, f.attest("alice", enclave("a")))
	key := public(enclave("a"))
	f.later(week / 2)
	later := f.ctx.BlockTime().Add(week).Unix()
	_, err := f.msg.Revoke(f.ctx, &types.MsgRevoke{Sender: authority(), Miner: account("alice").String(), Key: key})
	require.NoError(t, err)
	f.later(week / 2) // the key's attestation has expired, the quote for its renewal has not
	_, err = f.msg.Attest(f.ctx, &types.MsgAttest{
		Operator: account("alice").String(), Key: key, Expires: later,
		Quote: quote(types.KeyDigest(testChain, account("alice"), key, later)),
	})
	require.ErrorIs(t, err, types.ErrKeyRevoked)
	require.False(t, f.can("alice"))
}

func TestKeysOfAMinerAreFew(t *testing.T) {
	f := newFixture(t)
	require.NoError(t, f.attest("alice", enclave("a")))
	require.NoError(t, f.attest("alice", enclave("b")))
	require.ErrorIs(t, f.attest("alice", enclave("c")), types.ErrTooMany)
	require.NoError(t, f.attest("alice", enclave("b")), "one that is there may be renewed")
	require.NoError(t, f.attest("bob", enclave("c")))
	f.later(week)
	require.NoError(t, f.attest("alice", enclave("c")), "those that have expired make room")
	keys, err := f.query.Keys(f.ctx, &types.QueryKeysRequest{Miner: account("alice").String()})
	require.NoError(t, err)
	require.Len(t, keys.Keys, 1)
}

func TestRevoke(t *testing.T) {
	f := newFixture(t)
	require.NoError(t, f.attest("alice", enclave("a")))
	revoke := func(sender string) error {
		_, err := f.msg.Revoke(f.ctx, &types.MsgRevoke{
			Sender: account(sender).String(), Miner: account("alice").String(), Key: public(enclave("a")),
		})
		return err
	}
	require.ErrorIs(t, revoke("bob"), types.ErrInvalidSigner)
	require.Error(t, revoke("stranger"))
	require.True(t, f.can("alice"))
	require.NoError(t, revoke("alice"))
	require.False(t, f.can("alice"))
	require.ErrorIs(t, revoke("alice"), types.ErrKeyRevoked)
	f.later(week)
	require.NoError(t, f.attest("alice", enclave("b")), "what has expired makes room")
	require.ErrorIs(t, revoke("alice"), types.ErrNotFound)
}

// A quote that was good once admits its key neither again nor for longer.
func TestThreat44OldQuotesAreNotReplayed(t *testing.T) {
	f := newFixture(t)
	key := public(enclave("a"))
	message := &types.MsgAttest{
		Operator: account("alice").String(), Key: key, Quote: quote(about(account("alice"), key)), Expires: expiry,
	}
	attest := func() error {
		_, err := f.msg.Attest(f.ctx, message)
		return err
	}
	require.NoError(t, attest())
	_, err := f.msg.Revoke(f.ctx, &types.MsgRevoke{Sender: account("alice").String(), Miner: account("alice").String(), Key: key})
	require.NoError(t, err)
	require.ErrorIs(t, attest(), types.ErrKeyRevoked)
	for range 3 { // nor after others have come
		_ = f.attest("alice", enclave("b"))
		require.ErrorIs(t, attest(), types.ErrKeyRevoked)
	}
	f.later(week)
	require.ErrorIs(t, attest(), types.ErrExpiry)
	message.Expires = f.ctx.BlockTime().Add(week).Unix()
	require.ErrorIs(t, attest(), types.ErrReportData)
	message.Expires++
	require.ErrorIs(t, attest(), types.ErrExpiry, "longer than a key may live")
}

// Gas is charged before the work that it pays for.
func TestGasComesFirst(t *testing.T) {
	f := newFixture(t)
	require.NoError(t, f.attest("alice", enclave("a")))
	f.quotes.now = time.Time{}
	f.ctx = f.ctx.WithGasMeter(storetypes.NewGasMeter(types.DefaultParams().GasQuote - 1))
	require.Panics(t, func() { _ = f.attest("alice", enclave("b")) })
	require.True(t, f.quotes.now.IsZero(), "the quote was verified before its gas was paid")
}
