package keeper_test

import (
	"context"

	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/log/v2"
	"cosmossdk.io/math"

	dbm "github.com/cosmos/cosmos-db"
	addresscodec "github.com/cosmos/cosmos-sdk/codec/address"
	"github.com/cosmos/cosmos-sdk/runtime"
	"github.com/cosmos/cosmos-sdk/store/v2"
	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	moduletestutil "github.com/cosmos/cosmos-sdk/types/module/testutil"
	"github.com/cosmos/cosmos-sdk/x/auth"
	authkeeper "github.com/cosmos/cosmos-sdk/x/auth/keeper"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	"github.com/cosmos/cosmos-sdk/x/bank"
	bankkeeper "github.com/cosmos/cosmos-sdk/x/bank/keeper"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"github.com/nesa-network/nesa/chain/x/callback/keeper"
	"github.com/nesa-network/nesa/chain/x/callback/types"
	jobtypes "github.com/nesa-network/nesa/chain/x/job/types"
)

const (
	faucet      = "faucet"
	startHeight = 100
	retention   = 50
	funds       = 1_000_000_000
)

type testingT interface {
	require.TestingT
	Helper()
}

// fakeEVM answers calls as a test wants, and remembers them.
type fakeEVM struct {
	calls   []uint64
	targets []sdk.AccAddress
	gas     []uint64
	answers []types.Answer
	// during runs while the contract has control.
	during func(ctx context.Context)
	result types.Call
	err    error
	// run, if set, is the contract.
	run func(ctx sdk.Context, contract sdk.AccAddress, jobID, gas uint64) (types.Call, error)
}

func (e *fakeEVM) OnInferenceResult(
	ctx context.Context, contract sdk.AccAddress, jobID uint64, answer types.Answer, gas uint64,
) (types.Call, error) {
	if e.run != nil {
		return e.run(sdk.UnwrapSDKContext(ctx), contract, jobID, gas)
	}
	e.calls, e.targets = append(e.calls, jobID), append(e.targets, contract)
	e.gas, e.answers = append(e.gas, gas), append(e.answers, answer)
	if e.during != nil {
		e.during(ctx)
	}
	return e.result, e.err
}

type world struct {
	t      testingT
	ctx    sdk.Context
	store  storetypes.StoreKey
	bank   bankkeeper.BaseKeeper
	evm    *fakeEVM
	keeper keeper.Keeper
	msg    types.MsgServer
	query  types.QueryServer
	minted math.Int
}

// testParams have small numbers.
func testParams() types.Params {
	params := types.DefaultParams()
	params.GasPrice, params.Tip, params.OverheadGas = math.NewInt(3), math.NewInt(1_000), 50_000
	params.MaxDue = 3
	return params
}

func newWorld(t testingT) *world {
	t.Helper()
	names := []string{authtypes.StoreKey, banktypes.StoreKey, types.StoreKey}
	encoding := moduletestutil.MakeTestEncodingConfig(auth.AppModuleBasic{}, bank.AppModuleBasic{})
	keys := storetypes.NewKVStoreKeys(names...)
	stores := store.NewCommitMultiStore(dbm.NewMemDB(), log.NewNopLogger())
	for _, name := range names {
		stores.MountStoreWithDB(keys[name], storetypes.StoreTypeIAVL, nil)
	}
	require.NoError(t, stores.LoadLatestVersion())
	ctx := sdk.NewContext(stores.CacheMultiStore(), cmtproto.Header{Height: startHeight}, false, log.NewNopLogger())
	addresses := addresscodec.NewBech32Codec(sdk.Bech32MainPrefix)
	authority := authtypes.NewModuleAddress("gov").String()
	accounts := authkeeper.NewAccountKeeper(encoding.Codec, runtime.NewKVStoreService(keys[authtypes.StoreKey]),
		authtypes.ProtoBaseAccount, map[string][]string{types.ModuleName: nil, faucet: {authtypes.Minter}},
		addresses, sdk.Bech32MainPrefix, authority)
	banks := bankkeeper.NewBaseKeeper(encoding.Codec, runtime.NewKVStoreService(keys[banktypes.StoreKey]), accounts,
		map[string]bool{authtypes.NewModuleAddress(types.ModuleName).String(): true}, authority, log.NewNopLogger())
	require.NoError(t, banks.SetParams(ctx, banktypes.DefaultParams()))

	w := &world{t: t, ctx: ctx, store: keys[types.StoreKey], bank: banks, evm: &fakeEVM{}, minted: math.ZeroInt()}
	var err error
	w.keeper, err = keeper.NewKeeper(encoding.Codec, runtime.NewKVStoreService(keys[types.StoreKey]), addresses,
		authority, accounts, banks, w.evm)
	require.NoError(t, err)
	w.msg, w.query = keeper.NewMsgServer(w.keeper), keeper.NewQueryServer(w.keeper)
	require.NoError(t, w.keeper.InitGenesis(ctx, types.GenesisState{Params: testParams()}))
	return w
}

func account(name string) sdk.AccAddress { return authtypes.NewModuleAddress(name) }

func (w *world) fund(name string) sdk.AccAddress {
	w.t.Helper()
	coins := types.Coins(math.NewInt(funds))
	require.NoError(w.t, w.bank.MintCoins(w.ctx, faucet, coins))
	require.NoError(w.t, w.bank.SendCoinsFromModuleToAccount(w.ctx, faucet, account(name), coins))
	w.minted = w.minted.AddRaw(funds)
	return account(name)
}

// meter gives what comes next so much gas.
func (w *world) meter(gas uint64) { w.ctx = w.ctx.WithGasMeter(storetypes.NewGasMeter(gas)) }

func (w *world) at(height uint64) { w.ctx = w.ctx.WithBlockHeight(int64(height)) }

func (w *world) balance(of sdk.AccAddress) int64 {
	return w.bank.GetBalance(w.ctx, of, types.Denom).Amount.Int64()
}

// due counts the entries that will be forgotten.
func (w *world) due() (count int) {
	all := storetypes.KVStorePrefixIterator(w.ctx.KVStore(w.store), types.DuePrefix.Bytes())
	defer func() { require.NoError(w.t, all.Close()) }()
	for ; all.Valid(); all.Next() {
		count++
	}
	return count
}

// end tells the keeper how a job ended, with an output of so many bytes.
func (w *world) end(jobID uint64, status jobtypes.Status, output int) {
	w.t.Helper()
	until := uint64(w.ctx.BlockHeight()) + retention
	require.NoError(w.t, w.keeper.JobEnded(w.ctx, jobtypes.Ending{
		Job: jobtypes.Job{Id: jobID, Delivery: &jobtypes.Delivery{
			Outcome: jobtypes.Outcome_OUTCOME_OK, Output: make([]byte, output), OutputDigest: make([]byte, 32),
		}},
		Status: status, Units: 7, Until: until,
	}))
}

func (w *world) requireSolvent() {
	w.t.Helper()
	solvency, err := w.query.Solvency(w.ctx, &types.QuerySolvencyRequest{})
	require.NoError(w.t, err)
	require.True(w.t, solvency.Solvent, "%s held, %s owed", solvency.Balance, solvency.Owed)
	require.Equal(w.t, w.minted, w.bank.GetSupply(w.ctx, types.Denom).Amount)
}

func (w *world) call(sender sdk.AccAddress, jobID uint64) (*types.MsgCallbackResponse, error) {
	return w.msg.Callback(w.ctx, &types.MsgCallback{Sender: sender.String(), JobId: jobID})
}
