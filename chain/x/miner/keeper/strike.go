package keeper

import (
	"context"

	"cosmossdk.io/collections"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/x/miner/types"
)

// Reasons in EventStakeChanged.
const (
	reasonAdded      = "added"
	reasonUnstaked   = "unstaked"
	reasonBondBurned = "bond burned"
	reasonSlashed    = "slashed"
)

// Strike counts an upheld fault. An exact one, where honest machines cannot differ, slashes at once. Otherwise it
// takes strikes of several requesters within a window, since one may have crafted its inputs.
func (k Keeper) Strike(
	ctx context.Context, owner sdk.AccAddress, jobID uint64, requester sdk.AccAddress, exact bool,
) (slashed bool, err error) {
	miner, err := k.Get(ctx, owner)
	if err != nil {
		return false, err
	}
	params, err := k.Params(ctx)
	if err != nil {
		return false, err
	}
	slashed = exact
	if !exact {
		count, err := k.recordStrike(ctx, owner, miner.Owner, jobID, requester, params)
		if err != nil {
			return false, err
		}
		if count >= uint64(params.StrikesToSlash) {
			slashed = true
			if err := k.strikes.Clear(ctx, strikesOf(owner)); err != nil {
				return false, err
			}
		}
	}
	if slashed {
		if err := k.slash(ctx, owner, miner, params); err != nil {
			return false, err
		}
	}
	return slashed, emit(ctx, &types.EventStrike{Miner: miner.Owner, JobId: jobID, Slashed: slashed})
}

// recordStrike keeps the latest strike of each requester, drops those outside the window and counts the rest. They are
// few: at strikes_to_slash all are cleared.
func (k Keeper) recordStrike(
	ctx context.Context, owner sdk.AccAddress, miner string, jobID uint64, requester sdk.AccAddress, params types.Params,
) (uint64, error) {
	text, err := k.addresses.BytesToString(requester)
	if err != nil {
		return 0, err
	}
	now := height(ctx)
	strike := types.Strike{Miner: miner, JobId: jobID, Requester: text, Height: now}
	if err := k.strikes.Set(ctx, collections.Join(owner, requester), strike); err != nil {
		return 0, err
	}
	count := uint64(0)
	var expired []strikeKey
	err = k.strikes.Walk(ctx, strikesOf(owner), func(key strikeKey, strike types.Strike) (bool, error) {
		if strike.Height+params.StrikeWindow < now {
			expired = append(expired, key)
		} else {
			count++
		}
		return false, nil
	})
	if err != nil {
		return 0, err
	}
	for _, key := range expired {
		if err := k.strikes.Remove(ctx, key); err != nil {
			return 0, err
		}
	}
	return count, nil
}

// slash burns a share of stake and unbonding, and jails. It takes free stake first, then what is on its way out; what
// neither covers is owed and taken from bonds as they come free, so that open jobs keep theirs.
func (k Keeper) slash(ctx context.Context, owner sdk.AccAddress, miner types.Miner, params types.Params) error {
	amount := types.SlashOf(miner, params.SlashBps)
	fromStake := math.MinInt(amount, miner.Free())
	miner.Stake = miner.Stake.Sub(fromStake)
	rest := amount.Sub(fromStake)
	fromUnbonding, err := k.slashUnbondings(ctx, owner, rest)
	if err != nil {
		return err
	}
	miner.Unbonding = miner.Unbonding.Sub(fromUnbonding)
	// Nothing beyond the bonds is left to owe with.
	miner.Owed = math.MinInt(miner.Owed.Add(rest).Sub(fromUnbonding), miner.Locked)
	if err := k.burn(ctx, fromStake.Add(fromUnbonding)); err != nil {
		return err
	}
	miner.JailedUntil = max(miner.JailedUntil, height(ctx)+params.JailBlocks)
	if err := k.saveStake(ctx, owner, miner, reasonSlashed); err != nil {
		return err
	}
	return emit(ctx, &types.EventJailed{Miner: miner.Owner, Until: miner.JailedUntil})
}

func strikesOf(owner sdk.AccAddress) collections.Ranger[strikeKey] {
	return collections.NewPrefixedPairRange[sdk.AccAddress, sdk.AccAddress](owner)
}
