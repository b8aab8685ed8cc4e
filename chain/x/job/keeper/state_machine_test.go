package keeper_test

import (
	"crypto/sha256"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/x/job/types"
	minertypes "github.com/nesa-network/nesa/chain/x/miner/types"
)

// machine plays users, miners, cheats and those who stay away, at random, against the real keepers.
type machine struct {
	*world
	over    map[uint64]types.Record // jobs seen after their end
	appeals int
}

func (m *machine) openJobs() []types.Job {
	response, err := m.query.Jobs(m.ctx, &types.QueryJobsRequest{})
	require.NoError(m.t, err)
	return response.Jobs
}

func (m *machine) pick(t *rapid.T, phases ...types.Phase) (types.Job, bool) {
	var jobs []types.Job
	for _, job := range m.openJobs() {
		for _, phase := range phases {
			if job.Phase == phase {
				jobs = append(jobs, job)
			}
		}
	}
	if len(jobs) == 0 {
		return types.Job{}, false
	}
	return rapid.SampledFrom(jobs).Draw(t, "job"), true
}

func roundOf(job types.Job) uint32 {
	switch job.Status {
	case types.Status_STATUS_CHECKING:
		return types.RoundCheck
	case types.Status_STATUS_APPEALED:
		return types.RoundAppeal
	default:
		return types.RoundExecution
	}
}

// Request opens a job on any terms; those that cannot be met are refused and cost nothing.
func (m *machine) Request(t *rapid.T) {
	requester := rapid.SampledFrom(append([]sdk.AccAddress{user, account("other")}, m.miners...)).Draw(t, "requester")
	m.fund(requester, 1_000_000)
	_, _ = m.msg.Request(m.ctx, &types.MsgRequest{Requester: requester.String(), Requests: []types.Terms{
		m.terms(func(terms *types.Terms) {
			terms.VersionId = rapid.SampledFrom([]uint64{exactVersion, tolerantVersion, unverifiedVersion}).Draw(t, "version")
			terms.Price = math.NewInt(rapid.SampledFrom([]int64{1, 999, 1_000, 3_000}).Draw(t, "price"))
			terms.MaxUnits = rapid.Uint64Range(50, 200).Draw(t, "units")
			terms.Assurance.CheckBps = rapid.SampledFrom([]uint32{0, 500, 5_000, 10_000}).Draw(t, "bps")
			terms.Assurance.Verifiers = rapid.SampledFrom([]uint32{0, 2, 3, 5}).Draw(t, "verifiers")
			terms.Deadline = m.height() + rapid.Uint64Range(5, 100).Draw(t, "deadline")
			if rapid.IntRange(0, 3).Draw(t, "by evidence") == 0 {
				terms.Assurance = types.Assurance{Evidence: rapid.SampledFrom([][]string{
					{"tee"}, {"zk"}, {"zk", "tee"}, {"fhe"}, {"none"},
				}).Draw(t, "evidence")}
			}
			if terms.VersionId == unverifiedVersion && rapid.IntRange(0, 9).Draw(t, "by name") > 0 {
				unverified(terms)
			}
			if rapid.IntRange(0, 3).Draw(t, "elsewhere") == 0 {
				digest := sha256.Sum256(terms.Input)
				terms.Input, terms.InputDigest, terms.InputUri = nil, digest[:], "https://requester.example/input"
			}
		}),
	}})
}

// Claim has some miners claim.
func (m *machine) Claim(t *rapid.T) {
	job, ok := m.pick(t, types.Phase_PHASE_CLAIM)
	if !ok {
		return
	}
	for _, owner := range m.miners {
		if rapid.IntRange(0, 9).Draw(t, "claims") > 0 && len(job.Rounds[roundOf(job)].Seed) > 0 {
			if slots, err := m.miner.Slots(m.ctx, owner, job.Rounds[roundOf(job)].Epoch); err == nil && slots > 0 {
				_ = m.claim(job.Id, roundOf(job), owner)
			}
		}
	}
}

// Deliver has the executor deliver, well or badly.
func (m *machine) Deliver(t *rapid.T) {
	job, ok := m.pick(t, types.Phase_PHASE_RUN)
	if !ok {
		return
	}
	_ = m.deliver(job.Id, func(e *types.DeliverEntry) {
		e.Units = rapid.Uint64Range(0, job.Terms.MaxUnits+1).Draw(t, "units")
		switch rapid.IntRange(0, 4).Draw(t, "how") {
		case 0:
			failed(types.Outcome_OUTCOME_NON_FINITE)(e)
		case 1:
			digest := sha256.Sum256(e.Output)
			e.Output, e.OutputDigest, e.OutputUri = nil, digest[:], "nats://relay.example:4222/output"
		}
		if rapid.Bool().Draw(t, "keeps the input") {
			e.InputUri = "nats://relay.example:4222/input"
		}
		if job.Terms.Assurance.None() && rapid.IntRange(0, 9).Draw(t, "bare") > 0 {
			bare(e)
		} else if job.Terms.Assurance.ByEvidence() && rapid.IntRange(0, 9).Draw(t, "evidence") > 0 {
			m.with(job.Id, rapid.SampledFrom([]string{"tee", "zk"}).Draw(t, "kind"))(e)
		}
	})
}

// opinionOf is what a verifier will find: it depends on nothing but the seat, so that it can be revealed later.
func (m *machine) opinionOf(job types.Job, owner sdk.AccAddress) types.Result {
	round := roundOf(job)
	result := m.result(job.Id, round, 0)
	if job.Id%3 == 0 && len(result.Scores) > 0 { // a bad delivery
		result.Scores[0] = 1_000
	}
	switch (int(owner[0]) + int(job.Id)) % 20 {
	case 0:
		result.Scores[0] = 1_000
	case 1:
		result.Fingerprint = fingerprint(job.Terms.VersionId, 200)
	case 2:
		result.Outcome, result.Fingerprint = types.Outcome_OUTCOME_UNAVAILABLE, nil
	case 3:
		result.Outcome, result.Fingerprint = types.Outcome_OUTCOME_NON_FINITE, nil
	}
	return result
}

// Check has verifiers abstain, commit or reveal, or none of it.
func (m *machine) Check(t *rapid.T) {
	job, ok := m.pick(t, types.Phase_PHASE_COMMIT, types.Phase_PHASE_REVEAL)
	if !ok || job.PhaseEnd < m.height() { // or the queue lags, and it is too late
		return
	}
	round := roundOf(job)
	state := types.SeatState_SEAT_STATE_SEATED
	if job.Phase == types.Phase_PHASE_REVEAL {
		state = types.SeatState_SEAT_STATE_COMMITTED
	}
	for _, owner := range m.seated(job.Id, round, state) {
		action := rapid.IntRange(0, 19).Draw(t, "action")
		result := m.opinionOf(job, owner)
		switch {
		case action == 0: // stays away
		case state == types.SeatState_SEAT_STATE_COMMITTED:
			require.NoError(t, m.reveal(job.Id, round, owner, result))
		case action == 1:
			require.NoError(t, m.abstain(job.Id, round, owner))
			return // the round may have moved on
		default:
			require.NoError(t, m.commit(job.Id, round, owner, result))
		}
	}
}

// Dispute challenges or appeals.
func (m *machine) Dispute(t *rapid.T) {
	job, ok := m.pick(t, types.Phase_PHASE_CHALLENGE, types.Phase_PHASE_APPEAL)
	if !ok {
		return
	}
	by := rapid.SampledFrom(append([]sdk.AccAddress{user, account("other")}, m.miners...)).Draw(t, "by")
	m.fund(by, 5_000_000)
	if job.Phase == types.Phase_PHASE_CHALLENGE {
		_ = m.challenge(job.Id, by)
	} else if m.appeal(job.Id, by) == nil {
		m.appeals++
	}
}

// Live takes a job some way through its life, with most of those at hand that it waits for.
func (m *machine) Live(t *rapid.T) {
	for range 3 {
		m.Request(t)
	}
	for range rapid.IntRange(1, 20).Draw(t, "moves") {
		m.Claim(t)
		m.Deliver(t)
		m.Check(t)
		if rapid.IntRange(0, 2).Draw(t, "disputes") == 0 {
			m.Dispute(t)
		}
		m.next(1)
	}
}

// Cancel withdraws, now and then.
func (m *machine) Cancel(t *rapid.T) {
	if job, ok := m.pick(t, types.Phase_PHASE_SEED, types.Phase_PHASE_CLAIM); ok && rapid.IntRange(0, 5).Draw(t, "rarely") == 0 {
		_, _ = m.msg.Cancel(m.ctx, &types.MsgCancel{Requester: job.Requester, JobId: job.Id})
	}
}

// Unstake takes out what is free, now and then.
func (m *machine) Unstake(t *rapid.T) {
	if rapid.IntRange(0, 9).Draw(t, "rarely") > 0 {
		return
	}
	owner := rapid.SampledFrom(m.miners).Draw(t, "owner")
	_, _ = m.minerMsg.Unstake(m.ctx, &minertypes.MsgUnstake{
		Owner: owner.String(), Amount: sdk.NewInt64Coin(types.Denom, rapid.Int64Range(1, stakeOfMiner).Draw(t, "amount")),
	})
}

// Serve has a miner drop a version and take it up again, and now and then leave for good.
func (m *machine) Serve(t *rapid.T) {
	owner := rapid.SampledFrom(m.miners).Draw(t, "owner")
	version := rapid.SampledFrom([]uint64{exactVersion, tolerantVersion, unverifiedVersion}).Draw(t, "version")
	switch rapid.IntRange(0, 29).Draw(t, "what") {
	case 0:
		_, _ = m.minerMsg.Retire(m.ctx, &minertypes.MsgRetire{Owner: owner.String()})
	case 1, 2, 3:
		_, _ = m.minerMsg.Serve(m.ctx, &minertypes.MsgServe{Operator: owner.String(), Drop: []uint64{version}})
	case 4, 5, 6, 7, 8, 9:
		_, _ = m.minerMsg.Serve(m.ctx, &minertypes.MsgServe{
			Operator: owner.String(), Serve: []minertypes.ServeEntry{{VersionId: version, Ask: math.OneInt()}},
		})
	}
}

// Beacon holds seeds back and lets them go, or forgets one.
func (m *machine) Beacon(t *rapid.T) {
	m.beacon.held = rapid.IntRange(0, 4).Draw(t, "held") == 0
	m.beacon.lost = rapid.IntRange(0, 19).Draw(t, "lost") == 0
}

// Params puts others in force for jobs to come.
func (m *machine) Params(t *rapid.T) {
	if rapid.IntRange(0, 9).Draw(t, "rarely") > 0 {
		return
	}
	params := testParams()
	params.BurnBps = rapid.Uint32Range(1, 5_000).Draw(t, "burn")
	params.Standby = rapid.Uint32Range(0, 3).Draw(t, "standby")
	params.MaxDue = rapid.Uint32Range(1, 5).Draw(t, "due")
	_, err := m.msg.UpdateParams(m.ctx, &types.MsgUpdateParams{Authority: authority(), Params: params})
	require.NoError(t, err)
}

// Evidence takes the verifying key away, and brings it back.
func (m *machine) Evidence(t *rapid.T) {
	if rapid.IntRange(0, 4).Draw(t, "retired") == 0 {
		delete(m.attest.sizes, exactVersion)
	} else {
		m.attest.sizes[exactVersion] = uint64(len(m.terms().Input))
	}
}

// Settle pushes jobs that the queue has not got to.
func (m *machine) Settle(*rapid.T) {
	for _, job := range m.openJobs() {
		if job.PhaseEnd < m.height() {
			_, err := m.msg.Settle(m.ctx, &types.MsgSettle{Sender: user.String(), JobIds: []uint64{job.Id}})
			require.NoError(m.t, err)
		}
	}
}

// Block ends a few blocks.
func (m *machine) Block(t *rapid.T) { m.next(rapid.IntRange(1, 4).Draw(t, "blocks")) }

// Check holds after every step.
func (m *machine) invariants(t *rapid.T) {
	m.solvent()
	jobs := m.openJobs()
	require.Equal(t, len(jobs), m.open(), "one deadline for each open job")
	locked := map[string]math.Int{}
	for _, job := range jobs {
		response, err := m.query.Job(m.ctx, &types.QueryJobRequest{Id: job.Id})
		require.NoError(t, err)
		for _, seat := range response.Seats {
			if seat.State == types.SeatState_SEAT_STATE_SEATED || seat.State == types.SeatState_SEAT_STATE_COMMITTED ||
				seat.State == types.SeatState_SEAT_STATE_REVEALED {
				if locked[seat.Miner].IsNil() {
					locked[seat.Miner] = math.ZeroInt()
				}
				locked[seat.Miner] = locked[seat.Miner].Add(seat.Bond)
			}
		}
	}
	genesis, err := m.job.ExportGenesis(m.ctx)
	require.NoError(t, err)
	for _, record := range genesis.Records {
		m.over[record.Id] = record
	}
	for _, count := range genesis.Reveals {
		if locked[count.Miner].IsNil() {
			locked[count.Miner] = math.ZeroInt()
		}
		locked[count.Miner] = locked[count.Miner].Add(count.Withheld)
	}
	stakes := math.ZeroInt()
	for _, owner := range m.miners {
		miner, err := m.miner.Get(m.ctx, owner)
		require.NoError(t, err)
		if locked[miner.Owner].IsNil() {
			locked[miner.Owner] = math.ZeroInt()
		}
		require.Equal(t, locked[miner.Owner].String(), miner.Locked.String(), "bonds of seats and withheld ones")
		stakes = stakes.Add(miner.Stake).Add(miner.Unbonding)
	}
	require.Equal(t, stakes.Int64(), m.moduleBalance(minertypes.StakeAccount))
	require.False(t, m.bank.GetSupply(m.ctx, types.Denom).Amount.GT(m.minted), "nothing is minted")
}

// Whatever happens, money is where it should be after each step, and in the end every job is over.
func TestThreat16JobLifeStateMachine(t *testing.T) {
	ends, findings := map[types.Status]int{}, map[types.Finding]int{}
	appeals, evidence := 0, map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		m := &machine{world: evidenceWorld(t, rapid.SampledFrom([]int{1, 4, 7, 10, 14}).Draw(t, "miners")), over: map[uint64]types.Record{}}
		if rapid.Bool().Draw(t, "proven") {
			m.prove(exactVersion)
		}
		t.Repeat(map[string]func(*rapid.T){
			"live": m.Live, "live on": m.Live, "request": m.Request, "claim": m.Claim, "claim more": m.Claim, "deliver": m.Deliver, "deliver more": m.Deliver,
			"check": m.Check, "check more": m.Check, "check again": m.Check, "dispute": m.Dispute, "cancel": m.Cancel,
			"unstake": m.Unstake, "serve": m.Serve, "beacon": m.Beacon, "params": m.Params, "evidence": m.Evidence, "settle": m.Settle, "block": m.Block,
			"": m.invariants,
		})
		m.beacon.held, m.beacon.lost = false, false
		for range 400 {
			if m.open() == 0 {
				break
			}
			m.next(1)
			m.invariants(t)
		}
		require.Zero(t, m.open(), "a job is stuck")
		m.next(45)
		require.Zero(t, m.moduleBalance(types.EscrowAccount))
		m.unlocked()
		m.invariants(t)
		for _, record := range m.over {
			ends[record.Status]++
			findings[record.Finding]++
			evidence[record.Evidence]++
			if record.Status == types.Status_STATUS_SETTLED {
				require.Equal(t, record.VersionId == unverifiedVersion, record.Evidence == "none")
			}
		}
		appeals += m.appeals
	})
	t.Log(ends, findings, appeals, evidence)
	// What is never reached is not tested.
	for _, status := range []types.Status{
		types.Status_STATUS_SETTLED, types.Status_STATUS_REFUNDED, types.Status_STATUS_EXPIRED,
	} {
		require.Positive(t, ends[status], status)
	}
	for _, finding := range []types.Finding{
		types.Finding_FINDING_UPHELD, types.Finding_FINDING_FAULT, types.Finding_FINDING_INCONCLUSIVE,
	} {
		require.Positive(t, findings[finding], finding)
	}
	require.Positive(t, appeals)
	for _, kind := range []string{"tee", "zk", "none"} {
		require.Positive(t, evidence[kind], kind)
	}
}
