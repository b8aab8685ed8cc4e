package simulation

import (
	"context"

	"cosmossdk.io/math"

	"github.com/cosmos/cosmos-sdk/testutil/simsx"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/x/job/keeper"
	"github.com/nesa-network/nesa/chain/x/job/types"
	modeltypes "github.com/nesa-network/nesa/chain/x/model/types"
)

// MsgRequestFactory requests what the estimate says would be taken.
func MsgRequestFactory(k keeper.Keeper) simsx.SimMsgFactoryFn[*types.MsgRequest] {
	return func(
		ctx context.Context, data *simsx.ChainDataSource, reporter simsx.SimulationReporter,
	) ([]simsx.SimAccount, *types.MsgRequest) {
		requester := data.AnyAccount(reporter)
		if reporter.IsSkipped() {
			return nil, nil
		}
		r := data.Rand()
		terms := types.Terms{
			VersionId: r.Uint64InRange(1, 20), Input: []byte(r.StringN(20)), Seed: []byte(r.StringN(32)),
			Price: math.NewInt(r.Int63n(1_000) + 1), MaxUnits: r.Uint64InRange(1, 100),
			Assurance: simsx.OneOf(r, []types.Assurance{
				{}, {CheckBps: 500}, {CheckBps: 5_000}, {CheckBps: types.BasisPoints}, {Evidence: []string{modeltypes.SystemNone}},
			}),
			Deadline: uint64(sdk.UnwrapSDKContext(ctx).BlockHeight()) + 60,
		}
		estimate, err := keeper.NewQueryServer(k).Estimate(ctx,
			&types.QueryEstimateRequest{Requester: requester.AddressBech32, Terms: terms})
		if err != nil || estimate.Refusal != "" {
			reporter.Skip("refused")
			return nil, nil
		}
		if !requester.LiquidBalance().BlockAmount(sdk.NewCoin(types.Denom, estimate.Escrow)) {
			reporter.Skip("the escrow is more than the balance")
			return nil, nil
		}
		return []simsx.SimAccount{requester},
			&types.MsgRequest{Requester: requester.AddressBech32, Requests: []types.Terms{terms}}
	}
}

// MsgClaimFactory claims with a first slot for whoever has one.
func MsgClaimFactory(k keeper.Keeper) simsx.SimMsgFactoryFn[*types.MsgClaim] {
	return func(
		ctx context.Context, data *simsx.ChainDataSource, reporter simsx.SimulationReporter,
	) ([]simsx.SimAccount, *types.MsgClaim) {
		job, ok := anyJob(ctx, k, data, reporter, types.Phase_PHASE_CLAIM)
		claimant := data.AnyAccount(reporter)
		if !ok || reporter.IsSkipped() {
			return nil, nil
		}
		msg := &types.MsgClaim{ClaimKey: claimant.AddressBech32, Claims: []types.ClaimEntry{{
			JobId: job.Id, Round: uint32(len(job.Rounds)) - 1,
		}}}
		if err := k.ExpectClaims(ctx, msg); err != nil {
			reporter.Skip(err.Error())
			return nil, nil
		}
		return []simsx.SimAccount{claimant}, msg
	}
}

// MsgDeliverFactory delivers a canonical failure, which needs no model.
func MsgDeliverFactory(k keeper.Keeper) simsx.SimMsgFactoryFn[*types.MsgDeliver] {
	return func(
		ctx context.Context, data *simsx.ChainDataSource, reporter simsx.SimulationReporter,
	) ([]simsx.SimAccount, *types.MsgDeliver) {
		job, ok := anyJob(ctx, k, data, reporter, types.Phase_PHASE_RUN)
		operator := data.AnyAccount(reporter)
		if !ok || reporter.IsSkipped() {
			return nil, nil
		}
		msg := &types.MsgDeliver{Operator: operator.AddressBech32, Deliveries: []types.DeliverEntry{{
			JobId: job.Id, Outcome: types.Outcome_OUTCOME_INVALID_INPUT,
		}}}
		if err := k.ExpectDeliveries(ctx, msg); err != nil {
			reporter.Skip(err.Error())
			return nil, nil
		}
		return []simsx.SimAccount{operator}, msg
	}
}

// MsgCancelFactory withdraws a job that has no executor.
func MsgCancelFactory(k keeper.Keeper) simsx.SimMsgFactoryFn[*types.MsgCancel] {
	return func(
		ctx context.Context, data *simsx.ChainDataSource, reporter simsx.SimulationReporter,
	) ([]simsx.SimAccount, *types.MsgCancel) {
		job, ok := anyJob(ctx, k, data, reporter, types.Phase_PHASE_SEED)
		if !ok || !data.HasAccount(job.Requester) {
			reporter.Skip("no job to withdraw")
			return nil, nil
		}
		requester := data.GetAccount(reporter, job.Requester)
		return []simsx.SimAccount{requester}, &types.MsgCancel{Requester: job.Requester, JobId: job.Id}
	}
}

// MsgUpdateParamsFactory lets governance change the parameters.
func MsgUpdateParamsFactory() simsx.SimMsgFactoryFn[*types.MsgUpdateParams] {
	return func(
		_ context.Context, data *simsx.ChainDataSource, reporter simsx.SimulationReporter,
	) ([]simsx.SimAccount, *types.MsgUpdateParams) {
		params := simulatedParams()
		params.BurnBps = data.Rand().Uint32InRange(1, 1_000)
		return nil, &types.MsgUpdateParams{Authority: data.ModuleAccountAddress(reporter, "gov"), Params: params}
	}
}

// anyJob returns an open job in a phase, or skips.
func anyJob(
	ctx context.Context, k keeper.Keeper, data *simsx.ChainDataSource, reporter simsx.SimulationReporter,
	phase types.Phase,
) (types.Job, bool) {
	page, err := keeper.NewQueryServer(k).Jobs(ctx, &types.QueryJobsRequest{})
	if err != nil {
		reporter.Skip(err.Error())
		return types.Job{}, false
	}
	var jobs []types.Job
	for _, job := range page.Jobs {
		if job.Phase == phase {
			jobs = append(jobs, job)
		}
	}
	if len(jobs) == 0 {
		reporter.Skip("no job in " + phase.String())
		return types.Job{}, false
	}
	return simsx.OneOf(data.Rand(), jobs), true
}
