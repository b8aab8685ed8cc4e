package app_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/app"
	callbacktypes "github.com/nesa-network/nesa/chain/x/callback/types"
)

func accountBytes(t testing.TB, text string) []byte {
	t.Helper()
	account, err := sdk.AccAddressFromBech32(text)
	require.NoError(t, err)
	return account
}

// view reads one function of inference.
func (w *evmWorld) view(method string, args ...any) []any {
	w.t.Helper()
	response, err := w.apply(&inferenceAddress, w.ask(method, args...), 0, plentyOfGas)
	require.NoError(w.t, err)
	require.Empty(w.t, response.VmError, "%s", response.Ret)
	values, err := w.asks.Unpack(method, response.Ret)
	require.NoError(w.t, err)
	return values
}

// field reads a public variable of the probe.
func (w *evmWorld) field(name string) any {
	w.t.Helper()
	return w.run(name)[0]
}

// richCallbackGas is enough for requesting a job in a callback.
const richCallbackGas = 600_000

var somebody = sdk.AccAddress([]byte("somebody____________"))

func TestThreat39TheRequesterIsCalledByInference(t *testing.T) {
	w := newEVMWorld(t)
	id := w.asked()
	_, err := w.callBack(somebody, id, plentyOfGas)
	require.ErrorIs(t, err, callbacktypes.ErrNotOver)
	w.end(id, []byte("accepted"))
	supply := w.n.Bank.GetSupply(w.ctx, app.BaseDenom)
	response, err := w.callBack(somebody, id, plentyOfGas)
	require.NoError(t, err)
	require.True(t, response.Success, response.Failure)
	t.Logf("a callback that writes six words uses %d gas", response.GasUsed)

	require.Equal(t, inferenceAddress, w.field("sender"))
	require.Equal(t, inferenceAddress, w.field("origin"))
	require.Equal(t, id, w.field("jobId"))
	require.Equal(t, []byte("accepted"), w.field("output"))
	require.EqualValues(t, callbackCharge, w.balance(somebody))
	require.Equal(t, supply, w.n.Bank.GetSupply(w.ctx, app.BaseDenom))
	w.requireSolvent()

	_, err = w.callBack(somebody, id, plentyOfGas)
	require.ErrorIs(t, err, callbacktypes.ErrEntryNotFound)
	require.EqualValues(t, callbackCharge, w.balance(somebody))
}

// The contract finds exactly the gas that it prepaid, whatever the transaction has besides; with less, nothing happens.
func TestThreat39GasIsWhatWasPrepaid(t *testing.T) {
	seen := make(map[any]bool)
	for _, gas := range []uint64{callbackGas + 300_000, plentyOfGas, 90_000_000} {
		w := newEVMWorld(t)
		id := w.asked()
		w.end(id, nil)
		before := w.snapshot()
		for _, tooLittle := range []uint64{21_000, callbackGas - 1, callbackGas} {
			_, err := w.callBack(somebody, id, tooLittle)
			require.ErrorIs(t, err, callbacktypes.ErrNotEnoughGas)
			require.Equal(t, before, w.snapshot())
		}
		response, err := w.callBack(somebody, id, gas)
		require.NoError(t, err)
		require.True(t, response.Success)
		seen[w.run("gas")[0].(interface{ String() string }).String()] = true
	}
	require.Len(t, seen, 1)
}

func TestThreat39FailuresAreRecordedAndLeaveNothing(t *testing.T) {
	for mode, reason := range map[uint8]string{
		modeRevert: "not today", modeBurn: "out of gas", modeRequestAndRevert: "after a request",
	} {
		w := newEVMWorld(t)
		wish := w.wish()
		wish.GasLimit = richCallbackGas
		done, _ := w.forward(plainCall, w.ask("request", w.terms(), wish), 0, plentyOfGas)
		require.True(t, done)
		id := uint64(1)
		w.end(id, []byte("answer"))
		w.run("setMode", mode, w.request())
		calls, funds := w.field("calls"), w.balance(w.probe.Bytes())
		response, err := w.callBack(somebody, id, plentyOfGas)
		require.NoError(t, err)
		require.False(t, response.Success)
		require.Contains(t, response.Failure, reason)
		require.LessOrEqual(t, response.GasUsed, uint64(richCallbackGas))
		require.Equal(t, mode == modeBurn, response.GasUsed == richCallbackGas)
		require.Equal(t, calls, w.field("calls"))
		require.Equal(t, funds, w.balance(w.probe.Bytes()))
		require.EqualValues(t, callbackCharge+(richCallbackGas-callbackGas)*1_000_000_000, w.balance(somebody))
		entry, err := w.n.Callback.Entry(w.ctx, id)
		require.NoError(t, err)
		require.Equal(t, []byte("answer"), entry.Answer.Output)
		jobs, err := w.n.Job.ExportGenesis(w.ctx)
		require.NoError(t, err)
		require.Len(t, jobs.Jobs, 1)
		w.requireSolvent()
		_, err = w.callBack(somebody, id, plentyOfGas)
		require.ErrorIs(t, err, callbacktypes.ErrDone)
	}
}

// A contract may ask again while it is called, out of its prepaid gas alone. What the transaction has used before weighs
// nothing: otherwise a sender could starve calls of precompiles.
func TestThreat20ARequestFromACallback(t *testing.T) {
	w := newEVMWorld(t)
	wish := w.wish()
	wish.GasLimit = richCallbackGas
	done, _ := w.forward(plainCall, w.ask("request", w.terms(), wish), 0, plentyOfGas)
	require.True(t, done)
	w.end(1, []byte("answer"))
	w.run("setMode", modeRequest, w.request())
	funds := w.balance(w.probe.Bytes())
	w.used = 3_000_000
	response, err := w.callBack(somebody, 1, plentyOfGas)
	require.NoError(t, err)
	require.True(t, response.Success, response.Failure)
	t.Logf("a callback that requests a job uses %d gas", response.GasUsed)
	require.Equal(t, funds-escrowOfJob-callbackCharge, w.balance(w.probe.Bytes()))
	second, err := w.n.Job.Get(w.ctx, 2)
	require.NoError(t, err)
	require.Equal(t, w.probe.Bytes(), accountBytes(t, second.Requester))
	w.requireSolvent()
}

func TestThreat39AnAccountWithoutCodeIsNotCalled(t *testing.T) {
	w := newEVMWorld(t)
	response, err := w.apply(&inferenceAddress, w.request(), 0, plentyOfGas)
	require.NoError(t, err)
	require.Empty(t, response.VmError)
	w.end(1, nil)
	called, err := w.callBack(somebody, 1, plentyOfGas)
	require.NoError(t, err)
	require.False(t, called.Success)
	require.Contains(t, called.Failure, "no contract")
	w.requireSolvent()
}
