package keeper

import (
	"context"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/x/job/types"
)

// ending is how a delivered job ends.
type ending struct {
	finding types.Finding
	status  types.Status
	seats   []types.Seat
	// appealed says that a committee decided an appeal.
	appealed bool
	// appealPaysBack says that the appellant was right to appeal.
	appealPaysBack bool
}

// faulty says that the executor loses its bond.
func (e *ending) faulty() bool {
	return e.finding == types.Finding_FINDING_FAULT || e.finding == types.Finding_FINDING_UNAVAILABLE
}

// good returns the seats of a committee that are paid.
func (e *ending) good(round uint32) []*types.Seat {
	return e.standing(round, types.Standing_STANDING_GOOD)
}

func (e *ending) standing(round uint32, standing types.Standing) []*types.Seat {
	var seats []*types.Seat
	for i := range e.seats {
		if e.seats[i].Round == round && e.seats[i].Standing == standing {
			seats = append(seats, &e.seats[i])
		}
	}
	return seats
}

// attended says that enough of the last committee judged to agree, had their results been equal. To have fetched nothing
// is to have judged nothing.
func (e *ending) attended(params types.Params, job *types.Job) bool {
	last := uint32(len(job.Rounds) - 1)
	judged := uint32(0)
	for i := range e.seats {
		seat := &e.seats[i]
		if seat.Round == last && seat.State == types.SeatState_SEAT_STATE_REVEALED &&
			seat.Result.Outcome != types.Outcome_OUTCOME_UNAVAILABLE {
			judged++
		}
	}
	return judged >= types.Agreement(job.Rounds[last].Seats, params.AgreementBps)
}

// conclude ends a job that was delivered: unchecked, or with the finding of its last committee.
func (k Keeper) conclude(ctx context.Context, job *types.Job) error {
	params, err := k.paramsOf(ctx, job)
	if err != nil {
		return err
	}
	end, err := k.endingOf(ctx, job)
	if err != nil {
		return err
	}
	b := k.newBill(job)
	if err := b.settleBonds(ctx, end); err != nil {
		return err
	}
	// Before the fee is split: what the pool can pay does not hang on this job's own levy.
	if err := b.payCommittees(ctx, params, end); err != nil {
		return err
	}
	if end.status == types.Status_STATUS_SETTLED {
		if err := b.chargeFee(ctx, params, charged(params, job).Fee); err != nil {
			return err
		}
	}
	if err := k.strike(ctx, job, end); err != nil {
		return err
	}
	if err := k.recordCheck(ctx, params, job, end); err != nil {
		return err
	}
	return k.finish(ctx, b, end.status)
}

func (k Keeper) endingOf(ctx context.Context, job *types.Job) (*ending, error) {
	end := &ending{
		finding:  standingFinding(job),
		status:   types.Status_STATUS_REFUNDED,
		appealed: decidedByAppeal(job),
	}
	switch end.finding {
	case types.Finding_FINDING_UNSPECIFIED, types.Finding_FINDING_UPHELD:
		end.status = types.Status_STATUS_SETTLED
	case types.Finding_FINDING_INCONCLUSIVE:
		// A challenge that proves nothing leaves the job as it was. If it refunded, whoever is requester and committee
		// at once would have levies back from every job that the lottery passed over, and draw on them in the others.
		if job.CheckCause == types.CheckCause_CHECK_CAUSE_CHALLENGED {
			end.status = types.Status_STATUS_SETTLED
		}
	}
	var err error
	if end.seats, err = k.allSeats(ctx, job.Id); err != nil {
		return nil, err
	}
	if end.appealed {
		end.appealPaysBack = justified(job, end)
	}
	return end, err
}

// decidedByAppeal says that a committee reached a verdict about an appeal.
func decidedByAppeal(job *types.Job) bool {
	return len(job.Rounds) > int(types.RoundAppeal) &&
		job.Rounds[types.RoundAppeal].Finding != types.Finding_FINDING_INCONCLUSIVE
}

// justified says whether an appeal was worth it: it overturned the verdict, or upheld a fault of somebody other than
// the appellant. Only owners are compared: anybody can name anybody's account its operator.
func justified(job *types.Job, end *ending) bool {
	if end.finding != job.Rounds[types.RoundCheck].Finding {
		return true
	}
	for _, seat := range end.standing(types.RoundCheck, types.Standing_STANDING_FAULT) {
		if seat.Miner != job.Appellant {
			return true
		}
	}
	return end.faulty() && job.Executor != job.Appellant
}

// settleBonds burns the bonds of those at fault and frees the others. Bonds of missing seats stay withheld until their
// epoch ends.
func (b *bill) settleBonds(ctx context.Context, end *ending) error {
	for i := range end.seats {
		seat := &end.seats[i]
		if seat.State != types.SeatState_SEAT_STATE_REVEALED || !seat.Bond.IsPositive() {
			continue
		}
		owner, err := b.address(seat.Miner)
		if err != nil {
			return err
		}
		lost := seat.Standing == types.Standing_STANDING_FAULT
		if seat.Round == types.RoundExecution {
			lost = end.faulty()
		}
		if !lost {
			if err := b.miner.Release(ctx, owner, seat.Bond); err != nil {
				return err
			}
			continue
		}
		if err := b.miner.BurnBond(ctx, owner, seat.Bond); err != nil {
			return err
		}
		b.burned = b.burned.Add(seat.Bond)
		if err := b.emitPaid(ctx, b.job.Id, types.Role_ROLE_BOND, seat.Miner, seat.Bond); err != nil {
			return err
		}
	}
	return nil
}

// strike counts faults that an appeal has upheld. A version on probation costs nobody stake, for its profile may be
// what is wrong.
func (k Keeper) strike(ctx context.Context, job *types.Job, end *ending) error {
	if !end.appealed {
		return nil
	}
	probation, err := k.model.OnProbation(ctx, job.Terms.VersionId)
	if err != nil || probation {
		return err
	}
	version, err := k.model.Version(ctx, job.Terms.VersionId)
	if err != nil {
		return err
	}
	requester, err := k.address(job.Requester)
	if err != nil {
		return err
	}
	var guilty []string
	if end.finding == types.Finding_FINDING_FAULT {
		guilty = append(guilty, job.Executor)
	}
	for _, seat := range end.standing(types.RoundCheck, types.Standing_STANDING_FAULT) {
		guilty = append(guilty, seat.Miner)
	}
	for _, miner := range guilty {
		owner, err := k.address(miner)
		if err != nil {
			return err
		}
		if _, err := k.miner.Strike(ctx, owner, job.Id, requester, types.Exact(version.Profile)); err != nil {
			return err
		}
	}
	return nil
}

// recordCheck tells the version how a check of it went. That an output could not be fetched, or that too few came to
// judge it, says nothing about the version.
func (k Keeper) recordCheck(ctx context.Context, params types.Params, job *types.Job, end *ending) error {
	switch end.finding {
	case types.Finding_FINDING_UNSPECIFIED, types.Finding_FINDING_UNAVAILABLE:
		return nil
	case types.Finding_FINDING_INCONCLUSIVE:
		if !end.attended(params, job) {
			return nil
		}
		return k.model.RecordCheck(ctx, job.Terms.VersionId, false, nil)
	case types.Finding_FINDING_UPHELD:
	default:
		return k.model.RecordCheck(ctx, job.Terms.VersionId, false, nil)
	}
	agreed := []string{job.Executor}
	for _, round := range []uint32{types.RoundCheck, types.RoundAppeal} {
		for _, seat := range end.good(round) {
			agreed = append(agreed, seat.Miner)
		}
	}
	miners := make([]sdk.AccAddress, len(agreed))
	for i, text := range agreed {
		var err error
		if miners[i], err = k.address(text); err != nil {
			return err
		}
	}
	return k.model.RecordCheck(ctx, job.Terms.VersionId, true, miners)
}
