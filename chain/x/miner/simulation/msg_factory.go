package simulation

import (
	"context"
	"fmt"

	"cosmossdk.io/math"

	"github.com/cosmos/cosmos-sdk/testutil/simsx"
	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"github.com/nesa-network/nesa/chain/x/miner/keeper"
	"github.com/nesa-network/nesa/chain/x/miner/types"
)

// MsgRegisterFactory makes an account a miner, with a claim key that exists nowhere else.
func MsgRegisterFactory(k keeper.Keeper) simsx.SimMsgFactoryFn[*types.MsgRegister] {
	return func(
		ctx context.Context, data *simsx.ChainDataSource, reporter simsx.SimulationReporter,
	) ([]simsx.SimAccount, *types.MsgRegister) {
		params, err := k.Params(ctx)
		if err != nil {
			reporter.Skip(err.Error())
			return nil, nil
		}
		owner := data.AnyAccount(reporter, simsx.WithLiquidBalanceGTE(sdk.NewCoin(types.Denom, params.MinStake)))
		if reporter.IsSkipped() {
			return nil, nil
		}
		if _, err := k.Get(ctx, owner.Address); err == nil {
			reporter.Skip("is a miner")
			return nil, nil
		}
		stake := owner.LiquidBalance().RandSubsetCoin(reporter, types.Denom)
		if reporter.IsSkipped() {
			return nil, nil
		}
		if stake.Amount.LT(params.MinStake) {
			reporter.Skip("below the minimum")
			return nil, nil
		}
		claimKey, err := data.AddressCodec().BytesToString(authtypes.NewModuleAddress("claims of " + owner.AddressBech32))
		if err != nil {
			reporter.Skip(err.Error())
			return nil, nil
		}
		return []simsx.SimAccount{owner}, &types.MsgRegister{
			Owner: owner.AddressBech32, ClaimKey: claimKey, Stake: stake, Moniker: "simulated",
			Relays: []string{"nats://127.0.0.1:4222"},
		}
	}
}

// MsgUpdateFactory gives some miner another moniker and relay.
func MsgUpdateFactory(k keeper.Keeper) simsx.SimMsgFactoryFn[*types.MsgUpdate] {
	return func(
		ctx context.Context, data *simsx.ChainDataSource, reporter simsx.SimulationReporter,
	) ([]simsx.SimAccount, *types.MsgUpdate) {
		_, owner := anyMiner(ctx, k, data, reporter)
		if reporter.IsSkipped() {
			return nil, nil
		}
		port := data.Rand().IntInRange(1024, 65_536)
		return []simsx.SimAccount{owner}, &types.MsgUpdate{
			Owner: owner.AddressBech32, Moniker: fmt.Sprintf("miner %d", port), SetRelays: true,
			Relays: []string{fmt.Sprintf("tls://relay.example:%d", port)},
		}
	}
}

// MsgAddStakeFactory adds to some miner's stake.
func MsgAddStakeFactory(k keeper.Keeper) simsx.SimMsgFactoryFn[*types.MsgAddStake] {
	return func(
		ctx context.Context, data *simsx.ChainDataSource, reporter simsx.SimulationReporter,
	) ([]simsx.SimAccount, *types.MsgAddStake) {
		_, owner := anyMiner(ctx, k, data, reporter)
		if reporter.IsSkipped() {
			return nil, nil
		}
		amount := owner.LiquidBalance().RandSubsetCoin(reporter, types.Denom)
		if reporter.IsSkipped() {
			return nil, nil
		}
		return []simsx.SimAccount{owner}, &types.MsgAddStake{Owner: owner.AddressBech32, Amount: amount}
	}
}

// MsgUnstakeFactory takes some of a miner's stake out, or all of it.
func MsgUnstakeFactory(k keeper.Keeper) simsx.SimMsgFactoryFn[*types.MsgUnstake] {
	return func(
		ctx context.Context, data *simsx.ChainDataSource, reporter simsx.SimulationReporter,
	) ([]simsx.SimAccount, *types.MsgUnstake) {
		miner, owner := anyMiner(ctx, k, data, reporter)
		params, err := k.Params(ctx)
		if err != nil {
			reporter.Skip(err.Error())
		}
		if reporter.IsSkipped() {
			return nil, nil
		}
		open, err := k.Unbondings(ctx, owner.Address)
		if err != nil || len(open) >= int(params.MaxUnbondings) || !miner.Free().IsPositive() {
			reporter.Skip("nothing free, or too many unbondings")
			return nil, nil
		}
		amount := miner.Free()
		if spare := math.MinInt(amount, miner.Stake.Sub(params.MinStake)); spare.IsPositive() {
			if part, err := data.Rand().PositiveSDKIntn(spare); err == nil {
				amount = part
			}
		} else if miner.Locked.IsPositive() {
			reporter.Skip("bonds keep the rest")
			return nil, nil
		}
		return []simsx.SimAccount{owner}, &types.MsgUnstake{
			Owner: owner.AddressBech32, Amount: sdk.NewCoin(types.Denom, amount),
		}
	}
}

// MsgUnjailFactory ends the jail of some miner whose time is over.
func MsgUnjailFactory(k keeper.Keeper) simsx.SimMsgFactoryFn[*types.MsgUnjail] {
	return func(
		ctx context.Context, data *simsx.ChainDataSource, reporter simsx.SimulationReporter,
	) ([]simsx.SimAccount, *types.MsgUnjail) {
		miner, owner := anyMiner(ctx, k, data, reporter)
		params, err := k.Params(ctx)
		if err != nil {
			reporter.Skip(err.Error())
		}
		if reporter.IsSkipped() {
			return nil, nil
		}
		now := uint64(sdk.UnwrapSDKContext(ctx).BlockHeight())
		if miner.JailedUntil == 0 || now < miner.JailedUntil || miner.Stake.LT(params.MinStake) {
			reporter.Skip("not jailed, or not to be released")
			return nil, nil
		}
		return []simsx.SimAccount{owner}, &types.MsgUnjail{Owner: owner.AddressBech32}
	}
}

// MsgRetireFactory retires some miner.
func MsgRetireFactory(k keeper.Keeper) simsx.SimMsgFactoryFn[*types.MsgRetire] {
	return func(
		ctx context.Context, data *simsx.ChainDataSource, reporter simsx.SimulationReporter,
	) ([]simsx.SimAccount, *types.MsgRetire) {
		_, owner := anyMiner(ctx, k, data, reporter)
		if reporter.IsSkipped() {
			return nil, nil
		}
		return []simsx.SimAccount{owner}, &types.MsgRetire{Owner: owner.AddressBech32}
	}
}
