package keeper_test

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"math/big"
	"os"
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
	sdk "github.com/cosmos/cosmos-sdk/types"
	moduletestutil "github.com/cosmos/cosmos-sdk/types/module/testutil"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"github.com/nesa-network/nesa/chain/x/attestation/keeper"
	"github.com/nesa-network/nesa/chain/x/attestation/types"
	minertypes "github.com/nesa-network/nesa/chain/x/miner/types"
	modeltypes "github.com/nesa-network/nesa/chain/x/model/types"
)

const testChain = "nesa-test"

var (
	genesisTime = time.Unix(1_790_000_000, 0)
	measurement = make([]byte, 48)
	minTCB      = []byte{3, 0, 0, 0, 0, 0, 8, 115}
)

func account(name string) sdk.AccAddress { return authtypes.NewModuleAddress(name) }

func authority() string { return account("gov").String() }

// fixture is the keeper with miners whose operators are named after them. Quotes are made up: what the keeper does with
// one that holds is tested here, whether one holds is the evidence packages' to test.
type fixture struct {
	t      *testing.T
	ctx    sdk.Context
	keeper keeper.Keeper
	msg    types.MsgServer
	query  types.QueryServer
	quotes *fakeQuotes
}

// fakeQuotes reads a report as the claims themselves.
type fakeQuotes struct {
	now        time.Time
	collateral types.Collateral
	machine    []byte
	fails      error
}

func (q *fakeQuotes) Product(quote types.Quote) (string, error) { return quote.Product, nil }

func (q *fakeQuotes) VerifyQuote(
	_ types.Anchor, collateral types.Collateral, quote types.Quote, now time.Time,
) (types.Claims, error) {
	q.now, q.collateral = now, collateral
	var claims types.Claims
	if err := json.Unmarshal(quote.Report, &claims); err != nil {
		return claims, err
	}
	claims.Machine = q.machine
	return claims, q.fails
}

type fakeMiners struct{}

func (fakeMiners) ByOperator(_ context.Context, operator sdk.AccAddress) (minertypes.Miner, error) {
	for _, name := range []string{"alice", "bob"} {
		if operator.Equals(account(name)) || operator.Equals(account(name+"/operator")) {
			return minertypes.Miner{Owner: account(name).String()}, nil
		}
	}
	return minertypes.Miner{}, minertypes.ErrMinerNotFound
}

type fakeModels struct{}

func (fakeModels) Version(_ context.Context, id uint64) (modeltypes.Version, error) {
	if id > 9 {
		return modeltypes.Version{}, errors.New("no such version")
	}
	return modeltypes.Version{Id: id}, nil
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	f := newEmptyFixture(t)
	genesis := types.DefaultGenesis()
	genesis.Params = types.LocalnetParams()
	genesis.Params.MaxKeys = 2
	genesis.Anchors = []types.Anchor{anchor("Milan"), anchor("Genoa")}
	genesis.Measurements = []types.Measurement{{Platform: types.Platform_PLATFORM_SEV_SNP, Value: measurement, Name: "nesa 1"}}
	require.NoError(t, f.keeper.InitGenesis(f.ctx, *genesis))
	return f
}

func newEmptyFixture(t *testing.T) *fixture {
	t.Helper()
	encoding := moduletestutil.MakeTestEncodingConfig()
	key := storetypes.NewKVStoreKey(types.StoreKey)
	db := dbm.NewMemDB()
	stores := store.NewCommitMultiStore(db, log.NewNopLogger())
	stores.MountStoreWithDB(key, storetypes.StoreTypeIAVL, db)
	require.NoError(t, stores.LoadLatestVersion())
	ctx := sdk.NewContext(stores, cmtproto.Header{Height: 5, ChainID: testChain, Time: genesisTime}, false, log.NewNopLogger()).
		WithGasMeter(storetypes.NewInfiniteGasMeter())
	quotes := &fakeQuotes{}
	k, err := keeper.NewKeeper(encoding.Codec, runtime.NewKVStoreService(key),
		addresscodec.NewBech32Codec(sdk.Bech32MainPrefix), authority(), fakeMiners{}, fakeModels{}, quotes)
	require.NoError(t, err)
	return &fixture{t, ctx, k, keeper.NewMsgServer(k), keeper.NewQueryServer(k), quotes}
}

func anchor(product string) types.Anchor {
	return types.Anchor{
		Platform: types.Platform_PLATFORM_SEV_SNP, Product: product, Certificates: [][]byte{{1}, {2}}, MinTcb: minTCB, Simulated: true,
	}
}

// quote about a digest.
func quote(about [32]byte, change ...func(*types.Claims)) types.Quote {
	claims := types.Claims{ReportData: types.ReportData(about), Measurement: measurement, TCB: minTCB}
	for _, f := range change {
		f(&claims)
	}
	report, err := json.Marshal(claims)
	if err != nil {
		panic(err)
	}
	return types.Quote{Platform: types.Platform_PLATFORM_SEV_SNP, Product: "Milan", Report: report}
}

// enclave is a key that a test holds.
func enclave(name string) ed25519.PrivateKey {
	seed := sha256.Sum256([]byte(name))
	return ed25519.NewKeyFromSeed(seed[:])
}

func public(key ed25519.PrivateKey) []byte { return key.Public().(ed25519.PublicKey) }

func (f *fixture) attest(miner string, key ed25519.PrivateKey) error {
	expires := f.ctx.BlockTime().Unix() + types.LocalnetParams().MaxKeyLife
	_, err := f.msg.Attest(f.ctx, &types.MsgAttest{
		Operator: account(miner + "/operator").String(), Key: public(key), Expires: expires,
		Quote: quote(types.KeyDigest(testChain, account(miner), public(key), expires)),
	})
	return err
}

func (f *fixture) can(miner string) bool {
	f.t.Helper()
	ok, err := f.keeper.CanAttest(f.ctx, account(miner))
	require.NoError(f.t, err)
	return ok
}

func (f *fixture) later(passed time.Duration) {
	f.ctx = f.ctx.WithBlockTime(f.ctx.BlockTime().Add(passed))
}

// proven is a proof that gnark made, of a key with three public values.
type proven struct {
	key    []byte
	proof  []byte
	public [][]byte
}

func provenCases(t *testing.T) []proven {
	t.Helper()
	raw, err := os.ReadFile("../evidence/groth16/testdata/gnark.json")
	require.NoError(t, err)
	var file struct {
		Cases []struct {
			VK, Proof string
			Public    []string
		}
	}
	require.NoError(t, json.Unmarshal(raw, &file))
	var found []proven
	for _, c := range file.Cases {
		var one proven
		one.key, err = hex.DecodeString(c.VK)
		require.NoError(t, err)
		one.proof, err = hex.DecodeString(c.Proof)
		require.NoError(t, err)
		for _, text := range c.Public {
			value, ok := new(big.Int).SetString(text, 10)
			require.True(t, ok)
			one.public = append(one.public, value.FillBytes(make([]byte, 32)))
		}
		found = append(found, one)
	}
	return found
}
