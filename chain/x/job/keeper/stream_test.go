package keeper_test

import (
	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	pruningtypes "github.com/cosmos/cosmos-sdk/store/v2/pruning/types"
	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/x/job/types"
	minertypes "github.com/nesa-network/nesa/chain/x/miner/types"
	modeltypes "github.com/nesa-network/nesa/chain/x/model/types"
)

// stream has jobs under way, any number at once, which honest miners carry to their ends, and commits every block.
type stream struct {
	*world
	open    []uint64
	settled int
	checked int
}

func newStream(t testingT, miners int, salt string, retention uint64) *stream {
	t.Helper()
	w := newWorld(t, miners)
	w.beacon.salt = salt
	params := testParams()
	params.Retention, params.MaxDue = retention, types.MaxDuePerBlock
	_, err := w.msg.UpdateParams(w.ctx, &types.MsgUpdateParams{Authority: authority(), Params: params})
	require.NoError(t, err)
	w.stores.SetPruning(pruningtypes.NewPruningOptions(pruningtypes.PruningEverything))
	w.fund(user, 1<<60)
	w.fundPool(1 << 50)
	return &stream{world: w}
}

// block requests so many jobs, does what all open ones wait for, and ends.
func (s *stream) block(requests int) {
	s.t.Helper()
	terms := make([]types.Terms, requests)
	for i := range terms {
		terms[i] = s.terms(checkBps(500), cheap)
	}
	for len(terms) > 0 {
		size := min(len(terms), int(testParams().MaxBatch))
		response, err := s.msg.Request(s.ctx, &types.MsgRequest{Requester: user.String(), Requests: terms[:size]})
		require.NoError(s.t, err)
		s.open = append(s.open, response.JobIds...)
		terms = terms[size:]
	}
	left := s.open[:0]
	for _, id := range s.open {
		if s.carryOn(id) {
			left = append(left, id)
		}
	}
	s.open = left
	s.next(1)
	s.ctx.MultiStore().(storetypes.CacheMultiStore).Write()
	s.stores.Commit()
	s.ctx = s.ctx.WithMultiStore(s.stores.CacheMultiStore())
}

// carryOn does what a job waits for, and says whether it is still open.
func (s *stream) carryOn(id uint64) bool {
	job, err := s.job.Get(s.ctx, id)
	if err != nil {
		require.Equal(s.t, types.Status_STATUS_SETTLED, s.record(id).Status)
		s.settled++
		return false
	}
	round := uint32(len(job.Rounds) - 1)
	switch job.Phase {
	case types.Phase_PHASE_CLAIM:
		if len(job.Rounds[round].Claimed) == 0 {
			for _, owner := range s.miners {
				_ = s.claim(id, round, owner) // a ticket that is beaten, or a role that bars
			}
		}
	case types.Phase_PHASE_RUN:
		require.NoError(s.t, s.deliver(id))
	case types.Phase_PHASE_COMMIT:
		for _, owner := range s.seated(id, round, types.SeatState_SEAT_STATE_SEATED) {
			require.NoError(s.t, s.commit(id, round, owner, s.honest(id, round)))
		}
	case types.Phase_PHASE_REVEAL:
		for _, owner := range s.seated(id, round, types.SeatState_SEAT_STATE_COMMITTED) {
			require.NoError(s.t, s.reveal(id, round, owner, s.honest(id, round)))
		}
		s.checked++
	}
	return true
}

// cheap is a fee whose bonds leave stake for thousands of jobs.
func cheap(t *types.Terms) { t.Price = math.NewInt(10) }

// drain runs blocks until no job is open.
func (s *stream) drain() {
	s.t.Helper()
	for len(s.open) > 0 {
		s.block(0)
	}
}

// bytes are the keys and values of this project's stores.
func (s *stream) bytes() int {
	s.t.Helper()
	keys, ok := s.stores.(interface {
		StoreKeysByName() map[string]storetypes.StoreKey
	})
	require.True(s.t, ok)
	total := 0
	for _, name := range []string{types.StoreKey, minertypes.StoreKey, modeltypes.StoreKey} {
		total += sizeOf(s.ctx, keys.StoreKeysByName()[name])
	}
	return total
}

func sizeOf(ctx sdk.Context, key storetypes.StoreKey) (total int) {
	iterator := ctx.MultiStore().GetKVStore(key).Iterator(nil, nil)
	defer func() { _ = iterator.Close() }()
	for ; iterator.Valid(); iterator.Next() {
		total += len(iterator.Key()) + len(iterator.Value())
	}
	return total
}
