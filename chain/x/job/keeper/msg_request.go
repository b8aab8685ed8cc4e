package keeper

import (
	"context"

	"cosmossdk.io/errors"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/x/job/types"
)

// expiryGas is charged with a request for the blocks in which nobody pays for advancing the job.
const expiryGas = 60_000

// Request escrows fees and opens jobs, all or none.
func (s msgServer) Request(ctx context.Context, msg *types.MsgRequest) (*types.MsgRequestResponse, error) {
	requester, err := s.signer(msg.Requester)
	if err != nil {
		return nil, err
	}
	if err := s.checkBatch(ctx, len(msg.Requests)); err != nil {
		return nil, err
	}
	response := &types.MsgRequestResponse{}
	for i, terms := range msg.Requests {
		id, err := s.Keeper.Request(ctx, requester, terms)
		if err != nil {
			return nil, errors.Wrapf(err, "request %d of %d", i+1, len(msg.Requests))
		}
		response.JobIds = append(response.JobIds, id)
	}
	return response, nil
}

// Request escrows what a job may cost and opens it.
func (k Keeper) Request(ctx context.Context, requester sdk.AccAddress, terms types.Terms) (uint64, error) {
	revision, params, err := k.current(ctx)
	if err != nil {
		return 0, err
	}
	offer, err := k.examine(ctx, params, requester, terms)
	if err != nil {
		return 0, err
	}
	text, err := k.addresses.BytesToString(requester)
	if err != nil {
		return 0, err
	}
	sdk.UnwrapSDKContext(ctx).GasMeter().ConsumeGas(expiryGas, "deadlines of a job")
	if err := k.bank.SendCoinsFromAccountToModule(
		ctx, requester, types.EscrowAccount, types.Coins(offer.costs.Escrow)); err != nil {
		return 0, err
	}
	id, err := k.nextID.Next(ctx)
	if err != nil {
		return 0, err
	}
	now := height(ctx)
	job := types.Job{
		Id:               id,
		Requester:        text,
		Terms:            terms.Canonical(),
		ParamsRevision:   revision,
		Height:           now,
		Status:           types.Status_STATUS_REQUESTED,
		Escrow:           offer.costs.Escrow.Sub(offer.costs.Reserve),
		Reserve:          offer.costs.Reserve,
		ChallengeDeposit: math.ZeroInt(),
		AppealDeposit:    math.ZeroInt(),
		Rounds:           []types.Round{k.newRound(ctx, 1)},
		Unverified:       offer.unverified,
	}
	if err := k.savePayload(ctx, k.inputs, id, job.Terms.Input); err != nil {
		return 0, err
	}
	job.Terms.Input = nil
	if err := k.enter(ctx, &job, types.Phase_PHASE_SEED, now+1); err != nil {
		return 0, err
	}
	return id, emit(ctx, &types.EventRequested{
		JobId: id, Requester: text, VersionId: terms.VersionId, Escrow: offer.costs.Escrow, Deadline: terms.Deadline,
	})
}

// newRound fixes a draw at this height. Its seed cannot be known yet to anybody who orders this block.
func (k Keeper) newRound(ctx context.Context, seats uint32) types.Round {
	return types.Round{DrawHeight: height(ctx), Epoch: k.miner.Epoch(ctx), Seats: seats}
}
