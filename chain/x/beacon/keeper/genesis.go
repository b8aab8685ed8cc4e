package keeper

import (
	"context"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/x/beacon/types"
)

// InitGenesis writes a state that Validate accepted.
func (k Keeper) InitGenesis(ctx context.Context, genesis types.GenesisState) error {
	if err := k.params.Set(ctx, genesis.Params); err != nil {
		return err
	}
	for _, keys := range genesis.Keys {
		address, err := sdk.ConsAddressFromBech32(keys.ConsensusAddress)
		if err != nil {
			return err
		}
		if err := k.keys.Set(ctx, address, keys); err != nil {
			return err
		}
	}
	for _, seed := range genesis.Seeds {
		if err := k.seeds.Set(ctx, seed.Height, seed); err != nil {
			return err
		}
	}
	return nil
}

// ExportGenesis returns the whole state.
func (k Keeper) ExportGenesis(ctx context.Context) (*types.GenesisState, error) {
	params, err := k.params.Get(ctx)
	if err != nil {
		return nil, err
	}
	genesis := &types.GenesisState{Params: params}
	err = k.keys.Walk(ctx, nil, func(_ []byte, keys types.ValidatorKeys) (bool, error) {
		genesis.Keys = append(genesis.Keys, keys)
		return false, nil
	})
	if err != nil {
		return nil, err
	}
	err = k.seeds.Walk(ctx, nil, func(_ uint64, seed types.Seed) (bool, error) {
		genesis.Seeds = append(genesis.Seeds, seed)
		return false, nil
	})
	return genesis, err
}
