package keeper

import (
	"context"
	"fmt"

	"cosmossdk.io/collections"
	"cosmossdk.io/errors"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/x/callback/types"
)

// retryBlocks is how long an entry waits that could not be forgotten.
const retryBlocks = 20

// EndBlock forgets entries whose time is over, a bounded number. It returns an error only when the store is broken.
func (k Keeper) EndBlock(ctx context.Context) error {
	params, err := k.Params(ctx)
	if err != nil {
		return err
	}
	var over []collections.Pair[uint64, uint64]
	err = k.due.Walk(ctx, nil, func(key collections.Pair[uint64, uint64]) (bool, error) {
		if key.K1() > height(ctx) || len(over) == int(params.MaxDue) {
			return true, nil
		}
		over = append(over, key)
		return false, nil
	})
	if err != nil {
		return err
	}
	for _, key := range over {
		if err := k.due.Remove(ctx, key); err != nil {
			return err
		}
		if failure := k.forget(ctx, key.K2()); failure != nil {
			sdk.UnwrapSDKContext(ctx).Logger().Error("entry could not be forgotten",
				"module", types.ModuleName, "job", key.K2(), "error", failure)
			if err := k.due.Set(ctx, collections.Join(height(ctx)+retryBlocks, key.K2())); err != nil {
				return err
			}
		}
	}
	return nil
}

// forget removes an entry as a whole or not at all, and gives the fee of a callback that nobody made back.
func (k Keeper) forget(ctx context.Context, jobID uint64) (err error) {
	branch, write := sdk.UnwrapSDKContext(ctx).CacheContext()
	defer func() {
		if r := recover(); r != nil {
			err = errors.Wrap(errors.ErrPanic, fmt.Sprint(r))
		}
	}()
	entry, err := k.Entry(branch, jobID)
	if err != nil {
		return err
	}
	if err := k.entries.Remove(branch, jobID); err != nil {
		return err
	}
	if entry.Fee.IsPositive() {
		contract, err := k.addresses.StringToBytes(entry.Contract)
		if err != nil {
			return err
		}
		if err := k.bank.SendCoinsFromModuleToAccount(
			branch, types.ModuleName, contract, types.Coins(entry.Fee)); err != nil {
			return err
		}
	}
	if err := emit(branch, &types.EventForgotten{
		JobId: jobID, Contract: entry.Contract, Refunded: entry.Fee,
	}); err != nil {
		return err
	}
	write()
	return nil
}

// owed is what the module's account must hold.
func (k Keeper) owed(ctx context.Context) (math.Int, error) {
	sum := math.ZeroInt()
	err := k.entries.Walk(ctx, nil, func(_ uint64, entry types.Entry) (bool, error) {
		sum = sum.Add(entry.Fee)
		return false, nil
	})
	return sum, err
}

func (k Keeper) balance(ctx context.Context) math.Int {
	return k.bank.GetBalance(ctx, k.account.GetModuleAddress(types.ModuleName), types.Denom).Amount
}
