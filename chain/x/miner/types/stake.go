package types

import (
	"cosmossdk.io/errors"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"
)

// ValidateStake checks an amount of stake in a message.
func ValidateStake(coin sdk.Coin) error {
	if coin.Denom != Denom {
		return errors.Wrapf(ErrInvalidAmount, "denomination %.40q, want %s", coin.Denom, Denom)
	}
	if coin.Amount.IsNil() || !coin.Amount.IsPositive() {
		return errors.Wrap(ErrInvalidAmount, "not positive")
	}
	return nil
}

// ValidateBond checks an amount that another module locks, releases or burns.
func ValidateBond(amount math.Int) error {
	if amount.IsNil() || amount.IsNegative() {
		return errors.Wrap(ErrInvalidAmount, "bond is missing or negative")
	}
	return nil
}

// Coins returns an amount of stake as coins.
func Coins(amount math.Int) sdk.Coins { return sdk.NewCoins(sdk.NewCoin(Denom, amount)) }
