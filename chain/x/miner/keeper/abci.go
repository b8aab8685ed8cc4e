package keeper

import (
	sdk "github.com/cosmos/cosmos-sdk/types"
)

// EndBlocker pays unbondings that are due and counts miners again after parameters changed, a bounded number of each.
func (k Keeper) EndBlocker(ctx sdk.Context) error {
	if err := k.payUnbondings(ctx); err != nil {
		return err
	}
	return k.continueRecount(ctx)
}
