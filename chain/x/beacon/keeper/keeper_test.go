package keeper_test

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	"github.com/cosmos/cosmos-sdk/crypto/keys/ed25519"
	"github.com/cosmos/cosmos-sdk/runtime"
	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	"github.com/cosmos/cosmos-sdk/testutil"
	sdk "github.com/cosmos/cosmos-sdk/types"
	moduletestutil "github.com/cosmos/cosmos-sdk/types/module/testutil"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	stakingtypes "github.com/cosmos/cosmos-sdk/x/staking/types"

	"github.com/nesa-network/nesa/chain/x/beacon"
	"github.com/nesa-network/nesa/chain/x/beacon/keeper"
	"github.com/nesa-network/nesa/chain/x/beacon/types"
	"github.com/nesa-network/nesa/chain/x/beacon/vrf"
)

const chainID = "nesa-test-1"

var authority = authtypes.NewModuleAddress("gov")

// staking holds the validators of a test.
type staking map[string]stakingtypes.Validator

func (s staking) GetValidator(_ context.Context, operator sdk.ValAddress) (stakingtypes.Validator, error) {
	if validator, ok := s[string(operator)]; ok {
		return validator, nil
	}
	return stakingtypes.Validator{}, errors.New("no such validator")
}

// validator is one that proposes and holds VRF keys.
type validator struct {
	operator  sdk.ValAddress
	consensus sdk.ConsAddress
	secret    vrf.SecretKey
}

// fixture is a chain of blocks over a keeper, each derived from the one before.
type fixture struct {
	t       *testing.T
	ctx     sdk.Context
	keeper  keeper.Keeper
	staking staking
	height  uint64
	last    [][]byte // validators of the last commit
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	key := storetypes.NewKVStoreKey(types.StoreKey)
	test := testutil.DefaultContextWithDB(t, key, storetypes.NewTransientStoreKey("transient"))
	encoding := moduletestutil.MakeTestEncodingConfig(beacon.AppModule{})
	validators := staking{}
	k, err := keeper.NewKeeper(encoding.Codec, runtime.NewKVStoreService(key), validators, authority)
	require.NoError(t, err)
	f := &fixture{t: t, keeper: k, staking: validators, ctx: test.Ctx.WithChainID(chainID)}
	genesis := types.DefaultGenesis()
	genesis.Params = types.Params{KeyDelay: 3, SeedRetention: types.MinSeedRetention}
	require.NoError(t, k.InitGenesis(f.ctx, *genesis))
	return f
}

func secretKey(t *testing.T, b byte) vrf.SecretKey {
	t.Helper()
	key, err := vrf.NewSecretKey(bytes.Repeat([]byte{b}, vrf.SeedSize))
	require.NoError(t, err)
	return key
}

// addValidator adds one whose addresses and key follow from b.
func (f *fixture) addValidator(b byte) validator {
	f.t.Helper()
	public := ed25519.GenPrivKeyFromSecret([]byte{b}).PubKey()
	packed, err := codectypes.NewAnyWithValue(public)
	require.NoError(f.t, err)
	operator := sdk.ValAddress(bytes.Repeat([]byte{b}, 20))
	f.staking[string(operator)] = stakingtypes.Validator{OperatorAddress: operator.String(), ConsensusPubkey: packed}
	f.last = append(f.last, public.Address())
	return validator{operator, sdk.ConsAddress(public.Address()), secretKey(f.t, b)}
}

// register sends the registration of a validator's key.
func (f *fixture) register(v validator) (uint64, error) {
	f.t.Helper()
	public := v.secret.PublicKey()
	res, err := keeper.NewMsgServer(f.keeper).RegisterKey(f.ctx, &types.MsgRegisterKey{
		Validator:  v.operator.String(),
		PublicKey:  public,
		Possession: v.secret.Prove(types.PossessionAlpha(chainID, v.operator, public)),
	})
	if err != nil {
		return 0, err
	}
	return res.EffectiveHeight, nil
}

// mustRegister registers a key and waits until it is in effect.
func (f *fixture) mustRegister(v validator) {
	f.t.Helper()
	effective, err := f.register(v)
	require.NoError(f.t, err)
	for f.height+1 < effective {
		f.block(v, nil)
	}
}

// block runs a block of a proposer with a proof, or without one.
func (f *fixture) block(v validator, proof []byte) types.Seed {
	f.t.Helper()
	f.height++
	f.ctx = f.ctx.WithBlockHeight(int64(f.height)).WithEventManager(sdk.NewEventManager())
	require.NoError(f.t, f.keeper.PreBlock(f.ctx, keeper.Block{
		Height: f.height, Proposer: v.consensus, Validators: f.last, Proof: proof,
	}))
	seed, err := f.keeper.Latest(f.ctx)
	require.NoError(f.t, err)
	require.Equal(f.t, f.height, seed.Height)
	return seed
}

// prove runs a block to which its proposer contributes.
func (f *fixture) prove(v validator) types.Seed {
	f.t.Helper()
	return f.block(v, f.proof(v))
}

func (f *fixture) proof(v validator) []byte {
	f.t.Helper()
	alpha, err := f.keeper.Alpha(f.ctx, f.height+1)
	require.NoError(f.t, err)
	return v.secret.Prove(alpha)
}

// draw returns the height of the seed that decides a draw, zero while it is unknown.
func (f *fixture) draw(fixed uint64) uint64 {
	f.t.Helper()
	value, height, ok, err := f.keeper.Draw(f.ctx, fixed)
	require.NoError(f.t, err)
	if !ok {
		return 0
	}
	seed, err := f.keeper.Seed(f.ctx, height)
	require.NoError(f.t, err)
	require.Equal(f.t, seed.Value, value[:])
	return height
}
