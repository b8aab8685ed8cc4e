package keeper

import (
	"context"
	stderrors "errors"

	"cosmossdk.io/collections"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/x/job/types"
)

// closedPerBlock bounds the counts closed in a block after an epoch's end.
const closedPerBlock = 100

// countDuty counts a delivery, commitment or reveal that a seat's miner made or missed. The bond of a missed one is
// withheld until the epoch ends: only then can an outage be told from a fault.
func (k Keeper) countDuty(ctx context.Context, seat *types.Seat, missed bool) error {
	miner, err := k.address(seat.Miner)
	if err != nil {
		return err
	}
	count, err := k.revealsOf(ctx, miner)
	if err != nil {
		return err
	}
	count.Expected++
	if missed {
		count.Missing++
		count.Withheld = count.Withheld.Add(seat.Bond)
	}
	return k.reveals.Set(ctx, collections.Join(count.Epoch, miner), count)
}

// revealsOf returns a miner's count in the present epoch.
func (k Keeper) revealsOf(ctx context.Context, miner sdk.AccAddress) (types.EpochReveals, error) {
	epoch := k.miner.Epoch(ctx)
	count, err := k.reveals.Get(ctx, collections.Join(epoch, miner))
	if !stderrors.Is(err, collections.ErrNotFound) {
		return count, err
	}
	text, err := k.addresses.BytesToString(miner)
	return types.EpochReveals{Miner: text, Epoch: epoch, Withheld: math.ZeroInt()}, err
}

// closeEpochs burns the bonds withheld in epochs that are over, or gives them back to a miner that missed so much of so
// many duties that it must have been out. Some in each block; the rest waits.
func (k Keeper) closeEpochs(ctx context.Context, params types.Params) error {
	present := k.miner.Epoch(ctx)
	var keys []collections.Pair[uint64, sdk.AccAddress]
	var counts []types.EpochReveals
	err := k.reveals.Walk(ctx, nil,
		func(key collections.Pair[uint64, sdk.AccAddress], count types.EpochReveals) (bool, error) {
			if key.K1() >= present || len(keys) == closedPerBlock {
				return true, nil
			}
			keys, counts = append(keys, key), append(counts, count)
			return false, nil
		})
	if err != nil {
		return err
	}
	for i, key := range keys {
		if err := k.reveals.Remove(ctx, key); err != nil {
			return err
		}
		failure := apart(ctx, func(ctx context.Context) error { return k.closeCount(ctx, params, key.K2(), counts[i]) })
		if failure == nil {
			continue
		}
		sdk.UnwrapSDKContext(ctx).Logger().Error(
			"withheld bonds carried over", "module", types.ModuleName, "miner", counts[i].Miner, "error", failure)
		if err := k.carryOver(ctx, key.K2(), counts[i].Withheld); err != nil {
			return err
		}
	}
	return nil
}

// carryOver keeps bonds that could not be settled for the end of the present epoch.
func (k Keeper) carryOver(ctx context.Context, miner sdk.AccAddress, withheld math.Int) error {
	count, err := k.revealsOf(ctx, miner)
	if err != nil {
		return err
	}
	count.Withheld = count.Withheld.Add(withheld)
	return k.reveals.Set(ctx, collections.Join(count.Epoch, miner), count)
}

func (k Keeper) closeCount(
	ctx context.Context, params types.Params, miner sdk.AccAddress, count types.EpochReveals,
) error {
	if !count.Withheld.IsPositive() {
		return nil
	}
	if outage(params, count) {
		return k.miner.Release(ctx, miner, count.Withheld)
	}
	if err := k.miner.BurnBond(ctx, miner, count.Withheld); err != nil {
		return err
	}
	return k.emitPaid(ctx, 0, types.Role_ROLE_BOND, count.Miner, count.Withheld)
}

// outage says that a miner missed too much of too many duties to have chosen which.
func outage(params types.Params, count types.EpochReveals) bool {
	return count.Expected >= uint64(params.OutageMin) &&
		count.Missing*types.BasisPoints > count.Expected*uint64(params.OutageBps)
}
