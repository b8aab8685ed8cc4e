package types

import (
	"cosmossdk.io/core/address"
	"cosmossdk.io/errors"
	"cosmossdk.io/math"
)

// DefaultGenesis has no entries.
func DefaultGenesis() *GenesisState { return &GenesisState{Params: DefaultParams()} }

// Validate checks a state.
func (g GenesisState) Validate(addresses address.Codec) error {
	if err := g.Params.Validate(); err != nil {
		return err
	}
	last := uint64(0)
	for i := range g.Entries {
		entry := &g.Entries[i]
		if entry.JobId <= last {
			return errors.Wrapf(ErrInvalidGenesis, "entry of job %d follows that of %d", entry.JobId, last)
		}
		last = entry.JobId
		if err := entry.validate(addresses); err != nil {
			return errors.Wrapf(ErrInvalidGenesis, "entry of job %d: %s", entry.JobId, err)
		}
	}
	return nil
}

// Owed is the sum of the fees held.
func (g GenesisState) Owed() math.Int {
	sum := math.ZeroInt()
	for i := range g.Entries {
		sum = sum.Add(g.Entries[i].Fee)
	}
	return sum
}

func (e *Entry) validate(addresses address.Codec) error {
	contract, err := addresses.StringToBytes(e.Contract)
	switch {
	case err != nil:
		return err
	case len(contract) != 20:
		return errors.Wrapf(ErrInvalidGenesis, "contract of %d bytes", len(contract))
	case e.Fee.IsNil() || e.Fee.IsNegative():
		return errors.Wrap(ErrInvalidGenesis, "fee")
	case e.GasLimit > MaxGasLimit:
		return errors.Wrapf(ErrInvalidGenesis, "gas limit %d", e.GasLimit)
	case len(e.Failure) > MaxFailureBytes:
		return errors.Wrapf(ErrInvalidGenesis, "failure of %d bytes", len(e.Failure))
	}
	over := e.State != State_STATE_WAITING
	calls := e.State == State_STATE_WAITING || e.State == State_STATE_READY
	switch {
	case e.State < State_STATE_WAITING || e.State > State_STATE_FAILED:
		return errors.Wrapf(ErrInvalidGenesis, "state %s", e.State)
	case over != (e.Answer != nil) || over != (e.ForgetHeight > 0):
		return errors.Wrapf(ErrInvalidGenesis, "%s, answer and forget_height do not go together", e.State)
	case !calls && e.Fee.IsPositive():
		return errors.Wrapf(ErrInvalidGenesis, "%s holds a fee", e.State)
	}
	return nil
}
