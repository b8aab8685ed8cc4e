package keeper

import (
	"context"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/x/attestation/types"
)

// InitGenesis stores a state. Verifying keys may be of versions that are registered later: a network whose models are known
// before it starts need not vote on them.
func (k Keeper) InitGenesis(ctx context.Context, state types.GenesisState) error {
	if err := state.Validate(k.addresses); err != nil {
		return err
	}
	if err := k.params.Set(ctx, state.Params); err != nil {
		return err
	}
	for _, anchor := range state.Anchors {
		if err := k.anchors.Set(ctx, keyOfProduct(anchor.Platform, anchor.Product), anchor); err != nil {
			return err
		}
	}
	for _, collateral := range state.Collateral {
		if err := k.collateral.Set(ctx, keyOfProduct(collateral.Platform, collateral.Product), collateral); err != nil {
			return err
		}
	}
	for _, measurement := range state.Measurements {
		if err := k.measurements.Set(ctx, keyOfMeasurement(measurement.Platform, measurement.Value), measurement); err != nil {
			return err
		}
	}
	for _, machine := range state.RevokedMachines {
		if err := k.machines.Set(ctx, keyOfMachine(machine.Platform, machine.Id), machine); err != nil {
			return err
		}
	}
	for _, key := range state.Keys {
		miner, err := k.addresses.StringToBytes(key.Miner)
		if err != nil {
			return err
		}
		if err := k.keys.Set(ctx, collections.Join(sdk.AccAddress(miner), key.Key), key); err != nil {
			return err
		}
	}
	for _, key := range state.VerifyingKeys {
		if err := k.verifyingKeys.Set(ctx, collections.Join(key.VersionId, key.PrivateInput), key); err != nil {
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
	state := &types.GenesisState{Params: params}
	if state.Anchors, err = all(ctx, k.anchors); err != nil {
		return nil, err
	}
	if state.Collateral, err = all(ctx, k.collateral); err != nil {
		return nil, err
	}
	if state.Measurements, err = all(ctx, k.measurements); err != nil {
		return nil, err
	}
	if state.RevokedMachines, err = all(ctx, k.machines); err != nil {
		return nil, err
	}
	if state.Keys, err = all(ctx, k.keys); err != nil {
		return nil, err
	}
	state.VerifyingKeys, err = all(ctx, k.verifyingKeys)
	return state, err
}

func all[K, V any](ctx context.Context, stored collections.Map[K, V]) ([]V, error) {
	var values []V
	err := stored.Walk(ctx, nil, func(_ K, value V) (bool, error) {
		values = append(values, value)
		return false, nil
	})
	return values, err
}
