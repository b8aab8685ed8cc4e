package app_test

import (
	"fmt"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"cosmossdk.io/math"

	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/app"
	callbacktypes "github.com/nesa-network/nesa/chain/x/callback/types"
)

// branch is a world of its own over this one's state.
func (w *evmWorld) branch(t worldT) *evmWorld {
	branch := *w
	branch.t = t
	branch.ctx, _ = w.ctx.CacheContext()
	return &branch
}

// supply is all coins, counted by account and as the bank says.
func (w *evmWorld) supply() (counted, said math.Int) {
	counted = math.ZeroInt()
	for _, account := range w.n.Bank.GetAccountsBalances(w.ctx) {
		counted = counted.Add(account.Coins.AmountOf(app.BaseDenom))
	}
	return counted, w.n.Bank.GetSupply(w.ctx, app.BaseDenom).Amount
}

// held makes the probe call inference from a frame that goes on, and requires what holds for every call: if it has not
// succeeded, or may not change anything, it has changed nothing; and whatever it did, no coin was made or lost.
func (w *evmWorld) held(kind uint8, data []byte, value, gas int64) (done bool) {
	w.t.Helper()
	before := w.snapshot()
	_, supply := w.supply()
	done, _ = w.forward(kind, data, value, gas)
	if !done || kind != plainCall {
		require.Equal(w.t, before, w.snapshot())
	}
	require.False(w.t, done && value > 0 && kind != delegateCall && kind != staticCall, "a value was taken")
	counted, said := w.supply()
	require.Equal(w.t, supply, said)
	require.Equal(w.t, supply, counted)
	w.requireSolvent()
	return done
}

// FuzzThreat20AnyCall: whatever bytes a contract calls inference with, in whatever way and with whatever gas.
func FuzzThreat20AnyCall(f *testing.F) {
	base := newEVMWorld(f)
	id := base.asked()
	for kind := range uint8(4) {
		for _, method := range []string{"cancel", "challenge", "status", "getResult", "evidence"} {
			f.Add(base.ask(method, id), kind, int64(0), uint32(300_000))
		}
		f.Add(base.request(), kind, int64(0), uint32(600_000))
		f.Add(base.request(), kind, int64(1), uint32(600_000))
		f.Add(base.ask("estimate", base.terms(), base.wish()), kind, int64(0), uint32(300_000))
		f.Add([]byte{}, kind, int64(0), uint32(0))
	}
	f.Fuzz(func(t *testing.T, data []byte, kind uint8, value int64, gas uint32) {
		if len(data) > 16<<10 || value < 0 || value > probeFunds {
			return // the calldata alone would use up the outer transaction
		}
		base.branch(t).held(kind%4, data, value, int64(gas)%plentyOfGas)
	})
}

// sequence is a random course of calls and callbacks in one world.
type sequence struct {
	*evmWorld
	asked int64
	seen  map[string]int
}

func (s *sequence) job(t *rapid.T) uint64 {
	return uint64(rapid.Int64Range(0, s.asked+1).Draw(t, "job"))
}

func (s *sequence) data(t *rapid.T) (method string, data []byte) {
	method = rapid.SampledFrom([]string{
		"request", "request", "request", "cancel", "cancel", "challenge", "estimate", "status", "getResult", "evidence", "",
	}).Draw(t, "method")
	switch method {
	case "":
		return method, rapid.SliceOfN(rapid.Byte(), 0, 100).Draw(t, "data")
	case "request", "estimate":
		terms, wish := s.terms(), s.wish()
		terms.Price = big.NewInt(rapid.SampledFrom([]int64{populatedPrice, populatedPrice, 1, 0, probeFunds}).Draw(t, "price"))
		wish.GasLimit = rapid.SampledFrom([]uint64{callbackGas, richCallbackGas, 30_000, 0}).Draw(t, "gas limit")
		return method, s.ask(method, terms, wish)
	default:
		return method, s.ask(method, s.job(t))
	}
}

// Call has the probe call inference in any way, in a frame that goes on or in one that reverts.
func (s *sequence) Call(t *rapid.T) {
	method, data := s.data(t)
	gas := rapid.SampledFrom([]int64{1_000_000, 1_000_000, 250_000, 150_000, 80_000, 20_000, 0}).Draw(t, "gas")
	if rapid.IntRange(0, 3).Draw(t, "reverts") == 3 {
		before := s.snapshot()
		if s.run("forwardAndForget", data, big.NewInt(gas))[0].(bool) {
			s.seen["reverted "+method]++
		}
		require.Equal(t, before, s.snapshot())
		return
	}
	kind := rapid.SampledFrom([]uint8{plainCall, plainCall, plainCall, delegateCall, staticCall, callCode}).Draw(t, "kind")
	value := rapid.SampledFrom([]int64{0, 0, 0, 1}).Draw(t, "value")
	if s.held(kind, data, value, gas) {
		s.seen[method]++
		if method == "request" {
			require.Equal(t, plainCall, kind)
			s.asked++
		}
	}
}

// Mode says how the probe behaves when it is called back: it may ask, cancel and challenge, and revert after it.
func (s *sequence) Mode(t *rapid.T) {
	_, again := s.data(t)
	s.run("setMode", rapid.Uint8Range(0, modeRequestAndRevert).Draw(t, "mode"), again)
}

// CallBack has somebody make a callback, whose fee arrives whole or not at all.
func (s *sequence) CallBack(t *rapid.T) {
	s.answer(t, s.job(t))
}

// Life has a job requested, cancelled and, mostly, answered.
func (s *sequence) Life(t *rapid.T) {
	wish := s.wish()
	wish.GasLimit = rapid.SampledFrom([]uint64{richCallbackGas, callbackGas, 30_000}).Draw(t, "gas limit")
	if !s.held(plainCall, s.ask("request", s.terms(), wish), 0, 1_000_000) {
		return // it has no coins left
	}
	s.asked++
	s.seen["request"]++
	id := uint64(s.asked)
	before := s.snapshot()
	if s.run("forwardAndForget", s.ask("cancel", id), big.NewInt(1_000_000))[0].(bool) {
		s.seen["reverted cancel"]++
	}
	require.Equal(t, before, s.snapshot())
	if s.held(plainCall, s.ask("cancel", id), 0, 1_000_000) {
		s.seen["cancel"]++
	}
	s.Mode(t)
	s.answer(t, id)
}

func (s *sequence) answer(t *rapid.T, id uint64) {
	gas := rapid.SampledFrom([]uint64{plentyOfGas, plentyOfGas, 400_000, 200_000, 0}).Draw(t, "gas")
	before, had, probe := s.snapshot(), s.balance(somebody), s.balance(s.probe.Bytes())
	_, supply := s.supply()
	entry, unknown := s.n.Callback.Entry(s.ctx, id)
	response, err := s.attempt(somebody, id, gas)
	switch {
	case err != nil:
		require.Equal(t, before, s.snapshot())
		return
	case response.Success:
		s.seen["called back"]++
		if jobs, err := s.n.Job.ExportGenesis(s.ctx); err == nil {
			s.asked = int64(jobs.NextId) - 1
		}
	default:
		s.seen["failed"]++
		require.Equal(t, probe, s.balance(s.probe.Bytes()), "a call that failed has left nothing")
	}
	require.NoError(t, unknown)
	require.Equal(t, had+entry.Fee.Int64(), s.balance(somebody))
	counted, said := s.supply()
	require.Equal(t, supply, said)
	require.Equal(t, supply, counted)
	s.requireSolvent()
}

// attempt is callBack under baseapp's recovery.
func (s *sequence) attempt(sender sdk.AccAddress, id, gas uint64) (response *callbacktypes.MsgCallbackResponse, err error) {
	defer func() {
		if r := recover(); r != nil {
			out, ok := r.(storetypes.ErrorOutOfGas)
			if !ok {
				panic(r)
			}
			err = fmt.Errorf("out of gas: %s", out.Descriptor)
		}
	}()
	return s.callBack(sender, id, gas)
}

// Whatever contracts call in whatever order, coins are conserved, and what fails has done nothing.
func TestThreat20AnySequenceOfCalls(t *testing.T) {
	base, seen := newEVMWorld(t), map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		s := &sequence{evmWorld: base.branch(t), seen: seen}
		t.Repeat(map[string]func(*rapid.T){
			"call": s.Call, "call more": s.Call, "life": s.Life, "mode": s.Mode, "call back": s.CallBack,
		})
	})
	t.Log(seen)
	for _, what := range []string{
		"request", "cancel", "estimate", "status", "getResult", "evidence", "reverted request", "reverted cancel", "called back", "failed",
	} {
		require.Positive(t, seen[what], what)
	}
}
