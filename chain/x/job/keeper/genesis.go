package keeper

import (
	"context"

	"cosmossdk.io/collections"
	"cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/x/job/types"
)

// InitGenesis writes a state. The escrow account must hold exactly what is owed from it.
func (k Keeper) InitGenesis(ctx context.Context, genesis types.GenesisState) error {
	if err := genesis.Validate(k.addresses); err != nil {
		return err
	}
	for _, revision := range genesis.Revisions {
		if err := k.revisions.Set(ctx, revision.Revision, revision.Params); err != nil {
			return err
		}
		if err := k.revision.Set(ctx, revision.Revision); err != nil {
			return err
		}
	}
	if err := k.nextID.Set(ctx, max(genesis.NextId, 1)); err != nil {
		return err
	}
	for i := range genesis.Jobs {
		if err := k.importJob(ctx, genesis.Jobs[i]); err != nil {
			return err
		}
	}
	for i := range genesis.Seats {
		if err := k.saveSeat(ctx, &genesis.Seats[i]); err != nil {
			return err
		}
	}
	for _, record := range genesis.Records {
		if err := k.setRecord(ctx, record); err != nil {
			return err
		}
	}
	for _, count := range genesis.Reveals {
		miner, err := k.address(count.Miner)
		if err != nil {
			return err
		}
		if err := k.reveals.Set(ctx, collections.Join(count.Epoch, miner), count); err != nil {
			return err
		}
	}
	owed, err := k.owed(ctx)
	if err != nil {
		return err
	}
	if balance := k.balance(ctx, types.EscrowAccount); !balance.Equal(owed) {
		return errors.Wrapf(types.ErrInvalidGenesis, "%s holds %s, jobs are owed %s", types.EscrowAccount, balance, owed)
	}
	return nil
}

func (k Keeper) importJob(ctx context.Context, job types.Job) error {
	if err := k.savePayload(ctx, k.inputs, job.Id, job.Terms.Input); err != nil {
		return err
	}
	job.Terms.Input = nil
	if job.Delivery != nil {
		if err := k.savePayload(ctx, k.outputs, job.Id, job.Delivery.Output); err != nil {
			return err
		}
		delivery := *job.Delivery
		delivery.Output = nil
		job.Delivery = &delivery
	}
	return k.enter(ctx, &job, job.Phase, job.PhaseEnd)
}

// ExportGenesis returns the whole state. The queue of deadlines follows from the jobs.
func (k Keeper) ExportGenesis(ctx context.Context) (*types.GenesisState, error) {
	params, err := k.Params(ctx)
	if err != nil {
		return nil, err
	}
	genesis := &types.GenesisState{Params: params}
	if genesis.NextId, err = k.nextID.Peek(ctx); err != nil {
		return nil, err
	}
	if err := k.revisions.Walk(ctx, nil, func(revision uint64, params types.Params) (bool, error) {
		genesis.Revisions = append(genesis.Revisions, types.ParamsRevision{Revision: revision, Params: params})
		return false, nil
	}); err != nil {
		return nil, err
	}
	if err := k.jobs.Walk(ctx, nil, func(_ uint64, job types.Job) (bool, error) {
		err := k.attachPayloads(ctx, &job)
		genesis.Jobs = append(genesis.Jobs, job)
		return false, err
	}); err != nil {
		return nil, err
	}
	if err := k.seats.Walk(ctx, nil, func(_ seatKey, seat types.Seat) (bool, error) {
		genesis.Seats = append(genesis.Seats, seat)
		return false, nil
	}); err != nil {
		return nil, err
	}
	if err := k.records.Walk(ctx, nil, func(_ uint64, record types.Record) (bool, error) {
		genesis.Records = append(genesis.Records, record)
		return false, nil
	}); err != nil {
		return nil, err
	}
	return genesis, k.reveals.Walk(ctx, nil,
		func(_ collections.Pair[uint64, sdk.AccAddress], count types.EpochReveals) (bool, error) {
			genesis.Reveals = append(genesis.Reveals, count)
			return false, nil
		})
}
