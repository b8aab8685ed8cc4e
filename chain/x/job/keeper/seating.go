package keeper

import (
	"context"

	"cosmossdk.io/math"

	"github.com/nesa-network/nesa/chain/x/job/types"
)

// bondOf is the bond of a seat in a job's present round.
func bondOf(params types.Params, job *types.Job) math.Int {
	costs := costsOf(params, job)
	if currentRound(job) == types.RoundExecution {
		return costs.Bond
	}
	return charged(params, job).VerifierPay.MulRaw(int64(params.BondFees))
}

// closeClaims seats the best tickets.
func (k Keeper) closeClaims(ctx context.Context, job *types.Job) error {
	if currentRound(job) == types.RoundExecution {
		return k.seatExecutor(ctx, job, false)
	}
	return k.fill(ctx, job, false)
}

// seatExecutor has the next ticket execute, or gives up.
func (k Keeper) seatExecutor(ctx context.Context, job *types.Job, replacement bool) error {
	window, err := k.runWindow(ctx, job)
	if err != nil {
		return err
	}
	now := height(ctx)
	until := min(now+window, job.Terms.Deadline)
	if until <= now {
		return k.expire(ctx, job)
	}
	seat, err := k.seatNext(ctx, job, until, replacement)
	if err != nil {
		return err
	}
	if seat == nil {
		return k.expire(ctx, job)
	}
	job.Executor = seat.Miner
	job.Status = types.Status_STATUS_CLAIMED
	return k.enter(ctx, job, types.Phase_PHASE_RUN, until)
}

// missDelivery replaces an executor that did not deliver by the same seed's next ticket.
func (k Keeper) missDelivery(ctx context.Context, job *types.Job) error {
	executor, err := k.address(job.Executor)
	if err != nil {
		return err
	}
	seat, err := k.seat(ctx, job.Id, types.RoundExecution, executor)
	if err != nil {
		return err
	}
	lapsed, err := k.evidenceLapsed(ctx, job)
	if err != nil {
		return err
	}
	if lapsed {
		return k.excuse(ctx, job, &seat)
	}
	if err := k.miss(ctx, &seat); err != nil {
		return err
	}
	params, err := k.paramsOf(ctx, job)
	if err != nil {
		return err
	}
	job.Executor = ""
	round := &job.Rounds[types.RoundExecution]
	if round.Replacements >= params.Standby {
		return k.expire(ctx, job)
	}
	round.Replacements++
	return k.seatExecutor(ctx, job, true)
}

// missSeats gives up the committee's seats that are still in a state when its phase ends, and fills them.
func (k Keeper) missSeats(ctx context.Context, job *types.Job, state types.SeatState) error {
	seats, err := k.seatsOf(ctx, job.Id, currentRound(job))
	if err != nil {
		return err
	}
	for i := range seats {
		if seats[i].State != state {
			continue
		}
		if err := k.miss(ctx, &seats[i]); err != nil {
			return err
		}
	}
	return k.fill(ctx, job, true)
}

// miss marks a seat whose miner did not do what it was seated for.
func (k Keeper) miss(ctx context.Context, seat *types.Seat) error {
	committed := seat.State == types.SeatState_SEAT_STATE_COMMITTED
	seat.State = types.SeatState_SEAT_STATE_MISSING
	if err := k.saveSeat(ctx, seat); err != nil {
		return err
	}
	if err := k.emitMissed(ctx, seat); err != nil {
		return err
	}
	if !committed {
		return k.countDuty(ctx, seat, true)
	}
	// Who has committed was there and knows its result: not to show it is a choice, and no outage excuses it.
	if err := k.countDuty(ctx, seat, false); err != nil {
		return err
	}
	return k.forfeit(ctx, seat.JobId, seat.Miner, seat.Bond)
}

func (k Keeper) emitMissed(ctx context.Context, seat *types.Seat) error {
	return emit(ctx, &types.EventMissed{JobId: seat.JobId, Round: seat.Round, Miner: seat.Miner, State: seat.State})
}

// fill gives a committee's empty seats to the next tickets, and goes on to what the committee waits for then. New
// seats have the whole run window, the round's other seats with them.
func (k Keeper) fill(ctx context.Context, job *types.Job, replacing bool) error {
	params, err := k.paramsOf(ctx, job)
	if err != nil {
		return err
	}
	window, err := k.runWindow(ctx, job)
	if err != nil {
		return err
	}
	number := currentRound(job)
	tally, err := k.tally(ctx, job.Id, number)
	if err != nil {
		return err
	}
	round := &job.Rounds[number]
	until, seated := height(ctx)+window, false
	for taken := tally.seated + tally.committed + tally.revealed; taken < round.Seats; taken++ {
		if replacing && round.Replacements >= params.Standby {
			break
		}
		seat, err := k.seatNext(ctx, job, until, replacing)
		if err != nil {
			return err
		}
		if seat == nil {
			break
		}
		if replacing {
			round.Replacements++
		}
		seated = true
	}
	if seated {
		return k.enter(ctx, job, types.Phase_PHASE_COMMIT, until)
	}
	return k.proceed(ctx, job)
}

// proceed goes on when nobody has to commit any longer: to the reveals, or to the verdict.
func (k Keeper) proceed(ctx context.Context, job *types.Job) error {
	tally, err := k.tally(ctx, job.Id, currentRound(job))
	if err != nil {
		return err
	}
	switch {
	case tally.seated > 0:
		return k.save(ctx, job)
	case tally.committed == 0:
		return k.decide(ctx, job)
	case job.Phase == types.Phase_PHASE_REVEAL:
		return k.save(ctx, job)
	}
	params, err := k.paramsOf(ctx, job)
	if err != nil {
		return err
	}
	return k.enter(ctx, job, types.Phase_PHASE_REVEAL, height(ctx)+params.RevealWindow)
}

// counts of a round's seats by state.
type counts struct{ seated, committed, revealed uint32 }

func (k Keeper) tally(ctx context.Context, job uint64, round uint32) (counts, error) {
	seats, err := k.seatsOf(ctx, job, round)
	var c counts
	for i := range seats {
		switch seats[i].State {
		case types.SeatState_SEAT_STATE_SEATED:
			c.seated++
		case types.SeatState_SEAT_STATE_COMMITTED:
			c.committed++
		case types.SeatState_SEAT_STATE_REVEALED:
			c.revealed++
		default:
		}
	}
	return c, err
}

// seatNext seats the lowest ticket in waiting whose miner still has its slot and can lock the bond; others are passed
// over. It returns nil when there is none left.
func (k Keeper) seatNext(ctx context.Context, job *types.Job, until uint64, replacement bool) (*types.Seat, error) {
	params, err := k.paramsOf(ctx, job)
	if err != nil {
		return nil, err
	}
	number := currentRound(job)
	seats, err := k.seatsOf(ctx, job.Id, number)
	if err != nil {
		return nil, err
	}
	bond := bondOf(params, job)
	for i := range seats {
		seat := &seats[i]
		if seat.State != types.SeatState_SEAT_STATE_STANDBY {
			continue
		}
		locked, err := k.lock(ctx, job, seat, bond)
		if err != nil {
			return nil, err
		}
		if !locked {
			if err := k.dropSeat(ctx, seat); err != nil {
				return nil, err
			}
			continue
		}
		seat.State, seat.Bond = types.SeatState_SEAT_STATE_SEATED, bond
		if err := k.saveSeat(ctx, seat); err != nil {
			return nil, err
		}
		return seat, emit(ctx, &types.EventSeated{
			JobId: job.Id, Round: number, Miner: seat.Miner, Ticket: seat.Ticket, Bond: bond, Until: until,
			Replacement: replacement,
		})
	}
	return nil, nil
}

// lock takes a seat's bond, unless the miner has too little free, or too little stake for the slot it claimed with.
func (k Keeper) lock(ctx context.Context, job *types.Job, seat *types.Seat, bond math.Int) (bool, error) {
	owner, err := k.address(seat.Miner)
	if err != nil {
		return false, err
	}
	slots, err := k.miner.Slots(ctx, owner, job.Rounds[seat.Round].Epoch)
	if err != nil {
		return false, err
	}
	if uint64(seat.Slot) >= slots {
		return false, nil
	}
	// Whatever Lock refuses for, the miner cannot take the seat.
	return apart(ctx, func(ctx context.Context) error { return k.miner.Lock(ctx, owner, bond) }) == nil, nil
}

// runWindow is how many blocks the job's model may take.
func (k Keeper) runWindow(ctx context.Context, job *types.Job) (uint64, error) {
	version, err := k.model.Version(ctx, job.Terms.VersionId)
	return version.Profile.RunWindow, err
}
