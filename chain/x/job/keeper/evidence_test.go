package keeper_test

import (
	"crypto/sha256"
	"testing"

	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"

	attestationtypes "github.com/nesa-network/nesa/chain/x/attestation/types"
	"github.com/nesa-network/nesa/chain/x/job/types"
)

// byEvidence asks for evidence in place of a check.
func byEvidence(kinds ...string) func(*types.Terms) {
	return func(t *types.Terms) { t.Assurance = types.Assurance{Evidence: kinds} }
}

// evidenceWorld has miners with attested keys, and a verifying key for inputs as long as the terms'.
func evidenceWorld(t testingT, miners int) *world {
	t.Helper()
	w := newWorld(t, miners)
	for _, owner := range w.miners {
		w.attest.attested[owner.String()] = true
	}
	w.attest.sizes[exactVersion] = uint64(len(w.terms().Input))
	return w
}

// with adds evidence of a kind to a delivery, for what is delivered then.
func (w *world) with(id uint64, kind string) func(*types.DeliverEntry) {
	return func(e *types.DeliverEntry) {
		e.Fingerprint, e.Units = nil, min(e.Units, 1)
		job := w.get(id)
		digest := e.OutputDigest
		if len(e.Output) > 0 {
			sum := sha256.Sum256(e.Output)
			digest = sum[:]
		}
		held := evidenceOf(attestationtypes.Statement{
			JobID: id, VersionID: job.Terms.VersionId, Miner: sdk.MustAccAddressFromBech32(job.Executor),
			Input: job.Terms.Input, InputDigest: job.Terms.InputDigest, Options: job.Terms.Options, Seed: job.Terms.Seed,
			Outcome: uint64(e.Outcome), Output: e.Output, OutputDigest: digest, Units: e.Units,
		})
		e.Evidence = &attestationtypes.Evidence{
			Sum: &attestationtypes.Evidence_Key{Key: &attestationtypes.KeySignature{Signature: held}},
		}
		if kind == "zk" {
			e.Evidence = &attestationtypes.Evidence{
				Sum: &attestationtypes.Evidence_Proof{Proof: &attestationtypes.Proof{Groth16: held}},
			}
		}
	}
}

// Evidence settles a job in the block of its delivery: no levy, no committee, the bond free again.
func TestEvidenceSettlesAtOnce(t *testing.T) {
	for _, kind := range []string{"tee", "zk"} {
		w := evidenceWorld(t, 6)
		pool := w.moduleBalance(types.LevyAccount)
		id := w.request(byEvidence("zk", "tee"))
		require.False(t, w.get(id).Unverified)
		require.Equal(t, int64(100_000), w.get(id).Escrow.Int64(), "no premium")
		require.True(t, w.get(id).Reserve.IsZero())
		w.claimAll(id, types.RoundExecution)
		executor := sdk.MustAccAddressFromBech32(w.get(id).Executor)
		_, locked := w.stake(executor)
		require.Equal(t, int64(200_000), locked, "two fees, as for a check that is certain")
		before := w.balance(user)

		require.NoError(t, w.deliver(id, w.with(id, kind)))
		record := w.record(id)
		require.Equal(t, types.Status_STATUS_SETTLED, record.Status)
		require.Equal(t, kind, record.Evidence)
		require.Equal(t, types.Finding_FINDING_UNSPECIFIED, record.Finding)
		require.Equal(t, int64(1_000), record.Fee.Int64())
		require.Equal(t, before+99_000, w.balance(user))
		require.Equal(t, int64(1_000-20-100), w.earned(executor), "burn and royalty are taken, and no levy")
		require.Equal(t, pool, w.moduleBalance(types.LevyAccount))
		require.Zero(t, w.moduleBalance(types.EscrowAccount))
		w.unlocked()
		w.solvent()
	}
}

// An enclave signs canonical failures and several units as well.
func TestAttestedFailureCostsTheBaseFee(t *testing.T) {
	w := evidenceWorld(t, 4)
	id := w.request(byEvidence("tee"))
	w.claimAll(id, types.RoundExecution)
	require.NoError(t, w.deliver(id, failed(types.Outcome_OUTCOME_INVALID_INPUT), w.with(id, "tee")))
	require.Equal(t, int64(10_000), w.record(id).Fee.Int64())
}

// withOptions asks for a setting that models in provable form do not have: every miner would find the input invalid, and nobody
// could prove that.
func withOptions(t *types.Terms) { t.Options = []byte(`{"x":1}`) }

// refusal is a request that is refused, and why.
type refusal struct {
	change []func(*types.Terms)
	err    error
}

// refuses makes requests that are refused, each in a world of its own, and nobody pays.
func refuses(t *testing.T, requests map[string]refusal) {
	t.Helper()
	for name, request := range requests {
		w := evidenceWorld(t, 6)
		w.fund(user, 1_000_000)
		_, err := w.msg.Request(w.ctx, &types.MsgRequest{
			Requester: user.String(), Requests: []types.Terms{w.terms(request.change...)},
		})
		require.ErrorIs(t, err, request.err, name)
		require.Equal(t, int64(1_000_000), w.balance(user), name)
	}
}

// What evidence cannot be had is refused before anybody pays or promises anything.
func TestThreat22EvidenceThatCannotBeHadIsRefused(t *testing.T) {
	elsewhere := func(t *types.Terms) {
		digest := sha256.Sum256(t.Input)
		t.Input, t.InputDigest, t.InputUri = nil, digest[:], "https://requester.example/input"
	}
	refuses(t, map[string]refusal{
		"not in the profile":          {[]func(*types.Terms){ofVersion(tolerantVersion), byEvidence("tee")}, types.ErrEvidence},
		"in the profile, unknown":     {[]func(*types.Terms){byEvidence("fhe")}, types.ErrEvidence},
		"one of two unknown":          {[]func(*types.Terms){byEvidence("tee", "fhe")}, types.ErrEvidence},
		"a proof about another size":  {[]func(*types.Terms){byEvidence("zk"), func(t *types.Terms) { t.Input = t.Input[1:] }}, types.ErrInvalidRequest},
		"a proof with options":        {[]func(*types.Terms){byEvidence("zk"), withOptions}, types.ErrInvalidRequest},
		"either with options":         {[]func(*types.Terms){byEvidence("zk", "tee"), withOptions}, types.ErrInvalidRequest},
		"a proof about what is away":  {[]func(*types.Terms){byEvidence("zk"), elsewhere}, types.ErrInvalidRequest},
		"beside a check":              {[]func(*types.Terms){byEvidence("tee"), checkBps(500)}, types.ErrInvalidRequest},
		"beside a committee's number": {[]func(*types.Terms){byEvidence("tee"), func(t *types.Terms) { t.Assurance.Verifiers = 3 }}, types.ErrInvalidRequest},
	})
	w := evidenceWorld(t, 4)
	delete(w.attest.sizes, exactVersion)
	w.fund(user, 1_000_000)
	_, err := w.msg.Request(w.ctx, &types.MsgRequest{
		Requester: user.String(), Requests: []types.Terms{w.terms(byEvidence("zk"))},
	})
	require.ErrorIs(t, err, types.ErrEvidence, "no verifying key")
	estimate, err := w.query.Estimate(w.ctx, &types.QueryEstimateRequest{Terms: w.terms(byEvidence("zk"))})
	require.NoError(t, err)
	require.Contains(t, estimate.Refusal, "no verifying key")
	// One miner is enough where there is nothing to vote about.
	alone := evidenceWorld(t, 1)
	require.False(t, alone.get(alone.request(byEvidence("tee"))).Unverified)
}

// A miner claims only what it can give.
func TestClaimsNeedAnAttestedKey(t *testing.T) {
	w := evidenceWorld(t, 4)
	without := w.miners[0]
	delete(w.attest.attested, without.String())
	id := w.request(byEvidence("tee"))
	w.until(id, types.Phase_PHASE_CLAIM)
	require.ErrorIs(t, w.claim(id, types.RoundExecution, without), types.ErrEvidence)
	require.NoError(t, w.claim(id, types.RoundExecution, w.miners[1]))
	either := w.request(byEvidence("tee", "zk"))
	w.until(either, types.Phase_PHASE_CLAIM)
	require.NoError(t, w.claim(either, types.RoundExecution, without))
}

// Evidence must be there, be of a kind that was asked for, and hold for this very delivery. What is refused changes
// nothing, and the right one may still come.
func TestThreat44EvidenceOfAnotherDeliveryIsRefused(t *testing.T) {
	w := evidenceWorld(t, 4)
	other := w.request(byEvidence("tee"), func(t *types.Terms) { t.Input = []byte("another photo") })
	id := w.request(byEvidence("tee"))
	w.until(id, types.Phase_PHASE_CLAIM)
	for _, owner := range w.miners {
		require.NoError(t, w.claim(other, types.RoundExecution, owner))
	}
	w.claimAll(id, types.RoundExecution)
	for name, change := range map[string]func(*types.DeliverEntry){
		"none":             func(e *types.DeliverEntry) { e.Evidence = nil },
		"another kind":     w.with(id, "zk"),
		"another output":   func(e *types.DeliverEntry) { e.Output = []byte("a forgery") },
		"another outcome":  func(e *types.DeliverEntry) { e.Outcome, e.Output, e.Units = types.Outcome_OUTCOME_NON_FINITE, nil, 0 },
		"more units":       units(2),
		"with fingerprint": func(e *types.DeliverEntry) { e.Fingerprint = fingerprint(exactVersion, 0) },
		"of another job": func(e *types.DeliverEntry) {
			e.JobId = other
			w.with(other, "tee")(e)
			e.JobId = id
		},
	} {
		before := w.get(id)
		require.Error(t, w.deliver(id, w.with(id, "tee"), change), name)
		require.Equal(t, before, w.get(id), name)
	}
	require.NoError(t, w.deliver(id, w.with(id, "tee")))
	require.Equal(t, types.Status_STATUS_SETTLED, w.record(id).Status)
}

// The proofs of a message are handed over together, and whichever does not hold spoils no other delivery.
func TestProofsOfAMessageAreVerifiedTogether(t *testing.T) {
	w := evidenceWorld(t, 1)
	msg := &types.MsgDeliver{Operator: w.operator(w.miners[0])}
	kinds := []string{"zk", "tee", "zk", "zk"}
	var jobs []uint64
	for range kinds {
		jobs = append(jobs, w.request(byEvidence("zk", "tee")))
	}
	for _, id := range jobs {
		w.until(id, types.Phase_PHASE_CLAIM)
		require.NoError(t, w.claim(id, types.RoundExecution, w.miners[0]))
	}
	w.until(jobs[3], types.Phase_PHASE_RUN)
	for i, kind := range kinds {
		entry := types.DeliverEntry{JobId: jobs[i], Outcome: types.Outcome_OUTCOME_OK, Output: output, Units: 1}
		w.with(jobs[i], kind)(&entry)
		if i == 2 {
			entry.Evidence.GetProof().Groth16[0] ^= 1
		}
		msg.Deliveries = append(msg.Deliveries, entry)
	}
	response, err := w.msg.Deliver(w.ctx, msg)
	require.NoError(t, err)
	require.Equal(t, []int{3}, w.attest.together)
	for i, kind := range kinds {
		if i == 2 {
			require.NotZero(t, response.Results[i].Code)
			require.Equal(t, types.Phase_PHASE_RUN, w.get(jobs[i]).Phase, "its window is open still")
			continue
		}
		require.Zero(t, response.Results[i].Code)
		require.Equal(t, kind, w.record(jobs[i]).Evidence)
	}
}

// A proof says nothing about units, so that nobody charges for more than one.
func TestThreat22AProvenRunHasOneUnit(t *testing.T) {
	w := evidenceWorld(t, 4)
	id := w.request(byEvidence("zk"))
	w.claimAll(id, types.RoundExecution)
	two := func(e *types.DeliverEntry) { e.Units = 2 }
	proven := func(e *types.DeliverEntry) {
		w.with(id, "zk")(e)
		e.Units = 2
		job := w.get(id)
		sum := sha256.Sum256(e.Output)
		e.Evidence.GetProof().Groth16 = evidenceOf(attestationtypes.Statement{
			JobID: id, VersionID: exactVersion, Miner: sdk.MustAccAddressFromBech32(job.Executor), Input: job.Terms.Input,
			InputDigest: job.Terms.InputDigest, Options: job.Terms.Options, Seed: job.Terms.Seed,
			Outcome: uint64(e.Outcome), Output: e.Output, OutputDigest: sum[:], Units: 2,
		})
	}
	require.ErrorIs(t, w.deliver(id, two, proven), types.ErrInvalidDelivery)
}

// Missing evidence costs the bond, and what comes late stops no refund.
func TestLateEvidenceDoesNotStopTheRefund(t *testing.T) {
	w := evidenceWorld(t, 4)
	id := w.request(byEvidence("tee"), func(t *types.Terms) { t.Deadline += 100 })
	before := w.balance(user) + 100_000
	w.claimAll(id, types.RoundExecution)
	executor := sdk.MustAccAddressFromBech32(w.get(id).Executor)
	evidence := types.DeliverEntry{JobId: id, Outcome: types.Outcome_OUTCOME_OK, Output: output, Units: 1}
	w.with(id, "tee")(&evidence)
	for range 4 { // the executor and all who replace it
		w.at(w.get(id).PhaseEnd)
		if response, _ := w.query.Job(w.ctx, &types.QueryJobRequest{Id: id}); response.Record != nil {
			break
		}
		w.next(1)
		if response, _ := w.query.Job(w.ctx, &types.QueryJobRequest{Id: id}); response.Record != nil {
			break
		}
	}
	_, err := w.msg.Deliver(w.ctx, &types.MsgDeliver{
		Operator: w.operator(executor), Deliveries: []types.DeliverEntry{evidence},
	})
	require.Error(t, err)
	record := w.finish(id)
	require.Equal(t, types.Status_STATUS_EXPIRED, record.Status)
	require.Equal(t, before, w.balance(user))
	w.next(45)
	stake, locked := w.stake(executor)
	require.Equal(t, stakeOfMiner-200_000, stake)
	require.Zero(t, locked)
}

// There is no dispute about what has been proven, nor before.
func TestNoDisputeWithEvidence(t *testing.T) {
	w := evidenceWorld(t, 6)
	id := w.request(byEvidence("tee"))
	w.claimAll(id, types.RoundExecution)
	require.Error(t, w.challenge(id, account("other")))
	require.Error(t, w.appeal(id, account("other")))
	require.NoError(t, w.deliver(id, w.with(id, "tee")))
	require.Error(t, w.challenge(id, account("other")))
}

// Governance may retire a verifying key while miners work under it: nobody is at fault then.
func TestThreat17ARetiredVerifyingKeyCostsNoBond(t *testing.T) {
	for _, kinds := range [][]string{{"zk"}, {"zk", "tee"}} {
		w := evidenceWorld(t, 4)
		id := w.request(byEvidence(kinds...), func(t *types.Terms) { t.Deadline += 100 })
		before := w.balance(user) + 100_000
		w.claimAll(id, types.RoundExecution)
		executor := sdk.MustAccAddressFromBech32(w.get(id).Executor)
		delete(w.attest.sizes, exactVersion)
		require.Equal(t, types.Status_STATUS_EXPIRED, w.finish(id).Status)
		require.Equal(t, before, w.balance(user))
		w.next(45)
		w.unlocked()
		w.solvent()
		stake, _ := w.stake(executor)
		if len(kinds) == 1 {
			require.Equal(t, stakeOfMiner, stake)
		} else {
			require.Less(t, stake, stakeOfMiner, "an enclave's signature could still be had")
		}
	}
}
