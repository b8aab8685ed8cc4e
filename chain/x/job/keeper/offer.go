package keeper

import (
	"context"

	"cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/x/job/types"
	minertypes "github.com/nesa-network/nesa/chain/x/miner/types"
	modeltypes "github.com/nesa-network/nesa/chain/x/model/types"
)

// offer is what a request would cost and get as things stand.
type offer struct {
	version    modeltypes.Version
	totals     minertypes.Totals
	verifiers  uint32
	unverified bool
	costs      types.Costs
}

// examine prices a request and says whether it would be taken. What can be told of a refused one is told as well. No
// requester (nil) skips what depends on it.
func (k Keeper) examine(
	ctx context.Context, params types.Params, requester sdk.AccAddress, terms types.Terms,
) (offer, error) {
	o := offer{
		verifiers:  params.VerifiersOf(terms.Assurance),
		unverified: terms.Assurance.CheckBps == 0 && !terms.Assurance.ByEvidence() || terms.Assurance.None(),
	}
	o.costs = types.Quote(params, terms, k.levyPool(ctx))
	var err error
	if o.version, err = k.model.Version(ctx, terms.VersionId); err != nil {
		return o, err
	}
	if o.totals, err = k.miner.Totals(ctx, terms.VersionId); err != nil {
		return o, err
	}
	if err := terms.Validate(params); err != nil {
		return o, err
	}
	if err := checkAssurance(o.version, terms.Assurance); err != nil {
		return o, err
	}
	if err := k.checkEvidence(ctx, o.version, terms); err != nil {
		return o, err
	}
	if err := checkDeadline(params, terms, height(ctx)); err != nil {
		return o, err
	}
	if err := k.model.CheckRequest(ctx, terms.VersionId, requester); err != nil {
		return o, err
	}
	own, err := k.minersOf(ctx, requester)
	if err != nil {
		return o, err
	}
	barred, err := k.countServing(ctx, terms.VersionId, own)
	if err != nil {
		return o, err
	}
	return o, checkMiners(params, terms, o.verifiers, o.totals.Miners, barred)
}

// checkDeadline leaves room for the seed, the claims and a block to deliver in.
func checkDeadline(params types.Params, terms types.Terms, now uint64) error {
	least, most := now+params.ClaimWindow+2, now+params.MaxDeadline
	if terms.Deadline < least || terms.Deadline > most {
		return errors.Wrapf(types.ErrInvalidDeadline, "deadline %d is not within heights %d and %d", terms.Deadline, least, most)
	}
	return nil
}

// checkMiners refuses a request for which no committee could be drawn: an executor and its verifiers are distinct
// miners, and the requester's own does not judge. Where the network is too small for that, a request may go without.
func checkMiners(params types.Params, terms types.Terms, verifiers uint32, miners, barred uint64) error {
	switch {
	case miners == 0:
		return errors.Wrap(types.ErrTooFewMiners, "no miner serves the version")
	case terms.Assurance.ByEvidence(): // no committee is needed
	case terms.Assurance.CheckBps == 0 && miners >= uint64(params.UnverifiedBelow):
		return errors.Wrapf(types.ErrUnverified,
			"a check probability is required where %d miners serve the version", params.UnverifiedBelow)
	case terms.Assurance.CheckBps > 0 && miners < 1+barred+uint64(verifiers):
		return errors.Wrapf(types.ErrTooFewMiners,
			"%d serve the version, %d are needed for %d verifiers", miners, 1+barred+uint64(verifiers), verifiers)
	}
	return nil
}
