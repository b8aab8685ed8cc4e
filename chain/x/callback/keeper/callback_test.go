package keeper_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/x/callback/keeper"
	"github.com/nesa-network/nesa/chain/x/callback/types"
	jobtypes "github.com/nesa-network/nesa/chain/x/job/types"
)

const gasLimit = 100_000

// fee of a callback of gasLimit under testParams.
const fee = 3*(gasLimit+50_000) + 1_000

// wished is a world where a contract has prepaid a callback about job 1, which is over.
func wished(t testingT) (w *world, contract, sender sdk.AccAddress) {
	t.Helper()
	w = newWorld(t)
	contract, sender = w.fund("contract"), account("sender")
	paid, err := w.keeper.Register(w.ctx, 1, contract, types.Wish{GasLimit: gasLimit, MaxOutput: 64})
	require.NoError(t, err)
	require.EqualValues(t, fee, paid.Int64())
	w.end(1, jobtypes.Status_STATUS_SETTLED, 64)
	return w, contract, sender
}

func TestThreat39TheRequesterIsCalledOnceWithThePrepaidGas(t *testing.T) {
	w, contract, sender := wished(t)
	w.evm.result = types.Call{GasUsed: 40_000}
	w.requireSolvent()
	response, err := w.call(sender, 1)
	require.NoError(t, err)
	require.True(t, response.Success)
	require.Equal(t, []sdk.AccAddress{contract}, w.evm.targets)
	require.Equal(t, []uint64{gasLimit}, w.evm.gas)
	require.Len(t, w.evm.answers[0].Output, 64)
	require.EqualValues(t, fee, w.balance(sender))
	require.EqualValues(t, funds-fee, w.balance(contract))
	w.requireSolvent()

	_, err = w.call(sender, 1)
	require.ErrorIs(t, err, types.ErrEntryNotFound)
	require.Len(t, w.evm.calls, 1)
}

func TestThreat39FailureIsFinalAndTheAnswerStays(t *testing.T) {
	w, _, sender := wished(t)
	w.evm.result = types.Call{GasUsed: gasLimit, Failure: "out of gas"}
	response, err := w.call(sender, 1)
	require.NoError(t, err)
	require.False(t, response.Success)
	require.EqualValues(t, fee, w.balance(sender), "whoever called has had the cost")
	entry, err := w.keeper.Entry(w.ctx, 1)
	require.NoError(t, err)
	require.Equal(t, types.State_STATE_FAILED, entry.State)
	require.Equal(t, "out of gas", entry.Failure)
	require.Len(t, entry.Answer.Output, 64)
	w.requireSolvent()

	_, err = w.call(sender, 1)
	require.ErrorIs(t, err, types.ErrDone)
	w.at(startHeight + retention)
	require.NoError(t, w.keeper.EndBlock(w.ctx))
	_, err = w.keeper.Entry(w.ctx, 1)
	require.ErrorIs(t, err, types.ErrEntryNotFound)
	w.requireSolvent()
}

func TestThreat39TooLittleGasCallsNothing(t *testing.T) {
	w, _, sender := wished(t)
	for _, gas := range []uint64{gasLimit / 2, gasLimit} {
		w.meter(gas)
		_, err := w.call(sender, 1)
		require.ErrorIs(t, err, types.ErrNotEnoughGas)
	}
	require.Empty(t, w.evm.calls)
	w.meter(1_000_000)
	w.evm.result = types.Call{GasUsed: 1}
	_, err := w.call(sender, 1)
	require.NoError(t, err)
	require.GreaterOrEqual(t, w.ctx.GasMeter().GasConsumed(), uint64(gasLimit), "all that was prepaid")
}

func TestThreat39ACallbackInsideACallbackIsRefused(t *testing.T) {
	w, contract, sender := wished(t)
	_, err := w.keeper.Register(w.ctx, 2, contract, types.Wish{GasLimit: gasLimit})
	require.NoError(t, err)
	w.end(2, jobtypes.Status_STATUS_EXPIRED, 0)
	var nested []error
	w.evm.during = func(ctx context.Context) {
		require.True(t, keeper.Running(ctx))
		for _, id := range []uint64{1, 2} {
			_, err := w.msg.Callback(ctx, &types.MsgCallback{Sender: sender.String(), JobId: id})
			nested = append(nested, err)
		}
		_, err := w.keeper.Register(ctx, 3, contract, types.Wish{GasLimit: gasLimit})
		require.NoError(t, err, "a new request is allowed")
	}
	_, err = w.call(sender, 1)
	require.NoError(t, err)
	for _, err := range nested {
		require.ErrorIs(t, err, types.ErrNested)
	}
	require.Equal(t, []uint64{1}, w.evm.calls)
	require.EqualValues(t, fee, w.balance(sender))
	w.requireSolvent()
}

// Whatever the entry's own bookkeeping says, an open job has no callback, and an unknown one neither.
func TestCallbackNeedsAnEndedJob(t *testing.T) {
	w := newWorld(t)
	contract, sender := w.fund("contract"), account("sender")
	_, err := w.call(sender, 1)
	require.ErrorIs(t, err, types.ErrEntryNotFound)
	_, err = w.keeper.Register(w.ctx, 1, contract, types.Wish{GasLimit: gasLimit})
	require.NoError(t, err)
	_, err = w.call(sender, 1)
	require.ErrorIs(t, err, types.ErrNotOver)
	_, err = w.msg.Callback(w.ctx, &types.MsgCallback{Sender: "nobody", JobId: 1})
	require.ErrorIs(t, err, types.ErrInvalidSigner)
}

func TestAnswersOfEveryEnd(t *testing.T) {
	for status, handed := range map[jobtypes.Status]int{
		jobtypes.Status_STATUS_SETTLED: 10, jobtypes.Status_STATUS_REFUNDED: 0,
		jobtypes.Status_STATUS_EXPIRED: 0, jobtypes.Status_STATUS_CANCELLED: 0,
	} {
		t.Run(status.String(), func(t *testing.T) {
			w := newWorld(t)
			contract := w.fund("contract")
			_, err := w.keeper.Register(w.ctx, 1, contract, types.Wish{GasLimit: gasLimit, MaxOutput: 10})
			require.NoError(t, err)
			w.end(1, status, 10)
			_, err = w.call(contract, 1)
			require.NoError(t, err)
			require.Equal(t, status, w.evm.answers[0].Status)
			require.Len(t, w.evm.answers[0].Output, handed)
			require.Equal(t, handed > 0, w.evm.answers[0].Outcome == jobtypes.Outcome_OUTCOME_OK)
		})
	}
	w := newWorld(t)
	_, err := w.keeper.Register(w.ctx, 1, account("pulls"), types.Wish{MaxOutput: 9})
	require.NoError(t, err, "to keep an answer costs gas, no coins")
	w.end(1, jobtypes.Status_STATUS_SETTLED, 10)
	entry, err := w.keeper.Entry(w.ctx, 1)
	require.NoError(t, err)
	require.Equal(t, types.State_STATE_KEPT, entry.State)
	require.Empty(t, entry.Answer.Output, "longer than was asked for")
	require.Len(t, entry.Answer.OutputDigest, 32)
}

func TestWishesAreBounded(t *testing.T) {
	w := newWorld(t)
	contract := w.fund("contract")
	for _, wish := range []types.Wish{{GasLimit: 2_000_001}, {MaxOutput: 16<<10 + 1}} {
		_, err := w.keeper.Register(w.ctx, 1, contract, wish)
		require.ErrorIs(t, err, types.ErrInvalidWish)
	}
	_, err := w.keeper.Register(w.ctx, 1, account("poor"), types.Wish{GasLimit: gasLimit})
	require.Error(t, err)
	before := w.ctx.GasMeter().GasConsumed()
	_, err = w.keeper.Register(w.ctx, 1, contract, types.Wish{MaxOutput: 1_000})
	require.NoError(t, err)
	require.GreaterOrEqual(t, w.ctx.GasMeter().GasConsumed()-before, uint64(30_000), "bytes that will be written")
	_, err = w.keeper.Register(w.ctx, 2, contract, types.Wish{})
	require.NoError(t, err)
	awaited, err := w.keeper.Awaits(w.ctx, 2)
	require.NoError(t, err)
	require.False(t, awaited, "an empty wish leaves nothing")
}

// A callback that nobody makes is refunded when the record's time is over, a few entries in each block.
func TestForgottenCallbacksAreRefunded(t *testing.T) {
	w := newWorld(t)
	contract := w.fund("contract")
	for id := uint64(1); id <= 5; id++ {
		_, err := w.keeper.Register(w.ctx, id, contract, types.Wish{GasLimit: gasLimit})
		require.NoError(t, err)
		w.end(id, jobtypes.Status_STATUS_SETTLED, 0)
	}
	w.at(startHeight + retention - 1)
	require.NoError(t, w.keeper.EndBlock(w.ctx))
	require.EqualValues(t, funds-5*fee, w.balance(contract))
	w.at(startHeight + retention)
	require.NoError(t, w.keeper.EndBlock(w.ctx))
	require.EqualValues(t, funds-2*fee, w.balance(contract))
	w.requireSolvent()
	w.at(startHeight + retention + 1)
	_, err := w.call(account("late"), 5)
	require.ErrorIs(t, err, types.ErrDone, "a queue that lags gives nobody more time")
	require.NoError(t, w.keeper.EndBlock(w.ctx))
	require.EqualValues(t, funds, w.balance(contract))
	w.requireSolvent()
}

// Threat 17: what was prepaid under one set of parameters is paid under every later one.
func TestThreat17ParametersLeavePrepaidCallbacksAlone(t *testing.T) {
	w, _, sender := wished(t)
	params := testParams()
	params.GasPrice, params.MaxGasLimit = math.NewInt(1_000_000), 1
	_, err := w.msg.UpdateParams(w.ctx, &types.MsgUpdateParams{Authority: sender.String(), Params: params})
	require.ErrorIs(t, err, types.ErrInvalidSigner)
	_, err = w.msg.UpdateParams(w.ctx, &types.MsgUpdateParams{Authority: account("gov").String(), Params: params})
	require.NoError(t, err)
	_, err = w.call(sender, 1)
	require.NoError(t, err)
	require.EqualValues(t, fee, w.balance(sender))
	require.Equal(t, []uint64{gasLimit}, w.evm.gas)
	w.requireSolvent()
}

func TestGenesisGoesThroughUnchanged(t *testing.T) {
	w, contract, sender := wished(t)
	_, err := w.keeper.Register(w.ctx, 2, contract, types.Wish{GasLimit: gasLimit})
	require.NoError(t, err)
	_, err = w.keeper.Register(w.ctx, 3, contract, types.Wish{GasLimit: gasLimit, MaxOutput: 5})
	require.NoError(t, err)
	w.end(3, jobtypes.Status_STATUS_SETTLED, 5)
	w.evm.result = types.Call{Failure: "no"}
	_, err = w.call(sender, 3)
	require.NoError(t, err)
	exported, err := w.keeper.ExportGenesis(w.ctx)
	require.NoError(t, err)
	require.Len(t, exported.Entries, 3)

	other := newWorld(t)
	require.ErrorIs(t, other.keeper.InitGenesis(other.ctx, *exported), types.ErrInvalidGenesis, "nothing is held")
	other.fund("contract")
	require.NoError(t, other.bank.SendCoinsFromAccountToModule(
		other.ctx, account("contract"), types.ModuleName, types.Coins(exported.Owed())))
	require.NoError(t, other.keeper.InitGenesis(other.ctx, *exported))
	again, err := other.keeper.ExportGenesis(other.ctx)
	require.NoError(t, err)
	require.Equal(t, exported, again)
	_, err = other.call(sender, 1)
	require.NoError(t, err)
	other.requireSolvent()
}

func TestEntriesAreListedByState(t *testing.T) {
	w, contract, _ := wished(t)
	_, err := w.keeper.Register(w.ctx, 2, contract, types.Wish{MaxOutput: 1})
	require.NoError(t, err)
	for state, want := range map[types.State]int{
		types.State_STATE_UNSPECIFIED: 2, types.State_STATE_READY: 1, types.State_STATE_WAITING: 1, types.State_STATE_FAILED: 0,
	} {
		listed, err := w.query.Entries(w.ctx, &types.QueryEntriesRequest{State: state})
		require.NoError(t, err)
		require.Len(t, listed.Entries, want, state)
	}
	_, err = w.query.Entry(w.ctx, &types.QueryEntryRequest{JobId: 9})
	require.ErrorContains(t, err, "NotFound")
}

func TestReasonsAreBounded(t *testing.T) {
	require.Equal(t, "reverted", types.Reason(""))
	require.Equal(t, "a?b", types.Reason("a\xffb"))
	require.LessOrEqual(t, len(types.Reason(strings.Repeat("é", 1_000))), types.MaxFailureBytes)
}

// Whatever gas a transaction has: either the callback is made and paid, or the transaction fails whole.
func TestThreat39CallbackUnderEveryGasLimit(t *testing.T) {
	w, _, sender := wished(t)
	w.evm.result = types.Call{Failure: "no"}
	called, made := 0, false
	for gas := uint64(0); !made; gas += 1_000 {
		branch := *w
		branch.ctx, _ = w.ctx.CacheContext()
		branch.meter(gas)
		func() {
			defer func() { _ = recover() }() // baseapp drops a transaction that runs out of gas
			_, err := branch.call(sender, 1)
			made = err == nil
		}()
		called += len(w.evm.calls)
		w.evm.calls = nil
	}
	require.Greater(t, called, 1, "some ran out of gas after the call")
	_, err := w.call(sender, 1)
	require.NoError(t, err, "and left the entry as it was")
	w.requireSolvent()
}
