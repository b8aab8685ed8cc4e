package app_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	cmttypes "github.com/cometbft/cometbft/types"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/log/v2"
	"cosmossdk.io/math"

	dbm "github.com/cosmos/cosmos-db"
	"github.com/cosmos/cosmos-sdk/baseapp"
	"github.com/cosmos/cosmos-sdk/client/flags"
	"github.com/cosmos/cosmos-sdk/codec"
	cryptocodec "github.com/cosmos/cosmos-sdk/crypto/codec"
	"github.com/cosmos/cosmos-sdk/crypto/keys/ed25519"
	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	simtestutil "github.com/cosmos/cosmos-sdk/testutil/sims"
	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"
	"github.com/cosmos/cosmos-sdk/x/genutil"
	genutiltypes "github.com/cosmos/cosmos-sdk/x/genutil/types"

	"github.com/nesa-network/nesa/chain/app"
	beacontypes "github.com/nesa-network/nesa/chain/x/beacon/types"
	"github.com/nesa-network/nesa/chain/x/beacon/vrf"
)

const chainID = "nesa-test-1"

// node is a validator's app with a chain that its tests drive block by block. The EVM's configuration is global to a
// process, so all tests of this package share one.
type node struct {
	*app.App
	validator *ed25519.PrivKey
	user      *secp256k1.PrivKey
	time      time.Time
}

var theNode = sync.OnceValues(func() (*node, error) {
	home, err := os.MkdirTemp("", "nesa-app-test")
	if err != nil {
		return nil, err
	}
	return startNode(home, dbm.NewMemDB(), nil)
})

// edit changes the modules' genesis state.
type edit func(cdc codec.Codec, state map[string]json.RawMessage)

func sharedNode(t testing.TB) *node {
	t.Helper()
	n, err := theNode()
	require.NoError(t, err)
	return n
}

func startNode(home string, db dbm.DB, change edit) (*node, error) {
	n := &node{
		validator: ed25519.GenPrivKeyFromSecret([]byte("validator")),
		user:      testUserKey(),
		time:      time.Unix(1_800_000_000, 0).UTC(),
	}
	keyring, err := vrf.OpenKeyring(filepath.Join(home, "config", vrf.FileName))
	if err != nil {
		return nil, err
	}
	key, err := vrf.NewSecretKey(make([]byte, vrf.SeedSize))
	if err != nil {
		return nil, err
	}
	if err := keyring.Add(key); err != nil {
		return nil, err
	}
	described, err := app.New(log.NewNopLogger(), dbm.NewMemDB(), false, simtestutil.EmptyAppOptions{})
	if err != nil {
		return nil, err
	}
	genesis, err := n.genesis(described, key, change)
	if err != nil {
		return nil, err
	}
	if err := genutil.ExportGenesisFile(genesis, filepath.Join(home, "config", "genesis.json")); err != nil {
		return nil, err
	}
	options := simtestutil.AppOptionsMap{flags.FlagHome: home, flags.FlagChainID: chainID}
	if n.App, err = app.New(log.NewNopLogger(), db, true, options, baseapp.SetChainID(chainID)); err != nil {
		return nil, err
	}
	params := genesis.Consensus.Params.ToProto()
	_, err = n.InitChain(&abci.RequestInitChain{
		ChainId: chainID, Time: n.time, InitialHeight: 1, ConsensusParams: &params, AppStateBytes: genesis.AppState,
	})
	return n, err
}

// genesis has one validator with a VRF key, and one user.
func (n *node) genesis(described *app.App, key vrf.SecretKey, change edit) (*genutiltypes.AppGenesis, error) {
	public, err := cryptocodec.ToCmtPubKeyInterface(n.validator.PubKey())
	if err != nil {
		return nil, err
	}
	set := cmttypes.NewValidatorSet([]*cmttypes.Validator{cmttypes.NewValidator(public, 1)})
	account := authtypes.NewBaseAccount(n.address(), n.user.PubKey(), 0, 0)
	cdc := described.AppCodec()
	state, err := simtestutil.GenesisStateWithValSet(cdc, described.DefaultGenesis(), set,
		[]authtypes.GenesisAccount{account}, banktypes.Balance{
			Address: account.Address,
			Coins:   sdk.NewCoins(sdk.NewCoin(app.BaseDenom, math.NewInt(1000).Mul(sdk.DefaultPowerReduction))),
		})
	if err != nil {
		return nil, err
	}
	// The helper replaces the bank's state, the coin's description too.
	var bank, defaults banktypes.GenesisState
	cdc.MustUnmarshalJSON(state[banktypes.ModuleName], &bank)
	cdc.MustUnmarshalJSON(described.DefaultGenesis()[banktypes.ModuleName], &defaults)
	bank.DenomMetadata = defaults.DenomMetadata
	state[banktypes.ModuleName] = cdc.MustMarshalJSON(&bank)

	beacon := beacontypes.DefaultGenesis()
	beacon.Keys = []beacontypes.ValidatorKeys{{
		ConsensusAddress: sdk.ConsAddress(public.Address()).String(),
		Current:          beacontypes.VrfKey{PublicKey: key.PublicKey(), EffectiveHeight: 1},
	}}
	state[beacontypes.ModuleName] = cdc.MustMarshalJSON(beacon)

	if change != nil {
		change(cdc, state)
	}
	raw, err := json.Marshal(state)
	return &genutiltypes.AppGenesis{
		AppName: app.Name, ChainID: chainID, GenesisTime: n.time, InitialHeight: 1, AppState: raw,
		Consensus: &genutiltypes.ConsensusGenesis{Params: app.DefaultConsensusParams()},
	}, err
}

func testUserKey() *secp256k1.PrivKey { return secp256k1.GenPrivKeyFromSecret([]byte("user")) }

func testUser() sdk.AccAddress { return sdk.AccAddress(testUserKey().PubKey().Address()) }

func (n *node) address() sdk.AccAddress { return sdk.AccAddress(n.user.PubKey().Address()) }

func (n *node) proposer() []byte { return n.validator.PubKey().Address() }

// propose returns what this node would propose next.
func (n *node) propose(t testing.TB) [][]byte {
	t.Helper()
	res, err := n.PrepareProposal(&abci.RequestPrepareProposal{
		Height: n.LastBlockHeight() + 1, Time: n.time, ProposerAddress: n.proposer(), MaxTxBytes: app.MaxBlockBytes,
	})
	require.NoError(t, err)
	return res.Txs
}

// judge says whether a proposal is accepted.
func (n *node) judge(t testing.TB, txs [][]byte) bool {
	t.Helper()
	res, err := n.ProcessProposal(&abci.RequestProcessProposal{
		Height: n.LastBlockHeight() + 1, Time: n.time, ProposerAddress: n.proposer(), Txs: txs,
	})
	require.NoError(t, err)
	return res.Status == abci.ResponseProcessProposal_ACCEPT
}

// execute runs and commits a block, whether it would have been accepted or not.
func (n *node) execute(t testing.TB, txs [][]byte) []*abci.ExecTxResult {
	t.Helper()
	n.time = n.time.Add(time.Second)
	res, err := n.FinalizeBlock(&abci.RequestFinalizeBlock{
		Height: n.LastBlockHeight() + 1, Time: n.time, ProposerAddress: n.proposer(), Txs: txs,
		Hash: []byte("0123456789abcdef0123456789abcdef"),
	})
	require.NoError(t, err)
	require.Len(t, res.TxResults, len(txs))
	_, err = n.Commit()
	require.NoError(t, err)
	return res.TxResults
}

// state returns a context of the last committed height.
func (n *node) state(t testing.TB) sdk.Context {
	t.Helper()
	ctx, err := n.CreateQueryContext(n.LastBlockHeight(), false)
	require.NoError(t, err)
	return ctx
}
