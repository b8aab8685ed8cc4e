package types_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"cosmossdk.io/math"

	"github.com/nesa-network/nesa/chain/x/model/types"
)

func profile() types.Profile {
	return types.Profile{
		Positions: 64, Projections: 4, ScaleBits: 12, Shift: 4, Threshold: 9, ScoreThresholds: []uint64{9, 5, 0}, RunWindow: 20,
		ProofSystems: []string{"tee", "groth16"},
	}
}

func TestProfileValidate(t *testing.T) {
	require.NoError(t, profile().Validate(20))
	for name, change := range map[string]func(*types.Profile){
		"no positions":             func(p *types.Profile) { p.Positions = 0 },
		"no projections":           func(p *types.Profile) { p.Projections = 0 },
		"1026 bytes":               func(p *types.Profile) { p.Positions, p.Projections = 513, 1 },
		"product beyond 32 bits":   func(p *types.Profile) { p.Positions, p.Projections = 1<<31, 2 },
		"product that wraps":       func(p *types.Profile) { p.Positions, p.Projections = 1<<16, 1<<16 },
		"scale":                    func(p *types.Profile) { p.ScaleBits = 31 },
		"shift":                    func(p *types.Profile) { p.Shift = 41 },
		"no scores":                func(p *types.Profile) { p.ScoreThresholds = nil },
		"nine scores":              func(p *types.Profile) { p.ScoreThresholds = make([]uint64, 9) },
		"no time to run":           func(p *types.Profile) { p.RunWindow = 0 },
		"too much time":            func(p *types.Profile) { p.RunWindow = 21 },
		"proof system twice":       func(p *types.Profile) { p.ProofSystems = []string{"tee", "tee"} },
		"proof system of no name":  func(p *types.Profile) { p.ProofSystems = []string{""} },
		"proof system in capitals": func(p *types.Profile) { p.ProofSystems = []string{"TEE"} },
		"nine proof systems":       func(p *types.Profile) { p.ProofSystems = strings.Split("a b c d e f g h i", " ") },
		"none, and compared":       func(p *types.Profile) { p.ProofSystems = []string{"none"} },
	} {
		p := profile()
		change(&p)
		require.ErrorIs(t, p.Validate(20), types.ErrInvalidProfile, name)
	}
	largest := profile()
	largest.Positions, largest.Projections, largest.ScaleBits, largest.Shift = 128, 4, 30, 40
	largest.ScoreThresholds = make([]uint64, 8)
	require.NoError(t, largest.Validate(20))
}

// A profile without verification says so, and nothing that could be mistaken for it.
func TestUnverifiedProfile(t *testing.T) {
	unverified := types.Profile{RunWindow: 20, ProofSystems: []string{types.SystemNone}}
	require.NoError(t, unverified.Validate(20))
	require.True(t, unverified.Unverified())
	require.False(t, profile().Unverified())
	for name, change := range map[string]func(*types.Profile){
		"nothing said":    func(p *types.Profile) { p.ProofSystems = nil },
		"a system beside": func(p *types.Profile) { p.ProofSystems = []string{"none", "tee"} },
		"positions":       func(p *types.Profile) { p.Positions = 1 },
		"projections":     func(p *types.Profile) { p.Projections = 1 },
		"scale":           func(p *types.Profile) { p.ScaleBits = 1 },
		"shift":           func(p *types.Profile) { p.Shift = 1 },
		"threshold":       func(p *types.Profile) { p.Threshold = 1 },
		"scores":          func(p *types.Profile) { p.ScoreThresholds = []uint64{0} },
		"no time to run":  func(p *types.Profile) { p.RunWindow = 0 },
		"too much time":   func(p *types.Profile) { p.RunWindow = 21 },
	} {
		p := unverified
		change(&p)
		require.ErrorIs(t, p.Validate(20), types.ErrInvalidProfile, name)
	}
}

func TestProfileFingerprintIsBounded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := profile()
		p.Positions, p.Projections = rapid.Uint32().Draw(t, "positions"), rapid.Uint32().Draw(t, "projections")
		fits := p.Positions > 0 && p.Projections > 0 && uint64(p.Positions)*uint64(p.Projections) <= 512
		if got := p.Validate(20) == nil; got != fits {
			t.Fatalf("%d x %d: valid is %v", p.Positions, p.Projections, got)
		}
	})
}

func TestParamsValidate(t *testing.T) {
	require.NoError(t, types.DefaultParams().Validate())
	require.NoError(t, types.LocalnetParams().Validate())
	for name, change := range map[string]func(*types.Params){
		"no fee":            func(p *types.Params) { p.RegistrationFee = math.Int{} },
		"negative fee":      func(p *types.Params) { p.RegistrationFee = math.NewInt(-1) },
		"royalty":           func(p *types.Params) { p.MaxRoyaltyBps = 10_001 },
		"probation checks":  func(p *types.Params) { p.ProbationChecks = 0 },
		"probation miners":  func(p *types.Params) { p.ProbationMiners = 0 },
		"suspension checks": func(p *types.Params) { p.SuspensionChecks = 0 },
		"suspension share":  func(p *types.Params) { p.SuspensionBps = 0 },
		"run window":        func(p *types.Params) { p.MaxRunWindow = 0 },
	} {
		params := types.DefaultParams()
		change(&params)
		require.ErrorIs(t, params.Validate(), types.ErrInvalidParams, name)
	}
}

// Every accepted name has one slash, is lower case, and keeps out of paths and queries.
func FuzzName(f *testing.F) {
	f.Add("acme/chat-7b.v2")
	f.Add("a/b")
	f.Fuzz(func(t *testing.T, name string) {
		if types.ValidateName(name) != nil {
			return
		}
		if strings.Count(name, "/") != 1 || strings.ToLower(name) != name || len(name) > 97 ||
			strings.ContainsAny(name, " \n\x00?#%&\\") {
			t.Fatalf("accepted %q", name)
		}
		if err := types.ValidatePublisher(types.PublisherOf(name)); err != nil {
			t.Fatalf("%q: %s", name, err)
		}
	})
}
