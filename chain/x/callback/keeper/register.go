package keeper

import (
	"context"

	"cosmossdk.io/collections"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/x/callback/types"
	jobtypes "github.com/nesa-network/nesa/chain/x/job/types"
)

const (
	// entryGas is charged with a wish for the blocks in which nobody pays for writing the answer and forgetting it.
	entryGas = 20_000
	// keepGasPerByte is what the SDK charges for writing a byte: the answer is written when nobody pays.
	keepGasPerByte = 30
)

// Fee returns what a wish costs, or why it would be refused.
func (k Keeper) Fee(ctx context.Context, wish types.Wish) (math.Int, error) {
	params, err := k.Params(ctx)
	if err != nil {
		return math.ZeroInt(), err
	}
	return params.Fee(wish.GasLimit), wish.Validate(params)
}

// Register notes that a contract wants to be answered about a job that it has just requested, and takes the fee. An
// empty wish leaves nothing behind.
func (k Keeper) Register(
	ctx context.Context, jobID uint64, contract sdk.AccAddress, wish types.Wish,
) (fee math.Int, err error) {
	if wish.Empty() {
		return math.ZeroInt(), nil
	}
	if fee, err = k.Fee(ctx, wish); err != nil {
		return fee, err
	}
	sdk.UnwrapSDKContext(ctx).GasMeter().ConsumeGas(
		entryGas+keepGasPerByte*uint64(wish.MaxOutput), "keeping a job's answer")
	text, err := k.addresses.BytesToString(contract)
	if err != nil {
		return fee, err
	}
	if fee.IsPositive() {
		if err := k.bank.SendCoinsFromAccountToModule(ctx, contract, types.ModuleName, types.Coins(fee)); err != nil {
			return fee, err
		}
	}
	entry := types.Entry{
		JobId: jobID, Contract: text, GasLimit: wish.GasLimit, Fee: fee, MaxOutput: wish.MaxOutput,
		State: types.State_STATE_WAITING,
	}
	if err := k.entries.Set(ctx, jobID, entry); err != nil {
		return fee, err
	}
	return fee, emit(ctx, &types.EventAwaited{JobId: jobID, Contract: text, GasLimit: wish.GasLimit, Fee: fee})
}

// Awaits says whether a job's end is waited for.
func (k Keeper) Awaits(ctx context.Context, jobID uint64) (bool, error) {
	return k.entries.Has(ctx, jobID)
}

// JobEnded keeps the answer. From now on anybody may make the callback.
func (k Keeper) JobEnded(ctx context.Context, end jobtypes.Ending) error {
	entry, err := k.Entry(ctx, end.Job.Id)
	if err != nil {
		return err
	}
	entry.End(types.AnswerOf(end, entry.MaxOutput, height(ctx)), end.Until)
	if err := k.due.Set(ctx, collections.Join(entry.ForgetHeight, entry.JobId)); err != nil {
		return err
	}
	if err := k.entries.Set(ctx, entry.JobId, entry); err != nil {
		return err
	}
	return emit(ctx, &types.EventAnswered{
		JobId: entry.JobId, Contract: entry.Contract, State: entry.State, GasLimit: entry.GasLimit, Fee: entry.Fee,
	})
}
