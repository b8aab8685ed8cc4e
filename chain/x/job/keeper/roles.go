package keeper

import (
	"context"

	"cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/x/job/types"
	minertypes "github.com/nesa-network/nesa/chain/x/miner/types"
)

// Nobody judges a matter of its own: whoever asked, executed, challenged or appealed has no seat in a committee, and
// nobody sits in two.

// parties are the accounts that may not judge a job.
func parties(job *types.Job) []string {
	return []string{job.Requester, job.Challenger, job.Appellant}
}

// checkRoles refuses a miner that has had another role in the job.
func (k Keeper) checkRoles(
	ctx context.Context, job *types.Job, round uint32, miner minertypes.Miner, owner sdk.AccAddress,
) error {
	if round == types.RoundExecution {
		return nil
	}
	for _, party := range parties(job) {
		if party != "" && (party == miner.Owner || party == miner.Operator || party == miner.ClaimKey) {
			return errors.Wrapf(types.ErrNotEligible, "%s is a party to job %d", party, job.Id)
		}
	}
	// A seat of the execution that missed its delivery has had its say as well.
	for earlier := types.RoundExecution; earlier < round; earlier++ {
		sat, err := k.hasSeat(ctx, job.Id, earlier, owner)
		if err != nil {
			return err
		}
		if sat {
			return errors.Wrapf(types.ErrNotEligible, "had a seat in round %d of job %d", earlier, job.Id)
		}
	}
	return nil
}

// barred returns the miners that checkRoles refuses, as far as they can be told from the job.
func (k Keeper) barred(ctx context.Context, job *types.Job, round uint32) ([]sdk.AccAddress, error) {
	if round == types.RoundExecution {
		return nil, nil
	}
	var barred []sdk.AccAddress
	for _, text := range parties(job) {
		if text == "" {
			continue
		}
		party, err := k.address(text)
		if err != nil {
			return nil, err
		}
		owners, err := k.minersOf(ctx, party)
		if err != nil {
			return nil, err
		}
		barred = appendNew(barred, owners...)
	}
	seats, err := k.allSeats(ctx, job.Id)
	if err != nil {
		return nil, err
	}
	for i := range seats {
		if seats[i].Round >= round {
			continue
		}
		owner, err := k.address(seats[i].Miner)
		if err != nil {
			return nil, err
		}
		barred = appendNew(barred, owner)
	}
	return barred, nil
}

// minersOf returns the miners that an address owns, operates or claims for: two at most.
func (k Keeper) minersOf(ctx context.Context, address sdk.AccAddress) ([]sdk.AccAddress, error) {
	var owners []sdk.AccAddress
	for _, find := range []func(context.Context, sdk.AccAddress) (minertypes.Miner, error){
		k.miner.ByOperator, k.miner.ByClaimKey,
	} {
		miner, err := find(ctx, address)
		if err != nil {
			continue // it is no miner's key
		}
		owner, err := k.address(miner.Owner)
		if err != nil {
			return nil, err
		}
		owners = appendNew(owners, owner)
	}
	return owners, nil
}

// serving counts those of some miners that are counted as serving the job's version.
func (k Keeper) serving(ctx context.Context, job *types.Job, owners []sdk.AccAddress) (uint64, error) {
	return k.countServing(ctx, job.Terms.VersionId, owners)
}

func (k Keeper) countServing(ctx context.Context, versionID uint64, owners []sdk.AccAddress) (count uint64, err error) {
	for _, owner := range owners {
		_, serves, err := k.miner.Serves(ctx, versionID, owner)
		if err != nil {
			return 0, err
		}
		if !serves {
			continue
		}
		// By present stake, as the totals are.
		slots, err := k.miner.Slots(ctx, owner, ^uint64(0))
		if err != nil {
			return 0, err
		}
		if slots > 0 {
			count++
		}
	}
	return count, nil
}

// eligible counts the miners that may claim a seat in a round.
func (k Keeper) eligible(ctx context.Context, job *types.Job, round uint32) (uint64, error) {
	totals, err := k.miner.Totals(ctx, job.Terms.VersionId)
	if err != nil {
		return 0, err
	}
	barred, err := k.barred(ctx, job, round)
	if err != nil {
		return 0, err
	}
	serving, err := k.serving(ctx, job, barred)
	if err != nil || serving >= totals.Miners {
		return 0, err
	}
	return totals.Miners - serving, nil
}

func appendNew(list []sdk.AccAddress, more ...sdk.AccAddress) []sdk.AccAddress {
	for _, address := range more {
		known := false
		for _, other := range list {
			known = known || other.Equals(address)
		}
		if !known {
			list = append(list, address)
		}
	}
	return list
}
