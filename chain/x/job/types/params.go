package types

import (
	"cosmossdk.io/errors"
	"cosmossdk.io/math"
)

const (
	// MaxBlocks bounds every window, so that heights never overflow.
	MaxBlocks = 100_000_000
	// MaxSeats bounds every committee, and so the work of one verdict.
	MaxSeats = 64
	// MaxInlineBytes bounds the parameter inline_limit.
	MaxInlineBytes = 64 << 10
	// MaxEntries bounds the parameter max_batch.
	MaxEntries = 256
	// MinVerifiers is the least committee: of fewer, one alone could decide, and one whoever asks for it hopes to own.
	MinVerifiers = 3
	// MaxDuePerBlock bounds the parameter max_due.
	MaxDuePerBlock = 10_000
	// MaxBondFees bounds the parameter bond_fees.
	MaxBondFees = 1_000
	// MaxFeeBits bounds a fee, far above all coins that exist, so that no product of it overflows.
	MaxFeeBits = 128

	// twoThirds of 3, 5 and 21 seats are 2, 4 and 14; with 6667 three seats would have to be unanimous.
	twoThirds = 6_666
)

// DefaultParams are the main network's.
func DefaultParams() Params {
	return Params{
		MinCheckBps:      500,
		UnverifiedBelow:  0,
		Verifiers:        5,
		MaxVerifiers:     9,
		AgreementBps:     twoThirds,
		AppealSeats:      21,
		AppealFloor:      9,
		Standby:          3,
		ClaimWindow:      4,
		RevealWindow:     20,
		ChallengeWindow:  100,
		AppealWindow:     28_800,
		OpenClaimsMiners: 64,
		LevyBps:          1_200,
		BurnBps:          200,
		VerifierBps:      4_000,
		BondFees:         2,
		BaseFeeBps:       1_000,
		CancelBps:        500,
		LevyShare:        50,
		InlineLimit:      16 << 10,
		Retention:        201_600,
		MaxDue:           1_000, // of the order of the requests that a block has room for
		MaxDeadline:      28_800,
		MaxBatch:         32,
		OutageBps:        3_334,
		OutageMin:        30,
		MinFee:           math.NewIntWithDecimal(1, 12),
	}
}

// LocalnetParams suit a few miners on one machine.
func LocalnetParams() Params {
	params := DefaultParams()
	params.UnverifiedBelow = 4
	params.Verifiers = 3
	params.AppealSeats = 7
	params.AppealFloor = 5
	params.ClaimWindow = 3
	params.ChallengeWindow = 6
	params.AppealWindow = 12
	params.Retention = 5_000
	return params
}

// Validate checks every parameter, and that no way of playing every part of a job at once earns more than it costs.
func (p Params) Validate() error {
	for _, bound := range []struct {
		name               string
		value, least, most uint64
	}{
		{"min_check_bps", uint64(p.MinCheckBps), 1, BasisPoints},
		{"unverified_below", uint64(p.UnverifiedBelow), 0, MaxSeats},
		{"verifiers", uint64(p.Verifiers), MinVerifiers, MaxSeats - 1},
		{"max_verifiers", uint64(p.MaxVerifiers), uint64(p.Verifiers), MaxSeats - 1}, // an appeal has one more
		{"agreement_bps", uint64(p.AgreementBps), BasisPoints/2 + 1, BasisPoints},
		{"appeal_floor", uint64(p.AppealFloor), uint64(p.Verifiers) + 1, MaxSeats},
		{"appeal_seats", uint64(p.AppealSeats), uint64(p.AppealFloor), MaxSeats},
		{"standby", uint64(p.Standby), 0, MaxSeats},
		{"claim_window", p.ClaimWindow, 1, MaxBlocks},
		{"reveal_window", p.RevealWindow, 1, MaxBlocks},
		{"challenge_window", p.ChallengeWindow, 1, MaxBlocks},
		{"appeal_window", p.AppealWindow, 1, MaxBlocks},
		{"levy_bps", uint64(p.LevyBps), 1, BasisPoints / 2},
		{"burn_bps", uint64(p.BurnBps), 1, BasisPoints / 2},
		{"verifier_bps", uint64(p.VerifierBps), 1, BasisPoints},
		{"bond_fees", uint64(p.BondFees), 1, MaxBondFees},
		{"base_fee_bps", uint64(p.BaseFeeBps), 0, BasisPoints},
		{"cancel_bps", uint64(p.CancelBps), 1, BasisPoints},
		{"levy_share", p.LevyShare, 1, MaxBlocks},
		{"inline_limit", p.InlineLimit, 1, MaxInlineBytes},
		{"retention", p.Retention, 1, MaxBlocks},
		{"max_due", uint64(p.MaxDue), 1, MaxDuePerBlock},
		{"max_deadline", p.MaxDeadline, p.ClaimWindow + 2, MaxBlocks},
		{"max_batch", uint64(p.MaxBatch), 1, MaxEntries},
		{"outage_bps", uint64(p.OutageBps), 1, BasisPoints},
		{"outage_min", uint64(p.OutageMin), 1, MaxBlocks},
	} {
		if bound.value < bound.least || bound.value > bound.most {
			return errors.Wrapf(ErrInvalidParams, "%s is %d, want %d to %d", bound.name, bound.value, bound.least, bound.most)
		}
	}
	if p.MinFee.IsNil() || !p.MinFee.IsPositive() || p.MinFee.BigInt().BitLen() > MaxFeeBits {
		return errors.Wrap(ErrInvalidParams, "min_fee is missing, not positive or too large")
	}
	return p.validateIncentives()
}

// validateIncentives refuses parameters under which somebody who is requester, executor and committee in one would
// gain. Products of bounded values do not overflow.
func (p Params) validateIncentives() error {
	// The levy of a job pays for what the least check of it costs in the mean. Whoever asks for more pays the premium.
	mean := uint64(p.MinCheckBps) * uint64(p.Verifiers) * uint64(p.VerifierBps)
	if levied := uint64(p.LevyBps) * BasisPoints; mean > levied {
		return errors.Wrapf(ErrInvalidParams, "levy_bps %d does not pay for the least check", p.LevyBps)
	}
	// Without a check the bond is bond_fees and there is no premium, so a challenge must not cost more than that.
	if uint64(p.Verifiers)*uint64(p.VerifierBps) > uint64(p.BondFees)*BasisPoints {
		return errors.Wrapf(ErrInvalidParams, "%d verifiers cost more than bond_fees", p.Verifiers)
	}
	// A fault on purpose, found by one's own challenge, has the pool pay at most this multiple of the fee. Against it
	// stand the bond and the premium; their least, over all check probabilities, is worth a check of twice the bond.
	if uint64(p.MaxVerifiers)*uint64(p.VerifierBps) > 2*uint64(p.BondFees)*BasisPoints {
		return errors.Wrapf(ErrInvalidParams, "%d verifiers cost more than twice bond_fees", p.MaxVerifiers)
	}
	return nil
}

// VerifiersOf returns how many seats a check of a request has: none where evidence takes its place.
func (p Params) VerifiersOf(assurance Assurance) uint32 {
	if assurance.ByEvidence() {
		return 0
	}
	if assurance.Verifiers == 0 {
		return p.Verifiers
	}
	return assurance.Verifiers
}
