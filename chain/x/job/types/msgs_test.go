package types_test

import (
	"bytes"
	"crypto/sha256"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	attestationtypes "github.com/nesa-network/nesa/chain/x/attestation/types"
	"github.com/nesa-network/nesa/chain/x/job/types"
	modeltypes "github.com/nesa-network/nesa/chain/x/model/types"
)

func validTerms() types.Terms {
	return types.Terms{
		VersionId: 1,
		Input:     []byte("input"),
		Seed:      make([]byte, 32),
		Price:     math.NewIntWithDecimal(1, 15),
		MaxUnits:  10,
		Assurance: types.Assurance{CheckBps: 500},
		Deadline:  100,
	}
}

func TestTerms(t *testing.T) {
	params := types.DefaultParams()
	digest := sha256.Sum256([]byte("input"))
	for name, change := range map[string]func(*types.Terms){
		"inline":            func(*types.Terms) {},
		"inline and digest": func(m *types.Terms) { m.InputDigest = digest[:] },
		"elsewhere": func(m *types.Terms) {
			m.Input, m.InputDigest, m.InputUri = nil, digest[:], "https://example.org/input"
		},
		"options":         func(m *types.Terms) { m.Options = []byte(`{"a":[1,{"b":null,"c":"d"}],"z":{}}`) },
		"evidence":        func(m *types.Terms) { m.Assurance = types.Assurance{Evidence: []string{"zk", "tee"}} },
		"none":            func(m *types.Terms) { m.Assurance = types.Assurance{Evidence: []string{"none"}} },
		"unverified":      func(m *types.Terms) { m.Assurance.CheckBps = 0 },
		"most verifiers":  func(m *types.Terms) { m.Assurance.Verifiers = params.MaxVerifiers },
		"longest inline":  func(m *types.Terms) { m.Input = make([]byte, params.InlineLimit) },
		"largest product": func(m *types.Terms) { m.Price, m.MaxUnits = math.NewInt(1<<62), 1<<63 },
	} {
		terms := validTerms()
		change(&terms)
		require.NoError(t, terms.Validate(params), name)
		require.Equal(t, digestOf(terms), terms.Canonical().InputDigest, name)
	}
	for name, change := range map[string]func(*types.Terms){
		"no version":         func(m *types.Terms) { m.VersionId = 0 },
		"no seed":            func(m *types.Terms) { m.Seed = nil },
		"long seed":          func(m *types.Terms) { m.Seed = make([]byte, 33) },
		"no deadline":        func(m *types.Terms) { m.Deadline = 0 },
		"no input":           func(m *types.Terms) { m.Input = nil },
		"digest only":        func(m *types.Terms) { m.Input, m.InputDigest = nil, digest[:] },
		"uri only":           func(m *types.Terms) { m.Input, m.InputUri = nil, "https://example.org" },
		"twice":              func(m *types.Terms) { m.InputUri = "https://example.org" },
		"relative uri":       func(m *types.Terms) { m.Input, m.InputDigest, m.InputUri = nil, digest[:], "input" },
		"uri with a newline": func(m *types.Terms) { m.Input, m.InputDigest, m.InputUri = nil, digest[:], "https://a\nb" },
		"another's digest":   func(m *types.Terms) { m.InputDigest = make([]byte, 32) },
		"long inline":        func(m *types.Terms) { m.Input = make([]byte, params.InlineLimit+1) },
		"no price":           func(m *types.Terms) { m.Price = math.Int{} },
		"price of 0":         func(m *types.Terms) { m.Price = math.ZeroInt() },
		"negative price":     func(m *types.Terms) { m.Price = math.NewInt(-1) },
		"huge price":         func(m *types.Terms) { m.Price = math.NewIntWithDecimal(1, 70) },
		"huge fee":           func(m *types.Terms) { m.Price, m.MaxUnits = math.NewIntWithDecimal(1, 38), 1<<63 },
		"no units":           func(m *types.Terms) { m.MaxUnits = 0 },
		"tiny fee":           func(m *types.Terms) { m.Price = math.OneInt() },
		"rare check":         func(m *types.Terms) { m.Assurance.CheckBps = params.MinCheckBps - 1 },
		"more than certain":  func(m *types.Terms) { m.Assurance.CheckBps = 10_001 },
		"two verifiers":      func(m *types.Terms) { m.Assurance.Verifiers = types.MinVerifiers - 1 },
		"many verifiers":     func(m *types.Terms) { m.Assurance.Verifiers = params.MaxVerifiers + 1 },
		"many for a challenge": func(m *types.Terms) {
			m.Assurance = types.Assurance{Verifiers: params.Verifiers + 1}
		},
		"evidence twice":     func(m *types.Terms) { m.Assurance.Evidence = []string{"tee", "tee"} },
		"odd evidence":       func(m *types.Terms) { m.Assurance.Evidence = []string{"TEE"} },
		"evidence and check": func(m *types.Terms) { m.Assurance.Evidence = []string{"tee"} },
		"evidence and seats": func(m *types.Terms) { m.Assurance = types.Assurance{Evidence: []string{"tee"}, Verifiers: 3} },
		"none and evidence":  func(m *types.Terms) { m.Assurance = types.Assurance{Evidence: []string{"none", "tee"}} },
		"none and check":     func(m *types.Terms) { m.Assurance.Evidence = []string{"none"} },
		"too much evidence":  func(m *types.Terms) { m.Assurance.Evidence = strings.Split("abcdefghi", "") },
		"no JSON":            func(m *types.Terms) { m.Options = []byte(`{"a":}`) },
		"no object":          func(m *types.Terms) { m.Options = []byte(`[]`) },
		"white space":        func(m *types.Terms) { m.Options = []byte(`{"a": 1}`) },
		"keys in disorder":   func(m *types.Terms) { m.Options = []byte(`{"b":1,"a":2}`) },
		"keys in disorder 2": func(m *types.Terms) { m.Options = []byte(`{"a":[{"b":1,"a":2}]}`) },
		"a key twice":        func(m *types.Terms) { m.Options = []byte(`{"a":1,"a":2}`) },
		"an empty key twice": func(m *types.Terms) { m.Options = []byte(`{"":1,"":2}`) },
		"deep options": func(m *types.Terms) {
			m.Options = []byte(`{"a":` + strings.Repeat("[", 16) + strings.Repeat("]", 16) + `}`)
		},
		"long options": func(m *types.Terms) {
			m.Options = []byte(`{"a":"` + strings.Repeat("a", types.MaxOptionsBytes) + `"}`)
		},
		"two values": func(m *types.Terms) { m.Options = []byte(`{}{}`) },
	} {
		terms := validTerms()
		change(&terms)
		require.ErrorIs(t, terms.Validate(params), types.ErrInvalidRequest, name)
	}
}

func digestOf(terms types.Terms) []byte {
	if len(terms.Input) == 0 {
		return terms.InputDigest
	}
	digest := sha256.Sum256(terms.Input)
	return digest[:]
}

func FuzzTerms(f *testing.F) {
	f.Add([]byte(`{"a":[1,{"b":null}]}`), "https://example.org", []byte("input"), []byte{})
	f.Add([]byte(`{"\ud800":1}`), "x:", []byte{}, make([]byte, 32))
	f.Fuzz(func(t *testing.T, options []byte, uri string, input, digest []byte) {
		terms := validTerms()
		terms.Options, terms.InputUri, terms.Input, terms.InputDigest = options, uri, input, digest
		if terms.Validate(types.DefaultParams()) == nil && len(options) > 0 && bytes.ContainsAny(options[:1], " \n[") {
			t.Fatalf("accepted %q", options)
		}
	})
}

func TestDelivery(t *testing.T) {
	params, terms := types.DefaultParams(), validTerms()
	delivery := func(change func(*types.DeliverEntry)) *types.DeliverEntry {
		entry := &types.DeliverEntry{JobId: 1, Outcome: ok, Output: []byte("output"), Units: 10, Fingerprint: fp()}
		change(entry)
		return entry
	}
	require.NoError(t, delivery(func(*types.DeliverEntry) {}).Validate(params, terms, tolerant))
	require.NoError(t, delivery(func(e *types.DeliverEntry) { *e = types.DeliverEntry{JobId: 1, Outcome: invalid} }).
		Validate(params, terms, tolerant))
	for name, change := range map[string]func(*types.DeliverEntry){
		"no job":              func(e *types.DeliverEntry) { e.JobId = 0 },
		"no outcome":          func(e *types.DeliverEntry) { e.Outcome = 0 },
		"unknown outcome":     func(e *types.DeliverEntry) { e.Outcome = 99 },
		"unavailable":         func(e *types.DeliverEntry) { *e = types.DeliverEntry{JobId: 1, Outcome: unavailable} },
		"failure with output": func(e *types.DeliverEntry) { e.Outcome = invalid },
		"no output":           func(e *types.DeliverEntry) { e.Output = nil },
		"long output":         func(e *types.DeliverEntry) { e.Output = make([]byte, params.InlineLimit+1) },
		"no units":            func(e *types.DeliverEntry) { e.Units = 0 },
		"too many units":      func(e *types.DeliverEntry) { e.Units = 11 },
		"no fingerprint":      func(e *types.DeliverEntry) { e.Fingerprint = nil },
		"long fingerprint":    func(e *types.DeliverEntry) { e.Fingerprint = make([]byte, 1_025) },
	} {
		require.Error(t, delivery(change).Validate(params, terms, tolerant), name)
	}
	given := func(e *types.DeliverEntry) { e.Evidence = &attestationtypes.Evidence{} }
	require.ErrorIs(t, delivery(given).Validate(params, terms, tolerant), types.ErrInvalidDelivery, "none was asked for")
	terms.Assurance = types.Assurance{Evidence: []string{"tee"}}
	proven := func(e *types.DeliverEntry) { e.Fingerprint = nil; given(e) }
	require.NoError(t, delivery(proven).Validate(params, terms, tolerant))
	require.ErrorIs(t, delivery(given).Validate(params, terms, tolerant), types.ErrInvalidDelivery, "a fingerprint as well")
	none := func(e *types.DeliverEntry) { e.Fingerprint = nil }
	require.ErrorIs(t, delivery(none).Validate(params, terms, tolerant), types.ErrEvidence)
	terms.Assurance = types.Assurance{Evidence: []string{"none"}}
	unverified := modeltypes.Profile{RunWindow: 5, ProofSystems: []string{"none"}}
	require.NoError(t, delivery(none).Validate(params, terms, unverified))
	require.ErrorIs(t, delivery(proven).Validate(params, terms, unverified), types.ErrInvalidDelivery, "none was asked for")
	compared := func(*types.DeliverEntry) {}
	require.ErrorIs(t, delivery(compared).Validate(params, terms, unverified), types.ErrInvalidDelivery, "nobody compares it")
}

func TestBatches(t *testing.T) {
	commitment, salt := make([]byte, 32), make([]byte, 32)
	result := types.Result{Outcome: ok}
	type message interface{ ValidateBasic() error }
	for _, m := range []message{
		&types.MsgRequest{Requests: []types.Terms{validTerms()}},
		&types.MsgClaim{Claims: []types.ClaimEntry{{JobId: 1}}},
		&types.MsgDeliver{Deliveries: []types.DeliverEntry{{JobId: 1, Outcome: nonFinite}}},
		&types.MsgAbstain{Seats: []types.SeatEntry{{JobId: 1, Round: 1}}},
		&types.MsgCommit{Commits: []types.CommitEntry{{JobId: 1, Round: 1, Commitment: commitment}}},
		&types.MsgReveal{Reveals: []types.RevealEntry{{JobId: 1, Round: 2, Result: result, Salt: salt}}},
		&types.MsgChallenge{JobId: 1}, &types.MsgAppeal{JobId: 1}, &types.MsgCancel{JobId: 1},
		&types.MsgSettle{JobIds: []uint64{1}},
		&types.MsgUpdateParams{Params: types.DefaultParams()},
	} {
		require.NoError(t, m.ValidateBasic(), "%T", m)
	}
	for _, m := range []message{
		&types.MsgRequest{}, &types.MsgClaim{}, &types.MsgDeliver{}, &types.MsgAbstain{}, &types.MsgCommit{},
		&types.MsgReveal{}, &types.MsgSettle{}, &types.MsgChallenge{}, &types.MsgAppeal{}, &types.MsgCancel{},
		&types.MsgUpdateParams{},
		&types.MsgClaim{Claims: make([]types.ClaimEntry, types.MaxEntries+1)},
		&types.MsgClaim{Claims: []types.ClaimEntry{{JobId: 1, Round: 3}}},
		&types.MsgAbstain{Seats: []types.SeatEntry{{JobId: 1}}},
		&types.MsgCommit{Commits: []types.CommitEntry{{JobId: 1, Round: 0, Commitment: commitment}}},
		&types.MsgCommit{Commits: []types.CommitEntry{{JobId: 1, Round: 1, Commitment: commitment[1:]}}},
		&types.MsgReveal{Reveals: []types.RevealEntry{{JobId: 1, Round: 1, Result: result, Salt: salt[1:]}}},
		&types.MsgReveal{Reveals: []types.RevealEntry{{JobId: 1, Round: 1, Salt: salt}}},
		&types.MsgReveal{Reveals: []types.RevealEntry{{
			JobId: 1, Round: 1, Salt: salt,
			Result: types.Result{Outcome: ok, Fingerprint: make([]byte, 1_025)},
		}}},
		&types.MsgReveal{Reveals: []types.RevealEntry{{
			JobId: 1, Round: 1, Salt: salt,
			Result: types.Result{Outcome: ok, Scores: make([]uint64, 73)},
		}}},
		&types.MsgSettle{JobIds: []uint64{1, 0}},
	} {
		require.Error(t, m.ValidateBasic(), "%T", m)
	}
}
