package simulation_test

import (
	"encoding/json"
	"math/rand"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	addresscodec "github.com/cosmos/cosmos-sdk/codec/address"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/module"
	moduletestutil "github.com/cosmos/cosmos-sdk/types/module/testutil"
	simtypes "github.com/cosmos/cosmos-sdk/types/simulation"

	"github.com/nesa-network/nesa/chain/x/attestation/simulation"
	"github.com/nesa-network/nesa/chain/x/attestation/types"
)

// A simulation's chain can start, whatever the dice say.
func TestRandomGenesisIsValid(t *testing.T) {
	cdc := moduletestutil.MakeTestEncodingConfig().Codec
	for seed := range int64(50) {
		random := rand.New(rand.NewSource(seed))
		state := &module.SimulationState{
			Cdc: cdc, Rand: random, GenState: map[string]json.RawMessage{}, GenTimestamp: time.Unix(1_790_000_000, 0),
			Accounts: simtypes.RandomAccounts(random, 1+random.Intn(20)),
		}
		simulation.RandomizedGenState(state)
		var genesis types.GenesisState
		require.NoError(t, cdc.UnmarshalJSON(state.GenState[types.ModuleName], &genesis))
		require.NoError(t, genesis.Validate(addresscodec.NewBech32Codec(sdk.Bech32MainPrefix)))
		require.NotEmpty(t, genesis.Keys)
	}
}
