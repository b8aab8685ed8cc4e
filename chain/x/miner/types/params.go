package types

import (
	"cosmossdk.io/errors"
	"cosmossdk.io/math"
)

const (
	// BasisPoints are one whole.
	BasisPoints = 10_000
	// MaxEntries bounds the parameters that bound the entries of one miner, and so the work of one transaction.
	MaxEntries = 256
	// MaxBlocks bounds every window, so that heights never overflow.
	MaxBlocks = 100_000_000
)

// DefaultParams are the main network's.
func DefaultParams() Params {
	return Params{
		SlotUnit:        NES(100),
		MinStake:        NES(1_000),
		EpochBlocks:     1_200,
		UnbondingBlocks: 604_800,
		MaxUnbondings:   8,
		MaxServed:       64,
		MaxKeys:         8,
		SlashBps:        500,
		StrikesToSlash:  3,
		StrikeWindow:    201_600,
		JailBlocks:      28_800,
		KeyDelay:        100,
	}
}

// LocalnetParams suit a few miners on one machine, with faster blocks.
func LocalnetParams() Params {
	params := DefaultParams()
	params.SlotUnit = NES(10)
	params.MinStake = NES(100)
	params.EpochBlocks = 120
	params.UnbondingBlocks = 480
	params.StrikeWindow = 5_000
	params.JailBlocks = 120
	params.KeyDelay = 5
	return params
}

// NES returns an amount of whole NES in anes.
func NES(amount int64) math.Int {
	return math.NewInt(amount).Mul(math.NewIntWithDecimal(1, 18))
}

// Validate checks every parameter.
func (p Params) Validate() error {
	if p.SlotUnit.IsNil() || !p.SlotUnit.IsPositive() {
		return errors.Wrap(ErrInvalidParams, "slot_unit is missing or not positive")
	}
	// So that whoever may work has a slot.
	if p.MinStake.IsNil() || p.MinStake.LT(p.SlotUnit) {
		return errors.Wrap(ErrInvalidParams, "min_stake is missing or below slot_unit")
	}
	for _, bound := range []struct {
		name  string
		value uint64
		most  uint64
	}{
		{"epoch_blocks", p.EpochBlocks, MaxBlocks},
		{"unbonding_blocks", p.UnbondingBlocks, MaxBlocks},
		{"strike_window", p.StrikeWindow, MaxBlocks},
		{"jail_blocks", p.JailBlocks, MaxBlocks},
		{"key_delay", p.KeyDelay, MaxBlocks},
		{"max_unbondings", uint64(p.MaxUnbondings), MaxEntries},
		{"max_served", uint64(p.MaxServed), MaxEntries},
		{"max_keys", uint64(p.MaxKeys), MaxEntries},
		{"strikes_to_slash", uint64(p.StrikesToSlash), MaxEntries},
		{"slash_bps", uint64(p.SlashBps), BasisPoints},
	} {
		if bound.value == 0 || bound.value > bound.most {
			return errors.Wrapf(ErrInvalidParams, "%s is %d, want 1 to %d", bound.name, bound.value, bound.most)
		}
	}
	return nil
}
