package simulation

import (
	"context"

	"github.com/cosmos/cosmos-sdk/testutil/simsx"

	"github.com/nesa-network/nesa/chain/x/attestation/keeper"
	"github.com/nesa-network/nesa/chain/x/attestation/types"
)

// MsgRevokeFactory has governance take some key away. Most keys are of accounts that are no miners (yet).
func MsgRevokeFactory(k keeper.Keeper) simsx.SimMsgFactoryFn[*types.MsgRevoke] {
	return func(
		ctx context.Context, data *simsx.ChainDataSource, reporter simsx.SimulationReporter,
	) ([]simsx.SimAccount, *types.MsgRevoke) {
		state, err := k.ExportGenesis(ctx)
		if err != nil {
			reporter.Skip(err.Error())
			return nil, nil
		}
		keys := make([]types.AttestedKey, 0, len(state.Keys))
		for _, key := range state.Keys {
			if !key.Revoked {
				keys = append(keys, key)
			}
		}
		if len(keys) == 0 {
			reporter.Skip("no keys")
			return nil, nil
		}
		key := simsx.OneOf(data.Rand(), keys)
		return nil, &types.MsgRevoke{Sender: data.ModuleAccountAddress(reporter, "gov"), Miner: key.Miner, Key: key.Key}
	}
}

// MsgSetAnchorFactory trusts a platform, or asks another TCB or other certificates of one that is trusted.
func MsgSetAnchorFactory() simsx.SimMsgFactoryFn[*types.MsgSetAnchor] {
	return func(
		_ context.Context, data *simsx.ChainDataSource, reporter simsx.SimulationReporter,
	) ([]simsx.SimAccount, *types.MsgSetAnchor) {
		set := anchor(simsx.OneOf(data.Rand(), []string{"Milan", "Genoa"}), byte(data.Rand().Intn(4)))
		set.Certificates[0][0] = byte(1 + data.Rand().Intn(2))
		return nil, &types.MsgSetAnchor{Authority: data.ModuleAccountAddress(reporter, "gov"), Anchor: set}
	}
}

// MsgRemoveAnchorFactory trusts a platform no longer.
func MsgRemoveAnchorFactory(k keeper.Keeper) simsx.SimMsgFactoryFn[*types.MsgRemoveAnchor] {
	return func(
		ctx context.Context, data *simsx.ChainDataSource, reporter simsx.SimulationReporter,
	) ([]simsx.SimAccount, *types.MsgRemoveAnchor) {
		found := anyAnchor(ctx, k, data, reporter)
		if reporter.IsSkipped() {
			return nil, nil
		}
		return nil, &types.MsgRemoveAnchor{
			Authority: data.ModuleAccountAddress(reporter, "gov"), Platform: found.Platform, Product: found.Product,
		}
	}
}

// MsgSetCollateralFactory stores what a vendor might say of a platform that is trusted.
func MsgSetCollateralFactory(k keeper.Keeper) simsx.SimMsgFactoryFn[*types.MsgSetCollateral] {
	return func(
		ctx context.Context, data *simsx.ChainDataSource, reporter simsx.SimulationReporter,
	) ([]simsx.SimAccount, *types.MsgSetCollateral) {
		found := anyAnchor(ctx, k, data, reporter)
		if reporter.IsSkipped() {
			return nil, nil
		}
		list := make([]byte, data.Rand().IntInRange(1, 100))
		data.Rand().Read(list)
		return nil, &types.MsgSetCollateral{
			Authority:  data.ModuleAccountAddress(reporter, "gov"),
			Collateral: types.Collateral{Platform: found.Platform, Product: found.Product, RootCrl: list},
		}
	}
}

// MsgSetMeasurementFactory accepts another enclave.
func MsgSetMeasurementFactory() simsx.SimMsgFactoryFn[*types.MsgSetMeasurement] {
	return func(
		_ context.Context, data *simsx.ChainDataSource, reporter simsx.SimulationReporter,
	) ([]simsx.SimAccount, *types.MsgSetMeasurement) {
		value := make([]byte, valueBytes)
		data.Rand().Read(value)
		return nil, &types.MsgSetMeasurement{
			Authority:   data.ModuleAccountAddress(reporter, "gov"),
			Measurement: types.Measurement{Platform: snp, Value: value, Name: "simulated"},
		}
	}
}

// MsgRemoveMeasurementFactory accepts an enclave no longer.
func MsgRemoveMeasurementFactory(k keeper.Keeper) simsx.SimMsgFactoryFn[*types.MsgRemoveMeasurement] {
	return func(
		ctx context.Context, data *simsx.ChainDataSource, reporter simsx.SimulationReporter,
	) ([]simsx.SimAccount, *types.MsgRemoveMeasurement) {
		page, err := keeper.NewQueryServer(k).Measurements(ctx, &types.QueryMeasurementsRequest{})
		if err != nil || len(page.Measurements) == 0 {
			reporter.Skip("no measurements")
			return nil, nil
		}
		found := simsx.OneOf(data.Rand(), page.Measurements)
		return nil, &types.MsgRemoveMeasurement{
			Authority: data.ModuleAccountAddress(reporter, "gov"), Platform: found.Platform, Value: found.Value,
		}
	}
}

// MsgRevokeMachineFactory trusts a machine no longer.
func MsgRevokeMachineFactory() simsx.SimMsgFactoryFn[*types.MsgRevokeMachine] {
	return func(
		_ context.Context, data *simsx.ChainDataSource, reporter simsx.SimulationReporter,
	) ([]simsx.SimAccount, *types.MsgRevokeMachine) {
		id := make([]byte, chipBytes)
		data.Rand().Read(id)
		return nil, &types.MsgRevokeMachine{
			Authority: data.ModuleAccountAddress(reporter, "gov"), Machine: types.RevokedMachine{Platform: snp, Id: id, Reason: "simulated"},
		}
	}
}

// MsgRestoreMachineFactory trusts a machine again.
func MsgRestoreMachineFactory(k keeper.Keeper) simsx.SimMsgFactoryFn[*types.MsgRestoreMachine] {
	return func(
		ctx context.Context, data *simsx.ChainDataSource, reporter simsx.SimulationReporter,
	) ([]simsx.SimAccount, *types.MsgRestoreMachine) {
		page, err := keeper.NewQueryServer(k).RevokedMachines(ctx, &types.QueryRevokedMachinesRequest{})
		if err != nil || len(page.Machines) == 0 {
			reporter.Skip("no revoked machines")
			return nil, nil
		}
		found := simsx.OneOf(data.Rand(), page.Machines)
		return nil, &types.MsgRestoreMachine{
			Authority: data.ModuleAccountAddress(reporter, "gov"), Platform: found.Platform, Id: found.Id,
		}
	}
}

// MsgUpdateParamsFactory changes how many keys a miner may have and how long they live.
func MsgUpdateParamsFactory(k keeper.Keeper) simsx.SimMsgFactoryFn[*types.MsgUpdateParams] {
	return func(
		ctx context.Context, data *simsx.ChainDataSource, reporter simsx.SimulationReporter,
	) ([]simsx.SimAccount, *types.MsgUpdateParams) {
		params, err := k.Params(ctx)
		if err != nil {
			reporter.Skip(err.Error())
			return nil, nil
		}
		params.MaxKeys = uint32(data.Rand().IntInRange(1, 8))
		params.MaxKeyLife = int64(data.Rand().IntInRange(60, 1_000_000))
		return nil, &types.MsgUpdateParams{Authority: data.ModuleAccountAddress(reporter, "gov"), Params: params}
	}
}

func anyAnchor(
	ctx context.Context, k keeper.Keeper, data *simsx.ChainDataSource, reporter simsx.SimulationReporter,
) types.Anchor {
	page, err := keeper.NewQueryServer(k).Anchors(ctx, &types.QueryAnchorsRequest{})
	if err != nil || len(page.Anchors) == 0 {
		reporter.Skip("no anchors")
		return types.Anchor{}
	}
	return simsx.OneOf(data.Rand(), page.Anchors)
}
