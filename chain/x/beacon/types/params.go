package types

import errorsmod "cosmossdk.io/errors"

const (
	// DrawWait is the number of blocks after which a draw no longer waits for another validator's contribution. It is
	// no parameter: changing it would change draws that are already known.
	DrawWait = 20
	// MinSeedRetention leaves every draw its seeds for some time after they are known.
	MinSeedRetention = 5 * DrawWait
	// MaxKeyDelay bounds how long a validator without a key waits for its first one.
	MaxKeyDelay = 1_000_000
)

// DefaultParams returns the main network's parameters: keys take effect after an hour of three-second blocks.
func DefaultParams() Params {
	return Params{KeyDelay: 1200, SeedRetention: 2000}
}

// Validate checks ranges.
func (p Params) Validate() error {
	if p.KeyDelay < 1 || p.KeyDelay > MaxKeyDelay {
		return errorsmod.Wrapf(ErrParams, "key_delay %d is not within 1 and %d", p.KeyDelay, MaxKeyDelay)
	}
	if p.SeedRetention < MinSeedRetention {
		return errorsmod.Wrapf(ErrParams, "seed_retention %d is below %d", p.SeedRetention, MinSeedRetention)
	}
	return nil
}
