package keeper

import (
	"context"

	"cosmossdk.io/errors"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/x/miner/types"
)

// Free returns the stake of a miner that backs no bond.
func (k Keeper) Free(ctx context.Context, owner sdk.AccAddress) (math.Int, error) {
	miner, err := k.Get(ctx, owner)
	if err != nil {
		return math.ZeroInt(), err
	}
	return miner.Free(), nil
}

// Lock makes free stake of a miner that takes work the bond of a job.
func (k Keeper) Lock(ctx context.Context, owner sdk.AccAddress, amount math.Int) error {
	miner, err := k.bondOf(ctx, owner, amount)
	if err != nil {
		return err
	}
	switch {
	case miner.Retired:
		return errors.Wrap(types.ErrRetired, miner.Owner)
	case miner.JailedUntil != 0:
		return errors.Wrap(types.ErrJailed, miner.Owner)
	case amount.GT(miner.Free()):
		return errors.Wrapf(types.ErrInsufficientStake, "bond of %s, free %s", amount, miner.Free())
	}
	miner.Locked = miner.Locked.Add(amount)
	return k.save(ctx, owner, miner)
}

// Release frees a bond. What the miner owes of a slash is taken from it first, and burned.
func (k Keeper) Release(ctx context.Context, owner sdk.AccAddress, amount math.Int) error {
	miner, err := k.bondOf(ctx, owner, amount)
	if err != nil {
		return err
	}
	if amount.GT(miner.Locked) {
		return errors.Wrapf(types.ErrNotLocked, "release of %s, locked %s", amount, miner.Locked)
	}
	miner.Locked = miner.Locked.Sub(amount)
	if miner.Owed.IsZero() {
		return k.save(ctx, owner, miner)
	}
	if err := k.payOwed(ctx, &miner); err != nil {
		return err
	}
	return k.saveStake(ctx, owner, miner, reasonSlashed)
}

// BurnBond burns a bond: locked and stake fall by it.
func (k Keeper) BurnBond(ctx context.Context, owner sdk.AccAddress, amount math.Int) error {
	miner, err := k.bondOf(ctx, owner, amount)
	if err != nil {
		return err
	}
	if amount.GT(miner.Locked) {
		return errors.Wrapf(types.ErrNotLocked, "burn of %s, locked %s", amount, miner.Locked)
	}
	miner.Locked = miner.Locked.Sub(amount)
	miner.Stake = miner.Stake.Sub(amount)
	miner.Owed = math.MinInt(miner.Owed, miner.Locked)
	if err := k.burn(ctx, amount); err != nil {
		return err
	}
	return k.saveStake(ctx, owner, miner, reasonBondBurned)
}

func (k Keeper) bondOf(ctx context.Context, owner sdk.AccAddress, amount math.Int) (types.Miner, error) {
	if err := types.ValidateBond(amount); err != nil {
		return types.Miner{}, err
	}
	return k.Get(ctx, owner)
}

// payOwed burns what a slash left owed, as far as free stake goes. Afterwards a miner that owes has nothing free.
func (k Keeper) payOwed(ctx context.Context, miner *types.Miner) error {
	paid := math.MinInt(miner.Owed, miner.Free())
	miner.Stake = miner.Stake.Sub(paid)
	miner.Owed = math.MinInt(miner.Owed.Sub(paid), miner.Locked)
	return k.burn(ctx, paid)
}

func (k Keeper) burn(ctx context.Context, amount math.Int) error {
	if amount.IsZero() {
		return nil
	}
	return k.bank.BurnCoins(ctx, types.StakeAccount, types.Coins(amount))
}
