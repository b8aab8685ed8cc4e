package keeper

import (
	"context"

	"cosmossdk.io/errors"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/x/job/types"
)

// seedBlocks is the longest that a seed takes.
const seedBlocks = 20

// Estimate prices a request before it is made, and says why it would be refused. Without a deadline it takes the one
// that it suggests.
func (s queryServer) Estimate(
	ctx context.Context, req *types.QueryEstimateRequest,
) (*types.QueryEstimateResponse, error) {
	params, err := s.Keeper.Params(ctx)
	if err != nil {
		return nil, err
	}
	var requester sdk.AccAddress
	if req.GetRequester() != "" {
		if requester, err = s.queried(req.Requester); err != nil {
			return nil, err
		}
	}
	terms := req.Terms
	version, _ := s.model.Version(ctx, terms.VersionId)
	suggested := height(ctx) + seedBlocks + params.ClaimWindow + version.Profile.RunWindow*uint64(1+params.Standby)
	suggested = min(suggested, height(ctx)+params.MaxDeadline)
	if terms.Deadline == 0 {
		terms.Deadline = suggested
	}
	offer, refusal := s.examine(ctx, params, requester, terms)
	if refusal == nil && requester != nil {
		refusal = s.canAfford(ctx, requester, offer.costs.Escrow)
	}
	cheapest, err := s.miner.CheapestAsk(ctx, terms.VersionId)
	if err != nil {
		return nil, err
	}
	shares := types.Split(params, terms.Assurance, offer.version.RoyaltyBps, offer.costs.Fee)
	response := &types.QueryEstimateResponse{
		Fee: offer.costs.Fee, Premium: offer.costs.Premium, Reserve: offer.costs.Reserve, Escrow: offer.costs.Escrow,
		Executor: shares.Executor, Royalty: shares.Royalty, Levy: shares.Levy, Burn: shares.Burn,
		Verifier: offer.costs.VerifierPay, Verifiers: offer.verifiers, Bond: offer.costs.Bond,
		CheckBps: terms.Assurance.CheckBps, Miners: offer.totals.Miners, CheapestAsk: cheapest,
		Unverified: offer.unverified, Deadline: suggested,
	}
	if refusal != nil {
		response.Refusal = refusal.Error()
	}
	return response, nil
}

func (k Keeper) canAfford(ctx context.Context, requester sdk.AccAddress, amount math.Int) error {
	if has := k.bank.SpendableCoins(ctx, requester).AmountOf(types.Denom); has.LT(amount) {
		return errors.Wrapf(types.ErrInvalidRequest, "the balance %s does not cover the escrow %s", has, amount)
	}
	return nil
}
