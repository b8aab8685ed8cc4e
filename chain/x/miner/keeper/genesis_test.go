package keeper_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	addresscodec "github.com/cosmos/cosmos-sdk/codec/address"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/x/miner/types"
)

var addresses = addresscodec.NewBech32Codec(sdk.Bech32MainPrefix)

// lived returns a fixture in which a bit of everything has happened.
func lived(t *testing.T) *fixture {
	t.Helper()
	f := newFixture(t)
	alice, bob := f.register("alice", 500), f.register("bob", 300)
	f.serve(alice, 1, 2)
	f.serve(bob, 2)
	f.at(25)
	_, err := f.msg.Unstake(f.ctx, &types.MsgUnstake{Owner: alice.String(), Amount: coin(100)})
	require.NoError(t, err)
	require.NoError(t, f.keeper.Lock(f.ctx, alice, math.NewInt(390)))
	_, err = f.setKey(bob.String(), 1, 40, 50)
	require.NoError(t, err)
	f.strike(alice, 1, "user", false)
	f.strike(bob, 2, "user", true)
	return f
}

func TestGenesisRoundTrip(t *testing.T) {
	f := lived(t)
	exported, err := f.keeper.ExportGenesis(f.ctx)
	require.NoError(t, err)
	require.NoError(t, exported.Validate(addresses))

	g := newEmptyFixture(t)
	g.at(25)
	g.fundStake(f.balance(account(types.StakeAccount)))
	require.NoError(t, g.keeper.InitGenesis(g.ctx, *exported))
	again, err := g.keeper.ExportGenesis(g.ctx)
	require.NoError(t, err)
	require.Equal(t, exported, again)
	for version := range uint64(4) {
		require.Equal(t, f.totals(version), g.totals(version))
	}
	for _, name := range []string{"alice", "bob"} {
		for epoch := range uint64(5) {
			require.Equal(t, f.slots(account("%s", name), epoch), g.slots(account("%s", name), epoch))
		}
	}
	// Both go on alike.
	for _, side := range []*fixture{f, g} {
		require.NoError(t, side.keeper.Release(side.ctx, account("alice"), math.NewInt(390)))
		side.at(75)
		side.endBlock()
		side.requireSolvent()
	}
	require.Equal(t, int64(100), g.balance(account("alice")))
	last, err := g.keeper.ExportGenesis(g.ctx)
	require.NoError(t, err)
	want, err := f.keeper.ExportGenesis(f.ctx)
	require.NoError(t, err)
	require.Equal(t, want, last)
}

func TestGenesisMinersCountFromEpochZero(t *testing.T) {
	f := newEmptyFixture(t)
	genesis := genesisWithMiner()
	f.fundStake(250)
	require.NoError(t, f.keeper.InitGenesis(f.ctx, genesis))
	require.Equal(t, uint64(25), f.slots(account("alice"), 0))
	require.Equal(t, types.Totals{VersionId: 1, Miners: 1, Slots: 25}, f.totals(1))
}

func TestGenesisNeedsTheCoins(t *testing.T) {
	f := newEmptyFixture(t)
	require.ErrorIs(t, f.keeper.InitGenesis(f.ctx, genesisWithMiner()), types.ErrInvalidGenesis)
	f.fundStake(249)
	require.ErrorIs(t, f.keeper.InitGenesis(f.ctx, genesisWithMiner()), types.ErrInvalidGenesis)
	f.fundStake(2)
	require.ErrorIs(t, f.keeper.InitGenesis(f.ctx, genesisWithMiner()), types.ErrInvalidGenesis)
}

func genesisWithMiner() types.GenesisState {
	genesis := types.DefaultGenesis()
	genesis.Params = testParams()
	owner := account("alice").String()
	genesis.Miners = []types.Miner{{
		Owner: owner, Operator: owner, ClaimKey: account("alice/claims").String(), WithdrawAddress: owner,
		Stake: math.NewInt(250), Locked: math.ZeroInt(), Unbonding: math.ZeroInt(), Owed: math.ZeroInt(),
	}}
	genesis.Served = []types.Served{{VersionId: 1, Miner: owner, Ask: math.OneInt()}}
	return *genesis
}

func TestGenesisValidate(t *testing.T) {
	valid := genesisWithMiner()
	require.NoError(t, valid.Validate(addresses))
	require.NoError(t, types.DefaultGenesis().Validate(addresses))
	owner := account("alice").String()
	for name, change := range map[string]func(*types.GenesisState){
		"parameters": func(g *types.GenesisState) { g.Params.EpochBlocks = 0 },
		"another spelling": func(g *types.GenesisState) {
			twin := g.Miners[0]
			twin.Owner, twin.Operator = strings.ToUpper(owner), strings.ToUpper(owner)
			twin.ClaimKey = account("twin/claims").String()
			g.Miners = append(g.Miners, twin)
		},
		"missing amount":      func(g *types.GenesisState) { g.Miners[0].Owed = math.Int{} },
		"negative stake":      func(g *types.GenesisState) { g.Miners[0].Stake = math.NewInt(-1) },
		"locked beyond stake": func(g *types.GenesisState) { g.Miners[0].Locked = math.NewInt(251) },
		"owed beside free":    func(g *types.GenesisState) { g.Miners[0].Locked, g.Miners[0].Owed = math.NewInt(9), math.NewInt(9) },
		"unbonding of none":   func(g *types.GenesisState) { g.Miners[0].Unbonding = math.NewInt(1) },
		"miner twice":         func(g *types.GenesisState) { g.Miners = append(g.Miners, g.Miners[0]) },
		"claim key twice": func(g *types.GenesisState) {
			bob := g.Miners[0]
			bob.Owner, bob.Operator = account("bob").String(), account("bob").String()
			g.Miners = append(g.Miners, bob)
		},
		"claim key of owner": func(g *types.GenesisState) { g.Miners[0].ClaimKey = owner },
		"checkpoint order": func(g *types.GenesisState) {
			at := types.Checkpoint{Epoch: 3, Stake: math.NewInt(250)}
			g.Miners[0].Checkpoints = []types.Checkpoint{at, at}
		},
		"checkpoint of another stake": func(g *types.GenesisState) {
			g.Miners[0].Checkpoints = []types.Checkpoint{{Stake: math.NewInt(249)}}
		},
		"served by nobody":   func(g *types.GenesisState) { g.Served[0].Miner = account("bob").String() },
		"served twice":       func(g *types.GenesisState) { g.Served = append(g.Served, g.Served[0]) },
		"served retired":     func(g *types.GenesisState) { g.Miners[0].Retired = true },
		"served without ask": func(g *types.GenesisState) { g.Served[0].Ask = math.Int{} },
		"key of nobody": func(g *types.GenesisState) {
			g.Keys = []types.EncryptionKey{{Miner: account("bob").String(), Id: 1, Key: []byte{31: 1}, From: 1, To: 2}}
		},
		"short key": func(g *types.GenesisState) {
			g.Keys = []types.EncryptionKey{{Miner: owner, Id: 1, Key: []byte{1}, From: 1, To: 2}}
		},
		"unbonding id": func(g *types.GenesisState) {
			g.Miners[0].Unbonding = math.OneInt()
			g.Unbondings = []types.Unbonding{{Miner: owner, Id: 1, Amount: math.OneInt(), CompleteHeight: 5}}
		},
		"unbonding sum": func(g *types.GenesisState) {
			g.NextUnbondingId = 2
			g.Unbondings = []types.Unbonding{{Miner: owner, Id: 1, Amount: math.OneInt(), CompleteHeight: 5}}
		},
		"strike of nobody": func(g *types.GenesisState) {
			g.Strikes = []types.Strike{{Miner: account("bob").String(), Requester: owner}}
		},
	} {
		genesis := genesisWithMiner()
		change(&genesis)
		require.Error(t, genesis.Validate(addresses), name)
	}
}
