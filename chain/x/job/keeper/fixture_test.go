package keeper_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"

	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	"github.com/stretchr/testify/require"

	corestore "cosmossdk.io/core/store"
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

	"github.com/nesa-network/nesa/chain/hashing"
	attestationtypes "github.com/nesa-network/nesa/chain/x/attestation/types"
	beacontypes "github.com/nesa-network/nesa/chain/x/beacon/types"
	"github.com/nesa-network/nesa/chain/x/job/keeper"
	"github.com/nesa-network/nesa/chain/x/job/types"
	minerkeeper "github.com/nesa-network/nesa/chain/x/miner/keeper"
	minertypes "github.com/nesa-network/nesa/chain/x/miner/types"
	modelkeeper "github.com/nesa-network/nesa/chain/x/model/keeper"
	modeltypes "github.com/nesa-network/nesa/chain/x/model/types"
)

const (
	testChain = "nesa-test"
	faucet    = "faucet"
	// The versions of a world: results must be equal to the bit, or within a tolerance of 100.
	exactVersion    = uint64(1)
	tolerantVersion = uint64(2)
	// Or nobody looks at them.
	unverifiedVersion = uint64(3)
	runWindow         = uint64(5)
	startHeight       = uint64(21)
	stakeOfMiner      = int64(100_000_000)
	publisherAccount  = "publisher"
)

// testingT is what *testing.T and *rapid.T share.
type testingT interface {
	require.TestingT
	Helper()
	Logf(format string, args ...any)
}

// world is the job keeper over the SDK's bank and the real keepers of miners and models. The beacon alone is made up:
// tests choose what it draws.
type world struct {
	t      testingT
	ctx    sdk.Context
	stores storetypes.CommitMultiStore
	keys   map[string]*storetypes.KVStoreKey
	bank   bankkeeper.BaseKeeper
	beacon *fakeBeacon
	attest *fakeAttestation
	model  modelkeeper.Keeper
	miner  minerkeeper.Keeper
	job    keeper.Keeper
	msg    types.MsgServer
	query  types.QueryServer

	minerMsg minertypes.MsgServer
	modelMsg modeltypes.MsgServer
	// miners in the order of their registration.
	miners []sdk.AccAddress
	// minted by the faucet so far.
	minted math.Int
}

// fakeBeacon draws from a salt. A height's seed may be fixed, or held back.
type fakeBeacon struct {
	salt  string
	seeds map[uint64][32]byte
	held  bool
	lost  bool
}

func (b *fakeBeacon) Latest(context.Context) (beacontypes.Seed, error) {
	return beacontypes.Seed{}, nil
}

func (b *fakeBeacon) Draw(ctx context.Context, fixed uint64) ([32]byte, uint64, bool, error) {
	if b.lost {
		return [32]byte{}, 0, false, beacontypes.ErrNoSeed
	}
	if b.held || uint64(sdk.UnwrapSDKContext(ctx).BlockHeight()) <= fixed {
		return [32]byte{}, 0, false, nil
	}
	if seed, ok := b.seeds[fixed]; ok {
		return seed, fixed + 1, true, nil
	}
	return sha256.Sum256([]byte(fmt.Sprintf("%s/%d", b.salt, fixed))), fixed + 1, true, nil
}

// fakeAttestation takes for evidence the digest of what was delivered: it shows what x/job hands over. Evidence itself is
// the attestation module's to test.
type fakeAttestation struct {
	attested map[string]bool
	sizes    map[uint64]uint64
	together []int
}

func (a *fakeAttestation) CanAttest(_ context.Context, miner sdk.AccAddress) (bool, error) {
	return a.attested[miner.String()], nil
}

func (a *fakeAttestation) ProvenInput(_ context.Context, version uint64) (uint64, bool, error) {
	size, ok := a.sizes[version]
	return size, ok, nil
}

func (a *fakeAttestation) ProveTogether(
	_ context.Context, deliveries []attestationtypes.Delivered,
) (attestationtypes.Proven, error) {
	a.together = append(a.together, len(deliveries))
	return nil, nil
}

func (a *fakeAttestation) VerifyDelivery(
	_ context.Context, delivery attestationtypes.Delivered, allowed []string, _ attestationtypes.Proven,
) (string, error) {
	kind, given := attestationtypes.KindTEE, delivery.Evidence.GetKey().GetSignature()
	if proof := delivery.Evidence.GetProof(); proof != nil {
		kind, given = attestationtypes.KindZK, proof.Groth16
	}
	if want := evidenceOf(delivery.Statement); !slices.Contains(allowed, kind) || !bytes.Equal(want, given) {
		return "", errNoEvidence
	}
	return kind, nil
}

var errNoEvidence = errors.New("evidence does not hold")

// evidenceOf is what fakeAttestation takes for evidence of a delivery.
func evidenceOf(delivery attestationtypes.Statement) []byte {
	sum := sha256.Sum256([]byte(fmt.Sprintf("%+v", delivery)))
	return sum[:]
}

// testParams are the local network's with small amounts.
func testParams() types.Params {
	params := types.LocalnetParams()
	params.MinFee = math.NewInt(1_000)
	params.Retention = 50
	return params
}

// newWorld has so many miners that serve all versions, all with the same stake.
func newWorld(t testingT, miners int) *world {
	t.Helper()
	w := newEmptyWorld(t)
	w.genesis(testParams())
	w.publish()
	for i := range miners {
		w.addMiner(fmt.Sprintf("miner%d", i), stakeOfMiner)
	}
	w.fundPool(10_000_000)
	w.at(startHeight)
	return w
}

func newEmptyWorld(t testingT) *world {
	t.Helper()
	names := []string{authtypes.StoreKey, banktypes.StoreKey, modeltypes.StoreKey, minertypes.StoreKey, types.StoreKey}
	encoding := moduletestutil.MakeTestEncodingConfig(auth.AppModuleBasic{}, bank.AppModuleBasic{})
	keys := storetypes.NewKVStoreKeys(names...)
	db := dbm.NewMemDB()
	stores := store.NewCommitMultiStore(db, log.NewNopLogger())
	for _, name := range names {
		stores.MountStoreWithDB(keys[name], storetypes.StoreTypeIAVL, nil)
	}
	require.NoError(t, stores.LoadLatestVersion())
	ctx := sdk.NewContext(stores.CacheMultiStore(), cmtproto.Header{Height: 1, ChainID: testChain}, false,
		log.NewNopLogger())

	addresses := addresscodec.NewBech32Codec(sdk.Bech32MainPrefix)
	service := func(name string) corestore.KVStoreService { return runtime.NewKVStoreService(keys[name]) }
	accounts := authkeeper.NewAccountKeeper(encoding.Codec, service(authtypes.StoreKey),
		authtypes.ProtoBaseAccount, map[string][]string{
			types.EscrowAccount:     {authtypes.Burner},
			types.LevyAccount:       nil,
			minertypes.StakeAccount: {authtypes.Burner},
			modeltypes.ModuleName:   {authtypes.Burner},
			faucet:                  {authtypes.Minter},
		}, addresses, sdk.Bech32MainPrefix, authority())
	blocked := map[string]bool{}
	for _, name := range []string{types.EscrowAccount, types.LevyAccount, minertypes.StakeAccount, modeltypes.ModuleName} {
		blocked[authtypes.NewModuleAddress(name).String()] = true
	}
	banks := bankkeeper.NewBaseKeeper(encoding.Codec, service(banktypes.StoreKey), accounts, blocked, authority(),
		log.NewNopLogger())
	require.NoError(t, banks.SetParams(ctx, banktypes.DefaultParams()))

	w := &world{
		t: t, ctx: ctx, stores: stores, keys: keys, bank: banks, minted: math.ZeroInt(),
		beacon: &fakeBeacon{salt: "salt", seeds: map[uint64][32]byte{}},
		attest: &fakeAttestation{attested: map[string]bool{}, sizes: map[uint64]uint64{}},
	}
	var err error
	w.model, err = modelkeeper.NewKeeper(encoding.Codec, service(modeltypes.StoreKey), addresses, authority(), banks)
	require.NoError(t, err)
	w.miner, err = minerkeeper.NewKeeper(
		encoding.Codec, service(minertypes.StoreKey), addresses, authority(), banks, w.model)
	require.NoError(t, err)
	w.job, err = keeper.NewKeeper(encoding.Codec, service(types.StoreKey), addresses, authority(),
		accounts, banks, w.beacon, w.model, w.miner, w.attest)
	require.NoError(t, err)
	w.msg, w.query = keeper.NewMsgServer(w.job), keeper.NewQueryServer(w.job)
	w.minerMsg, w.modelMsg = minerkeeper.NewMsgServer(w.miner), modelkeeper.NewMsgServer(w.model)
	return w
}

func authority() string { return authtypes.NewModuleAddress("gov").String() }

// account is the address of a named account.
func account(name string) sdk.AccAddress { return authtypes.NewModuleAddress(name) }

func (w *world) genesis(params types.Params) {
	w.t.Helper()
	model := modeltypes.DefaultGenesis()
	model.Params = modeltypes.LocalnetParams()
	model.Params.RegistrationFee = math.NewInt(10)
	require.NoError(w.t, w.model.InitGenesis(w.ctx, *model))
	miner := minertypes.DefaultGenesis()
	miner.Params = minertypes.LocalnetParams()
	miner.Params.SlotUnit = math.NewInt(1_000_000)
	miner.Params.MinStake = math.NewInt(1_000_000)
	miner.Params.EpochBlocks = 20
	require.NoError(w.t, w.miner.InitGenesis(w.ctx, *miner))
	job := types.DefaultGenesis()
	job.Params = params
	job.Revisions[0].Params = params
	require.NoError(w.t, w.job.InitGenesis(w.ctx, *job))
}

// publish registers a model with all versions.
func (w *world) publish() {
	w.t.Helper()
	owner := account(publisherAccount)
	w.fund(owner, 1_000)
	_, err := w.modelMsg.Register(w.ctx, &modeltypes.MsgRegister{Owner: owner.String(), Name: "acme/chat"})
	require.NoError(w.t, err)
	for _, profile := range []modeltypes.Profile{
		{
			Positions: 1, Projections: 1, Threshold: 0, ScoreThresholds: []uint64{0, 0}, RunWindow: runWindow,
			ProofSystems: []string{"tee", "zk", "fhe"},
		},
		{Positions: 2, Projections: 2, Threshold: 100, ScoreThresholds: []uint64{100, 50}, RunWindow: runWindow},
		{RunWindow: runWindow, ProofSystems: []string{modeltypes.SystemNone}},
	} {
		digest := hashing.Sum("manifest", testChain)
		_, err := w.modelMsg.AddVersion(w.ctx, &modeltypes.MsgAddVersion{
			Owner: owner.String(), Model: "acme/chat", ManifestDigest: digest[:], Uri: "https://models.example/chat",
			Unit: modeltypes.Unit_UNIT_TOKEN, RoyaltyBps: 1_000, Profile: profile,
		})
		require.NoError(w.t, err)
	}
}

// prove ends a version's probation.
func (w *world) prove(version uint64) {
	w.t.Helper()
	for range 3 {
		require.NoError(w.t, w.model.RecordCheck(w.ctx, version, true, []sdk.AccAddress{account("a"), account("b")}))
	}
}

func (w *world) fund(to sdk.AccAddress, amount int64) {
	w.t.Helper()
	w.mint(amount)
	require.NoError(w.t, w.bank.SendCoinsFromModuleToAccount(w.ctx, faucet, to, types.Coins(math.NewInt(amount))))
}

func (w *world) fundPool(amount int64) {
	w.t.Helper()
	w.mint(amount)
	require.NoError(w.t,
		w.bank.SendCoinsFromModuleToModule(w.ctx, faucet, types.LevyAccount, types.Coins(math.NewInt(amount))))
}

func (w *world) mint(amount int64) {
	w.t.Helper()
	require.NoError(w.t, w.bank.MintCoins(w.ctx, faucet, types.Coins(math.NewInt(amount))))
	w.minted = w.minted.AddRaw(amount)
}

// addMiner registers a miner with separate keys that serves all versions.
func (w *world) addMiner(name string, stake int64) sdk.AccAddress {
	w.t.Helper()
	owner := account(name)
	w.fund(owner, stake)
	_, err := w.minerMsg.Register(w.ctx, &minertypes.MsgRegister{
		Owner: owner.String(), Operator: account(name + "/operator").String(),
		ClaimKey: account(name + "/claims").String(), WithdrawAddress: account(name + "/earnings").String(),
		Stake: sdk.NewInt64Coin(types.Denom, stake),
	})
	require.NoError(w.t, err)
	_, err = w.minerMsg.Serve(w.ctx, &minertypes.MsgServe{
		Operator: owner.String(), Serve: []minertypes.ServeEntry{
			{VersionId: exactVersion, Ask: math.NewInt(1)},
			{VersionId: tolerantVersion, Ask: math.NewInt(1)},
			{VersionId: unverifiedVersion, Ask: math.NewInt(1)},
		},
	})
	require.NoError(w.t, err)
	w.miners = append(w.miners, owner)
	return owner
}

// at moves to a height without running the blocks between.
func (w *world) at(height uint64) { w.ctx = w.ctx.WithBlockHeight(int64(height)) }

func (w *world) height() uint64 { return uint64(w.ctx.BlockHeight()) }

// next ends the block and begins another, so many times.
func (w *world) next(blocks int) {
	w.t.Helper()
	for range blocks {
		require.NoError(w.t, w.job.EndBlock(w.ctx))
		w.at(w.height() + 1)
	}
}

func (w *world) balance(of sdk.AccAddress) int64 {
	return w.bank.GetBalance(w.ctx, of, types.Denom).Amount.Int64()
}

func (w *world) moduleBalance(name string) int64 { return w.balance(authtypes.NewModuleAddress(name)) }
