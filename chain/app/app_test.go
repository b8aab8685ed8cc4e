package app_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/reflect/protoreflect"

	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	gogoproto "github.com/cosmos/gogoproto/proto"

	"github.com/nesa-network/nesa/chain/app"
	beaconabci "github.com/nesa-network/nesa/chain/x/beacon/abci"
	jobtypes "github.com/nesa-network/nesa/chain/x/job/types"
	minertypes "github.com/nesa-network/nesa/chain/x/miner/types"
)

func TestBlocksFeedTheBeaconAndSupplyStays(t *testing.T) {
	n := sharedNode(t)
	supply := func() string { return n.Bank.GetSupply(n.state(t), app.BaseDenom).String() }
	n.execute(t, n.propose(t))
	before := supply()
	for range 3 {
		txs := n.propose(t)
		require.Len(t, txs, 1)
		require.True(t, n.judge(t, txs))
		result := n.execute(t, txs)[0]
		require.Zero(t, result.Code)
		require.Zero(t, result.GasWanted+result.GasUsed)
		seed, err := n.Beacon.Latest(n.state(t))
		require.NoError(t, err)
		require.EqualValues(t, n.LastBlockHeight(), seed.Height)
		require.True(t, seed.Contributed)
	}
	stale := n.propose(t)
	n.execute(t, nil)
	seed, err := n.Beacon.Latest(n.state(t))
	require.NoError(t, err)
	require.False(t, seed.Contributed)
	require.False(t, n.judge(t, stale), "an entry of another height")
	n.execute(t, stale) // a node that catches up has no say: the block counts as one without a proof
	seed, err = n.Beacon.Latest(n.state(t))
	require.NoError(t, err)
	require.False(t, seed.Contributed)
	require.Equal(t, before, supply())

	proof, rest := beaconabci.Split(n.propose(t))
	require.NotNil(t, proof)
	require.Empty(t, rest)
}

func TestModuleAccountsReceiveNothing(t *testing.T) {
	n := sharedNode(t)
	for _, name := range []string{authtypes.FeeCollectorName, "gov", "evm", "transfer", minertypes.StakeAccount, jobtypes.EscrowAccount, jobtypes.LevyAccount} {
		require.True(t, n.Bank.BlockedAddr(authtypes.NewModuleAddress(name)), name)
	}
	require.False(t, n.Bank.BlockedAddr(n.address()))
}

// TestThreat51WhatEveryMessageHoldsIsKnown is about the messages of all modules, the libraries' too: the JSON that is
// signed leaves out what stands in a type whose description was not there in time.
func TestThreat51WhatEveryMessageHoldsIsKnown(t *testing.T) {
	seen := make(map[protoreflect.FullName]bool)
	var walk func(protoreflect.MessageDescriptor, string)
	walk = func(message protoreflect.MessageDescriptor, path string) {
		require.False(t, message.IsPlaceholder(), path)
		if seen[message.FullName()] {
			return
		}
		seen[message.FullName()] = true
		for i := range message.Fields().Len() {
			if field := message.Fields().Get(i); field.Message() != nil {
				walk(field.Message(), path+"."+string(field.Name()))
			}
		}
	}
	urls := sharedNode(t).InterfaceRegistry().ListImplementations(sdk.MsgInterfaceProtoName)
	require.Greater(t, len(urls), 100)
	for _, url := range urls {
		found, err := gogoproto.HybridResolver.FindDescriptorByName(protoreflect.FullName(strings.TrimPrefix(url, "/")))
		require.NoError(t, err, url)
		walk(found.(protoreflect.MessageDescriptor), url)
	}
}

func TestEVMChainIDsDiffer(t *testing.T) {
	require.EqualValues(t, 6372, app.EVMChainID("nesa-1"))
	seen := make(map[uint64]bool)
	for _, id := range []string{"nesa-1", "nesa-2", "nesa-local-1", chainID} {
		derived := app.EVMChainID(id)
		require.False(t, seen[derived])
		require.Less(t, derived, uint64(1)<<31)
		seen[derived] = true
	}
}

func TestNothingMints(t *testing.T) {
	genesis := sharedNode(t).DefaultGenesis()
	require.NotContains(t, genesis, "mint")
	require.Contains(t, genesis, "beacon")
}

func TestExportKeepsItsHeight(t *testing.T) {
	n := sharedNode(t)
	n.execute(t, n.propose(t))
	_, err := n.ExportAppStateAndValidators(true, nil, nil)
	require.ErrorContains(t, err, "--for-zero-height")
	exported, err := n.ExportAppStateAndValidators(false, nil, nil)
	require.NoError(t, err)
	require.Equal(t, n.LastBlockHeight()+1, exported.Height)
	require.Len(t, exported.Validators, 1)
}
