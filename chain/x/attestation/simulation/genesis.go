// Package simulation drives the attestation module with random messages.
package simulation

import (
	"time"

	"github.com/cosmos/cosmos-sdk/types/module"

	"github.com/nesa-network/nesa/chain/x/attestation/types"
)

const (
	snp        = types.Platform_PLATFORM_SEV_SNP
	valueBytes = 48
	tcbBytes   = 8
	chipBytes  = 64
)

// RandomizedGenState trusts one simulated platform with a few enclaves, and some accounts have keys, as if they had been miners: nothing
// that can be attested is made up here, but keys can be revoked, and lose what they rest on.
func RandomizedGenState(state *module.SimulationState) {
	genesis := types.DefaultGenesis()
	genesis.Params = types.LocalnetParams()
	genesis.Params.MaxKeys = 1 + uint32(state.Rand.Intn(8))
	genesis.Anchors = []types.Anchor{anchor("Milan", byte(state.Rand.Intn(4)))}
	measurement := types.Measurement{Platform: snp, Value: make([]byte, valueBytes), Name: "simulated"}
	state.Rand.Read(measurement.Value)
	genesis.Measurements = []types.Measurement{measurement}
	for _, account := range state.Accounts[:min(len(state.Accounts), 1+state.Rand.Intn(8))] {
		key := make([]byte, types.KeyBytes)
		state.Rand.Read(key)
		genesis.Keys = append(genesis.Keys, types.AttestedKey{
			Miner: account.Address.String(), Key: key, Platform: snp, Product: "Milan", Measurement: measurement.Value,
			Tcb: make([]byte, tcbBytes), Expires: state.GenTimestamp.Add(time.Duration(state.Rand.Int63n(1_000_000)) * time.Second).Unix(),
		})
	}
	state.GenState[types.ModuleName] = state.Cdc.MustMarshalJSON(genesis)
}

// anchor is of a platform that does not exist: its certificates lead nowhere.
func anchor(product string, least byte) types.Anchor {
	return types.Anchor{
		Platform: snp, Product: product, Certificates: [][]byte{{1}, {2}}, MinTcb: []byte{0, 0, 0, 0, 0, 0, 0, least}, Simulated: true,
	}
}
