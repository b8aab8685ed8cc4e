package types

import (
	"cosmossdk.io/core/address"
	"cosmossdk.io/errors"
	"cosmossdk.io/math"
)

// DefaultGenesis has parameters and nothing else.
func DefaultGenesis() *GenesisState {
	params := DefaultParams()
	return &GenesisState{
		Params:    params,
		Revisions: []ParamsRevision{{Revision: 1, Params: params}},
		NextId:    1,
	}
}

// Validate checks the state for itself; no other module is needed.
func (g GenesisState) Validate(addresses address.Codec) error {
	if g.NextId == 0 {
		return errors.Wrap(ErrInvalidGenesis, "next_id is 0")
	}
	revisions, err := g.validateRevisions()
	if err != nil {
		return err
	}
	v := genesisValidator{addresses: addresses, revisions: revisions, nextID: g.NextId, rounds: map[uint64]int{}}
	if err := v.jobs(g.Jobs); err != nil {
		return err
	}
	if err := v.seats(g.Seats); err != nil {
		return err
	}
	if err := v.records(g.Records); err != nil {
		return err
	}
	return v.reveals(g.Reveals)
}

func (g GenesisState) validateRevisions() (map[uint64]bool, error) {
	if len(g.Revisions) == 0 {
		return nil, errors.Wrap(ErrInvalidGenesis, "no revision of the parameters")
	}
	known := make(map[uint64]bool, len(g.Revisions))
	last := uint64(0)
	for _, r := range g.Revisions {
		if r.Revision <= last {
			return nil, errors.Wrapf(ErrInvalidGenesis, "revision %d follows %d", r.Revision, last)
		}
		if err := r.Params.Validate(); err != nil {
			return nil, errors.Wrapf(err, "revision %d", r.Revision)
		}
		known[r.Revision], last = true, r.Revision
	}
	if !g.Params.Equal(g.Revisions[len(g.Revisions)-1].Params) {
		return nil, errors.Wrap(ErrInvalidGenesis, "params are not those of the last revision")
	}
	return known, nil
}

// Equal says whether parameters are the same.
func (p Params) Equal(other Params) bool {
	a, errA := p.Marshal()
	b, errB := other.Marshal()
	return errA == nil && errB == nil && string(a) == string(b)
}

type genesisValidator struct {
	addresses address.Codec
	revisions map[uint64]bool
	nextID    uint64
	rounds    map[uint64]int // of open jobs
}

func (v genesisValidator) id(id, revision uint64) error {
	switch {
	case id == 0 || id >= v.nextID:
		return errors.Wrapf(ErrInvalidGenesis, "job id %d is 0 or not below the next", id)
	case !v.revisions[revision]:
		return errors.Wrapf(ErrInvalidGenesis, "job %d refers to revision %d", id, revision)
	}
	return nil
}

// address accepts the one spelling that the state has: two of one account would pass for two accounts.
func (v genesisValidator) address(text string) error {
	bytes, err := v.addresses.StringToBytes(text)
	if err != nil {
		return errors.Wrapf(ErrInvalidGenesis, "address: %s", err)
	}
	if canonical, err := v.addresses.BytesToString(bytes); err != nil || canonical != text {
		return errors.Wrapf(ErrInvalidGenesis, "address %s is written %s", text, canonical)
	}
	return nil
}

func (v genesisValidator) jobs(jobs []Job) error {
	for i := range jobs {
		job := &jobs[i]
		if err := v.id(job.Id, job.ParamsRevision); err != nil {
			return err
		}
		if _, twice := v.rounds[job.Id]; twice {
			return errors.Wrapf(ErrInvalidGenesis, "job %d appears twice", job.Id)
		}
		v.rounds[job.Id] = len(job.Rounds)
		if err := v.job(job); err != nil {
			return errors.Wrapf(err, "job %d", job.Id)
		}
	}
	return nil
}

func (v genesisValidator) job(job *Job) error {
	for _, party := range []struct {
		address  string
		optional bool
	}{{job.Requester, false}, {job.Executor, true}, {job.Challenger, true}, {job.Appellant, true}} {
		if party.optional && party.address == "" {
			continue
		}
		if err := v.address(party.address); err != nil {
			return err
		}
	}
	if err := job.Terms.ValidateBasic(); err != nil {
		return errors.Wrapf(ErrInvalidGenesis, "terms: %s", err)
	}
	for _, held := range []math.Int{job.Escrow, job.Reserve, job.ChallengeDeposit, job.AppealDeposit} {
		if held.IsNil() || held.IsNegative() {
			return errors.Wrap(ErrInvalidGenesis, "an amount is missing or negative")
		}
	}
	_, phase := Phase_name[int32(job.Phase)]
	switch {
	case job.Status <= Status_STATUS_UNSPECIFIED || job.Status >= Status_STATUS_SETTLED:
		return errors.Wrapf(ErrInvalidGenesis, "status %d is not an open one", job.Status)
	case !phase || job.Phase == Phase_PHASE_UNSPECIFIED:
		return errors.Wrapf(ErrInvalidGenesis, "phase %d", job.Phase)
	case len(job.Rounds) == 0 || len(job.Rounds) > int(RoundAppeal)+1:
		return errors.Wrapf(ErrInvalidGenesis, "%d rounds", len(job.Rounds))
	}
	if rounds, delivered := stage(job.Status); len(job.Rounds) < rounds || delivered && job.Delivery == nil {
		return errors.Wrapf(ErrInvalidGenesis, "%s without its rounds or its delivery", job.Status)
	}
	if job.Terms.Assurance.ByEvidence() && len(job.Rounds) > 1 {
		return errors.Wrap(ErrInvalidGenesis, "a job by evidence has no check")
	}
	if fee, err := job.Terms.MaxFee(); err != nil || job.Escrow.LT(fee) {
		return errors.Wrapf(ErrInvalidGenesis, "escrow %s is below the fee of %s", job.Escrow, fee)
	}
	for _, round := range job.Rounds {
		if len(round.Seed) != 0 && len(round.Seed) != seedBytes {
			return errors.Wrapf(ErrInvalidGenesis, "seed of %d bytes", len(round.Seed))
		}
	}
	return nil
}

// stage returns how many rounds a job of a status has at least, and whether it has been delivered.
func stage(status Status) (rounds int, delivered bool) {
	switch status {
	case Status_STATUS_DELIVERED, Status_STATUS_CHECKING, Status_STATUS_DECIDED:
		return int(RoundCheck) + 1, true
	case Status_STATUS_APPEALED:
		return int(RoundAppeal) + 1, true
	default:
		return 1, false
	}
}

func (v genesisValidator) seats(seats []Seat) error {
	type place struct {
		job   uint64
		round uint32
		miner string
	}
	seen := make(map[place]bool, len(seats))
	for _, seat := range seats {
		at := place{seat.JobId, seat.Round, seat.Miner}
		_, state := SeatState_name[int32(seat.State)]
		if err := v.address(seat.Miner); err != nil {
			return errors.Wrapf(err, "seat of job %d", seat.JobId)
		}
		switch {
		case int(seat.Round) >= v.rounds[seat.JobId] || seen[at]:
			return errors.Wrapf(ErrInvalidGenesis, "seat in round %d of job %d: no such round, or twice", seat.Round, seat.JobId)
		case len(seat.Ticket) != hashBytes || !state || seat.State == SeatState_SEAT_STATE_UNSPECIFIED:
			return errors.Wrapf(ErrInvalidGenesis, "ticket or state of a seat of job %d", seat.JobId)
		case len(seat.Commitment) != 0 && len(seat.Commitment) != commitmentBytes:
			return errors.Wrapf(ErrInvalidGenesis, "commitment of a seat of job %d", seat.JobId)
		case seat.Round > RoundExecution && seat.State == SeatState_SEAT_STATE_REVEALED && seat.Result == nil:
			return errors.Wrapf(ErrInvalidGenesis, "a seat of job %d revealed nothing", seat.JobId)
		case seat.Bond.IsNil() || seat.Bond.IsNegative():
			return errors.Wrapf(ErrInvalidGenesis, "bond of a seat of job %d", seat.JobId)
		}
		seen[at] = true
	}
	return nil
}

func (v genesisValidator) records(records []Record) error {
	seen := make(map[uint64]bool, len(records))
	for i := range records {
		r := &records[i]
		if err := v.id(r.Id, r.ParamsRevision); err != nil {
			return err
		}
		_, open := v.rounds[r.Id]
		_, known := Status_name[int32(r.Status)]
		switch {
		case open || seen[r.Id]:
			return errors.Wrapf(ErrInvalidGenesis, "record %d of an open job, or twice", r.Id)
		case !known || r.Status < Status_STATUS_SETTLED:
			return errors.Wrapf(ErrInvalidGenesis, "record %d has status %d", r.Id, r.Status)
		case r.Evidence != "" && !proofSystemPattern.MatchString(r.Evidence):
			return errors.Wrapf(ErrInvalidGenesis, "evidence of record %d", r.Id)
		case len(r.Requester) == 0 || r.Fee.IsNil() || r.Fee.IsNegative() || r.Refunded.IsNil() || r.Refunded.IsNegative():
			return errors.Wrapf(ErrInvalidGenesis, "requester or amounts of record %d", r.Id)
		}
		seen[r.Id] = true
	}
	return nil
}

func (v genesisValidator) reveals(reveals []EpochReveals) error {
	type place struct {
		miner string
		epoch uint64
	}
	seen := make(map[place]bool, len(reveals))
	for _, r := range reveals {
		if err := v.address(r.Miner); err != nil {
			return errors.Wrap(err, "reveals")
		}
		at := place{r.Miner, r.Epoch}
		if seen[at] || r.Missing > r.Expected || r.Withheld.IsNil() || r.Withheld.IsNegative() {
			return errors.Wrapf(ErrInvalidGenesis, "reveals of %s in epoch %d", r.Miner, r.Epoch)
		}
		seen[at] = true
	}
	return nil
}
