package keeper_test

import (
	"bytes"
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

	"github.com/nesa-network/nesa/chain/x/model/keeper"
	"github.com/nesa-network/nesa/chain/x/model/types"
)

const faucet = "faucet"

var addresses = addresscodec.NewBech32Codec(sdk.Bech32MainPrefix)

// testingT is what *testing.T and *rapid.T share.
type testingT interface {
	require.TestingT
	Helper()
}

// fixture is a model keeper over the SDK's own account and bank keepers.
type fixture struct {
	t      testingT
	ctx    sdk.Context
	bank   bankkeeper.BaseKeeper
	keeper keeper.Keeper
	msg    types.MsgServer
	query  types.QueryServer
}

// testParams: a fee of 10, probation of 3 checks among 2 miners, suspension above a quarter of at least 8 checks.
func testParams() types.Params {
	params := types.LocalnetParams()
	params.RegistrationFee = math.NewInt(10)
	params.SuspensionChecks = 8
	params.SuspensionBps = 2_500
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

	accounts := authkeeper.NewAccountKeeper(encoding.Codec, runtime.NewKVStoreService(keys[authtypes.StoreKey]),
		authtypes.ProtoBaseAccount, map[string][]string{
			types.ModuleName: {authtypes.Burner},
			faucet:           {authtypes.Minter},
		}, addresses, sdk.Bech32MainPrefix, authority())
	banks := bankkeeper.NewBaseKeeper(encoding.Codec, runtime.NewKVStoreService(keys[banktypes.StoreKey]), accounts,
		map[string]bool{}, authority(), log.NewNopLogger())
	require.NoError(t, banks.SetParams(ctx, banktypes.DefaultParams()))

	k, err := keeper.NewKeeper(encoding.Codec, runtime.NewKVStoreService(keys[types.StoreKey]), addresses, authority(), banks)
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

func (f *fixture) fund(to sdk.AccAddress, amount int64) {
	f.t.Helper()
	coins := sdk.NewCoins(sdk.NewInt64Coin(types.Denom, amount))
	require.NoError(f.t, f.bank.MintCoins(f.ctx, faucet, coins))
	require.NoError(f.t, f.bank.SendCoinsFromModuleToAccount(f.ctx, faucet, to, coins))
}

// register claims a name for a named account that is given the fee.
func (f *fixture) register(owner, name string) {
	f.t.Helper()
	f.fund(account("%s", owner), 10)
	_, err := message(f, f.msg.Register, &types.MsgRegister{Owner: account("%s", owner).String(), Name: name})
	require.NoError(f.t, err)
}

func newVersion(owner, model string) *types.MsgAddVersion {
	return &types.MsgAddVersion{
		Owner: account("%s", owner).String(), Model: model, ManifestDigest: bytes.Repeat([]byte{7}, 32),
		Uri: "https://models.example/manifest.json", Unit: types.Unit_UNIT_TOKEN, RoyaltyBps: 500,
		Profile: types.Profile{
			Positions: 64, Projections: 4, ScaleBits: 12, Shift: 4, Threshold: 100,
			ScoreThresholds: []uint64{100, 50, 0}, RunWindow: 20,
		},
	}
}

func (f *fixture) addVersion(owner, model string) uint64 {
	f.t.Helper()
	response, err := message(f, f.msg.AddVersion, newVersion(owner, model))
	require.NoError(f.t, err)
	return response.VersionId
}

func (f *fixture) version(id uint64) types.Version {
	f.t.Helper()
	version, err := f.keeper.Version(f.ctx, id)
	require.NoError(f.t, err)
	return version
}

func (f *fixture) supply() int64 { return f.bank.GetSupply(f.ctx, types.Denom).Amount.Int64() }

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
	f.register("acme", "acme/chat")
	require.Equal(t, int64(0), f.supply(), "the fee is burned")
	model, err := f.keeper.Model(f.ctx, "acme/chat")
	require.NoError(t, err)
	require.Equal(t, types.Model{Name: "acme/chat", Owner: account("acme").String()}, model)

	register := func(owner, name string) error {
		f.fund(account("%s", owner), 10)
		_, err := message(f, f.msg.Register, &types.MsgRegister{Owner: account("%s", owner).String(), Name: name})
		return err
	}
	require.ErrorIs(t, register("acme", "acme/chat"), types.ErrModelExists)
	require.ErrorIs(t, register("eve", "acme/other"), types.ErrPublisherTaken)
	require.NoError(t, register("acme", "acme/other"))
	require.NoError(t, register("eve", "eve/chat"))
	for _, bad := range []string{"", "chat", "/chat", "acme/", "Acme/chat", "acme/ch at", "acme//chat", "acme/chat/v2", "-a/b", "a/b-"} {
		require.ErrorIs(t, register("eve", bad), types.ErrInvalidName, bad)
	}
	_, err = message(f, f.msg.Register, &types.MsgRegister{Owner: account("poor").String(), Name: "poor/chat"})
	require.Error(t, err, "no fee, no name")
	_, err = f.keeper.Model(f.ctx, "poor/chat")
	require.ErrorIs(t, err, types.ErrModelNotFound)
}

func TestAddVersion(t *testing.T) {
	f := newFixture(t)
	f.register("acme", "acme/chat")
	f.register("acme", "acme/image")
	require.Equal(t, uint64(1), f.addVersion("acme", "acme/chat"))
	require.Equal(t, uint64(2), f.addVersion("acme", "acme/image"))
	require.Equal(t, uint64(3), f.addVersion("acme", "acme/chat"))
	require.Equal(t, uint32(2), f.version(3).Number)
	require.Equal(t, types.VersionStatus_VERSION_STATUS_PROBATION, f.version(3).Status)
	owner, err := f.keeper.OwnerOf(f.ctx, 3)
	require.NoError(t, err)
	require.Equal(t, account("acme"), owner)

	for name, test := range map[string]struct {
		change func(*types.MsgAddVersion)
		err    error
	}{
		"error - not the owner":      {func(m *types.MsgAddVersion) { m.Owner = account("eve").String() }, types.ErrNotOwner},
		"error - no such model":      {func(m *types.MsgAddVersion) { m.Model = "acme/none" }, types.ErrModelNotFound},
		"error - short digest":       {func(m *types.MsgAddVersion) { m.ManifestDigest = m.ManifestDigest[:31] }, types.ErrInvalidVersion},
		"error - no unit":            {func(m *types.MsgAddVersion) { m.Unit = 0 }, types.ErrInvalidVersion},
		"error - unknown unit":       {func(m *types.MsgAddVersion) { m.Unit = 99 }, types.ErrInvalidVersion},
		"error - greedy":             {func(m *types.MsgAddVersion) { m.RoyaltyBps = 2_001 }, types.ErrInvalidVersion},
		"error - relative uri":       {func(m *types.MsgAddVersion) { m.Uri = "/etc/passwd" }, types.ErrInvalidVersion},
		"error - uri with a newline": {func(m *types.MsgAddVersion) { m.Uri = "https://a\nb" }, types.ErrInvalidVersion},
		"error - profile":            {func(m *types.MsgAddVersion) { m.Profile.ScoreThresholds = nil }, types.ErrInvalidProfile},
	} {
		t.Run(name, func(t *testing.T) {
			msg := newVersion("acme", "acme/chat")
			test.change(msg)
			_, err := message(f, f.msg.AddVersion, msg)
			require.ErrorIs(t, err, test.err)
		})
	}
}

func TestUpdateParams(t *testing.T) {
	f := newFixture(t)
	params := testParams()
	params.MaxRoyaltyBps = 100
	_, err := f.msg.UpdateParams(f.ctx, &types.MsgUpdateParams{Authority: account("eve").String(), Params: params})
	require.ErrorIs(t, err, types.ErrInvalidSigner)
	_, err = f.msg.UpdateParams(f.ctx, &types.MsgUpdateParams{Authority: authority(), Params: params})
	require.NoError(t, err)
	f.register("acme", "acme/chat")
	_, err = message(f, f.msg.AddVersion, newVersion("acme", "acme/chat"))
	require.ErrorIs(t, err, types.ErrInvalidVersion)
	params.ProbationMiners = types.MaxProbationMiners + 1
	_, err = f.msg.UpdateParams(f.ctx, &types.MsgUpdateParams{Authority: authority(), Params: params})
	require.ErrorIs(t, err, types.ErrInvalidParams)
}
