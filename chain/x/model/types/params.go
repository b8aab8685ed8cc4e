package types

import (
	"cosmossdk.io/errors"
	"cosmossdk.io/math"
)

const (
	// BasisPoints are one whole.
	BasisPoints = 10_000
	// MaxProbationMiners bounds what is kept for, and cleared at the end of, a probation.
	MaxProbationMiners = 256
	// MaxRunWindow bounds the parameter of that name, in blocks.
	MaxRunWindow = 1_000_000
)

// DefaultParams are the main network's.
func DefaultParams() Params {
	return Params{
		RegistrationFee:  NES(10),
		MaxRoyaltyBps:    2_000,
		ProbationChecks:  100,
		ProbationMiners:  10,
		SuspensionChecks: 100,
		SuspensionBps:    2_500,
		MaxRunWindow:     1_200,
	}
}

// LocalnetParams suit a few miners on one machine.
func LocalnetParams() Params {
	params := DefaultParams()
	params.RegistrationFee = NES(1)
	params.ProbationChecks = 3
	params.ProbationMiners = 2
	params.SuspensionChecks = 20
	params.SuspensionBps = 5_000
	return params
}

// NES returns an amount of whole NES in anes.
func NES(amount int64) math.Int {
	return math.NewInt(amount).Mul(math.NewIntWithDecimal(1, 18))
}

// Validate checks every parameter.
func (p Params) Validate() error {
	switch {
	case p.RegistrationFee.IsNil() || p.RegistrationFee.IsNegative():
		return errors.Wrap(ErrInvalidParams, "registration_fee is missing or negative")
	case p.MaxRoyaltyBps > BasisPoints:
		return errors.Wrap(ErrInvalidParams, "max_royalty_bps exceeds one whole")
	case p.ProbationChecks == 0:
		return errors.Wrap(ErrInvalidParams, "probation_checks is 0")
	case p.ProbationMiners == 0 || p.ProbationMiners > MaxProbationMiners:
		return errors.Wrapf(ErrInvalidParams, "probation_miners is not 1 to %d", MaxProbationMiners)
	case p.SuspensionChecks == 0:
		return errors.Wrap(ErrInvalidParams, "suspension_checks is 0")
	case p.SuspensionBps == 0 || p.SuspensionBps > BasisPoints:
		return errors.Wrap(ErrInvalidParams, "suspension_bps is not 1 to 10000")
	case p.MaxRunWindow == 0 || p.MaxRunWindow > MaxRunWindow:
		return errors.Wrapf(ErrInvalidParams, "max_run_window is not 1 to %d", MaxRunWindow)
	}
	return nil
}
