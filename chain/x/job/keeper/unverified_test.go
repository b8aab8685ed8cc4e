package keeper_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"

	attestationtypes "github.com/nesa-network/nesa/chain/x/attestation/types"
	"github.com/nesa-network/nesa/chain/x/job/types"
)

// unverified asks for what nobody checks.
func unverified(t *types.Terms) {
	t.VersionId, t.Assurance = unverifiedVersion, types.Assurance{Evidence: []string{"none"}}
}

// bare is a delivery as nobody compares it.
func bare(e *types.DeliverEntry) { e.Fingerprint = nil }

// The delivery settles the job: nobody checks, and nothing is paid that pays for checks.
func TestUnverifiedSettlesAtDelivery(t *testing.T) {
	w := newWorld(t, 1) // one miner is enough where there is nothing to vote about
	pool := w.moduleBalance(types.LevyAccount)
	id := w.request(unverified)
	require.True(t, w.get(id).Unverified)
	require.Equal(t, int64(100_000), w.get(id).Escrow.Int64(), "no premium")
	require.True(t, w.get(id).Reserve.IsZero())
	w.claimAll(id, types.RoundExecution)
	executor := sdk.MustAccAddressFromBech32(w.get(id).Executor)
	_, locked := w.stake(executor)
	require.Equal(t, int64(200_000), locked, "a delivery that does not come costs two fees")
	before := w.balance(user)

	require.NoError(t, w.deliver(id, units(10), bare))
	record := w.record(id)
	require.Equal(t, types.Status_STATUS_SETTLED, record.Status)
	require.Equal(t, "none", record.Evidence)
	require.Equal(t, types.Finding_FINDING_UNSPECIFIED, record.Finding)
	require.Equal(t, int64(10_000), record.Fee.Int64())
	require.Equal(t, before+90_000, w.balance(user), "what was not used comes back")
	require.Equal(t, int64(10_000-200-1_000), w.earned(executor), "burn and royalty are taken, and no levy")
	require.Equal(t, pool, w.moduleBalance(types.LevyAccount))
	require.Zero(t, w.moduleBalance(types.EscrowAccount))
	w.unlocked()
	w.solvent()
}

// A request says none where that is all there is, and nowhere else, so that nobody is left unprotected without knowing.
func TestUnverifiedIsAskedForByName(t *testing.T) {
	refuses(t, map[string]refusal{
		"a check of it":        {[]func(*types.Terms){ofVersion(unverifiedVersion)}, types.ErrAssurance},
		"a lottery of it":      {[]func(*types.Terms){ofVersion(unverifiedVersion), checkBps(500)}, types.ErrAssurance},
		"nothing said":         {[]func(*types.Terms){ofVersion(unverifiedVersion), checkBps(0)}, types.ErrAssurance},
		"an enclave":           {[]func(*types.Terms){ofVersion(unverifiedVersion), byEvidence("tee")}, types.ErrAssurance},
		"a proof":              {[]func(*types.Terms){ofVersion(unverifiedVersion), byEvidence("zk")}, types.ErrAssurance},
		"none of the verified": {[]func(*types.Terms){unverified, ofVersion(exactVersion)}, types.ErrAssurance},
		"none or more":         {[]func(*types.Terms){ofVersion(unverifiedVersion), byEvidence("none", "tee")}, types.ErrInvalidRequest},
		"none and a check":     {[]func(*types.Terms){unverified, checkBps(500)}, types.ErrInvalidRequest},
		"none and verifiers":   {[]func(*types.Terms){unverified, func(t *types.Terms) { t.Assurance.Verifiers = 3 }}, types.ErrInvalidRequest},
	})
	w := newWorld(t, 6)
	for _, test := range []struct {
		change []func(*types.Terms)
		says   string
	}{
		{[]func(*types.Terms){ofVersion(unverifiedVersion)}, "nobody checks what version 3 delivers: ask for none"},
		{[]func(*types.Terms){unverified, ofVersion(exactVersion)}, "version 1 is verified, and the lottery costs you no more"},
	} {
		estimate, err := w.query.Estimate(w.ctx, &types.QueryEstimateRequest{Terms: w.terms(test.change...)})
		require.NoError(t, err)
		require.Contains(t, estimate.Refusal, test.says)
	}
	estimate, err := w.query.Estimate(w.ctx, &types.QueryEstimateRequest{Terms: w.terms(unverified)})
	require.NoError(t, err)
	require.Empty(t, estimate.Refusal)
	require.True(t, estimate.Unverified)
	require.True(t, estimate.Levy.IsZero())
}

// What nobody checks is still held to its form and its limits.
func TestThreat22UnverifiedUnitsAreCapped(t *testing.T) {
	w := newWorld(t, 4)
	id := w.request(unverified)
	w.claimAll(id, types.RoundExecution)
	for name, change := range map[string]func(*types.DeliverEntry){
		"more units":    units(101),
		"no units":      units(0),
		"a fingerprint": func(e *types.DeliverEntry) { e.Fingerprint = fingerprint(exactVersion, 0) },
		"evidence": func(e *types.DeliverEntry) {
			e.Evidence = &attestationtypes.Evidence{Sum: &attestationtypes.Evidence_Key{Key: &attestationtypes.KeySignature{}}}
		},
	} {
		before := w.get(id)
		require.Error(t, w.deliver(id, bare, change), name)
		require.Equal(t, before, w.get(id), name)
	}
	require.NoError(t, w.deliver(id, units(100), bare))
	require.Equal(t, int64(100_000), w.record(id).Fee.Int64())
}

// Nobody can dispute what nobody can compare: neither before the delivery nor after it.
func TestUnverifiedIsNotDisputed(t *testing.T) {
	w := newWorld(t, 6)
	id := w.request(unverified)
	w.claimAll(id, types.RoundExecution)
	require.ErrorIs(t, w.challenge(id, account("other")), types.ErrWrongPhase)
	require.ErrorIs(t, w.appeal(id, account("other")), types.ErrWrongPhase)
	require.NoError(t, w.deliver(id, bare))
	require.ErrorIs(t, w.challenge(id, account("other")), types.ErrJobNotFound)
	require.ErrorIs(t, w.appeal(id, account("other")), types.ErrJobNotFound)
}

// A run that does not come ends as any other: refund, and the bond is lost.
func TestUnverifiedThatDoesNotComeIsRefunded(t *testing.T) {
	w := newWorld(t, 1)
	id := w.request(unverified)
	before := w.balance(user) + 100_000
	w.claimAll(id, types.RoundExecution)
	executor := sdk.MustAccAddressFromBech32(w.get(id).Executor)
	require.Equal(t, types.Status_STATUS_EXPIRED, w.finish(id).Status)
	require.Equal(t, before, w.balance(user))
	w.next(45)
	stake, locked := w.stake(executor)
	require.Equal(t, stakeOfMiner-200_000, stake)
	require.Zero(t, locked)
	w.solvent()
}

// Whoever requests its own jobs of its own model from its own miner loses the burn each time. It gains nothing besides:
// neither from the pool nor in the version's standing.
func TestThreat13UnverifiedJobsOfOnesOwn(t *testing.T) {
	w := newWorld(t, 1)
	w.fund(user, 1_000_000)
	pool, before := w.moduleBalance(types.LevyAccount), w.wealth()
	for _, change := range [][]func(*types.DeliverEntry){
		{units(1), bare}, {units(100), bare}, {failed(types.Outcome_OUTCOME_INVALID_INPUT)},
	} {
		id := w.requestBy(user, unverified)
		w.claimAll(id, types.RoundExecution)
		require.NoError(t, w.deliver(id, change...))
		fee := w.record(id).Fee.Int64()
		require.Equal(t, before-fee/50, w.wealth())
		before = w.wealth()
	}
	w.next(45)
	require.Equal(t, before, w.wealth())
	require.Equal(t, pool, w.moduleBalance(types.LevyAccount))
	version, err := w.model.Version(w.ctx, unverifiedVersion)
	require.NoError(t, err)
	require.Zero(t, version.Agreed+version.Disagreed+uint64(version.DistinctMiners))
	require.False(t, version.Proven)
}
