package keeper

import (
	"context"

	"cosmossdk.io/collections"
	"cosmossdk.io/collections/indexes"
	"cosmossdk.io/errors"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/x/miner/types"
)

const (
	// maxPayouts bounds the unbondings paid in one block; the rest waits for the next.
	maxPayouts = 100
	// payoutRetry is after how many blocks a payment that failed is tried again.
	payoutRetry = 1_000
)

// unbond moves free stake of a miner on its way out and stores both. It completes at a height that parameters changed
// later do not move.
func (k Keeper) unbond(
	ctx context.Context, owner sdk.AccAddress, miner types.Miner, amount math.Int, params types.Params,
) (completeHeight uint64, err error) {
	id, err := k.nextUnbonding.Next(ctx)
	if err != nil {
		return 0, err
	}
	entry := types.Unbonding{
		Miner:          miner.Owner,
		Id:             id,
		Amount:         amount,
		CompleteHeight: height(ctx) + params.UnbondingBlocks,
	}
	if err := k.setUnbonding(ctx, entry); err != nil {
		return 0, err
	}
	miner.Stake = miner.Stake.Sub(amount)
	miner.Unbonding = miner.Unbonding.Add(amount)
	return entry.CompleteHeight, k.saveStake(ctx, owner, miner, reasonUnstaked)
}

// Unbondings returns a miner's unbondings, the first to complete first. Their number is bounded.
func (k Keeper) Unbondings(ctx context.Context, owner sdk.AccAddress) ([]types.Unbonding, error) {
	iterator, err := k.unbondings.Indexes.miner.MatchExact(ctx, owner)
	if err != nil {
		return nil, err
	}
	return indexes.CollectValues(ctx, k.unbondings, iterator)
}

// slashUnbondings takes up to an amount from a miner's unbondings, the first to complete first, and returns how much.
func (k Keeper) slashUnbondings(ctx context.Context, owner sdk.AccAddress, amount math.Int) (math.Int, error) {
	taken := math.ZeroInt()
	if amount.IsZero() {
		return taken, nil
	}
	entries, err := k.Unbondings(ctx, owner)
	if err != nil {
		return taken, err
	}
	for _, entry := range entries {
		part := math.MinInt(entry.Amount, amount.Sub(taken))
		if part.IsZero() {
			break
		}
		taken = taken.Add(part)
		entry.Amount = entry.Amount.Sub(part)
		if entry.Amount.IsZero() {
			err = k.unbondings.Remove(ctx, keyOf(entry))
		} else {
			err = k.setUnbonding(ctx, entry)
		}
		if err != nil {
			return taken, err
		}
	}
	return taken, nil
}

// payUnbondings pays what is due, as much of it as one block may.
func (k Keeper) payUnbondings(ctx sdk.Context) error {
	due, err := k.dueUnbondings(ctx)
	if err != nil {
		return err
	}
	for _, entry := range due {
		attempt, write := ctx.CacheContext()
		if err := k.payUnbonding(attempt, entry); err != nil {
			// One payment that cannot be made must hold up neither the block nor those behind it.
			ctx.Logger().Error("unbonding not paid", "miner", entry.Miner, "id", entry.Id, "err", err)
			if err := k.postpone(ctx, entry); err != nil {
				return err
			}
			continue
		}
		write()
	}
	return nil
}

func (k Keeper) dueUnbondings(ctx context.Context) ([]types.Unbonding, error) {
	var due []types.Unbonding
	until := collections.NewPrefixUntilPairRange[uint64, uint64](height(ctx))
	err := k.unbondings.Walk(ctx, until, func(_ unbondingKey, entry types.Unbonding) (bool, error) {
		due = append(due, entry)
		return len(due) == maxPayouts, nil
	})
	return due, err
}

func (k Keeper) payUnbonding(ctx context.Context, entry types.Unbonding) error {
	owner, miner, err := k.own(ctx, entry.Miner)
	if err != nil {
		return err
	}
	recipient, err := k.account(miner.WithdrawAddress)
	if err != nil {
		return err
	}
	if err := k.unbondings.Remove(ctx, keyOf(entry)); err != nil {
		return err
	}
	miner.Unbonding = miner.Unbonding.Sub(entry.Amount)
	if err := k.save(ctx, owner, miner); err != nil {
		return err
	}
	if err := k.bank.SendCoinsFromModuleToAccount(ctx, types.StakeAccount, recipient, types.Coins(entry.Amount)); err != nil {
		return errors.Wrap(err, "payment")
	}
	return emit(ctx, &types.EventUnbonded{Miner: miner.Owner, Amount: entry.Amount})
}

func (k Keeper) postpone(ctx context.Context, entry types.Unbonding) error {
	if err := k.unbondings.Remove(ctx, keyOf(entry)); err != nil {
		return err
	}
	entry.CompleteHeight = height(ctx) + payoutRetry
	return k.setUnbonding(ctx, entry)
}

func (k Keeper) setUnbonding(ctx context.Context, entry types.Unbonding) error {
	return k.unbondings.Set(ctx, keyOf(entry), entry)
}

func keyOf(entry types.Unbonding) unbondingKey {
	return collections.Join(entry.CompleteHeight, entry.Id)
}
