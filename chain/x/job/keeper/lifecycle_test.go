package keeper_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/collections"

	"github.com/nesa-network/nesa/chain/x/job/types"
	minertypes "github.com/nesa-network/nesa/chain/x/miner/types"
)

// A job with a check asked for, everybody honest: who gets what, to the last anes.
func TestCheckedJobSettles(t *testing.T) {
	w := newWorld(t, 6)
	pool := w.moduleBalance(types.LevyAccount)
	id := w.request()
	before := w.balance(user)
	require.Equal(t, types.Status_STATUS_REQUESTED, w.get(id).Status)
	require.Equal(t, []byte("a photograph"), w.get(id).Terms.Input)

	executor := w.run(id)
	require.Equal(t, types.Status_STATUS_DELIVERED, w.get(id).Status)
	require.Equal(t, output, w.get(id).Delivery.Output)
	verifiers := w.check(id, types.RoundCheck, w.honest(id, types.RoundCheck))
	require.Len(t, verifiers, 3)
	require.Equal(t, types.Status_STATUS_DECIDED, w.get(id).Status)
	require.Equal(t, types.Finding_FINDING_UPHELD, w.get(id).Rounds[types.RoundCheck].Finding)

	record := w.finish(id)
	require.Equal(t, types.Status_STATUS_SETTLED, record.Status)
	require.Equal(t, types.Finding_FINDING_UPHELD, record.Finding)
	require.Equal(t, uint64(100), record.Units)
	// Three verifiers at 40,000 were reserved, and all of it was needed.
	require.Equal(t, int64(220_000), record.Fee.Int64())
	require.True(t, record.Refunded.IsZero())
	require.Equal(t, before, w.balance(user))
	require.Equal(t, pool+12_000, w.moduleBalance(types.LevyAccount))
	require.Equal(t, int64(100_000-2_000-12_000-10_000), w.balance(account(w.nameOf(executor)+"/earnings")))
	for _, verifier := range verifiers {
		require.Equal(t, int64(40_000), w.balance(account(w.nameOf(verifier)+"/earnings")))
	}
	require.Zero(t, w.moduleBalance(types.EscrowAccount))
	for _, owner := range w.miners {
		miner, err := w.miner.Get(w.ctx, owner)
		require.NoError(t, err)
		require.True(t, miner.Locked.IsZero())
		require.Equal(t, stakeOfMiner, miner.Stake.Int64())
	}
}

func TestUncheckedJobSettlesByUnits(t *testing.T) {
	w := newWorld(t, 6)
	id := w.request(checkBps(500))
	before := w.balance(user) + 100_000 // nothing but the fee: the pool is rich
	executor := w.quiet(id, units(30))
	record := w.finish(id)
	require.Equal(t, types.Status_STATUS_SETTLED, record.Status)
	require.Equal(t, int64(30_000), record.Fee.Int64())
	require.Equal(t, int64(70_000), record.Refunded.Int64())
	require.Equal(t, before-30_000, w.balance(user))
	require.Equal(t, int64(30_000-600-3_600-3_000), w.earned(executor))
	require.Equal(t, int64(3_000), w.balance(account(publisherAccount))-990)
	w.unlocked()
}

func TestCanonicalFailureCostsTheBaseFee(t *testing.T) {
	w := newWorld(t, 6)
	id := w.request(checkBps(500))
	w.quiet(id, failed(types.Outcome_OUTCOME_INVALID_INPUT))
	record := w.finish(id)
	require.Equal(t, types.Status_STATUS_SETTLED, record.Status)
	require.Equal(t, int64(10_000), record.Fee.Int64())
	require.Zero(t, record.Units)
}

func TestNobodyClaims(t *testing.T) {
	w := newWorld(t, 6)
	id := w.request()
	before := w.balance(user) + 220_000
	record := w.finish(id)
	require.Equal(t, types.Status_STATUS_EXPIRED, record.Status)
	require.True(t, record.Fee.IsZero())
	require.Equal(t, before, w.balance(user))
}

func TestExecutorIsReplacedByTheSameSeed(t *testing.T) {
	w := newWorld(t, 6)
	id := w.request(func(t *types.Terms) { t.Deadline += 100 })
	w.claimAll(id, types.RoundExecution)
	order := append(w.seated(id, 0, types.SeatState_SEAT_STATE_SEATED), w.seated(id, 0, types.SeatState_SEAT_STATE_STANDBY)...)
	require.Len(t, order, 4)
	seed := w.get(id).Rounds[0].Seed
	for i, owner := range order {
		job := w.get(id)
		require.Equal(t, owner.String(), job.Executor, "replacement %d", i)
		require.Equal(t, seed, job.Rounds[0].Seed)
		_, locked := w.stake(owner)
		require.Equal(t, int64(200_000), locked)
		w.at(job.PhaseEnd)
		if i < len(order)-1 {
			w.next(1)
		}
	}
	record := w.finish(id)
	require.Equal(t, types.Status_STATUS_EXPIRED, record.Status)
	require.True(t, record.Fee.IsZero())
	w.next(20)
	w.unlocked()
	for _, owner := range order {
		stake, _ := w.stake(owner)
		require.Equal(t, stakeOfMiner-200_000, stake)
	}
}

func TestFaultRefundsAndBurnsTheBond(t *testing.T) {
	w := newWorld(t, 6)
	id := w.request()
	before := w.balance(user)
	executor := w.run(id)
	bad := w.result(id, types.RoundCheck, 1)
	verifiers := w.check(id, types.RoundCheck, bad)
	record := w.finish(id)
	require.Equal(t, types.Status_STATUS_REFUNDED, record.Status)
	require.Equal(t, types.Finding_FINDING_FAULT, record.Finding)
	require.Equal(t, int64(120_000), record.Fee.Int64(), "the check that was asked for")
	require.Equal(t, before+100_000, w.balance(user))
	stake, locked := w.stake(executor)
	require.Equal(t, stakeOfMiner-200_000, stake, "no strike without an appeal")
	require.Zero(t, locked)
	require.Zero(t, w.earned(executor))
	for _, verifier := range verifiers {
		require.Equal(t, int64(40_000), w.earned(verifier))
	}
	w.unlocked()
}

func TestFaultyVerifierLosesItsBondOnly(t *testing.T) {
	w := newWorld(t, 6)
	id := w.request()
	w.run(id)
	liar := w.honest(id, types.RoundCheck)
	liar.Fingerprint = fingerprint(exactVersion, 7)
	good := w.honest(id, types.RoundCheck)
	verifiers := w.check(id, types.RoundCheck, good, liar, good)
	record := w.finish(id)
	require.Equal(t, types.Status_STATUS_SETTLED, record.Status)
	stake, _ := w.stake(verifiers[1])
	require.Equal(t, stakeOfMiner-80_000, stake)
	require.Zero(t, w.earned(verifiers[1]))
	require.Equal(t, int64(40_000), w.earned(verifiers[0]))
	require.Equal(t, int64(40_000), record.Refunded.Int64(), "what the third verifier was not paid")
	w.unlocked()
}

func TestChallengeThatFindsNothingPaysForTheCheck(t *testing.T) {
	w := newWorld(t, 6)
	id := w.request(checkBps(500))
	w.quiet(id)
	challenger := account("challenger")
	w.fund(challenger, 200_000)
	require.NoError(t, w.challenge(id, challenger))
	require.Equal(t, int64(80_000), w.balance(challenger))
	w.until(id, types.Phase_PHASE_CLAIM)
	require.Equal(t, types.Status_STATUS_CHECKING, w.get(id).Status)
	w.check(id, types.RoundCheck, w.honest(id, types.RoundCheck))
	require.Equal(t, types.Status_STATUS_SETTLED, w.finish(id).Status)
	require.Equal(t, int64(80_000), w.balance(challenger))
}

// Nobody comes to the check: the job ends as if nobody had challenged it, levies and all, and the deposit returns.
func TestChallengeThatProvesNothingLeavesTheJob(t *testing.T) {
	settled := newWorld(t, 6)
	settled.finish(func() uint64 { id := settled.request(checkBps(500)); settled.quiet(id); return id }())

	w := newWorld(t, 6)
	id := w.request(checkBps(500))
	executor := w.quiet(id)
	challenger := account("challenger")
	w.fund(challenger, 200_000)
	require.NoError(t, w.challenge(id, challenger))
	record := w.finish(id)
	require.Equal(t, types.Status_STATUS_SETTLED, record.Status)
	require.Equal(t, types.Finding_FINDING_INCONCLUSIVE, record.Finding)
	require.Equal(t, int64(200_000), w.balance(challenger))
	require.Equal(t, settled.balance(user), w.balance(user))
	require.Equal(t, settled.earned(executor), w.earned(executor))
	require.Equal(t, settled.moduleBalance(types.LevyAccount), w.moduleBalance(types.LevyAccount))
	w.unlocked()
	w.solvent()
}

func TestChallengeThatFindsAFaultIsFree(t *testing.T) {
	w := newWorld(t, 6)
	id := w.request(checkBps(500))
	executor := w.quiet(id)
	challenger := account("challenger")
	w.fund(challenger, 200_000)
	require.NoError(t, w.challenge(id, challenger))
	pool := w.moduleBalance(types.LevyAccount)
	w.check(id, types.RoundCheck, w.result(id, types.RoundCheck, 9))
	require.Equal(t, types.Status_STATUS_REFUNDED, w.finish(id).Status)
	require.Equal(t, int64(200_000), w.balance(challenger))
	require.Equal(t, pool-120_000, w.moduleBalance(types.LevyAccount))
	stake, _ := w.stake(executor)
	require.Equal(t, stakeOfMiner-4_000_000, stake, "twice the fee over five per cent")
}

// Who claims and then serves the version no more must not shut the others out.
func TestClaimsStayOpenForThoseWhoHaveNotClaimed(t *testing.T) {
	w := newWorld(t, 6)
	id := w.request()
	w.until(id, types.Phase_PHASE_CLAIM)
	for _, owner := range w.miners[:3] {
		require.NoError(t, w.claim(id, types.RoundExecution, owner))
		_, err := w.minerMsg.Serve(w.ctx, &minertypes.MsgServe{Operator: owner.String(), Drop: []uint64{exactVersion}})
		require.NoError(t, err)
	}
	require.NoError(t, w.claim(id, types.RoundExecution, w.miners[3]))
	w.next(1)
	require.Equal(t, types.Phase_PHASE_CLAIM, w.get(id).Phase)
	require.NoError(t, w.claim(id, types.RoundExecution, w.miners[4]))
	require.NoError(t, w.claim(id, types.RoundExecution, w.miners[5]))
	w.next(1)
	require.Equal(t, types.Phase_PHASE_RUN, w.get(id).Phase, "all have claimed")
}

// An entry of the queue whose job is over must not stop the chain, nor the jobs behind it.
func TestQueueForgetsJobsThatAreOver(t *testing.T) {
	w := newWorld(t, 6)
	codec := collections.PairKeyCodec(collections.Uint64Key, collections.Uint64Key)
	entry := collections.Join(w.height(), uint64(1<<40))
	key, err := collections.EncodeKeyWithPrefix(types.DuePrefix.Bytes(), codec, entry)
	require.NoError(t, err)
	store := w.ctx.KVStore(w.keys[types.StoreKey])
	store.Set(key, []byte{})
	id := w.request(checkBps(500))
	w.next(1)
	require.False(t, store.Has(key))
	w.quiet(id)
	require.Equal(t, types.Status_STATUS_SETTLED, w.finish(id).Status)
}

func TestCancel(t *testing.T) {
	for name, late := range map[string]bool{"success - free at once": false, "success - late it costs": true} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 6)
			id := w.request()
			before, charge := w.balance(user), int64(0)
			if late {
				w.next(1)
				charge = 5_000
			}
			_, err := w.msg.Cancel(w.ctx, &types.MsgCancel{Requester: user.String(), JobId: id})
			require.NoError(t, err)
			record := w.record(id)
			require.Equal(t, types.Status_STATUS_CANCELLED, record.Status)
			require.Equal(t, before+220_000-charge, w.balance(user))
			require.Equal(t, charge, record.Fee.Int64())
			require.Zero(t, w.moduleBalance(types.EscrowAccount))
		})
	}
	t.Run("error - another's", func(t *testing.T) {
		w := newWorld(t, 6)
		id := w.request()
		_, err := w.msg.Cancel(w.ctx, &types.MsgCancel{Requester: account("x").String(), JobId: id})
		require.ErrorIs(t, err, types.ErrNotRequester)
	})
	t.Run("error - it has an executor", func(t *testing.T) {
		w := newWorld(t, 6)
		id := w.request()
		w.claimAll(id, 0)
		_, err := w.msg.Cancel(w.ctx, &types.MsgCancel{Requester: user.String(), JobId: id})
		require.ErrorIs(t, err, types.ErrNotCancellable)
	})
}
