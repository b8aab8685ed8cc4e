package keeper_test

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/x/job/types"
	modeltypes "github.com/nesa-network/nesa/chain/x/model/types"
)

// Deadlines are heights: the last height of a window is in it, the next is not, and a queue that lags changes nothing.
func TestThreat06DeadlinesAreHeights(t *testing.T) {
	w := newWorld(t, 6)
	id := w.request()
	w.until(id, types.Phase_PHASE_CLAIM)
	job := w.get(id)
	w.at(job.Rounds[0].ClaimStart - 1)
	require.ErrorIs(t, w.claim(id, 0, w.miners[0]), types.ErrWindowClosed, "before it opens")
	w.at(job.PhaseEnd + 1)
	require.ErrorIs(t, w.claim(id, 0, w.miners[0]), types.ErrWindowClosed, "the queue has not got to it yet")
	w.at(job.PhaseEnd)
	require.NoError(t, w.claim(id, 0, w.miners[0]))
	_, err := w.msg.Settle(w.ctx, &types.MsgSettle{Sender: user.String(), JobIds: []uint64{id}})
	require.ErrorIs(t, err, types.ErrNotDue, "never early")
	w.next(1)

	job = w.get(id)
	require.Equal(t, types.Phase_PHASE_RUN, job.Phase)
	w.at(job.PhaseEnd + 1)
	require.ErrorIs(t, w.deliver(id), types.ErrWindowClosed)
	w.at(job.PhaseEnd)
	require.NoError(t, w.deliver(id))

	w.claimAll(id, types.RoundCheck)
	job = w.get(id)
	verifiers := w.seated(id, 1, types.SeatState_SEAT_STATE_SEATED)
	result := w.honest(id, 1)
	w.at(job.PhaseEnd + 1)
	require.ErrorIs(t, w.commit(id, 1, verifiers[0], result), types.ErrWindowClosed)
	w.at(job.PhaseEnd)
	for _, verifier := range verifiers {
		require.NoError(t, w.commit(id, 1, verifier, result))
	}
	job = w.get(id)
	w.at(job.PhaseEnd + 1)
	require.ErrorIs(t, w.reveal(id, 1, verifiers[0], result), types.ErrWindowClosed)
	w.at(job.PhaseEnd)
	for _, verifier := range verifiers {
		require.NoError(t, w.reveal(id, 1, verifier, result))
	}
}

// A commitment copied from another seat, round or job cannot be opened.
func TestThreat10CommitmentCopied(t *testing.T) {
	w := newWorld(t, 8)
	id := w.request()
	w.run(id)
	w.claimAll(id, 1)
	verifiers := w.seated(id, 1, types.SeatState_SEAT_STATE_SEATED)
	result := w.honest(id, 1)
	honest := types.Commitment(testChain, id, 1, verifiers[0], result, saltOf(verifiers[0]))
	copied := func(owner sdk.AccAddress) error {
		_, err := w.msg.Commit(w.ctx, &types.MsgCommit{
			Operator: w.operator(owner),
			Commits:  []types.CommitEntry{{JobId: id, Round: 1, Commitment: honest[:]}},
		})
		return err
	}
	// The copy comes first, and does not keep the original out.
	require.NoError(t, copied(verifiers[1]))
	require.NoError(t, w.commit(id, 1, verifiers[0], result))
	require.NoError(t, w.commit(id, 1, verifiers[2], result))
	require.NoError(t, w.reveal(id, 1, verifiers[0], result))
	_, err := w.msg.Reveal(w.ctx, &types.MsgReveal{
		Operator: w.operator(verifiers[1]),
		Reveals:  []types.RevealEntry{{JobId: id, Round: 1, Result: result, Salt: saltOf(verifiers[0])}},
	})
	require.ErrorIs(t, err, types.ErrWrongReveal)
	require.NoError(t, w.reveal(id, 1, verifiers[2], result))
	// Another chain's, another job's, another round's.
	for _, other := range [][32]byte{
		types.Commitment("other", id, 1, verifiers[1], result, saltOf(verifiers[1])),
		types.Commitment(testChain, id+1, 1, verifiers[1], result, saltOf(verifiers[1])),
		types.Commitment(testChain, id, 2, verifiers[1], result, saltOf(verifiers[1])),
	} {
		require.NotEqual(t, types.Commitment(testChain, id, 1, verifiers[1], result, saltOf(verifiers[1])), other)
	}
}

// A withheld reveal costs the bond and no strike; the same seed's next ticket takes the seat.
func TestThreat11RevealWithheld(t *testing.T) {
	w := newWorld(t, 8)
	w.prove(exactVersion)
	id := w.request()
	w.run(id)
	w.claimAll(id, 1)
	order := append(w.seated(id, 1, types.SeatState_SEAT_STATE_SEATED), w.seated(id, 1, types.SeatState_SEAT_STATE_STANDBY)...)
	require.Len(t, order, 6)
	seed := w.get(id).Rounds[1].Seed
	result := w.honest(id, 1)
	for _, owner := range order[:3] {
		require.NoError(t, w.commit(id, 1, owner, result))
	}
	require.NoError(t, w.reveal(id, 1, order[0], result))
	require.NoError(t, w.reveal(id, 1, order[2], result))
	w.at(w.get(id).PhaseEnd)
	w.next(1)
	require.Equal(t, []sdk.AccAddress{order[3]}, w.seated(id, 1, types.SeatState_SEAT_STATE_SEATED))
	require.Equal(t, []sdk.AccAddress{order[1]}, w.seated(id, 1, types.SeatState_SEAT_STATE_MISSING))
	stake, locked := w.stake(order[1])
	require.Equal(t, stakeOfMiner-80_000, stake, "at once: it was there, and no outage excuses it")
	require.Zero(t, locked)
	require.Equal(t, seed, w.get(id).Rounds[1].Seed)
	require.NoError(t, w.commit(id, 1, order[3], result))
	require.NoError(t, w.reveal(id, 1, order[3], result))
	require.Equal(t, types.Finding_FINDING_UPHELD, w.get(id).Rounds[1].Finding)
	require.ErrorIs(t, w.reveal(id, 1, order[1], result), types.ErrWrongPhase, "too late for the bond")
	w.finish(id)
	w.next(25)
	stake, locked = w.stake(order[1])
	require.Equal(t, stakeOfMiner-80_000, stake, "the bond, and no slash")
	require.Zero(t, locked)
	require.Zero(t, w.earned(order[1]))
	require.Equal(t, int64(40_000), w.earned(order[3]))
}

// An outage is not fraud: who misses a third of many duties keeps its bonds, who misses a chosen few loses them.
func TestThreat11OutageIsWaived(t *testing.T) {
	for name, test := range map[string]struct {
		expected, missing uint64
		lost              bool
	}{
		"success - an outage":            {expected: 30, missing: 11},
		"error - a chosen few":           {expected: 30, missing: 10, lost: true},
		"error - too few duties to tell": {expected: 29, missing: 29, lost: true},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 2)
			owner := w.miners[0]
			bond := math.NewInt(1_000)
			require.NoError(t, w.miner.Lock(w.ctx, owner, bond))
			genesis, err := w.job.ExportGenesis(w.ctx)
			require.NoError(t, err)
			genesis.Reveals = []types.EpochReveals{{
				Miner: owner.String(), Epoch: w.miner.Epoch(w.ctx),
				Expected: test.expected, Missing: test.missing, Withheld: bond,
			}}
			require.NoError(t, w.job.InitGenesis(w.ctx, *genesis))
			w.next(1)
			_, locked := w.stake(owner)
			require.Equal(t, int64(1_000), locked, "not before the epoch ends")
			w.next(20)
			stake, locked := w.stake(owner)
			require.Zero(t, locked)
			if test.lost {
				require.Equal(t, stakeOfMiner-1_000, stake)
			} else {
				require.Equal(t, stakeOfMiner, stake)
			}
		})
	}
}

// Whoever is out again and again holds seats for nothing: one outage is waived in eight epochs.
func TestThreat29OutagesAreWaivedNowAndThen(t *testing.T) {
	w := newWorld(t, 2)
	owner := w.miners[0]
	bond := math.NewInt(1_000)
	out := func() (lost int64) {
		before, _ := w.stake(owner)
		require.NoError(t, w.miner.Lock(w.ctx, owner, bond))
		genesis, err := w.job.ExportGenesis(w.ctx)
		require.NoError(t, err)
		count := types.EpochReveals{Miner: owner.String(), Epoch: w.miner.Epoch(w.ctx), Expected: 30, Missing: 30, Withheld: bond}
		for _, present := range genesis.Reveals {
			require.Equal(t, count.Epoch, present.Epoch)
			count.Waived = present.Waived
		}
		genesis.Reveals = []types.EpochReveals{count}
		require.NoError(t, w.job.InitGenesis(w.ctx, *genesis))
		for epoch := count.Epoch; w.miner.Epoch(w.ctx) == epoch; {
			w.next(1)
		}
		w.next(1)
		after, locked := w.stake(owner)
		require.Zero(t, locked)
		return before - after
	}
	waived := 0
	for range 24 {
		if out() == 0 {
			waived++
		}
	}
	require.Equal(t, 3, waived)
}

// A miner counts once, however many slots it claims with.
func TestThreat14OneSignerFillsAQuorum(t *testing.T) {
	w := newWorld(t, 6)
	id := w.request()
	w.run(id)
	w.until(id, types.Phase_PHASE_CLAIM)
	job := w.get(id)
	claimed := 0
	for slot := range uint32(10) {
		owner := w.miners[0]
		if job.Executor == owner.String() {
			owner = w.miners[1]
		}
		_, err := w.msg.Claim(w.ctx, &types.MsgClaim{
			ClaimKey: w.claimKey(owner),
			Claims:   []types.ClaimEntry{{JobId: id, Round: 1, Slot: slot}},
		})
		if err == nil {
			claimed++
			continue
		}
		require.ErrorIs(t, err, types.ErrAlreadyClaimed)
	}
	require.Equal(t, 1, claimed)
	require.Len(t, w.seats(id, 1), 1)
}

// A parameter change in the middle of a job leaves the job its own terms, whatever phase it is in.
func TestThreat17ParametersChangeMidJob(t *testing.T) {
	w := newWorld(t, 6)
	old := w.request()
	w.claimAll(old, 0)
	changed := testParams()
	changed.BurnBps, changed.LevyBps, changed.VerifierBps = 5_000, 2_000, 1_000
	changed.AgreementBps, changed.RevealWindow, changed.AppealWindow = 10_000, 1, 1
	_, err := w.msg.UpdateParams(w.ctx, &types.MsgUpdateParams{Authority: user.String(), Params: changed})
	require.ErrorIs(t, err, types.ErrInvalidSigner)
	_, err = w.msg.UpdateParams(w.ctx, &types.MsgUpdateParams{Authority: authority(), Params: changed})
	require.NoError(t, err)
	executor := sdk.MustAccAddressFromBech32(w.get(old).Executor)
	require.NoError(t, w.deliver(old))
	verifiers := w.check(old, 1, w.honest(old, 1))
	require.Equal(t, w.height()+testParams().AppealWindow, w.get(old).PhaseEnd)
	record := w.finish(old)
	require.Equal(t, uint64(1), record.ParamsRevision)
	require.Equal(t, int64(76_000), w.earned(executor))
	require.Equal(t, int64(40_000), w.earned(verifiers[0]))

	young := w.request()
	require.Equal(t, uint64(2), w.get(young).ParamsRevision)
	// The old revision explains the record, and goes with it.
	_, err = w.query.Params(w.ctx, &types.QueryParamsRequest{Revision: 1})
	require.NoError(t, err)
	w.finish(young)
	w.next(60)
	_, err = w.query.Params(w.ctx, &types.QueryParamsRequest{Revision: 1})
	require.Error(t, err)
	_, err = w.query.Params(w.ctx, &types.QueryParamsRequest{Revision: 2})
	require.NoError(t, err)
}

// A verifier that cannot check abstains: free, unpaid, and somebody else takes its seat.
func TestThreat18CouldNotCheckIsNotWrong(t *testing.T) {
	w := newWorld(t, 6)
	id := w.request()
	executor := w.run(id)
	w.claimAll(id, 1)
	seated := w.seated(id, 1, types.SeatState_SEAT_STATE_SEATED)
	next := w.seated(id, 1, types.SeatState_SEAT_STATE_STANDBY)[0]
	require.NoError(t, w.abstain(id, 1, seated[0]))
	_, locked := w.stake(seated[0])
	require.Zero(t, locked)
	require.Contains(t, w.seated(id, 1, types.SeatState_SEAT_STATE_SEATED), next)
	require.ErrorIs(t, w.abstain(id, 1, seated[0]), types.ErrSeatState, "once")
	for _, owner := range append(seated[1:], next) {
		require.NoError(t, w.commit(id, 1, owner, w.honest(id, 1)))
	}
	require.ErrorIs(t, w.abstain(id, 1, next), types.ErrWrongPhase, "not after committing")
	for _, owner := range append(seated[1:], next) {
		require.NoError(t, w.reveal(id, 1, owner, w.honest(id, 1)))
	}
	require.Equal(t, types.Status_STATUS_SETTLED, w.finish(id).Status)
	require.Positive(t, w.earned(executor))
	stake, _ := w.stake(seated[0])
	require.Equal(t, stakeOfMiner, stake)
}

// The escrow is a hard cap, and units beyond the request's are refused.
func TestThreat22PaymentNeverExceedsTheEscrow(t *testing.T) {
	w := newWorld(t, 6)
	id := w.request(checkBps(500))
	w.claimAll(id, 0)
	w.lottery(id, false)
	for _, n := range []uint64{101, 1 << 63, ^uint64(0), 0} {
		require.ErrorIs(t, w.deliver(id, units(n)), types.ErrInvalidDelivery)
	}
	require.NoError(t, w.deliver(id, units(100)))
	record := w.finish(id)
	require.LessOrEqual(t, record.Fee.Int64(), int64(100_000))
	require.Zero(t, w.moduleBalance(types.EscrowAccount))
}

// An outage of everybody costs each miner at most its bonds, and the network works again by itself.
func TestThreat29OneOutageQuarantinesNobody(t *testing.T) {
	w := newWorld(t, 6)
	w.prove(exactVersion)
	for range 5 {
		id := w.request()
		w.claimAll(id, 0)
	}
	w.next(60) // nobody delivers
	w.unlocked()
	for _, owner := range w.miners {
		miner, err := w.miner.Get(w.ctx, owner)
		require.NoError(t, err)
		require.Zero(t, miner.JailedUntil)
	}
	id := w.request()
	w.run(id)
	w.check(id, 1, w.honest(id, 1))
	require.Equal(t, types.Status_STATUS_SETTLED, w.finish(id).Status)
}

// Free stake bounds the jobs that a miner may be wrong about at once.
func TestThreat32OneStakeBacksFewJobs(t *testing.T) {
	w := newWorld(t, 0)
	w.at(1)
	rich := w.addMiner("miner0", 100_000_000)
	for i := range 4 {
		w.addMiner([]string{"miner1", "miner2", "miner3", "miner4"}[i], 1_000_000)
	}
	w.at(startHeight)
	// The bond of one is 40 fees of 100,000.
	seated := 0
	for range 40 {
		id := w.request(checkBps(500), func(t *types.Terms) { t.Deadline = w.height() + 300 })
		w.until(id, types.Phase_PHASE_CLAIM)
		if err := w.claim(id, 0, rich); err != nil {
			require.ErrorIs(t, err, types.ErrInsufficientBond)
		}
		w.next(3)
		if job, err := w.job.Get(w.ctx, id); err == nil && job.Executor == rich.String() {
			seated++
			break
		}
	}
	require.Equal(t, 1, seated)
	_, locked := w.stake(rich)
	require.Equal(t, int64(4_000_000), locked)
	require.NoError(t, w.miner.Lock(w.ctx, rich, math.NewInt(93_000_000)))
	id := w.request(checkBps(500))
	w.until(id, types.Phase_PHASE_CLAIM)
	require.ErrorIs(t, w.claim(id, 0, rich), types.ErrInsufficientBond)
	require.ErrorIs(t, w.claim(id, 0, w.miners[1]), types.ErrInsufficientBond)
}

// Two claims that one free stake can back only one of: the other ticket is passed over, and the next one executes.
func TestThreat32BondIsLockedAtTheSeat(t *testing.T) {
	w := newWorld(t, 6)
	first, second := w.request(checkBps(500)), w.request(checkBps(500))
	w.until(first, types.Phase_PHASE_CLAIM)
	for _, id := range []uint64{first, second} {
		for _, owner := range w.miners {
			_ = w.claim(id, 0, owner) // beaten ones are refused
		}
	}
	winner := w.seats(second, 0)[0]
	owner := sdk.MustAccAddressFromBech32(winner.Miner)
	require.NoError(t, w.miner.Lock(w.ctx, owner, math.NewInt(stakeOfMiner-1)))
	w.next(3)
	for _, id := range []uint64{first, second} {
		require.NotEqual(t, winner.Miner, w.get(id).Executor)
		require.NotEmpty(t, w.get(id).Executor)
	}
}

// With tolerant versions, crafted inputs of one requester cost bonds and strikes and no stake.
func TestThreat34OneRequesterNeverSlashes(t *testing.T) {
	w := newWorld(t, 12)
	w.prove(tolerantVersion)
	lost := map[string]int64{}
	for range 4 {
		id := w.request(ofVersion(tolerantVersion))
		executor := w.run(id)
		w.check(id, 1, w.result(id, 1, 101))
		require.NoError(t, w.appeal(id, user))
		w.until(id, types.Phase_PHASE_CLAIM)
		w.check(id, 2, w.result(id, 2, 101))
		require.Equal(t, types.Finding_FINDING_FAULT, w.record(id).Finding)
		lost[executor.String()] += 200_000 // where a check is certain the bond is two fees
	}
	for _, owner := range w.miners {
		stake, _ := w.stake(owner)
		require.Equal(t, stakeOfMiner-lost[owner.String()], stake)
	}
}

// A version on probation costs nobody stake, and one whose checks disagree is suspended, not its miners.
func TestThreat35ProfileThatPunishesEveryone(t *testing.T) {
	w := newWorld(t, 12)
	suspended := false
	for range 40 {
		w.fund(user, 10_000_000)
		if w.model.CheckRequest(w.ctx, exactVersion, user) != nil {
			suspended = true
			break
		}
		id := w.requestBy(user)
		executor := w.run(id)
		w.check(id, 1, w.result(id, 1, 3))
		require.NoError(t, w.appeal(id, user))
		w.until(id, types.Phase_PHASE_CLAIM)
		w.check(id, 2, w.result(id, 2, 3))
		miner, err := w.miner.Get(w.ctx, executor)
		require.NoError(t, err)
		require.Zero(t, miner.JailedUntil, "no slash on probation")
	}
	require.True(t, suspended)
	_, err := w.msg.Request(w.ctx, &types.MsgRequest{Requester: user.String(), Requests: []types.Terms{w.terms()}})
	require.ErrorIs(t, err, modeltypes.ErrUnavailable)
}

// The draw of a round is made once: claims, replacements and cancelling never give another seed.
func TestThreat36NoSecondDraw(t *testing.T) {
	w := newWorld(t, 8)
	id := w.request()
	w.run(id)
	w.claimAll(id, 1)
	round := w.get(id).Rounds[1]
	var before []sdk.AccAddress
	for range 3 {
		seated := w.seated(id, 1, types.SeatState_SEAT_STATE_SEATED)
		require.NotEqual(t, before, seated)
		before = seated
		require.NoError(t, w.abstain(id, 1, seated[0]))
		require.Equal(t, round.Seed, w.get(id).Rounds[1].Seed)
		require.Equal(t, round.DrawHeight, w.get(id).Rounds[1].DrawHeight)
	}
	// The standby is used up: the round goes on with those there are.
	seated := w.seated(id, 1, types.SeatState_SEAT_STATE_SEATED)
	require.NoError(t, w.abstain(id, 1, seated[0]))
	require.Equal(t, seated[1:], w.seated(id, 1, types.SeatState_SEAT_STATE_SEATED))

	// Asking again until the executor suits costs something each time.
	again := w.request()
	w.next(1)
	before1 := w.balance(user)
	_, err := w.msg.Cancel(w.ctx, &types.MsgCancel{Requester: user.String(), JobId: again})
	require.NoError(t, err)
	require.Equal(t, before1+220_000-5_000, w.balance(user))
}

// Most of the committee could not fetch the output: the bond is lost, without a strike, and the user refunded.
func TestThreat41OutputUnavailable(t *testing.T) {
	w := newWorld(t, 12)
	w.prove(exactVersion)
	id := w.request()
	before := w.balance(user)
	executor := w.run(id, func(e *types.DeliverEntry) {
		digest := sha256.Sum256(output)
		e.Output, e.OutputDigest, e.OutputUri = nil, digest[:], "nats://relay.example:4222/"+hex.EncodeToString(digest[:])
	})
	gone := types.Result{Outcome: types.Outcome_OUTCOME_UNAVAILABLE, Scores: []uint64{0, 0}}
	verifiers := w.check(id, 1, gone, w.honest(id, 1), gone)
	require.Equal(t, types.Finding_FINDING_UNAVAILABLE, w.get(id).Rounds[1].Finding)
	record := w.finish(id)
	require.Equal(t, types.Status_STATUS_REFUNDED, record.Status)
	require.Equal(t, before+220_000, w.balance(user))
	stake, _ := w.stake(executor)
	require.Equal(t, stakeOfMiner-200_000, stake)
	for _, verifier := range verifiers {
		require.Zero(t, w.earned(verifier), "to have fetched nothing is no work")
	}
	stake, _ = w.stake(verifiers[1])
	require.Equal(t, stakeOfMiner, stake, "who could fetch it is not at fault")
	miner, err := w.miner.Get(w.ctx, executor)
	require.NoError(t, err)
	require.Zero(t, miner.JailedUntil)
}

// An input at its requester's address may vanish once it is delivered for. The executor keeps a copy and answers for it:
// the requester gets nothing out of withholding its own.
func TestThreat41TheExecutorKeepsTheInput(t *testing.T) {
	w := newWorld(t, 8)
	digest := sha256.Sum256(w.terms().Input)
	copied := "nats://relay.example:4222/" + hex.EncodeToString(digest[:])
	elsewhere := func(terms *types.Terms) {
		terms.Input, terms.InputDigest, terms.InputUri = nil, digest[:], "https://requester.example/input"
	}
	id := w.request(elsewhere)
	executor := w.run(id, func(e *types.DeliverEntry) { e.InputUri = copied })
	require.Equal(t, copied, w.get(id).Delivery.InputUri)
	gone := types.Result{Outcome: types.Outcome_OUTCOME_UNAVAILABLE, Scores: []uint64{0, 0}}
	w.check(id, 1, gone)
	require.Equal(t, types.Finding_FINDING_UNAVAILABLE, w.finish(id).Finding)
	stake, _ := w.stake(executor)
	require.Equal(t, stakeOfMiner-200_000, stake)

	id = w.request()
	w.claimAll(id, 0)
	err := w.deliver(id, func(e *types.DeliverEntry) { e.InputUri = copied })
	require.ErrorIs(t, err, types.ErrInvalidDelivery, "the chain holds the input")
	id = w.request(elsewhere)
	w.claimAll(id, 0)
	err = w.deliver(id, func(e *types.DeliverEntry) { e.InputUri = "no address" })
	require.ErrorIs(t, err, types.ErrInvalidDelivery)
}

// Committees that fetched nothing say nothing about a version, whoever made them say it.
func TestThreat41BlindCommitteesSuspendNoVersion(t *testing.T) {
	w := newWorld(t, 6)
	w.prove(exactVersion)
	for range 30 {
		w.fund(user, 10_000_000)
		id := w.requestBy(user)
		w.run(id)
		w.check(id, 1, types.Result{Outcome: types.Outcome_OUTCOME_UNAVAILABLE, Scores: []uint64{0, 0}})
		require.Equal(t, types.Finding_FINDING_INCONCLUSIVE, w.finish(id).Finding)
	}
	w.request()
}

// What is in the chain itself can be fetched: a committee that says otherwise costs the executor nothing.
func TestThreat41InlineOutputIsAvailable(t *testing.T) {
	w := newWorld(t, 6)
	id := w.request()
	executor := w.run(id)
	gone := types.Result{Outcome: types.Outcome_OUTCOME_UNAVAILABLE, Scores: []uint64{0, 0}}
	w.check(id, 1, gone)
	require.Equal(t, types.Finding_FINDING_INCONCLUSIVE, w.finish(id).Finding)
	stake, _ := w.stake(executor)
	require.Equal(t, stakeOfMiner, stake)
	w.unlocked()
}

// Idle or copying verifiers: a result made without the run under this round's seed is at fault.
func TestThreat47LazyVerifierIsAtFault(t *testing.T) {
	w := newWorld(t, 8)
	id := w.request()
	w.run(id)
	lazy := w.honest(id, 1)
	// The executor's fingerprint, the only one there is to copy, is one under another seed.
	lazy.Fingerprint = fingerprint(exactVersion, 0xee)
	verifiers := w.check(id, 1, w.honest(id, 1), w.honest(id, 1), lazy)
	w.finish(id)
	stake, _ := w.stake(verifiers[2])
	require.Equal(t, stakeOfMiner-80_000, stake)
	require.Zero(t, w.earned(verifiers[2]))
	job := uint64(1)
	require.NotEqual(t, types.FingerprintSeed(testChain, [32]byte{1}, job, 0), types.FingerprintSeed(testChain, [32]byte{1}, job, 1))
}

// Committees that do not come say nothing about a version: an outage must not suspend it.
func TestThreat29OutageSuspendsNoVersion(t *testing.T) {
	w := newWorld(t, 6)
	for range 30 {
		w.fund(user, 10_000_000)
		id := w.requestBy(user)
		w.run(id)
		require.Equal(t, types.Status_STATUS_REFUNDED, w.finish(id).Status)
	}
	version, err := w.model.Version(w.ctx, exactVersion)
	require.NoError(t, err)
	require.Zero(t, version.Disagreed)
	require.NoError(t, w.model.CheckRequest(w.ctx, exactVersion, user))
}
