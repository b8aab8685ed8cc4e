package keeper

import (
	"context"
	stderrors "errors"

	"cosmossdk.io/collections"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/x/job/types"
)

const (
	// closedPerBlock bounds the counts closed in a block after an epoch's end.
	closedPerBlock = 100
	// outageRest is in how many epochs one outage is waived: whoever is always out must not hold seats for nothing.
	outageRest = 8
)

// countDuty counts a delivery or commitment that a seat's miner made or missed, or a reveal. The bond of a missed one is
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
		count := counts[i]
		waive := count.Withheld.IsPositive() && outage(params, count)
		failure := apart(ctx, func(ctx context.Context) error { return k.closeCount(ctx, key.K2(), count, waive) })
		if failure != nil {
			sdk.UnwrapSDKContext(ctx).Logger().Error(
				"withheld bonds carried over", "module", types.ModuleName, "miner", count.Miner, "error", failure)
		} else {
			count.Expected, count.Missing, count.Withheld = 0, 0, math.ZeroInt()
			if waive {
				count.Waived = count.Epoch + 1
			}
		}
		if err := k.carryOver(ctx, key.K2(), count, present); err != nil {
			return err
		}
	}
	return nil
}

// carryOver keeps for the end of the present epoch what could not be settled, and for some epochs that an outage was
// waived.
func (k Keeper) carryOver(ctx context.Context, miner sdk.AccAddress, over types.EpochReveals, present uint64) error {
	if over.Waived != 0 && present+1-over.Waived >= outageRest {
		over.Waived = 0
	}
	if over.Expected == 0 && over.Waived == 0 && !over.Withheld.IsPositive() {
		return nil
	}
	count, err := k.revealsOf(ctx, miner)
	if err != nil {
		return err
	}
	count.Expected += over.Expected
	count.Missing += over.Missing
	count.Withheld = count.Withheld.Add(over.Withheld)
	count.Waived = max(count.Waived, over.Waived)
	return k.reveals.Set(ctx, collections.Join(count.Epoch, miner), count)
}

func (k Keeper) closeCount(ctx context.Context, miner sdk.AccAddress, count types.EpochReveals, waive bool) error {
	if !count.Withheld.IsPositive() {
		return nil
	}
	if waive {
		return k.miner.Release(ctx, miner, count.Withheld)
	}
	return k.forfeit(ctx, 0, count.Miner, count.Withheld)
}

// forfeit burns a bond.
func (k Keeper) forfeit(ctx context.Context, job uint64, miner string, bond math.Int) error {
	owner, err := k.address(miner)
	if err != nil || !bond.IsPositive() {
		return err
	}
	if err := k.miner.BurnBond(ctx, owner, bond); err != nil {
		return err
	}
	return k.emitPaid(ctx, job, types.Role_ROLE_BOND, miner, bond)
}

// outage says that a miner missed too much of too many duties to have chosen which, and was not out lately.
func outage(params types.Params, count types.EpochReveals) bool {
	return count.Waived == 0 && count.Expected >= uint64(params.OutageMin) &&
		count.Missing*types.BasisPoints > count.Expected*uint64(params.OutageBps)
}
