package app_test

import (
	"math/big"
	"testing"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"
	"github.com/stretchr/testify/require"

	"github.com/nesa-network/nesa/chain/app"
	"github.com/nesa-network/nesa/chain/precompiles/inference"
	jobkeeper "github.com/nesa-network/nesa/chain/x/job/keeper"
	jobtypes "github.com/nesa-network/nesa/chain/x/job/types"
)

var inferenceAddress = common.HexToAddress(inference.Address)

// Whatever gas a transaction has, either nothing has happened or all of it has.
func TestThreat20RequestUnderEveryGasLimit(t *testing.T) {
	w := newEVMWorld(t)
	data, before := w.request(), w.snapshot()
	user := w.balance(w.user.Bytes())
	failed := 0
	for gas := uint64(0); ; gas += 1_500 {
		require.Less(t, gas, uint64(plentyOfGas), "it never succeeded")
		response, err := w.apply(&inferenceAddress, data, 0, gas)
		if err != nil || response.Failed() {
			failed++
			require.Equal(t, before, w.snapshot(), "at %d gas", gas)
			continue
		}
		t.Logf("a request succeeds at a limit of %d gas and uses %d", gas, response.GasUsed)
		break
	}
	require.Greater(t, failed, 50)
	require.Equal(t, user-escrowOfJob-callbackCharge, w.balance(w.user.Bytes()))
	require.EqualValues(t, escrowOfJob, w.moduleBalance(jobtypes.EscrowAccount))
	w.requireSolvent()
}

// The same inside a contract that goes on after the call has failed.
func TestThreat20InnerCallUnderEveryGasLimit(t *testing.T) {
	w := newEVMWorld(t)
	data, before := w.request(), w.snapshot()
	for gas := int64(0); ; gas += 1_500 {
		require.Less(t, gas, int64(plentyOfGas), "it never succeeded")
		done, answer := w.forward(plainCall, data, 0, gas)
		if done {
			require.Len(t, answer, 32)
			t.Logf("a contract's request succeeds with %d gas", gas)
			break
		}
		require.Equal(t, before, w.snapshot(), "at %d gas", gas)
	}
	require.EqualValues(t, probeFunds-escrowOfJob-callbackCharge, w.balance(w.probe.Bytes()))
	w.requireSolvent()
}

// A request in a frame that reverts has not been made; one after it has, and coins moved after it are counted once.
func TestThreat20RevertsInsideTryCatch(t *testing.T) {
	w := newEVMWorld(t)
	supply := w.n.Bank.GetSupply(w.ctx, app.BaseDenom)
	dead := common.HexToAddress("0xdead")
	first := w.run("tryBoth", w.terms(), w.wish())[0].(uint64)
	require.EqualValues(t, 1, first, "the reverted request has left no id")
	require.EqualValues(t, probeFunds-escrowOfJob-callbackCharge-1, w.balance(w.probe.Bytes()))
	require.EqualValues(t, 1, w.balance(dead.Bytes()))
	require.Equal(t, supply, w.n.Bank.GetSupply(w.ctx, app.BaseDenom))
	jobs, err := w.n.Job.ExportGenesis(w.ctx)
	require.NoError(t, err)
	require.Len(t, jobs.Jobs, 1)
	w.requireSolvent()
}

// Neither another contract's storage and balance nor a view may change state; views answer in both.
func TestThreat20DelegateStaticAndCodeCalls(t *testing.T) {
	w := newEVMWorld(t)
	id := w.asked()
	changing := map[string][]byte{
		"request": w.request(), "cancel": w.ask("cancel", id), "challenge": w.ask("challenge", id),
	}
	for kind, name := range map[uint8]string{delegateCall: "delegatecall", staticCall: "staticcall", callCode: "callcode"} {
		for method, data := range changing {
			t.Run(name+" "+method, func(t *testing.T) {
				before := w.snapshot()
				done, answer := w.forward(kind, data, 0, plentyOfGas)
				require.False(t, done)
				require.Contains(t, string(answer), "changes state")
				require.Equal(t, before, w.snapshot())
			})
		}
		t.Run(name+" getResult", func(t *testing.T) {
			done, answer := w.forward(kind, w.ask("getResult", id), 0, plentyOfGas)
			require.True(t, done, "%s", answer)
			require.NotEmpty(t, answer)
		})
	}
}

func TestThreat20ValueIsRefused(t *testing.T) {
	w := newEVMWorld(t)
	before := w.snapshot()
	for _, data := range [][]byte{w.request(), w.ask("getResult", uint64(1)), nil, {1, 2, 3}} {
		for _, kind := range []uint8{plainCall, callCode} {
			done, answer := w.forward(kind, data, 1, plentyOfGas)
			require.False(t, done)
			require.Contains(t, string(answer), "takes no coins")
		}
		response, err := w.apply(&inferenceAddress, data, 1, plentyOfGas)
		require.True(t, err != nil || response.Failed())
		require.Equal(t, before, w.snapshot())
	}
}

// The contract pays and is the requester, whoever signed; and it can spend nobody else's coins or jobs.
func TestThreat20TheCallerPays(t *testing.T) {
	w := newEVMWorld(t)
	user := w.balance(w.user.Bytes())
	id := w.asked()
	require.Equal(t, user, w.balance(w.user.Bytes()))
	job, err := w.n.Job.Get(w.ctx, id)
	require.NoError(t, err)
	require.Equal(t, w.probe.Bytes(), accountBytes(t, job.Requester))
	response, err := w.apply(&inferenceAddress, w.ask("cancel", id), 0, plentyOfGas)
	require.NoError(t, err)
	require.True(t, response.Failed(), "the user did not request it")

	expensive := w.terms()
	expensive.Price = big.NewInt(2 * probeFunds)
	before := w.snapshot()
	done, answer := w.forward(plainCall, w.ask("request", expensive, w.wish()), 0, plentyOfGas)
	require.False(t, done)
	require.Contains(t, string(answer), "insufficient funds")
	for _, price := range []*big.Int{new(big.Int).Lsh(big.NewInt(1), 255), big.NewInt(0)} {
		expensive.Price = price
		done, _ = w.forward(plainCall, w.ask("request", expensive, w.wish()), 0, plentyOfGas)
		require.False(t, done)
	}
	// the escrow is covered, the callback is not: neither is taken
	expensive.Price = big.NewInt(probeFunds - escrowOfJob - callbackCharge - 1)
	done, _ = w.forward(plainCall, w.ask("request", expensive, w.wish()), 0, plentyOfGas)
	require.False(t, done)
	require.Equal(t, before, w.snapshot())
}

// delivered replaces all jobs by one of the probe's that anybody may challenge.
func (w *evmWorld) delivered() uint64 {
	w.t.Helper()
	genesis := population{jobs: 1}.job(w.probe.Bytes())
	job := &genesis.Jobs[0]
	job.Status, job.Phase = jobtypes.Status_STATUS_DELIVERED, jobtypes.Phase_PHASE_CHALLENGE
	job.Executor = nth('o', 0)
	job.Delivery = &jobtypes.Delivery{
		Height: 1, Outcome: jobtypes.Outcome_OUTCOME_OK, Output: []byte("cat"), OutputDigest: make([]byte, 32), Units: 1,
	}
	job.Rounds = append(job.Rounds, jobtypes.Round{DrawHeight: 2, Seed: make([]byte, 32), SeedHeight: 3})
	w.mint(jobtypes.EscrowAccount, populatedPrice)
	require.NoError(w.t, w.n.Job.InitGenesis(w.ctx, *genesis))
	return job.Id
}

// Every function that changes something, with every limit, in a frame that goes on and in one that reverts.
func TestThreat20ChangesUnderEveryGasLimit(t *testing.T) {
	for method, prepare := range map[string]func(*evmWorld) uint64{
		"cancel": (*evmWorld).asked, "challenge": (*evmWorld).delivered,
	} {
		t.Run(method, func(t *testing.T) {
			w := newEVMWorld(t)
			data := w.ask(method, prepare(w))
			before, funds := w.snapshot(), w.balance(w.probe.Bytes())
			reverted := false
			for gas := int64(0); ; gas += 1_000 {
				require.Less(t, gas, int64(plentyOfGas), "it never succeeded")
				reverted = w.run("forwardAndForget", data, big.NewInt(gas))[0].(bool) || reverted
				require.Equal(t, before, w.snapshot(), "reverted, at %d gas", gas)
				if done, _ := w.forward(plainCall, data, 0, gas); done {
					t.Logf("%s succeeds with %d gas", method, gas)
					break
				}
				require.Equal(t, before, w.snapshot(), "at %d gas", gas)
			}
			require.True(t, reverted, "it succeeded in a frame that then reverted")
			require.NotEqual(t, funds, w.balance(w.probe.Bytes()))
			solvency, err := jobkeeper.NewQueryServer(w.n.Job).Solvency(w.ctx, &jobtypes.QuerySolvencyRequest{})
			require.NoError(t, err)
			require.True(t, solvency.Solvent)
		})
	}
}

// What a cancelled job gives back arrives in the contract's balance as the EVM sees it, to the last anes.
func TestThreat20CancelGivesBack(t *testing.T) {
	w := newEVMWorld(t)
	id := w.asked()
	done, answer := w.forward(plainCall, w.ask("cancel", id), 0, plentyOfGas)
	require.True(t, done, "%s", answer)
	require.EqualValues(t, probeFunds-callbackCharge, w.balance(w.probe.Bytes()))
	w.requireSolvent()
	status := w.view("status", id)
	require.EqualValues(t, jobtypes.Status_STATUS_CANCELLED, status[0])
	require.Equal(t, true, status[1])
	require.Equal(t, w.probe, status[2])
	require.Equal(t, "", w.view("evidence", id)[0])

	response, err := w.callBack(w.n.address(), id, plentyOfGas)
	require.NoError(t, err)
	require.True(t, response.Success, "a cancelled job calls back as well: %s", response.Failure)
}

// estimated is Estimate of IInference.sol.
type estimated struct {
	Total, Escrow, CallbackFee, Fee, Premium, Reserve, Executor, Royalty, Levy, Burn, VerifierPay, Bond, CheapestAsk *big.Int

	Miners, SuggestedDeadline uint64
	Verifiers, CheckBps       uint32
	Unverified                bool
	Refusal                   string
}

func TestEstimateIsWhatARequestTakes(t *testing.T) {
	w := newEVMWorld(t)
	done, answer := w.forward(staticCall, w.ask("estimate", w.terms(), w.wish()), 0, plentyOfGas)
	require.True(t, done, "%s", answer)
	values, err := w.asks.Unpack("estimate", answer)
	require.NoError(t, err)
	costs := abi.ConvertType(values[0], new(estimated)).(*estimated)
	require.Empty(t, costs.Refusal)
	require.EqualValues(t, 8, costs.Miners)
	before := w.balance(w.probe.Bytes())
	w.asked()
	require.Equal(t, before-costs.Total.Int64(), w.balance(w.probe.Bytes()))
	require.EqualValues(t, callbackCharge, costs.CallbackFee.Int64())
}

// Long calls are refused before they are decoded.
func TestThreat20LongAndMalformedCalls(t *testing.T) {
	w := newEVMWorld(t)
	before := w.snapshot()
	request := w.request()
	for _, data := range [][]byte{
		append(request[:4:4], make([]byte, 80<<10)...), request[:100], request[:4], {0xde, 0xad, 0xbe, 0xef}, nil,
	} {
		done, _ := w.forward(plainCall, data, 0, plentyOfGas)
		require.False(t, done)
		require.Equal(t, before, w.snapshot())
	}
}
