package keeper_test

import (
	"context"
	"fmt"
	"testing"

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

	"github.com/nesa-network/nesa/chain/x/miner/keeper"
	"github.com/nesa-network/nesa/chain/x/miner/types"
)

const faucet = "faucet"

// testingT is what *testing.T and *rapid.T share.
type testingT interface {
	require.TestingT
	Helper()
}

// fixture is a miner keeper over the SDK's own account and bank keepers.
type fixture struct {
	t      testingT
	ctx    sdk.Context
	bank   bankkeeper.BaseKeeper
	keeper keeper.Keeper
	msg    types.MsgServer
	query  types.QueryServer
}

// versions 1 to 9 exist.
type versions struct{}

func (versions) HasVersion(_ context.Context, id uint64) (bool, error) {
	return id >= 1 && id <= 9, nil
}

// testParams have short windows and small numbers: a slot is 10, the minimum 100, an epoch 10 blocks.
func testParams() types.Params {
	params := types.LocalnetParams()
	params.SlotUnit = math.NewInt(10)
	params.MinStake = math.NewInt(100)
	params.EpochBlocks = 10
	params.UnbondingBlocks = 50
	params.JailBlocks = 20
	params.StrikeWindow = 100
	params.KeyDelay = 5
	params.MaxUnbondings = 3
	params.MaxServed = 4
	params.MaxKeys = 2
	return params
}

func newFixture(t testingT) *fixture {
	t.Helper()
	f := newEmptyFixture(t)
	genesis := types.DefaultGenesis()
	genesis.Params = testParams()
	require.NoError(t, f.keeper.InitGenesis(f.ctx, *genesis))
	return f
}

func newEmptyFixture(t testingT) *fixture {
	t.Helper()
	encoding := moduletestutil.MakeTestEncodingConfig(auth.AppModuleBasic{}, bank.AppModuleBasic{})
	keys := storetypes.NewKVStoreKeys(authtypes.StoreKey, banktypes.StoreKey, types.StoreKey)
	db := dbm.NewMemDB()
	stores := store.NewCommitMultiStore(db, log.NewNopLogger())
	for _, name := range []string{authtypes.StoreKey, banktypes.StoreKey, types.StoreKey} {
		stores.MountStoreWithDB(keys[name], storetypes.StoreTypeIAVL, db)
	}
	require.NoError(t, stores.LoadLatestVersion())
	ctx := sdk.NewContext(stores, cmtproto.Header{Height: 1, ChainID: "nesa-test"}, false, log.NewNopLogger())

	addresses := addresscodec.NewBech32Codec(sdk.Bech32MainPrefix)
	accounts := authkeeper.NewAccountKeeper(encoding.Codec, runtime.NewKVStoreService(keys[authtypes.StoreKey]),
		authtypes.ProtoBaseAccount, map[string][]string{
			types.StakeAccount: {authtypes.Burner},
			faucet:             {authtypes.Minter},
		}, addresses, sdk.Bech32MainPrefix, authority())
	blocked := map[string]bool{authtypes.NewModuleAddress(types.StakeAccount).String(): true}
	banks := bankkeeper.NewBaseKeeper(encoding.Codec, runtime.NewKVStoreService(keys[banktypes.StoreKey]), accounts,
		blocked, authority(), log.NewNopLogger())
	require.NoError(t, banks.SetParams(ctx, banktypes.DefaultParams()))

	k, err := keeper.NewKeeper(encoding.Codec, runtime.NewKVStoreService(keys[types.StoreKey]), addresses, authority(),
		banks, versions{})
	require.NoError(t, err)
	return &fixture{
		t: t, ctx: ctx, bank: banks, keeper: k, msg: keeper.NewMsgServer(k), query: keeper.NewQueryServer(k),
	}
}

func authority() string { return authtypes.NewModuleAddress("gov").String() }

// account is the address of a named account.
func account(format string, args ...any) sdk.AccAddress {
	return authtypes.NewModuleAddress(fmt.Sprintf(format, args...))
}

func coin(amount int64) sdk.Coin { return sdk.NewInt64Coin(types.Denom, amount) }

func (f *fixture) fund(to sdk.AccAddress, amount int64) {
	f.t.Helper()
	coins := sdk.NewCoins(coin(amount))
	require.NoError(f.t, f.bank.MintCoins(f.ctx, faucet, coins))
	require.NoError(f.t, f.bank.SendCoinsFromModuleToAccount(f.ctx, faucet, to, coins))
}

// fundStake puts coins into the stake account, as a genesis does.
func (f *fixture) fundStake(amount int64) {
	f.t.Helper()
	coins := sdk.NewCoins(coin(amount))
	require.NoError(f.t, f.bank.MintCoins(f.ctx, faucet, coins))
	require.NoError(f.t, f.bank.SendCoinsFromModuleToModule(f.ctx, faucet, types.StakeAccount, coins))
}

// register makes a named account a miner with a claim key of its own.
func (f *fixture) register(name string, stake int64) sdk.AccAddress {
	f.t.Helper()
	owner := account("%s", name)
	f.fund(owner, stake)
	_, err := f.msg.Register(f.ctx, &types.MsgRegister{
		Owner: owner.String(), ClaimKey: account("%s/claims", name).String(), Stake: coin(stake),
	})
	require.NoError(f.t, err)
	return owner
}

// at moves to a height without running the blocks between.
func (f *fixture) at(height uint64) { f.ctx = f.ctx.WithBlockHeight(int64(height)) }

// endBlock ends the present block and begins the next.
func (f *fixture) endBlock() {
	f.t.Helper()
	require.NoError(f.t, f.keeper.EndBlocker(f.ctx))
	f.at(f.height() + 1)
}

// runTo ends blocks until a height.
func (f *fixture) runTo(height uint64) {
	f.t.Helper()
	for f.height() < height {
		f.endBlock()
	}
}

func (f *fixture) height() uint64 { return uint64(f.ctx.BlockHeight()) }

func (f *fixture) miner(owner sdk.AccAddress) types.Miner {
	f.t.Helper()
	miner, err := f.keeper.Get(f.ctx, owner)
	require.NoError(f.t, err)
	return miner
}

func (f *fixture) slots(owner sdk.AccAddress, epoch uint64) uint64 {
	f.t.Helper()
	slots, err := f.keeper.Slots(f.ctx, owner, epoch)
	require.NoError(f.t, err)
	return slots
}

func (f *fixture) totals(version uint64) types.Totals {
	f.t.Helper()
	totals, err := f.keeper.Totals(f.ctx, version)
	require.NoError(f.t, err)
	return totals
}

func (f *fixture) serve(owner sdk.AccAddress, ids ...uint64) {
	f.t.Helper()
	msg := &types.MsgServe{Operator: owner.String()}
	for _, id := range ids {
		msg.Serve = append(msg.Serve, types.ServeEntry{VersionId: id, Ask: math.NewInt(1)})
	}
	_, err := f.msg.Serve(f.ctx, msg)
	require.NoError(f.t, err)
}

func (f *fixture) balance(of sdk.AccAddress) int64 {
	return f.bank.GetBalance(f.ctx, of, types.Denom).Amount.Int64()
}

func (f *fixture) supply() int64 { return f.bank.GetSupply(f.ctx, types.Denom).Amount.Int64() }

func (f *fixture) requireSolvent() {
	f.t.Helper()
	solvency, err := f.query.Solvency(f.ctx, &types.QuerySolvencyRequest{})
	require.NoError(f.t, err)
	require.True(f.t, solvency.Solvent, "balance %s, stake %s, unbonding %s",
		solvency.Balance, solvency.Stake, solvency.Unbonding)
}

// message runs a message as a transaction would: what fails leaves nothing behind.
func message[Request, Response any](
	f *fixture, handle func(context.Context, *Request) (*Response, error), request *Request,
) (*Response, error) {
	attempt, write := f.ctx.CacheContext()
	response, err := handle(attempt, request)
	if err == nil {
		write()
	}
	return response, err
}

func TestRegister(t *testing.T) {
	f := newFixture(t)
	owner := f.register("alice", 250)
	miner := f.miner(owner)
	require.Equal(t, owner.String(), miner.Operator)
	require.Equal(t, owner.String(), miner.WithdrawAddress)
	require.Equal(t, int64(0), f.balance(owner))
	require.Equal(t, int64(250), f.balance(account(types.StakeAccount)))

	byClaim, err := f.keeper.ByClaimKey(f.ctx, account("alice/claims"))
	require.NoError(t, err)
	require.Equal(t, miner, byClaim)
	byOperator, err := f.keeper.ByOperator(f.ctx, owner)
	require.NoError(t, err)
	require.Equal(t, miner, byOperator)
	_, err = f.keeper.ByClaimKey(f.ctx, owner)
	require.ErrorIs(t, err, types.ErrMinerNotFound)
	f.requireSolvent()
}

func TestRegisterRefuses(t *testing.T) {
	f := newFixture(t)
	f.register("alice", 100)
	bob := account("bob")
	f.fund(bob, 1_000)
	valid := func() *types.MsgRegister {
		return &types.MsgRegister{Owner: bob.String(), ClaimKey: account("bob/claims").String(), Stake: coin(100)}
	}
	for name, test := range map[string]struct {
		change func(*types.MsgRegister)
		err    error
	}{
		"error - claim key is the owner":         {func(m *types.MsgRegister) { m.ClaimKey = m.Owner }, types.ErrSameKey},
		"error - claim key is the operator":      {func(m *types.MsgRegister) { m.Operator = m.ClaimKey }, types.ErrSameKey},
		"error - no claim key":                   {func(m *types.MsgRegister) { m.ClaimKey = "" }, types.ErrInvalidAddress},
		"error - claim key taken":                {func(m *types.MsgRegister) { m.ClaimKey = account("alice/claims").String() }, types.ErrKeyTaken},
		"error - below the minimum":              {func(m *types.MsgRegister) { m.Stake = coin(99) }, types.ErrBelowMinStake},
		"error - other denomination":             {func(m *types.MsgRegister) { m.Stake.Denom = "uatom" }, types.ErrInvalidAmount},
		"error - a miner already":                {func(m *types.MsgRegister) { m.Owner = account("alice").String() }, types.ErrMinerExists},
		"error - withdraws to the stake account": {func(m *types.MsgRegister) { m.WithdrawAddress = account(types.StakeAccount).String() }, types.ErrInvalidAddress},
		"error - relay with credentials":         {func(m *types.MsgRegister) { m.Relays = []string{"nats://user:pw@host:1"} }, types.ErrInvalidProfile},
		"error - long address":                   {func(m *types.MsgRegister) { m.Operator = sdk.AccAddress(make([]byte, 32)).String() }, types.ErrInvalidAddress},
	} {
		t.Run(name, func(t *testing.T) {
			msg := valid()
			test.change(msg)
			_, err := message(f, f.msg.Register, msg)
			require.ErrorIs(t, err, test.err)
		})
	}
	_, err := message(f, f.msg.Register, valid())
	require.NoError(t, err)
}
