package types_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	addresscodec "github.com/cosmos/cosmos-sdk/codec/address"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/x/attestation/types"
)

func genesis() types.GenesisState {
	state := *types.DefaultGenesis()
	state.Anchors = []types.Anchor{anchor()}
	state.Collateral = []types.Collateral{{Platform: snp, Product: "Milan", Height: 3}}
	state.Measurements = []types.Measurement{{Platform: snp, Value: make([]byte, 48), Name: "nesa 1"}}
	state.Keys = []types.AttestedKey{{
		Miner: sdk.AccAddress(make([]byte, 20)).String(), Key: append([]byte{1}, make([]byte, 31)...), Platform: snp, Product: "Milan",
	}}
	return state
}

func TestGenesisValidate(t *testing.T) {
	addresses := addresscodec.NewBech32Codec(sdk.Bech32MainPrefix)
	require.NoError(t, types.DefaultGenesis().Validate(addresses))
	require.NoError(t, genesis().Validate(addresses))
	for name, change := range map[string]func(*types.GenesisState){
		"no parameters":        func(g *types.GenesisState) { g.Params = types.Params{} },
		"a simulated platform": func(g *types.GenesisState) { g.Anchors[0].Simulated = true },
		"an anchor twice":      func(g *types.GenesisState) { g.Anchors = append(g.Anchors, g.Anchors[0]) },
		"a bad anchor":         func(g *types.GenesisState) { g.Anchors[0].MinTcb = nil },
		"collateral twice":     func(g *types.GenesisState) { g.Collateral = append(g.Collateral, g.Collateral[0]) },
		"bad collateral":       func(g *types.GenesisState) { g.Collateral[0].Product = "" },
		"a measurement twice":  func(g *types.GenesisState) { g.Measurements = append(g.Measurements, g.Measurements[0]) },
		"a bad measurement":    func(g *types.GenesisState) { g.Measurements[0].Value = nil },
		"a bad verifying key":  func(g *types.GenesisState) { g.VerifyingKeys = []types.VerifyingKey{{VersionId: 1}} },
		"a key twice":          func(g *types.GenesisState) { g.Keys = append(g.Keys, g.Keys[0]) },
		"a key of nobody":      func(g *types.GenesisState) { g.Keys[0].Miner = "" },
		"a key in capitals":    func(g *types.GenesisState) { g.Keys[0].Miner = strings.ToUpper(g.Keys[0].Miner) },
		"a short key":          func(g *types.GenesisState) { g.Keys[0].Key = g.Keys[0].Key[1:] },
		"a key of zeros":       func(g *types.GenesisState) { g.Keys[0].Key = make([]byte, 32) },
		"a key of no platform": func(g *types.GenesisState) { g.Keys[0].Platform = 0 },
		"a key of no product":  func(g *types.GenesisState) { g.Keys[0].Product = "" },
	} {
		state := genesis()
		change(&state)
		require.Error(t, state.Validate(addresses), name)
	}
	simulated := genesis()
	simulated.Params, simulated.Anchors[0].Simulated = types.LocalnetParams(), true
	require.NoError(t, simulated.Validate(addresses))
}
