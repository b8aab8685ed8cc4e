package keeper_test

import (
	"crypto/ed25519"
	"crypto/sha256"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/nesa-network/nesa/chain/x/attestation/types"
)

// statement of an ordinary delivery.
func statement(miner string, change ...func(*types.Statement)) types.Statement {
	input, output, seed := sha256.Sum256([]byte("in")), sha256.Sum256([]byte("out")), sha256.Sum256([]byte("seed"))
	s := types.Statement{
		JobID: 7, VersionID: 3, Miner: account(miner), Input: []byte("in"), InputDigest: input[:], Options: []byte("{}"), Seed: seed[:],
		Outcome: types.OutcomeOK, Output: []byte("out"), OutputDigest: output[:], Units: 1,
	}
	for _, f := range change {
		f(&s)
	}
	return s
}

func signed(key ed25519.PrivateKey, s types.Statement) types.Evidence {
	digest := s.Digest(testChain)
	return types.Evidence{Sum: &types.Evidence_Key{Key: &types.KeySignature{
		Key: public(key), Signature: ed25519.Sign(key, digest[:]),
	}}}
}

// verify verifies evidence for a delivery by itself.
func (f *fixture) verify(s types.Statement, allowed []string, evidence types.Evidence) (string, error) {
	return f.keeper.VerifyDelivery(f.ctx, types.Delivered{Statement: s, Evidence: evidence}, allowed, nil)
}

func (f *fixture) deliver(miner string, key ed25519.PrivateKey) (string, error) {
	s := statement(miner)
	return f.verify(s, []string{"tee"}, signed(key, s))
}

func TestAnAttestedKeySignsDeliveries(t *testing.T) {
	f := newFixture(t)
	require.NoError(t, f.attest("alice", enclave("a")))
	kind, err := f.deliver("alice", enclave("a"))
	require.NoError(t, err)
	require.Equal(t, types.KindTEE, kind)
	_, err = f.deliver("alice", enclave("b"))
	require.ErrorIs(t, err, types.ErrKeyNotAttested)
	_, err = f.deliver("bob", enclave("a"))
	require.ErrorIs(t, err, types.ErrKeyNotAttested, "of another miner")
	f.later(week)
	_, err = f.deliver("alice", enclave("a"))
	require.ErrorIs(t, err, types.ErrKeyExpired)
}

// Every part of a delivery is in what the enclave signs.
func TestThreat44ASignatureIsAboutOneDelivery(t *testing.T) {
	f := newFixture(t)
	require.NoError(t, f.attest("alice", enclave("a")))
	evidence := signed(enclave("a"), statement("alice"))
	flip := func(bytes []byte) []byte { return append([]byte{bytes[0] ^ 1}, bytes[1:]...) }
	for name, change := range map[string]func(*types.Statement){
		"job":     func(s *types.Statement) { s.JobID++ },
		"version": func(s *types.Statement) { s.VersionID++ },
		"input":   func(s *types.Statement) { s.InputDigest = flip(s.InputDigest) },
		"options": func(s *types.Statement) { s.Options = nil },
		"seed":    func(s *types.Statement) { s.Seed = flip(s.Seed) },
		"outcome": func(s *types.Statement) { s.Outcome++ },
		"output":  func(s *types.Statement) { s.OutputDigest = flip(s.OutputDigest) },
		"units":   func(s *types.Statement) { s.Units++ },
	} {
		_, err := f.verify(statement("alice", change), []string{"tee"}, evidence)
		require.ErrorIs(t, err, types.ErrSignature, name)
	}
	f.ctx = f.ctx.WithChainID("nesa-1")
	_, err := f.verify(statement("alice"), []string{"tee"}, evidence)
	require.ErrorIs(t, err, types.ErrSignature, "another chain")
	f.ctx = f.ctx.WithChainID(testChain)
	_, err = f.verify(statement("alice"), []string{"zk"}, evidence)
	require.ErrorIs(t, err, types.ErrUnwanted)
}

// A delivery may carry a quote of its own.
func TestADeliveryCarriesItsOwnQuote(t *testing.T) {
	f := newFixture(t)
	s := statement("alice")
	own := quote(s.Digest(testChain))
	evidence := types.Evidence{Sum: &types.Evidence_Quote{Quote: &own}}
	kind, err := f.verify(s, []string{"zk", "tee"}, evidence)
	require.NoError(t, err)
	require.Equal(t, types.KindTEE, kind)
	_, err = f.verify(statement("bob"), []string{"tee"}, evidence)
	require.ErrorIs(t, err, types.ErrReportData)
}

func TestMalformedEvidence(t *testing.T) {
	f := newFixture(t)
	for name, evidence := range map[string]types.Evidence{
		"none":      {},
		"no key":    {Sum: &types.Evidence_Key{}},
		"short key": {Sum: &types.Evidence_Key{Key: &types.KeySignature{Key: []byte{1}}}},
		"no quote":  {Sum: &types.Evidence_Quote{}},
		"no proof":  {Sum: &types.Evidence_Proof{}},
	} {
		_, err := f.verify(statement("alice"), []string{"tee", "zk"}, evidence)
		require.ErrorIs(t, err, types.ErrMalformed, name)
	}
}

// Bytes become field elements in one way alone, and lose nothing.
func TestPacking(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		data := rapid.SliceOfN(rapid.Byte(), 0, 200).Draw(t, "data")
		elements := types.Pack(data)
		require.Len(t, elements, int(types.PackedElements(uint64(len(data)))))
		var back []byte
		for _, element := range elements {
			require.Len(t, element, types.ElementBytes)
			require.Zero(t, element[0], "below 2^248")
			back = append(back, element[1:]...)
		}
		require.Equal(t, data, append([]byte{}, back[:len(data)]...))
		for _, filled := range back[len(data):] {
			require.Zero(t, filled)
		}
	})
}
