package types

import (
	"cosmossdk.io/errors"

	modeltypes "github.com/nesa-network/nesa/chain/x/model/types"
)

// Messages are checked twice: ValidateBasic refuses, before they cost anybody anything, those that no parameters would
// allow; handlers hold them against the parameters in force with Validate.

const (
	saltBytes       = 32
	commitmentBytes = 32
)

// ValidateBasic implements sdk.HasValidateBasic.
func (m *MsgRequest) ValidateBasic() error {
	return validateEach(m.Requests, func(t *Terms) error { return t.ValidateBasic() })
}

// ValidateBasic implements sdk.HasValidateBasic.
func (m *MsgClaim) ValidateBasic() error {
	return validateEach(m.Claims, func(e *ClaimEntry) error { return validateSeat(e.JobId, e.Round, RoundExecution) })
}

// ValidateBasic implements sdk.HasValidateBasic.
func (m *MsgDeliver) ValidateBasic() error {
	return validateEach(m.Deliveries, func(e *DeliverEntry) error { return e.ValidateBasic() })
}

// ValidateBasic implements sdk.HasValidateBasic.
func (m *MsgAbstain) ValidateBasic() error {
	return validateEach(m.Seats, func(e *SeatEntry) error { return validateSeat(e.JobId, e.Round, RoundCheck) })
}

// ValidateBasic implements sdk.HasValidateBasic.
func (m *MsgCommit) ValidateBasic() error {
	return validateEach(m.Commits, func(e *CommitEntry) error { return e.ValidateBasic() })
}

// ValidateBasic implements sdk.HasValidateBasic.
func (m *MsgReveal) ValidateBasic() error {
	return validateEach(m.Reveals, func(e *RevealEntry) error { return e.ValidateBasic() })
}

// ValidateBasic implements sdk.HasValidateBasic.
func (m *MsgChallenge) ValidateBasic() error { return validateID(m.JobId) }

// ValidateBasic implements sdk.HasValidateBasic.
func (m *MsgAppeal) ValidateBasic() error { return validateID(m.JobId) }

// ValidateBasic implements sdk.HasValidateBasic.
func (m *MsgCancel) ValidateBasic() error { return validateID(m.JobId) }

// ValidateBasic implements sdk.HasValidateBasic.
func (m *MsgSettle) ValidateBasic() error {
	return validateEach(m.JobIds, func(id *uint64) error { return validateID(*id) })
}

// ValidateBasic implements sdk.HasValidateBasic.
func (m *MsgUpdateParams) ValidateBasic() error { return m.Params.Validate() }

// ValidateBasic checks what can be said of a commitment without its seat.
func (e *CommitEntry) ValidateBasic() error {
	if len(e.Commitment) != commitmentBytes {
		return errors.Wrapf(ErrInvalidEntry, "commitment of %d bytes, want %d", len(e.Commitment), commitmentBytes)
	}
	return validateSeat(e.JobId, e.Round, RoundCheck)
}

// ValidateBasic checks what can be said of a reveal without its seat.
func (e *RevealEntry) ValidateBasic() error {
	switch {
	case len(e.Salt) != saltBytes:
		return errors.Wrapf(ErrInvalidEntry, "salt of %d bytes, want %d", len(e.Salt), saltBytes)
	case !e.Result.Outcome.Known():
		return errors.Wrapf(ErrInvalidResult, "outcome %d", e.Result.Outcome)
	case len(e.Result.Fingerprint) > modeltypes.MaxFingerprintBytes:
		return errors.Wrapf(ErrInvalidResult, "fingerprint of %d bytes", len(e.Result.Fingerprint))
	case len(e.Result.Scores) > modeltypes.MaxScores+MaxSeats:
		return errors.Wrapf(ErrInvalidResult, "%d scores", len(e.Result.Scores))
	}
	return validateSeat(e.JobId, e.Round, RoundCheck)
}

// validateEach bounds a batch and checks its entries.
func validateEach[E any](entries []E, validate func(*E) error) error {
	if len(entries) == 0 || len(entries) > MaxEntries {
		return errors.Wrapf(ErrTooMany, "%d entries, want 1 to %d", len(entries), MaxEntries)
	}
	for i := range entries {
		if err := validate(&entries[i]); err != nil {
			return errors.Wrapf(err, "entry %d of %d", i+1, len(entries))
		}
	}
	return nil
}

func validateSeat(job uint64, round, first uint32) error {
	if round < first || round > RoundAppeal {
		return errors.Wrapf(ErrInvalidEntry, "round %d, want %d to %d", round, first, RoundAppeal)
	}
	return validateID(job)
}

func validateID(job uint64) error {
	if job == 0 {
		return errors.Wrap(ErrInvalidEntry, "job ids count from 1")
	}
	return nil
}
