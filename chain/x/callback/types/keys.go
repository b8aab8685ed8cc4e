package types

import (
	"cosmossdk.io/collections"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"
)

const (
	// ModuleName is the module's name, and that of the account that holds the fees of callbacks not yet made.
	ModuleName = "callback"
	// StoreKey of the module's store.
	StoreKey = ModuleName
	// Denom is the denomination of every amount: 10^-18 NES.
	Denom = "anes"
)

// Prefixes are never reused.
var (
	ParamsPrefix         = collections.NewPrefix(0)
	EntriesPrefix        = collections.NewPrefix(1)
	EntriesByStatePrefix = collections.NewPrefix(2)
	DuePrefix            = collections.NewPrefix(3)
)

// Coins returns an amount of the denomination; of zero, no coins.
func Coins(amount math.Int) sdk.Coins {
	if !amount.IsPositive() {
		return sdk.NewCoins()
	}
	return sdk.NewCoins(sdk.NewCoin(Denom, amount))
}
