package keeper

import (
	"context"
	stderrors "errors"
	"sort"

	"cosmossdk.io/collections"
	"cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/x/job/types"
)

// Get returns an open job with its payloads.
func (k Keeper) Get(ctx context.Context, id uint64) (types.Job, error) {
	job, err := k.load(ctx, id)
	if err != nil {
		return job, err
	}
	return job, k.attachPayloads(ctx, &job)
}

// load returns an open job without input and output, which lie apart: they are large, and a job is written often.
func (k Keeper) load(ctx context.Context, id uint64) (types.Job, error) {
	job, err := k.jobs.Get(ctx, id)
	if stderrors.Is(err, collections.ErrNotFound) {
		return job, errors.Wrapf(types.ErrJobNotFound, "id %d is not open", id)
	}
	return job, err
}

func (k Keeper) attachPayloads(ctx context.Context, job *types.Job) (err error) {
	if job.Terms.Input, err = payload(ctx, k.inputs, job.Id); err != nil {
		return err
	}
	if job.Delivery != nil {
		job.Delivery.Output, err = payload(ctx, k.outputs, job.Id)
	}
	return err
}

func payload(ctx context.Context, from collections.Map[uint64, []byte], id uint64) ([]byte, error) {
	value, err := from.Get(ctx, id)
	if stderrors.Is(err, collections.ErrNotFound) {
		return nil, nil
	}
	return value, err
}

func (k Keeper) savePayload(ctx context.Context, to collections.Map[uint64, []byte], id uint64, value []byte) error {
	if len(value) == 0 {
		return nil
	}
	return to.Set(ctx, id, value)
}

// save stores a job. Whoever calls it has taken the payloads out.
func (k Keeper) save(ctx context.Context, job *types.Job) error { return k.jobs.Set(ctx, job.Id, *job) }

// enter moves a job to a phase that ends with the block at end, and stores it. The job's one entry in the queue of
// deadlines moves along.
func (k Keeper) enter(ctx context.Context, job *types.Job, phase types.Phase, end uint64) error {
	if err := k.due.Remove(ctx, collections.Join(job.PhaseEnd, job.Id)); err != nil {
		return err
	}
	job.Phase, job.PhaseEnd = phase, end
	if err := k.due.Set(ctx, collections.Join(end, job.Id)); err != nil {
		return err
	}
	return k.save(ctx, job)
}

// currentRound is the round whose seats a job waits for.
func currentRound(job *types.Job) uint32 {
	switch job.Status {
	case types.Status_STATUS_CHECKING:
		return types.RoundCheck
	case types.Status_STATUS_APPEALED:
		return types.RoundAppeal
	default:
		return types.RoundExecution
	}
}

// inPhase refuses what comes in another phase or round, or after its end: a queue that lags gives nobody more time.
func inPhase(job *types.Job, phase types.Phase, round uint32, now uint64) error {
	if job.Phase != phase {
		return errors.Wrapf(types.ErrWrongPhase, "job %d is in %s", job.Id, job.Phase)
	}
	if current := currentRound(job); current != round {
		return errors.Wrapf(types.ErrWrongRound, "job %d is in round %d", job.Id, current)
	}
	if now > job.PhaseEnd {
		return errors.Wrapf(types.ErrWindowClosed, "job %d: the phase ended with height %d", job.Id, job.PhaseEnd)
	}
	return nil
}

// seat returns a miner's seat, or ErrNotSeated.
func (k Keeper) seat(ctx context.Context, job uint64, round uint32, miner sdk.AccAddress) (types.Seat, error) {
	seat, err := k.seats.Get(ctx, collections.Join3(job, round, miner))
	if stderrors.Is(err, collections.ErrNotFound) {
		return seat, errors.Wrapf(types.ErrNotSeated, "job %d, round %d", job, round)
	}
	return seat, err
}

func (k Keeper) hasSeat(ctx context.Context, job uint64, round uint32, miner sdk.AccAddress) (bool, error) {
	return k.seats.Has(ctx, collections.Join3(job, round, miner))
}

// seatsOf returns the seats of a round by ticket, lowest first. They are at most its seats and standby.
func (k Keeper) seatsOf(ctx context.Context, job uint64, round uint32) ([]types.Seat, error) {
	return k.collectSeats(ctx, collections.NewSuperPrefixedTripleRange[uint64, uint32, sdk.AccAddress](job, round))
}

// allSeats returns the seats of all rounds of a job, by round and ticket.
func (k Keeper) allSeats(ctx context.Context, job uint64) ([]types.Seat, error) {
	return k.collectSeats(ctx, collections.NewPrefixedTripleRange[uint64, uint32, sdk.AccAddress](job))
}

func (k Keeper) collectSeats(ctx context.Context, from collections.Ranger[seatKey]) ([]types.Seat, error) {
	var seats []types.Seat
	err := k.seats.Walk(ctx, from, func(_ seatKey, seat types.Seat) (bool, error) {
		seats = append(seats, seat)
		return false, nil
	})
	sort.SliceStable(seats, func(i, j int) bool {
		if seats[i].Round != seats[j].Round {
			return seats[i].Round < seats[j].Round
		}
		return types.CompareTickets(seats[i].Ticket, seats[j].Ticket) < 0
	})
	return seats, err
}

func (k Keeper) saveSeat(ctx context.Context, seat *types.Seat) error {
	miner, err := k.addresses.StringToBytes(seat.Miner)
	if err != nil {
		return err
	}
	return k.seats.Set(ctx, collections.Join3(seat.JobId, seat.Round, sdk.AccAddress(miner)), *seat)
}

func (k Keeper) dropSeat(ctx context.Context, seat *types.Seat) error {
	miner, err := k.addresses.StringToBytes(seat.Miner)
	if err != nil {
		return err
	}
	return k.seats.Remove(ctx, collections.Join3(seat.JobId, seat.Round, sdk.AccAddress(miner)))
}

// dropStandby forgets the tickets of a round that were never seated.
func (k Keeper) dropStandby(ctx context.Context, job uint64, round uint32) error {
	seats, err := k.seatsOf(ctx, job, round)
	if err != nil {
		return err
	}
	for i := range seats {
		if seats[i].State != types.SeatState_SEAT_STATE_STANDBY {
			continue
		}
		if err := k.dropSeat(ctx, &seats[i]); err != nil {
			return err
		}
	}
	return nil
}

// address reads a stored address.
func (k Keeper) address(text string) (sdk.AccAddress, error) { return k.addresses.StringToBytes(text) }
