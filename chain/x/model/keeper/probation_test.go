package keeper_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/x/model/types"
)

const (
	probation = types.VersionStatus_VERSION_STATUS_PROBATION
	active    = types.VersionStatus_VERSION_STATUS_ACTIVE
	suspended = types.VersionStatus_VERSION_STATUS_SUSPENDED
	retired   = types.VersionStatus_VERSION_STATUS_RETIRED
)

func (f *fixture) check(id uint64, agreed bool, miners ...string) {
	f.t.Helper()
	accounts := make([]sdk.AccAddress, len(miners))
	for i, miner := range miners {
		accounts[i] = account("%s", miner)
	}
	require.NoError(f.t, f.keeper.RecordCheck(f.ctx, id, agreed, accounts))
}

func (f *fixture) onProbation(id uint64) bool {
	f.t.Helper()
	spared, err := f.keeper.OnProbation(f.ctx, id)
	require.NoError(f.t, err)
	return spared
}

func (f *fixture) request(id uint64, requester string) error {
	return f.keeper.CheckRequest(f.ctx, id, account("%s", requester))
}

func TestThreat35ProbationEndsByChecksAndMiners(t *testing.T) {
	f := newFixture(t)
	f.register("acme", "acme/chat")
	id := f.addVersion("acme", "acme/chat")
	require.True(t, f.onProbation(id))
	require.NoError(t, f.request(id, "user"), "it serves requests meanwhile")

	for range 5 {
		f.check(id, true, "alice", "alice")
	}
	require.Equal(t, probation, f.version(id).Status, "one miner proves nothing")
	f.check(id, false, "bob")
	require.Equal(t, uint32(1), f.version(id).DistinctMiners, "who disagreed does not count")
	f.check(id, true, "alice", "bob")
	require.Equal(t, active, f.version(id).Status)
	require.False(t, f.onProbation(id))

	genesis, err := f.keeper.ExportGenesis(f.ctx)
	require.NoError(t, err)
	require.Empty(t, genesis.ProbationMiners, "nothing is kept that is not needed")
}

func TestThreat14OneMinerEndsNoProbation(t *testing.T) {
	f := newFixture(t)
	f.register("acme", "acme/chat")
	id := f.addVersion("acme", "acme/chat")
	for range 50 {
		f.check(id, true, "alice", "alice", "alice")
	}
	require.Equal(t, uint32(1), f.version(id).DistinctMiners)
	require.Equal(t, probation, f.version(id).Status)
}

func TestThreat35ManyMinersAreNotEnoughChecks(t *testing.T) {
	f := newFixture(t)
	f.register("acme", "acme/chat")
	id := f.addVersion("acme", "acme/chat")
	f.check(id, true, "alice", "bob", "carol", "dave")
	f.check(id, true)
	require.Equal(t, probation, f.version(id).Status)
	require.Equal(t, uint32(2), f.version(id).DistinctMiners, "no more are kept than asked for")
	f.check(id, true)
	require.Equal(t, active, f.version(id).Status)
}

func TestThreat35VersionIsSuspendedAndNotItsMiners(t *testing.T) {
	f := newFixture(t)
	f.register("acme", "acme/chat")
	id, other := f.addVersion("acme", "acme/chat"), f.addVersion("acme", "acme/chat")
	for range 6 {
		f.check(id, true, "alice", "bob")
	}
	f.check(id, false)
	f.check(id, false)
	require.Equal(t, active, f.version(id).Status, "2 of 8 are not above a quarter")
	f.check(id, false)
	require.Equal(t, suspended, f.version(id).Status, "3 of 9 are")
	require.ErrorIs(t, f.request(id, "user"), types.ErrUnavailable)
	require.True(t, f.onProbation(id), "faults of jobs still open cost no stake")
	require.NoError(t, f.request(other, "user"))
	f.check(id, true)
	require.Equal(t, suspended, f.version(id).Status)
	_, err := message(f, f.msg.Retire, &types.MsgRetire{Owner: account("acme").String(), Model: "acme/chat", Number: 1})
	require.ErrorIs(t, err, types.ErrUnavailable, "a publisher cannot hide it")
}

// A publisher that retires a version on probation does not thereby make its profile punish anybody.
func TestThreat35RetiringEndsNoProbation(t *testing.T) {
	f := newFixture(t)
	f.register("acme", "acme/chat")
	id, proven := f.addVersion("acme", "acme/chat"), f.addVersion("acme", "acme/chat")
	for range 3 {
		f.check(proven, true, "alice", "bob")
	}
	for number := uint32(1); number <= 2; number++ {
		_, err := message(f, f.msg.Retire, &types.MsgRetire{Owner: account("acme").String(), Model: "acme/chat", Number: number})
		require.NoError(t, err)
	}
	require.Equal(t, retired, f.version(id).Status)
	require.True(t, f.onProbation(id))
	require.False(t, f.onProbation(proven), "nor does it save anybody from a fault of an open job")
	for range 10 {
		f.check(id, true, "alice", "bob")
	}
	require.Equal(t, retired, f.version(id).Status)
	require.True(t, f.onProbation(id))
}

// Whatever the checks, only one path leads to proven, and the status never goes back.
func TestProbationModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := newFixture(t)
		f.register("acme", "acme/chat")
		id := f.addVersion("acme", "acme/chat")
		params := testParams()
		agreed, disagreed, miners := uint64(0), uint64(0), map[string]bool{}
		want, proven := probation, false
		for range rapid.IntRange(1, 40).Draw(t, "checks") {
			agrees := rapid.IntRange(0, 3).Draw(t, "agrees") > 0
			seen := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c"}), 0, 3).Draw(t, "miners")
			f.check(id, agrees, seen...)
			if agrees {
				agreed++
				for _, miner := range seen {
					miners[miner] = true
				}
			} else {
				disagreed++
			}
			checks := agreed + disagreed
			switch {
			case want == probation && agreed >= params.ProbationChecks && len(miners) >= int(params.ProbationMiners):
				want, proven = active, true
			case want != suspended && checks >= params.SuspensionChecks &&
				disagreed*10_000 > uint64(params.SuspensionBps)*checks:
				want = suspended
			}
			version := f.version(id)
			require.Equal(t, want, version.Status)
			require.Equal(t, []uint64{agreed, disagreed}, []uint64{version.Agreed, version.Disagreed})
			require.Equal(t, !proven || want == suspended, f.onProbation(id))
		}
	})
}

func TestRetire(t *testing.T) {
	f := newFixture(t)
	f.register("acme", "acme/chat")
	id := f.addVersion("acme", "acme/chat")
	retire := func(owner string, number uint32) error {
		_, err := message(f, f.msg.Retire, &types.MsgRetire{Owner: account("%s", owner).String(), Model: "acme/chat", Number: number})
		return err
	}
	require.ErrorIs(t, retire("eve", 0), types.ErrNotOwner)
	require.ErrorIs(t, retire("acme", 2), types.ErrNoVersion)
	require.NoError(t, retire("acme", 0))
	require.ErrorIs(t, f.request(id, "acme"), types.ErrUnavailable)
	_, err := message(f, f.msg.AddVersion, newVersion("acme", "acme/chat"))
	require.ErrorIs(t, err, types.ErrModelRetired)
	require.ErrorIs(t, retire("acme", 0), types.ErrModelRetired)
	f.check(id, true, "alice")
	require.Equal(t, uint64(1), f.version(id).Agreed, "open jobs still end")
}

func TestPrivateModels(t *testing.T) {
	f := newFixture(t)
	f.fund(account("acme"), 10)
	_, err := f.msg.Register(f.ctx, &types.MsgRegister{Owner: account("acme").String(), Name: "acme/chat", Private: true})
	require.NoError(t, err)
	id := f.addVersion("acme", "acme/chat")
	require.NoError(t, f.request(id, "acme"), "the owner may always")
	require.ErrorIs(t, f.request(id, "user"), types.ErrNotAllowed)
	set := func(private bool, grant, revoke []string) error {
		_, err := message(f, f.msg.SetAccess, &types.MsgSetAccess{
			Owner: account("acme").String(), Model: "acme/chat", Private: private, Grant: grant, Revoke: revoke,
		})
		return err
	}
	user := []string{account("user").String()}
	require.NoError(t, set(true, user, nil))
	require.NoError(t, f.request(id, "user"))
	require.ErrorIs(t, f.request(id, "other"), types.ErrNotAllowed)
	list, err := f.query.Access(f.ctx, &types.QueryAccessRequest{Publisher: "acme", Name: "chat"})
	require.NoError(t, err)
	require.Equal(t, user, list.Addresses)
	require.NoError(t, set(true, user, user))
	require.ErrorIs(t, f.request(id, "user"), types.ErrNotAllowed, "in both lists means no")
	require.NoError(t, set(false, nil, nil))
	require.NoError(t, f.request(id, "other"))
	require.ErrorIs(t, set(false, make([]string, 101), nil), types.ErrInvalidAccess)
	require.ErrorIs(t, set(false, []string{"nobody"}, nil), types.ErrInvalidAccess)
	_, err = message(f, f.msg.SetAccess, &types.MsgSetAccess{Owner: account("eve").String(), Model: "acme/chat"})
	require.ErrorIs(t, err, types.ErrNotOwner)
}
