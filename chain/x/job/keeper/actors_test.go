package keeper_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/x/job/types"
)

// user is the account that requests jobs in tests.
var user = account("user")

// terms of an ordinary request: a fee of 100,000, checked with certainty.
func (w *world) terms(change ...func(*types.Terms)) types.Terms {
	seed := sha256.Sum256([]byte("seed"))
	terms := types.Terms{
		VersionId: exactVersion, Input: []byte("a photograph"), Seed: seed[:],
		Price: math.NewInt(1_000), MaxUnits: 100,
		Assurance: types.Assurance{CheckBps: types.BasisPoints},
		Deadline:  w.height() + 100,
	}
	for _, f := range change {
		f(&terms)
	}
	return terms
}

func checkBps(bps uint32) func(*types.Terms) {
	return func(t *types.Terms) { t.Assurance.CheckBps = bps }
}

func ofVersion(version uint64) func(*types.Terms) {
	return func(t *types.Terms) { t.VersionId = version }
}

// request opens a job of the user.
func (w *world) request(change ...func(*types.Terms)) uint64 {
	w.t.Helper()
	w.fund(user, 10_000_000)
	return w.requestBy(user, change...)
}

func (w *world) requestBy(requester sdk.AccAddress, change ...func(*types.Terms)) uint64 {
	w.t.Helper()
	response, err := w.msg.Request(w.ctx, &types.MsgRequest{
		Requester: requester.String(), Requests: []types.Terms{w.terms(change...)},
	})
	require.NoError(w.t, err)
	return response.JobIds[0]
}

// get returns an open job.
func (w *world) get(id uint64) types.Job {
	w.t.Helper()
	job, err := w.job.Get(w.ctx, id)
	require.NoError(w.t, err)
	return job
}

// record returns the record of a finished job.
func (w *world) record(id uint64) types.Record {
	w.t.Helper()
	response, err := w.query.Job(w.ctx, &types.QueryJobRequest{Id: id})
	require.NoError(w.t, err)
	require.NotNil(w.t, response.Record, "job %d is not finished", id)
	return *response.Record
}

func (w *world) seats(id uint64, round uint32) []types.Seat {
	w.t.Helper()
	response, err := w.query.Job(w.ctx, &types.QueryJobRequest{Id: id})
	require.NoError(w.t, err)
	var seats []types.Seat
	for _, seat := range response.Seats {
		if seat.Round == round {
			seats = append(seats, seat)
		}
	}
	return seats
}

// seated returns the owners of a round's seats in a state, by ticket.
func (w *world) seated(id uint64, round uint32, state types.SeatState) []sdk.AccAddress {
	w.t.Helper()
	var owners []sdk.AccAddress
	for _, seat := range w.seats(id, round) {
		if seat.State == state {
			owners = append(owners, sdk.MustAccAddressFromBech32(seat.Miner))
		}
	}
	return owners
}

// until runs blocks until a job is in a phase.
func (w *world) until(id uint64, phase types.Phase) {
	w.t.Helper()
	for range 200 {
		if w.get(id).Phase == phase {
			return
		}
		w.next(1)
	}
	w.t.Errorf("job %d did not reach %s", id, phase)
	w.t.FailNow()
}

// nameOf returns the name under which a miner was added.
func (w *world) nameOf(owner sdk.AccAddress) string {
	for i := range w.miners {
		if name := fmt.Sprintf("miner%d", i); account(name).Equals(owner) {
			return name
		}
	}
	return ""
}

func (w *world) operator(owner sdk.AccAddress) string {
	return account(w.nameOf(owner) + "/operator").String()
}

func (w *world) claimKey(owner sdk.AccAddress) string {
	return account(w.nameOf(owner) + "/claims").String()
}

// bestSlot returns a miner's lowest ticket of a round.
func (w *world) bestSlot(job types.Job, round uint32, owner sdk.AccAddress) (slot uint32, ticket [32]byte) {
	w.t.Helper()
	slots, err := w.miner.Slots(w.ctx, owner, job.Rounds[round].Epoch)
	require.NoError(w.t, err)
	for i := range uint32(slots) {
		t := types.Ticket(testChain, [32]byte(job.Rounds[round].Seed), job.Id, round, owner, i)
		if i == 0 || bytes.Compare(t[:], ticket[:]) < 0 {
			slot, ticket = i, t
		}
	}
	return slot, ticket
}

func (w *world) claim(id uint64, round uint32, owner sdk.AccAddress) error {
	w.t.Helper()
	slot, _ := w.bestSlot(w.get(id), round, owner)
	_, err := w.msg.Claim(w.ctx, &types.MsgClaim{
		ClaimKey: w.claimKey(owner), Claims: []types.ClaimEntry{{JobId: id, Round: round, Slot: slot}},
	})
	return err
}

// claimAll waits for the claims of a round, has everybody claim who can, and lets the window end.
func (w *world) claimAll(id uint64, round uint32) {
	w.t.Helper()
	w.until(id, types.Phase_PHASE_CLAIM)
	for _, owner := range w.miners {
		_ = w.claim(id, round, owner) // those with another role are refused
	}
	for range 50 {
		if w.get(id).Phase != types.Phase_PHASE_CLAIM {
			return
		}
		w.next(1)
	}
}

// output is what an honest run gives.
var output = []byte("a painting")

// fingerprint of an honest run under the profile of a version, and one that is off by so much.
func fingerprint(version uint64, off byte) []byte {
	if version == exactVersion {
		return bytes.Repeat([]byte{off}, 32)
	}
	// The first value of four, an int16.
	return []byte{0, off, 0, 0, 0, 0, 0, 0}
}

func (w *world) deliver(id uint64, change ...func(*types.DeliverEntry)) error {
	w.t.Helper()
	job := w.get(id)
	entry := types.DeliverEntry{
		JobId: id, Outcome: types.Outcome_OUTCOME_OK, Output: output, Units: 100,
		Fingerprint: fingerprint(job.Terms.VersionId, 0),
	}
	for _, f := range change {
		f(&entry)
	}
	_, err := w.msg.Deliver(w.ctx, &types.MsgDeliver{
		Operator:   w.operator(sdk.MustAccAddressFromBech32(job.Executor)),
		Deliveries: []types.DeliverEntry{entry},
	})
	return err
}

// run takes a job from its request to its delivery.
func (w *world) run(id uint64, change ...func(*types.DeliverEntry)) sdk.AccAddress {
	w.t.Helper()
	w.claimAll(id, types.RoundExecution)
	executor := sdk.MustAccAddressFromBech32(w.get(id).Executor)
	require.NoError(w.t, w.deliver(id, change...))
	return executor
}

// honest is what an honest verifier finds of an honest delivery.
func (w *world) honest(id uint64, round uint32) types.Result {
	w.t.Helper()
	return w.result(id, round, 0)
}

// result has all scores of the delivery at a value.
func (w *world) result(id uint64, round uint32, score uint64) types.Result {
	w.t.Helper()
	job := w.get(id)
	scores := []uint64{score, score}
	if round == types.RoundAppeal {
		for _, seat := range w.seats(id, types.RoundCheck) {
			if seat.State != types.SeatState_SEAT_STATE_REVEALED {
				continue
			}
			distance := uint64(0)
			if seat.Result.Outcome == types.Outcome_OUTCOME_OK {
				var err error
				distance, err = types.Distance(seat.Result.Fingerprint, fingerprint(job.Terms.VersionId, 0),
					job.Terms.VersionId == exactVersion)
				require.NoError(w.t, err)
			}
			scores = append(scores, distance)
		}
	}
	return types.Result{
		Outcome: types.Outcome_OUTCOME_OK, Fingerprint: fingerprint(job.Terms.VersionId, 0), Scores: scores,
	}
}

func saltOf(owner sdk.AccAddress) []byte {
	salt := sha256.Sum256(owner)
	return salt[:]
}

func (w *world) commit(id uint64, round uint32, owner sdk.AccAddress, result types.Result) error {
	commitment := types.Commitment(testChain, id, round, owner, result, saltOf(owner))
	_, err := w.msg.Commit(w.ctx, &types.MsgCommit{
		Operator: w.operator(owner),
		Commits:  []types.CommitEntry{{JobId: id, Round: round, Commitment: commitment[:]}},
	})
	return err
}

func (w *world) reveal(id uint64, round uint32, owner sdk.AccAddress, result types.Result) error {
	_, err := w.msg.Reveal(w.ctx, &types.MsgReveal{
		Operator: w.operator(owner),
		Reveals:  []types.RevealEntry{{JobId: id, Round: round, Result: result, Salt: saltOf(owner)}},
	})
	return err
}

func (w *world) abstain(id uint64, round uint32, owner sdk.AccAddress) error {
	_, err := w.msg.Abstain(w.ctx, &types.MsgAbstain{
		Operator: w.operator(owner), Seats: []types.SeatEntry{{JobId: id, Round: round}},
	})
	return err
}

// check has a committee seated, commit and reveal. The results are those of its seats in order of their tickets; the
// rest finds the first one's.
func (w *world) check(id uint64, round uint32, results ...types.Result) []sdk.AccAddress {
	w.t.Helper()
	w.claimAll(id, round)
	verifiers := w.seated(id, round, types.SeatState_SEAT_STATE_SEATED)
	require.NotEmpty(w.t, verifiers)
	of := func(i int) types.Result {
		if i < len(results) {
			return results[i]
		}
		return results[0]
	}
	for i, owner := range verifiers {
		require.NoError(w.t, w.commit(id, round, owner, of(i)))
	}
	for i, owner := range verifiers {
		require.NoError(w.t, w.reveal(id, round, owner, of(i)))
	}
	return verifiers
}

// finish runs blocks until a job is over.
func (w *world) finish(id uint64) types.Record {
	w.t.Helper()
	for range 500 {
		response, err := w.query.Job(w.ctx, &types.QueryJobRequest{Id: id})
		require.NoError(w.t, err)
		if response.Record != nil {
			return *response.Record
		}
		w.next(1)
	}
	w.t.Errorf("job %d did not end", id)
	w.t.FailNow()
	return types.Record{}
}

// solvent holds the module's accounts against what is owed.
func (w *world) solvent() {
	w.t.Helper()
	response, err := w.query.Solvency(w.ctx, &types.QuerySolvencyRequest{})
	require.NoError(w.t, err)
	require.True(w.t, response.Solvent, "escrow holds %s, owes %s", response.EscrowBalance, response.EscrowOwed)
}

// lottery has the delivery of this block drawn for a check, or not.
func (w *world) lottery(id uint64, drawn bool) {
	w.t.Helper()
	bps := w.get(id).Terms.Assurance.CheckBps
	for i := range 10_000 {
		seed := sha256.Sum256([]byte(fmt.Sprintf("lottery/%d", i)))
		if types.LotteryDrawn(testChain, seed, id, bps) == drawn {
			w.beacon.seeds[w.height()] = seed
			return
		}
	}
	w.t.Errorf("no seed draws %v", drawn)
	w.t.FailNow()
}

// quiet takes a job to its challenge window.
func (w *world) quiet(id uint64, change ...func(*types.DeliverEntry)) sdk.AccAddress {
	w.t.Helper()
	w.claimAll(id, types.RoundExecution)
	w.lottery(id, false)
	executor := sdk.MustAccAddressFromBech32(w.get(id).Executor)
	require.NoError(w.t, w.deliver(id, change...))
	w.until(id, types.Phase_PHASE_CHALLENGE)
	return executor
}

func (w *world) challenge(id uint64, by sdk.AccAddress) error {
	_, err := w.msg.Challenge(w.ctx, &types.MsgChallenge{Challenger: by.String(), JobId: id})
	return err
}

func (w *world) appeal(id uint64, by sdk.AccAddress) error {
	_, err := w.msg.Appeal(w.ctx, &types.MsgAppeal{Appellant: by.String(), JobId: id})
	return err
}

// earned is what a miner has been paid.
func (w *world) earned(owner sdk.AccAddress) int64 {
	return w.balance(account(w.nameOf(owner) + "/earnings"))
}

// stake of a miner, and what of it is locked.
func (w *world) stake(owner sdk.AccAddress) (stake, locked int64) {
	w.t.Helper()
	miner, err := w.miner.Get(w.ctx, owner)
	require.NoError(w.t, err)
	return miner.Stake.Int64(), miner.Locked.Int64()
}

// unlocked says that nobody's stake is locked any more.
func (w *world) unlocked() {
	w.t.Helper()
	for _, owner := range w.miners {
		_, locked := w.stake(owner)
		require.Zero(w.t, locked, w.nameOf(owner))
	}
}

func units(n uint64) func(*types.DeliverEntry) { return func(e *types.DeliverEntry) { e.Units = n } }

// failed makes a delivery a canonical failure.
func failed(outcome types.Outcome) func(*types.DeliverEntry) {
	return func(e *types.DeliverEntry) {
		*e = types.DeliverEntry{JobId: e.JobId, Outcome: outcome}
	}
}
