// Package simulation drives the miner module with random messages.
package simulation

import (
	"cosmossdk.io/math"

	"github.com/cosmos/cosmos-sdk/types/module"

	"github.com/nesa-network/nesa/chain/x/miner/types"
)

// RandomizedGenState begins with stakes that accounts in simulations can afford, and with short windows.
func RandomizedGenState(state *module.SimulationState) {
	genesis := types.DefaultGenesis()
	genesis.Params = types.LocalnetParams()
	genesis.Params.SlotUnit = math.NewInt(1 + state.Rand.Int63n(100))
	genesis.Params.MinStake = genesis.Params.SlotUnit.MulRaw(1 + state.Rand.Int63n(10))
	genesis.Params.EpochBlocks = 1 + uint64(state.Rand.Intn(20))
	genesis.Params.UnbondingBlocks = 1 + uint64(state.Rand.Intn(50))
	state.GenState[types.ModuleName] = state.Cdc.MustMarshalJSON(genesis)
}
