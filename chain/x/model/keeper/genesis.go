package keeper

import (
	"context"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/x/model/types"
)

// InitGenesis stores a validated state.
func (k Keeper) InitGenesis(ctx context.Context, state types.GenesisState) error {
	if err := state.Validate(k.addresses); err != nil {
		return err
	}
	if err := k.params.Set(ctx, state.Params); err != nil {
		return err
	}
	if err := k.nextVersion.Set(ctx, state.NextVersionId); err != nil {
		return err
	}
	for _, publisher := range state.Publishers {
		owner, err := k.addresses.StringToBytes(publisher.Owner)
		if err != nil {
			return err
		}
		if err := k.publishers.Set(ctx, publisher.Name, owner); err != nil {
			return err
		}
	}
	for _, model := range state.Models {
		if err := k.models.Set(ctx, model.Name, model); err != nil {
			return err
		}
	}
	for _, version := range state.Versions {
		if err := k.versions.Set(ctx, version.Id, version); err != nil {
			return err
		}
	}
	return k.initLists(ctx, state)
}

func (k Keeper) initLists(ctx context.Context, state types.GenesisState) error {
	for _, entry := range state.Access {
		account, err := k.addresses.StringToBytes(entry.Address)
		if err != nil {
			return err
		}
		if err := k.access.Set(ctx, collections.Join(entry.Model, sdk.AccAddress(account))); err != nil {
			return err
		}
	}
	for _, entry := range state.ProbationMiners {
		miner, err := k.addresses.StringToBytes(entry.Miner)
		if err != nil {
			return err
		}
		if err := k.probationMiners.Set(ctx, collections.Join(entry.VersionId, sdk.AccAddress(miner))); err != nil {
			return err
		}
	}
	return nil
}

// ExportGenesis returns the whole state, in order of its keys.
func (k Keeper) ExportGenesis(ctx context.Context) (*types.GenesisState, error) {
	params, err := k.Params(ctx)
	if err != nil {
		return nil, err
	}
	next, err := k.nextVersion.Peek(ctx)
	if err != nil {
		return nil, err
	}
	state := &types.GenesisState{Params: params, NextVersionId: next}
	if err := k.models.Walk(ctx, nil, func(_ string, model types.Model) (bool, error) {
		state.Models = append(state.Models, model)
		return false, nil
	}); err != nil {
		return nil, err
	}
	if err := k.versions.Walk(ctx, nil, func(_ uint64, version types.Version) (bool, error) {
		state.Versions = append(state.Versions, version)
		return false, nil
	}); err != nil {
		return nil, err
	}
	return state, k.exportLists(ctx, state)
}

func (k Keeper) exportLists(ctx context.Context, state *types.GenesisState) error {
	if err := k.publishers.Walk(ctx, nil, func(name string, owner sdk.AccAddress) (bool, error) {
		text, err := k.addresses.BytesToString(owner)
		state.Publishers = append(state.Publishers, types.Publisher{Name: name, Owner: text})
		return false, err
	}); err != nil {
		return err
	}
	if err := k.access.Walk(ctx, nil, func(key collections.Pair[string, sdk.AccAddress]) (bool, error) {
		text, err := k.addresses.BytesToString(key.K2())
		state.Access = append(state.Access, types.Access{Model: key.K1(), Address: text})
		return false, err
	}); err != nil {
		return err
	}
	return k.probationMiners.Walk(ctx, nil, func(key collections.Pair[uint64, sdk.AccAddress]) (bool, error) {
		text, err := k.addresses.BytesToString(key.K2())
		state.ProbationMiners = append(state.ProbationMiners, types.ProbationMiner{VersionId: key.K1(), Miner: text})
		return false, err
	})
}
