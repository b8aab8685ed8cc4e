package simulation

import (
	"context"
	"crypto/sha256"
	"fmt"

	"github.com/cosmos/cosmos-sdk/testutil/simsx"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/x/model/keeper"
	"github.com/nesa-network/nesa/chain/x/model/types"
)

// MsgRegisterFactory registers under a publisher of the account's own.
func MsgRegisterFactory(k keeper.Keeper) simsx.SimMsgFactoryFn[*types.MsgRegister] {
	return func(
		ctx context.Context, data *simsx.ChainDataSource, reporter simsx.SimulationReporter,
	) ([]simsx.SimAccount, *types.MsgRegister) {
		params, err := k.Params(ctx)
		if err != nil {
			reporter.Skip(err.Error())
			return nil, nil
		}
		fee := sdk.NewCoin(types.Denom, params.RegistrationFee)
		owner := data.AnyAccount(reporter, simsx.WithLiquidBalanceGTE(fee))
		if reporter.IsSkipped() {
			return nil, nil
		}
		if !owner.LiquidBalance().BlockAmount(fee) {
			reporter.Skip("the fee is more than the balance")
			return nil, nil
		}
		name := fmt.Sprintf("p%x/m%d", owner.Address.Bytes()[:8], data.Rand().Intn(1_000))
		if _, err := k.Model(ctx, name); err == nil {
			reporter.Skip("model exists")
			return nil, nil
		}
		return []simsx.SimAccount{owner}, &types.MsgRegister{
			Owner: owner.AddressBech32, Name: name, Private: data.Rand().Bool(),
		}
	}
}

// MsgAddVersionFactory releases a version of some model.
func MsgAddVersionFactory(k keeper.Keeper) simsx.SimMsgFactoryFn[*types.MsgAddVersion] {
	return func(
		ctx context.Context, data *simsx.ChainDataSource, reporter simsx.SimulationReporter,
	) ([]simsx.SimAccount, *types.MsgAddVersion) {
		model, owner := anyModel(ctx, k, data, reporter)
		params, err := k.Params(ctx)
		if err != nil {
			reporter.Skip(err.Error())
		}
		if reporter.IsSkipped() {
			return nil, nil
		}
		r := data.Rand()
		digest := sha256.Sum256([]byte(r.StringN(32)))
		profile := types.Profile{RunWindow: r.Uint64InRange(1, params.MaxRunWindow+1), ProofSystems: []string{types.SystemNone}}
		if r.Intn(3) > 0 {
			profile = types.Profile{
				Positions: r.Uint32InRange(1, 65), Projections: r.Uint32InRange(1, 9), ScaleBits: r.Uint32InRange(0, 31),
				Shift: r.Uint32InRange(0, 41), Threshold: r.Uint64InRange(0, 1_000), ScoreThresholds: []uint64{0, 1, 0},
				RunWindow: profile.RunWindow,
			}
		}
		return []simsx.SimAccount{owner}, &types.MsgAddVersion{
			Owner: owner.AddressBech32, Model: model.Name, ManifestDigest: digest[:],
			Uri: "https://models.example/" + model.Name, Unit: types.Unit(1 + r.Intn(4)),
			RoyaltyBps: r.Uint32InRange(0, params.MaxRoyaltyBps+1), Profile: profile,
		}
	}
}

// MsgSetAccessFactory changes some model's access list.
func MsgSetAccessFactory(k keeper.Keeper) simsx.SimMsgFactoryFn[*types.MsgSetAccess] {
	return func(
		ctx context.Context, data *simsx.ChainDataSource, reporter simsx.SimulationReporter,
	) ([]simsx.SimAccount, *types.MsgSetAccess) {
		model, owner := anyModel(ctx, k, data, reporter)
		granted, revoked := data.AnyAccount(reporter), data.AnyAccount(reporter)
		if reporter.IsSkipped() {
			return nil, nil
		}
		return []simsx.SimAccount{owner}, &types.MsgSetAccess{
			Owner: owner.AddressBech32, Model: model.Name, Private: data.Rand().Bool(),
			Grant: []string{granted.AddressBech32}, Revoke: []string{revoked.AddressBech32},
		}
	}
}

// MsgRetireFactory retires some model.
func MsgRetireFactory(k keeper.Keeper) simsx.SimMsgFactoryFn[*types.MsgRetire] {
	return func(
		ctx context.Context, data *simsx.ChainDataSource, reporter simsx.SimulationReporter,
	) ([]simsx.SimAccount, *types.MsgRetire) {
		model, owner := anyModel(ctx, k, data, reporter)
		if reporter.IsSkipped() {
			return nil, nil
		}
		return []simsx.SimAccount{owner}, &types.MsgRetire{Owner: owner.AddressBech32, Model: model.Name}
	}
}

// MsgUpdateParamsFactory lets governance change the parameters.
func MsgUpdateParamsFactory() simsx.SimMsgFactoryFn[*types.MsgUpdateParams] {
	return func(
		_ context.Context, data *simsx.ChainDataSource, reporter simsx.SimulationReporter,
	) ([]simsx.SimAccount, *types.MsgUpdateParams) {
		params := types.LocalnetParams()
		params.ProbationChecks = data.Rand().Uint64InRange(1, 10)
		return nil, &types.MsgUpdateParams{Authority: data.ModuleAccountAddress(reporter, "gov"), Params: params}
	}
}

// anyModel returns a model that is not retired and whose owner the simulation can sign for, or skips.
func anyModel(
	ctx context.Context, k keeper.Keeper, data *simsx.ChainDataSource, reporter simsx.SimulationReporter,
) (types.Model, simsx.SimAccount) {
	page, err := keeper.NewQueryServer(k).Models(ctx, &types.QueryModelsRequest{})
	if err != nil {
		reporter.Skip(err.Error())
		return types.Model{}, simsx.SimAccount{}
	}
	open := make([]types.Model, 0, len(page.Models))
	for _, model := range page.Models {
		if !model.Retired && data.HasAccount(model.Owner) {
			open = append(open, model)
		}
	}
	if len(open) == 0 {
		reporter.Skip("no models")
		return types.Model{}, simsx.SimAccount{}
	}
	model := simsx.OneOf(data.Rand(), open)
	return model, data.GetAccount(reporter, model.Owner)
}
