package keeper

import (
	"context"

	"cosmossdk.io/errors"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/x/job/types"
)

// Challenge asks for a check of a delivery that the lottery left alone. The committee is drawn anew, since the
// challenger knows the seed of the lottery.
func (s msgServer) Challenge(ctx context.Context, msg *types.MsgChallenge) (*types.MsgChallengeResponse, error) {
	challenger, err := s.signer(msg.Challenger)
	if err != nil {
		return nil, err
	}
	job, err := s.load(ctx, msg.JobId)
	if err != nil {
		return nil, err
	}
	if err := inPhase(&job, types.Phase_PHASE_CHALLENGE, types.RoundExecution, height(ctx)); err != nil {
		return nil, err
	}
	params, err := s.paramsOf(ctx, &job)
	if err != nil {
		return nil, err
	}
	job.Status = types.Status_STATUS_CHECKING
	job.CheckCause = types.CheckCause_CHECK_CAUSE_CHALLENGED
	job.Challenger, err = s.addresses.BytesToString(challenger)
	if err != nil {
		return nil, err
	}
	seats := params.VerifiersOf(job.Terms.Assurance)
	eligible, err := s.eligible(ctx, &job, types.RoundCheck)
	if err != nil {
		return nil, err
	}
	if eligible < uint64(seats) {
		return nil, errors.Wrapf(types.ErrNoChallenge, "%d may verify, %d are needed", eligible, seats)
	}
	job.ChallengeDeposit = charged(params, &job).CheckCost
	if err := s.deposit(ctx, challenger, job.ChallengeDeposit); err != nil {
		return nil, err
	}
	job.Rounds[types.RoundCheck] = s.newRound(ctx, seats)
	if err := s.enter(ctx, &job, types.Phase_PHASE_SEED, height(ctx)+1); err != nil {
		return nil, err
	}
	return &types.MsgChallengeResponse{}, emit(ctx, &types.EventChallenged{
		JobId: job.Id, Challenger: job.Challenger, Deposit: job.ChallengeDeposit,
	})
}

func (k Keeper) deposit(ctx context.Context, from sdk.AccAddress, amount math.Int) error {
	return k.bank.SendCoinsFromAccountToModule(ctx, from, types.EscrowAccount, types.Coins(amount))
}
