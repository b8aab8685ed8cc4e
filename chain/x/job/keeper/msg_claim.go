package keeper

import (
	"bytes"
	"context"

	"cosmossdk.io/errors"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/x/job/types"
	minertypes "github.com/nesa-network/nesa/chain/x/miner/types"
)

// maxCounted is the number of miners of a version up to which each claim is remembered, so that claims close early.
const maxCounted = 64

// Claim enters tickets.
func (s msgServer) Claim(ctx context.Context, msg *types.MsgClaim) (*types.MsgClaimResponse, error) {
	if err := s.checkBatch(ctx, len(msg.Claims)); err != nil {
		return nil, err
	}
	miner, err := s.claimant(ctx, msg.ClaimKey)
	if err != nil {
		return nil, err
	}
	results, err := applyEach(ctx, msg.Claims, func(ctx context.Context, entry *types.ClaimEntry) error {
		return s.claim(ctx, miner, entry)
	})
	return &types.MsgClaimResponse{Results: results}, err
}

// ticket is a claim that may be made.
type ticket struct {
	job    types.Job
	totals minertypes.Totals
	seat   types.Seat
	// rank is where it comes among those that are kept.
	rank rank
}

// rank says whether a ticket is among the best, and which one it pushes out, if any.
type rank struct {
	lost   bool
	beaten *types.Seat
}

// claim enters one ticket. Its work does not grow with the number of claims.
func (k Keeper) claim(ctx context.Context, miner minertypes.Miner, entry *types.ClaimEntry) error {
	made, err := k.checkClaim(ctx, miner, entry, height(ctx))
	if err != nil {
		return err
	}
	counted := made.totals.Miners <= maxCounted
	if made.rank.lost && !counted {
		return errors.Wrapf(types.ErrTicketBeaten, "job %d", entry.JobId)
	}
	if made.rank.beaten != nil {
		if err := k.dropSeat(ctx, made.rank.beaten); err != nil {
			return err
		}
	}
	if !made.rank.lost {
		if err := k.saveSeat(ctx, &made.seat); err != nil {
			return err
		}
	}
	if counted {
		// One that has lost is remembered too: the claims close when everybody has made theirs.
		if err := k.countClaim(ctx, &made); err != nil {
			return err
		}
	}
	return emit(ctx, &types.EventClaimed{
		JobId: entry.JobId, Round: entry.Round, Miner: made.seat.Miner, Slot: entry.Slot, Ticket: made.seat.Ticket,
	})
}

// checkClaim says whether a claim may be made at a height, and whether it would be among the best. It writes nothing;
// cheap tests come first, since the mempool asks as well.
func (k Keeper) checkClaim(
	ctx context.Context, miner minertypes.Miner, entry *types.ClaimEntry, at uint64,
) (ticket, error) {
	job, err := k.load(ctx, entry.JobId)
	if err != nil {
		return ticket{}, err
	}
	if err := inPhase(&job, types.Phase_PHASE_CLAIM, entry.Round, at); err != nil {
		return ticket{}, err
	}
	round := &job.Rounds[entry.Round]
	if at < round.ClaimStart {
		return ticket{}, errors.Wrapf(types.ErrWindowClosed, "claims of job %d start at height %d", job.Id, round.ClaimStart)
	}
	owner, err := k.address(miner.Owner)
	if err != nil {
		return ticket{}, err
	}
	params, err := k.paramsOf(ctx, &job)
	if err != nil {
		return ticket{}, err
	}
	made := ticket{job: job, seat: types.Seat{
		JobId: job.Id, Round: entry.Round, Miner: miner.Owner, Slot: entry.Slot,
		State: types.SeatState_SEAT_STATE_STANDBY, Bond: math.ZeroInt(),
	}}
	value := types.Ticket(chainID(ctx), [32]byte(round.Seed), job.Id, entry.Round, owner, entry.Slot)
	made.seat.Ticket = value[:]
	if err := k.checkEligible(ctx, &job, round, miner, owner, entry); err != nil {
		return ticket{}, err
	}
	if made.totals, err = k.miner.Totals(ctx, job.Terms.VersionId); err != nil {
		return ticket{}, err
	}
	if made.totals.Miners > params.OpenClaimsMiners {
		// One claim expected for each ticket that will be kept, or a large committee would never fill.
		slots := made.totals.Slots / uint64(round.Seats+params.Standby)
		if !types.Admits(types.ClaimThreshold(slots, at-round.ClaimStart), value) {
			return ticket{}, errors.Wrapf(types.ErrTicketTooHigh, "job %d: above this block's threshold", job.Id)
		}
	}
	made.rank, err = k.rank(ctx, &made.seat, int(round.Seats+params.Standby))
	if err != nil {
		return ticket{}, err
	}
	return made, k.canBond(ctx, params, &job, owner)
}

// checkEligible holds a miner against the draw.
func (k Keeper) checkEligible(
	ctx context.Context, job *types.Job, round *types.Round, miner minertypes.Miner, owner sdk.AccAddress,
	entry *types.ClaimEntry,
) error {
	for _, claimed := range round.Claimed {
		if bytes.Equal(claimed, owner) {
			return errors.Wrapf(types.ErrAlreadyClaimed, "job %d", job.Id)
		}
	}
	served, serves, err := k.miner.Serves(ctx, job.Terms.VersionId, owner)
	switch {
	case err != nil:
		return err
	case !serves || served.Since > round.DrawHeight:
		return errors.Wrapf(types.ErrNotEligible, "version %d was not served at the draw", job.Terms.VersionId)
	case served.Ask.GT(job.Terms.Price):
		return errors.Wrapf(types.ErrAskAboveBid, "the ask %s is above the bid %s", served.Ask, job.Terms.Price)
	}
	slots, err := k.miner.Slots(ctx, owner, round.Epoch)
	if err != nil {
		return err
	}
	if uint64(entry.Slot) >= slots {
		return errors.Wrapf(types.ErrInvalidSlot, "slot %d of %d", entry.Slot, slots)
	}
	if err := k.checkRoles(ctx, job, entry.Round, miner, owner); err != nil {
		return err
	}
	return k.canGiveEvidence(ctx, job, owner)
}

// rank places a ticket among the best so many.
func (k Keeper) rank(ctx context.Context, seat *types.Seat, keep int) (rank, error) {
	seats, err := k.seatsOf(ctx, seat.JobId, seat.Round)
	if err != nil {
		return rank{}, err
	}
	for i := range seats {
		if seats[i].Miner == seat.Miner {
			return rank{}, errors.Wrapf(types.ErrAlreadyClaimed, "job %d", seat.JobId)
		}
	}
	if len(seats) < keep {
		return rank{}, nil
	}
	last := &seats[len(seats)-1]
	if types.CompareTickets(seat.Ticket, last.Ticket) >= 0 {
		return rank{lost: true}, nil
	}
	return rank{beaten: last}, nil
}

// canBond refuses a claim that could not be honoured.
func (k Keeper) canBond(ctx context.Context, params types.Params, job *types.Job, owner sdk.AccAddress) error {
	bond := bondOf(params, job)
	free, err := k.miner.Free(ctx, owner)
	if err != nil {
		return err
	}
	if free.LT(bond) {
		return errors.Wrapf(types.ErrInsufficientBond, "free stake %s does not cover the bond %s", free, bond)
	}
	return nil
}

// countClaim remembers who has claimed, and closes the claims with this block when all have that can.
func (k Keeper) countClaim(ctx context.Context, made *ticket) error {
	owner, err := k.address(made.seat.Miner)
	if err != nil {
		return err
	}
	job := &made.job
	round := &job.Rounds[made.seat.Round]
	round.Claimed = append(round.Claimed, owner)
	barred, err := k.barred(ctx, job, made.seat.Round)
	if err != nil {
		return err
	}
	// Those at the start: a miner that claims and then serves the version no more must not count twice.
	if uint64(len(round.Claimed)+len(barred)) >= round.Miners {
		serving, err := k.serving(ctx, job, barred)
		if err != nil {
			return err
		}
		if uint64(len(round.Claimed))+serving >= round.Miners {
			return k.enter(ctx, job, types.Phase_PHASE_CLAIM, height(ctx))
		}
	}
	return k.save(ctx, job)
}
