package simulation

import (
	"context"

	"cosmossdk.io/math"

	"github.com/cosmos/cosmos-sdk/testutil/simsx"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/x/miner/keeper"
	"github.com/nesa-network/nesa/chain/x/miner/types"
)

// versionsTried bounds the ids among which a simulated miner looks for one to serve.
const versionsTried = 20

// MsgServeFactory has some miner serve a version, or drop it where it does.
func MsgServeFactory(k keeper.Keeper) simsx.SimMsgFactoryFn[*types.MsgServe] {
	return func(
		ctx context.Context, data *simsx.ChainDataSource, reporter simsx.SimulationReporter,
	) ([]simsx.SimAccount, *types.MsgServe) {
		_, owner := anyMiner(ctx, k, data, reporter)
		if reporter.IsSkipped() {
			return nil, nil
		}
		id := data.Rand().Uint64InRange(1, versionsTried)
		msg := &types.MsgServe{Operator: owner.AddressBech32}
		_, serves, err := k.Serves(ctx, id, owner.Address)
		if err != nil {
			reporter.Skip(err.Error())
			return nil, nil
		}
		if serves {
			msg.Drop = []uint64{id}
			return []simsx.SimAccount{owner}, msg
		}
		if exists, err := k.HasVersion(ctx, id); err != nil || !exists {
			reporter.Skip("no such version")
			return nil, nil
		}
		msg.Serve = []types.ServeEntry{{VersionId: id, Ask: math.NewInt(data.Rand().Int63n(1_000))}}
		return []simsx.SimAccount{owner}, msg
	}
}

// MsgSetEncryptionKeyFactory registers a key of some miner.
func MsgSetEncryptionKeyFactory(k keeper.Keeper) simsx.SimMsgFactoryFn[*types.MsgSetEncryptionKey] {
	return func(
		ctx context.Context, data *simsx.ChainDataSource, reporter simsx.SimulationReporter,
	) ([]simsx.SimAccount, *types.MsgSetEncryptionKey) {
		_, owner := anyMiner(ctx, k, data, reporter)
		params, err := k.Params(ctx)
		if err != nil {
			reporter.Skip(err.Error())
		}
		if reporter.IsSkipped() {
			return nil, nil
		}
		now := uint64(sdk.UnwrapSDKContext(ctx).BlockHeight())
		keys, err := k.EncryptionKeys(ctx, owner.Address)
		if err != nil {
			reporter.Skip(err.Error())
			return nil, nil
		}
		live := 0
		for _, key := range keys {
			if key.To >= now {
				live++
			}
		}
		if live >= int(params.MaxKeys) {
			reporter.Skip("too many keys")
			return nil, nil
		}
		key := make([]byte, types.EncryptionKeyBytes)
		data.Rand().Read(key)
		from := now + params.KeyDelay + data.Rand().Uint64InRange(1, 10)
		return []simsx.SimAccount{owner}, &types.MsgSetEncryptionKey{
			Operator: owner.AddressBech32, Key: key, From: from, To: from + data.Rand().Uint64InRange(1, 100),
		}
	}
}

// MsgUpdateParamsFactory lets governance change parameters that miners feel.
func MsgUpdateParamsFactory(k keeper.Keeper) simsx.SimMsgFactoryFn[*types.MsgUpdateParams] {
	return func(
		ctx context.Context, data *simsx.ChainDataSource, reporter simsx.SimulationReporter,
	) ([]simsx.SimAccount, *types.MsgUpdateParams) {
		params, err := k.Params(ctx)
		if err != nil {
			reporter.Skip(err.Error())
			return nil, nil
		}
		params.SlotUnit = math.NewInt(1 + data.Rand().Int63n(100))
		params.MinStake = params.SlotUnit.MulRaw(1 + data.Rand().Int63n(10))
		return nil, &types.MsgUpdateParams{Authority: data.ModuleAccountAddress(reporter, "gov"), Params: params}
	}
}

// anyMiner returns a miner that is not retired and whose owner the simulation can sign for, or skips.
func anyMiner(
	ctx context.Context, k keeper.Keeper, data *simsx.ChainDataSource, reporter simsx.SimulationReporter,
) (types.Miner, simsx.SimAccount) {
	page, err := keeper.NewQueryServer(k).Miners(ctx, &types.QueryMinersRequest{})
	if err != nil {
		reporter.Skip(err.Error())
		return types.Miner{}, simsx.SimAccount{}
	}
	working := make([]types.Miner, 0, len(page.Miners))
	for _, miner := range page.Miners {
		if !miner.Retired && data.HasAccount(miner.Owner) {
			working = append(working, miner)
		}
	}
	if len(working) == 0 {
		reporter.Skip("no miners")
		return types.Miner{}, simsx.SimAccount{}
	}
	miner := simsx.OneOf(data.Rand(), working)
	return miner, data.GetAccount(reporter, miner.Owner)
}
