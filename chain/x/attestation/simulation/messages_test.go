package simulation_test

import (
	"context"
	"encoding/json"
	"math/rand"
	"testing"
	"time"

	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/log/v2"

	dbm "github.com/cosmos/cosmos-db"
	addresscodec "github.com/cosmos/cosmos-sdk/codec/address"
	"github.com/cosmos/cosmos-sdk/runtime"
	"github.com/cosmos/cosmos-sdk/store/v2"
	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	"github.com/cosmos/cosmos-sdk/testutil/simsx"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/module"
	moduletestutil "github.com/cosmos/cosmos-sdk/types/module/testutil"
	simtypes "github.com/cosmos/cosmos-sdk/types/simulation"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"github.com/nesa-network/nesa/chain/x/attestation/keeper"
	"github.com/nesa-network/nesa/chain/x/attestation/simulation"
	"github.com/nesa-network/nesa/chain/x/attestation/types"
)

type moduleAccounts struct{}

func (moduleAccounts) GetModuleAddress(name string) sdk.AccAddress {
	return authtypes.NewModuleAddress(name)
}

type noBalances struct{}

func (noBalances) SpendableCoins(context.Context, sdk.AccAddress) sdk.Coins { return nil }
func (noBalances) IsSendEnabledDenom(context.Context, string) bool          { return true }

// Whatever a factory proposes, the module takes, and its state can be exported and read in at every step.
func TestProposalsAreTaken(t *testing.T) {
	encoding := moduletestutil.MakeTestEncodingConfig()
	key := storetypes.NewKVStoreKey(types.StoreKey)
	db := dbm.NewMemDB()
	stores := store.NewCommitMultiStore(db, log.NewNopLogger())
	stores.MountStoreWithDB(key, storetypes.StoreTypeIAVL, db)
	require.NoError(t, stores.LoadLatestVersion())
	start := time.Unix(1_790_000_000, 0)
	ctx := sdk.NewContext(stores, cmtproto.Header{Height: 1, ChainID: "nesa-test", Time: start}, false, log.NewNopLogger())
	addresses := addresscodec.NewBech32Codec(sdk.Bech32MainPrefix)
	k, err := keeper.NewKeeper(encoding.Codec, runtime.NewKVStoreService(key), addresses,
		authtypes.NewModuleAddress("gov").String(), nil, nil, nil)
	require.NoError(t, err)

	random := rand.New(rand.NewSource(1))
	accounts := simtypes.RandomAccounts(random, 20)
	state := &module.SimulationState{
		Cdc: encoding.Codec, Rand: random, GenState: map[string]json.RawMessage{}, GenTimestamp: start, Accounts: accounts,
	}
	simulation.RandomizedGenState(state)
	var genesis types.GenesisState
	encoding.Codec.MustUnmarshalJSON(state.GenState[types.ModuleName], &genesis)
	require.NoError(t, k.InitGenesis(ctx, genesis))

	data := simsx.NewChainDataSource(ctx, random, moduleAccounts{}, noBalances{}, addresses, accounts...)
	server := keeper.NewMsgServer(k)
	took := map[string]int{}
	for height := range int64(400) {
		ctx = ctx.WithBlockHeight(2 + height)
		for _, propose := range []func(simsx.SimulationReporter) (string, func() error){
			proposal(ctx, data, simulation.MsgRevokeFactory(k), server.Revoke),
			proposal(ctx, data, simulation.MsgSetAnchorFactory(), server.SetAnchor),
			proposal(ctx, data, simulation.MsgRemoveAnchorFactory(k), server.RemoveAnchor),
			proposal(ctx, data, simulation.MsgSetCollateralFactory(k), server.SetCollateral),
			proposal(ctx, data, simulation.MsgSetMeasurementFactory(), server.SetMeasurement),
			proposal(ctx, data, simulation.MsgRemoveMeasurementFactory(k), server.RemoveMeasurement),
			proposal(ctx, data, simulation.MsgRevokeMachineFactory(), server.RevokeMachine),
			proposal(ctx, data, simulation.MsgRestoreMachineFactory(k), server.RestoreMachine),
			proposal(ctx, data, simulation.MsgUpdateParamsFactory(k), server.UpdateParams),
		} {
			if random.Intn(7) > 0 {
				continue
			}
			reporter := simsx.NewBasicSimulationReporter()
			name, handle := propose(reporter)
			if reporter.IsSkipped() {
				continue
			}
			require.NoError(t, handle(), name)
			took[name]++
			exported, err := k.ExportGenesis(ctx)
			require.NoError(t, err)
			require.NoError(t, exported.Validate(addresses), name)
		}
	}
	require.Len(t, took, 9, "%v", took)
}

func proposal[M sdk.Msg, R any](
	ctx context.Context, data *simsx.ChainDataSource, factory simsx.SimMsgFactoryFn[M], handle func(context.Context, M) (R, error),
) func(simsx.SimulationReporter) (string, func() error) {
	return func(reporter simsx.SimulationReporter) (string, func() error) {
		_, msg := factory(ctx, data, reporter)
		return sdk.MsgTypeURL(msg), func() error {
			_, err := handle(ctx, msg)
			return err
		}
	}
}
