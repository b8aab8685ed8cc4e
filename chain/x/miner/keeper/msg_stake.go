package keeper

import (
	"context"

	"cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/x/miner/types"
)

// AddStake adds stake. It pays what is owed of a slash first.
func (s msgServer) AddStake(ctx context.Context, msg *types.MsgAddStake) (*types.MsgAddStakeResponse, error) {
	owner, miner, err := s.own(ctx, msg.Owner)
	if err != nil {
		return nil, err
	}
	if err := types.ValidateStake(msg.Amount); err != nil {
		return nil, err
	}
	if miner.Retired {
		return nil, errors.Wrap(types.ErrRetired, miner.Owner)
	}
	if err := s.bank.SendCoinsFromAccountToModule(ctx, owner, types.StakeAccount, sdk.NewCoins(msg.Amount)); err != nil {
		return nil, err
	}
	miner.Stake = miner.Stake.Add(msg.Amount.Amount)
	if err := s.payOwed(ctx, &miner); err != nil {
		return nil, err
	}
	return &types.MsgAddStakeResponse{}, s.saveStake(ctx, owner, miner, reasonAdded)
}

// Unstake starts the unbonding of free stake. A retired miner takes out what its bonds set free in any amount.
func (s msgServer) Unstake(ctx context.Context, msg *types.MsgUnstake) (*types.MsgUnstakeResponse, error) {
	owner, miner, err := s.own(ctx, msg.Owner)
	if err != nil {
		return nil, err
	}
	if err := types.ValidateStake(msg.Amount); err != nil {
		return nil, err
	}
	params, err := s.Params(ctx)
	if err != nil {
		return nil, err
	}
	amount := msg.Amount.Amount
	if amount.GT(miner.Free()) {
		return nil, errors.Wrapf(types.ErrInsufficientStake, "%s, free %s", amount, miner.Free())
	}
	left := miner.Stake.Sub(amount)
	if !miner.Retired && left.IsPositive() && left.LT(params.MinStake) {
		return nil, errors.Wrapf(types.ErrBelowMinStake, "%s would be left, want none or %s", left, params.MinStake)
	}
	open, err := s.Unbondings(ctx, owner)
	if err != nil {
		return nil, err
	}
	if len(open) >= int(params.MaxUnbondings) {
		return nil, errors.Wrapf(types.ErrTooMany, "%d unbondings are open", len(open))
	}
	complete, err := s.unbond(ctx, owner, miner, amount, params)
	return &types.MsgUnstakeResponse{CompleteHeight: complete}, err
}

// Retire takes no new work and unbonds all free stake. It is final, and bonds of open jobs stay.
func (s msgServer) Retire(ctx context.Context, msg *types.MsgRetire) (*types.MsgRetireResponse, error) {
	owner, miner, err := s.own(ctx, msg.Owner)
	if err != nil {
		return nil, err
	}
	if miner.Retired {
		return nil, errors.Wrap(types.ErrRetired, miner.Owner)
	}
	params, err := s.Params(ctx)
	if err != nil {
		return nil, err
	}
	served, err := s.servedBy(ctx, owner)
	if err != nil {
		return nil, err
	}
	for _, id := range served {
		if err := s.drop(ctx, owner, miner, id); err != nil {
			return nil, err
		}
	}
	miner.Retired = true
	if miner.Free().IsPositive() {
		// Once in a miner's life, and so allowed beyond max_unbondings.
		_, err = s.unbond(ctx, owner, miner, miner.Free(), params)
	} else {
		err = s.save(ctx, owner, miner)
	}
	if err != nil {
		return nil, err
	}
	return &types.MsgRetireResponse{}, emit(ctx, &types.EventRetired{Miner: miner.Owner})
}
