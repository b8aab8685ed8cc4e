package keeper

import (
	"context"

	"cosmossdk.io/collections"
	"cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"github.com/nesa-network/nesa/chain/x/miner/types"
)

// InitGenesis stores a state. The bank's must be read in before: the stake account has to hold what the state says.
func (k Keeper) InitGenesis(ctx context.Context, state types.GenesisState) error {
	if err := state.Validate(k.addresses); err != nil {
		return err
	}
	stake, unbonding := state.Obligations()
	balance := k.bank.GetBalance(ctx, authtypes.NewModuleAddress(types.StakeAccount), types.Denom)
	if want := stake.Add(unbonding); !balance.Amount.Equal(want) {
		return errors.Wrapf(types.ErrInvalidGenesis, "%s holds %s, want %s%s", types.StakeAccount, balance, want, types.Denom)
	}
	if err := k.params.Set(ctx, state.Params); err != nil {
		return err
	}
	if err := k.nextUnbonding.Set(ctx, state.NextUnbondingId); err != nil {
		return err
	}
	if err := k.initMiners(ctx, state); err != nil {
		return err
	}
	return k.initLists(ctx, state)
}

// initMiners stores what is served before the miners, whose slots are then counted into the totals.
func (k Keeper) initMiners(ctx context.Context, state types.GenesisState) error {
	for _, served := range state.Served {
		owner, err := k.account(served.Miner)
		if err != nil {
			return err
		}
		if err := k.served.Set(ctx, collections.Join(served.VersionId, owner), served); err != nil {
			return err
		}
	}
	for _, miner := range state.Miners {
		owner, err := k.account(miner.Owner)
		if err != nil {
			return err
		}
		if len(miner.Checkpoints) == 0 {
			miner.Checkpoints = []types.Checkpoint{{Epoch: 0, Stake: miner.Stake}}
		}
		if err := k.save(ctx, owner, miner); err != nil {
			return err
		}
	}
	return nil
}

func (k Keeper) initLists(ctx context.Context, state types.GenesisState) error {
	for _, key := range state.Keys {
		owner, err := k.account(key.Miner)
		if err != nil {
			return err
		}
		if err := k.keys.Set(ctx, collections.Join(owner, key.Id), key); err != nil {
			return err
		}
	}
	for _, entry := range state.Unbondings {
		if err := k.setUnbonding(ctx, entry); err != nil {
			return err
		}
	}
	for _, strike := range state.Strikes {
		owner, err := k.account(strike.Miner)
		if err != nil {
			return err
		}
		requester, err := k.account(strike.Requester)
		if err != nil {
			return err
		}
		if err := k.strikes.Set(ctx, collections.Join(owner, requester), strike); err != nil {
			return err
		}
	}
	return nil
}

// ExportGenesis returns the whole state, in order of its keys. Totals are not in it: they are counted again.
func (k Keeper) ExportGenesis(ctx context.Context) (*types.GenesisState, error) {
	params, err := k.Params(ctx)
	if err != nil {
		return nil, err
	}
	next, err := k.nextUnbonding.Peek(ctx)
	if err != nil {
		return nil, err
	}
	state := &types.GenesisState{Params: params, NextUnbondingId: next}
	if err := k.miners.Walk(ctx, nil, func(_ sdk.AccAddress, miner types.Miner) (bool, error) {
		state.Miners = append(state.Miners, miner)
		return false, nil
	}); err != nil {
		return nil, err
	}
	if err := k.served.Walk(ctx, nil, func(_ servedKey, served types.Served) (bool, error) {
		state.Served = append(state.Served, served)
		return false, nil
	}); err != nil {
		return nil, err
	}
	return state, k.exportLists(ctx, state)
}

func (k Keeper) exportLists(ctx context.Context, state *types.GenesisState) error {
	if err := k.keys.Walk(ctx, nil,
		func(_ collections.Pair[sdk.AccAddress, uint64], key types.EncryptionKey) (bool, error) {
			state.Keys = append(state.Keys, key)
			return false, nil
		}); err != nil {
		return err
	}
	if err := k.unbondings.Walk(ctx, nil, func(_ unbondingKey, entry types.Unbonding) (bool, error) {
		state.Unbondings = append(state.Unbondings, entry)
		return false, nil
	}); err != nil {
		return err
	}
	return k.strikes.Walk(ctx, nil, func(_ strikeKey, strike types.Strike) (bool, error) {
		state.Strikes = append(state.Strikes, strike)
		return false, nil
	})
}
