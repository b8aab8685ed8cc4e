package keeper

import (
	"context"

	"cosmossdk.io/collections"
	"cosmossdk.io/errors"

	"github.com/nesa-network/nesa/chain/x/callback/types"
)

// InitGenesis writes a state. The module's account must hold exactly the fees of the entries.
func (k Keeper) InitGenesis(ctx context.Context, genesis types.GenesisState) error {
	if err := genesis.Validate(k.addresses); err != nil {
		return err
	}
	if owed, balance := genesis.Owed(), k.balance(ctx); !balance.Equal(owed) {
		return errors.Wrapf(types.ErrInvalidGenesis, "%s holds %s, entries are owed %s", types.ModuleName, balance, owed)
	}
	if err := k.params.Set(ctx, genesis.Params); err != nil {
		return err
	}
	for _, entry := range genesis.Entries {
		if entry.ForgetHeight > 0 {
			if err := k.due.Set(ctx, collections.Join(entry.ForgetHeight, entry.JobId)); err != nil {
				return err
			}
		}
		if err := k.entries.Set(ctx, entry.JobId, entry); err != nil {
			return err
		}
	}
	return nil
}

// ExportGenesis returns the whole state. What is due follows from the entries.
func (k Keeper) ExportGenesis(ctx context.Context) (*types.GenesisState, error) {
	params, err := k.Params(ctx)
	if err != nil {
		return nil, err
	}
	genesis := &types.GenesisState{Params: params}
	return genesis, k.entries.Walk(ctx, nil, func(_ uint64, entry types.Entry) (bool, error) {
		genesis.Entries = append(genesis.Entries, entry)
		return false, nil
	})
}
