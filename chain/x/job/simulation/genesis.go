// Package simulation drives the job module with random messages.
package simulation

import (
	"cosmossdk.io/math"

	"github.com/cosmos/cosmos-sdk/types/module"

	"github.com/nesa-network/nesa/chain/x/job/types"
)

// RandomizedGenState has small fees and short windows, so that poor accounts see jobs through to their end.
func RandomizedGenState(state *module.SimulationState) {
	genesis := types.DefaultGenesis()
	genesis.Params = simulatedParams()
	genesis.Params.MaxDue = 1 + uint32(state.Rand.Intn(20))
	genesis.Revisions[0].Params = genesis.Params
	state.GenState[types.ModuleName] = state.Cdc.MustMarshalJSON(genesis)
}

func simulatedParams() types.Params {
	params := types.LocalnetParams()
	params.MinFee = math.OneInt()
	params.Retention = 20
	return params
}
