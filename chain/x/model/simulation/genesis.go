// Package simulation drives the model module with random messages.
package simulation

import (
	"github.com/cosmos/cosmos-sdk/types/module"

	"github.com/nesa-network/nesa/chain/x/model/types"
)

// RandomizedGenState begins with low bars, so that a simulation gets past them.
func RandomizedGenState(state *module.SimulationState) {
	genesis := types.DefaultGenesis()
	genesis.Params = types.LocalnetParams()
	// Accounts in simulations are poor, some poorer.
	genesis.Params.RegistrationFee = genesis.Params.RegistrationFee.QuoRaw(1_000_000_000_000_000 + state.Rand.Int63n(1_000_000_000_000_000))
	state.GenState[types.ModuleName] = state.Cdc.MustMarshalJSON(genesis)
}
