package keeper_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	addresscodec "github.com/cosmos/cosmos-sdk/codec/address"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/nesa-network/nesa/chain/x/job/types"
)

func TestEstimateIsWhatIsTaken(t *testing.T) {
	w := newWorld(t, 6)
	terms := w.terms()
	estimate, err := w.query.Estimate(w.ctx, &types.QueryEstimateRequest{Terms: terms})
	require.NoError(t, err)
	require.Empty(t, estimate.Refusal)
	require.Equal(t, uint64(6), estimate.Miners)
	require.Equal(t, estimate.Escrow, estimate.Fee.Add(estimate.Premium).Add(estimate.Reserve))
	require.Equal(t, estimate.Fee, estimate.Executor.Add(estimate.Royalty).Add(estimate.Levy).Add(estimate.Burn))
	require.Positive(t, estimate.CheapestAsk.Int64())
	require.True(t, estimate.CheapestAsk.LTE(terms.Price))

	w.fund(user, estimate.Escrow.Int64())
	before := w.balance(user)
	_, err = w.job.Request(w.ctx, user, terms)
	require.NoError(t, err)
	require.Equal(t, before-estimate.Escrow.Int64(), w.balance(user))
}

func TestEstimateSaysWhyARequestWouldBeRefused(t *testing.T) {
	w := newWorld(t, 6)
	for name, change := range map[string]func(*types.Terms){
		"no such version":       ofVersion(99),
		"evidence":              func(m *types.Terms) { m.Assurance.Evidence = []string{"tee"} },
		"a fee below the least": func(m *types.Terms) { m.Price, m.MaxUnits = math.NewInt(1), 1 },
		"too large a committee": func(m *types.Terms) { m.Assurance.Verifiers = 6 },
		"a check is required":   checkBps(0),
		"a deadline too near":   func(m *types.Terms) { m.Deadline = w.height() + 1 },
	} {
		t.Run(name, func(t *testing.T) {
			terms := w.terms(change)
			estimate, err := w.query.Estimate(w.ctx, &types.QueryEstimateRequest{Terms: terms})
			require.NoError(t, err)
			require.NotEmpty(t, estimate.Refusal)
			w.fund(user, 10_000_000)
			before := w.balance(user)
			_, err = w.job.Request(w.ctx, user, terms)
			require.Error(t, err)
			require.Equal(t, before, w.balance(user))
		})
	}
}

func TestJobsAndRecordsByOwnerModelMinerAndStatus(t *testing.T) {
	w := newWorld(t, 6)
	first, second := w.request(), w.request(ofVersion(tolerantVersion))
	ids := func(req *types.QueryJobsRequest) []uint64 {
		response, err := w.query.Jobs(w.ctx, req)
		require.NoError(t, err)
		var found []uint64
		for _, job := range response.Jobs {
			found = append(found, job.Id)
		}
		return found
	}
	require.Equal(t, []uint64{second, first}, ids(&types.QueryJobsRequest{}), "newest first")
	require.Equal(t, []uint64{second, first}, ids(&types.QueryJobsRequest{Requester: user.String()}))
	require.Empty(t, ids(&types.QueryJobsRequest{Requester: account("nobody").String()}))
	require.Equal(t, []uint64{second}, ids(&types.QueryJobsRequest{VersionId: tolerantVersion}))
	require.Equal(t, []uint64{second}, ids(&types.QueryJobsRequest{Pagination: &query.PageRequest{Limit: 1}}))

	executor := w.run(first)
	require.Equal(t, []uint64{first}, ids(&types.QueryJobsRequest{Status: types.Status_STATUS_DELIVERED}))
	require.Contains(t, ids(&types.QueryJobsRequest{Miner: executor.String()}), first)
	_, err := w.query.Jobs(w.ctx, &types.QueryJobsRequest{Requester: user.String(), VersionId: 1})
	require.Error(t, err, "one filter at a time")

	w.check(first, types.RoundCheck, w.honest(first, types.RoundCheck))
	w.finish(first)
	for name, req := range map[string]*types.QueryRecordsRequest{
		"requester": {Requester: user.String()}, "executor": {Executor: executor.String()}, "version": {VersionId: exactVersion},
	} {
		records, err := w.query.Records(w.ctx, req)
		require.NoError(t, err, name)
		last := records.Records[len(records.Records)-1] // newest first; the second job has expired meanwhile
		require.Equal(t, first, last.Id, name)
		require.Len(t, records.Records, map[string]int{"requester": 2, "executor": 1, "version": 1}[name], name)
	}
	require.NotContains(t, ids(&types.QueryJobsRequest{}), first)
}

// A state with jobs in every phase comes back as it was, and its jobs end.
func TestGenesisRoundTrip(t *testing.T) {
	w := newWorld(t, 12)
	decided := w.request()
	w.run(decided)
	w.check(decided, types.RoundCheck, w.honest(decided, types.RoundCheck))
	w.run(w.request(checkBps(500)))
	w.request(ofVersion(tolerantVersion))
	exported, err := w.job.ExportGenesis(w.ctx)
	require.NoError(t, err)
	require.NoError(t, exported.Validate(addresscodec.NewBech32Codec(sdk.Bech32MainPrefix)))
	require.Len(t, exported.Jobs, 3)
	require.NotEmpty(t, exported.Seats)

	again := newWorld(t, 12)
	owed := w.moduleBalance(types.EscrowAccount)
	again.mint(owed)
	require.NoError(t, again.bank.SendCoinsFromModuleToModule(again.ctx, faucet, types.EscrowAccount, types.Coins(math.NewInt(owed))))
	require.NoError(t, again.job.InitGenesis(again.ctx, *exported))
	back, err := again.job.ExportGenesis(again.ctx)
	require.NoError(t, err)
	require.Equal(t, exported, back)
	again.solvent()

	poor := newWorld(t, 12)
	require.Error(t, poor.job.InitGenesis(poor.ctx, *exported), "the escrow account does not hold what is owed")
}
