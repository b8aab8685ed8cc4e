package keeper_test

import (
	"os"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/nesa-network/nesa/chain/x/job/types"
)

// jobsDue is how many jobs are due at one height; NESA_SOAK_JOBS raises it.
func jobsDue(t *testing.T) int {
	text := os.Getenv("NESA_SOAK_JOBS")
	if text == "" {
		return 5_000
	}
	jobs, err := strconv.Atoi(text)
	require.NoError(t, err)
	return jobs
}

// Any number of jobs due at one height: no block advances more than max_due, none costs more than another, and all
// are settled.
func TestThreat03ManyJobsDueAtOnce(t *testing.T) {
	jobs := jobsDue(t)
	w := newEmptyWorld(t)
	params := testParams()
	params.MaxDue = 500
	params.Retention = types.MaxBlocks
	w.genesis(params)
	w.publish()
	executor := w.addMiner("miner0", 1_000_000_000_000_000)
	for _, name := range []string{"miner1", "miner2", "miner3", "miner4"} {
		w.addMiner(name, 1_000_000)
	}
	w.fundPool(10_000_000)
	w.at(startHeight)
	id := w.request(checkBps(500))
	w.until(id, types.Phase_PHASE_CLAIM)
	_, err := w.msg.Claim(w.ctx, &types.MsgClaim{
		ClaimKey: w.claimKey(executor), Claims: []types.ClaimEntry{{JobId: id, Round: types.RoundExecution}},
	})
	require.NoError(t, err)
	w.until(id, types.Phase_PHASE_RUN)
	w.lottery(id, false)
	require.NoError(t, w.deliver(id))
	w.until(id, types.Phase_PHASE_CHALLENGE)
	w.multiply(jobs)

	w.at(w.get(id).PhaseEnd)
	blocks, level := 0, uint64(0)
	for left := jobs; left > 0; blocks++ {
		meter := storetypes.NewInfiniteGasMeter()
		w.ctx = w.ctx.WithGasMeter(meter)
		w.next(1)
		open := w.open()
		require.Equal(t, max(0, left-500), open, "block %d", blocks)
		left = open
		if blocks == 0 {
			level = meter.GasConsumed()
		}
		require.LessOrEqual(t, meter.GasConsumed(), level+level/10, "block %d", blocks)
	}
	require.Equal(t, (jobs+499)/500, blocks)
	w.unlocked()
	w.solvent()
	require.Zero(t, w.moduleBalance(types.EscrowAccount))
}

// multiply makes so many jobs of one, all of them in the same phase.
func (w *world) multiply(jobs int) {
	w.t.Helper()
	genesis, err := w.job.ExportGenesis(w.ctx)
	require.NoError(w.t, err)
	job, seat := genesis.Jobs[0], genesis.Seats[0]
	owed := job.Escrow.Add(job.Reserve).MulRaw(int64(jobs - 1))
	w.mint(owed.Int64())
	require.NoError(w.t, w.bank.SendCoinsFromModuleToModule(w.ctx, faucet, types.EscrowAccount, types.Coins(owed)))
	bonds := seat.Bond.Mul(math.NewInt(int64(jobs - 1)))
	require.NoError(w.t, w.miner.Lock(w.ctx, sdk.MustAccAddressFromBech32(seat.Miner), bonds))
	for range jobs - 1 {
		job.Id++
		seat.JobId = job.Id
		genesis.Jobs, genesis.Seats = append(genesis.Jobs, job), append(genesis.Seats, seat)
	}
	genesis.NextId = job.Id + 1
	require.NoError(w.t, w.job.InitGenesis(w.ctx, *genesis))
	require.Equal(w.t, jobs, w.open())
}

// open counts the entries of the queue: one for each open job.
func (w *world) open() int {
	w.t.Helper()
	response, err := w.query.Due(w.ctx, &types.QueryDueRequest{Pagination: countOnly()})
	require.NoError(w.t, err)
	return int(response.Pagination.Total)
}

func countOnly() *query.PageRequest { return &query.PageRequest{Limit: 1, CountTotal: true} }
