package app_test

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/json"
	"math/big"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	evmante "github.com/cosmos/evm/x/vm/ante"
	"github.com/cosmos/evm/x/vm/statedb"
	evmtypes "github.com/cosmos/evm/x/vm/types"

	"github.com/nesa-network/nesa/chain/app"
	"github.com/nesa-network/nesa/chain/precompiles/inference"
	callbackkeeper "github.com/nesa-network/nesa/chain/x/callback/keeper"
	callbacktypes "github.com/nesa-network/nesa/chain/x/callback/types"
	jobtypes "github.com/nesa-network/nesa/chain/x/job/types"
	minertypes "github.com/nesa-network/nesa/chain/x/miner/types"
)

// The contract that these tests call inference with: contracts/test/Probe.sol, as forge builds it.
var (
	//go:embed testdata/probe.abi.json
	probeJSON []byte
	//go:embed testdata/probe.hex
	probeHex string
)

// Kinds of call and modes of answering, as in Probe.sol.
const (
	plainCall = uint8(iota)
	delegateCall
	staticCall
	callCode
)

const (
	modeRevert = uint8(iota + 1)
	modeBurn
	modeRequest
	modeRequestAndRevert
)

const (
	userFunds      = 5_000_000_000_000_000_000
	probeFunds     = 1_000_000_000_000_000_000
	callbackGas    = 200_000
	plentyOfGas    = 5_000_000
	escrowOfJob    = populatedPrice
	callbackCharge = (callbackGas+250_000)*1_000_000_000 + 20_000_000_000_000 // under the default parameters
)

// worldT is testing.TB or rapid's T.
type worldT interface {
	require.TestingT
	Helper()
}

// evmWorld is a branch of the shared node's state with miners, a rich probe and a user. Calls run in it as transactions
// do: as a whole or not at all.
type evmWorld struct {
	t     worldT
	n     *node
	ctx   sdk.Context
	probe common.Address
	user  common.Address
	asks  abi.ABI
	abi   abi.ABI
	// used is the gas that a transaction's earlier messages have used before a callback.
	used uint64
}

func newEVMWorld(t testing.TB) *evmWorld {
	t.Helper()
	n := sharedNode(t)
	n.execute(t, nil)
	w := &evmWorld{t: t, n: n, user: common.BytesToAddress(n.address())}
	w.ctx = n.state(t).WithProposer(n.proposer()).WithEventManager(sdk.NewEventManager())
	var err error
	w.asks, err = inference.ABI()
	require.NoError(t, err)
	w.abi, err = abi.JSON(bytes.NewReader(probeJSON))
	require.NoError(t, err)

	people := population{miners: 8}
	require.NoError(t, n.Model.InitGenesis(w.ctx, *people.model(n.address())))
	w.mint(minertypes.StakeAccount, int64(people.miners)*populatedStake)
	require.NoError(t, n.Miner.InitGenesis(w.ctx, *people.miner()))
	w.mint(jobtypes.LevyAccount, 1_000*populatedPrice)
	require.NoError(t, n.Job.InitGenesis(w.ctx, *people.job(n.address())))

	w.probe = w.deploy()
	coins := sdk.NewCoins(sdk.NewInt64Coin(app.BaseDenom, probeFunds))
	require.NoError(t, n.Bank.SendCoins(w.ctx, n.address(), w.probe.Bytes(), coins))
	// What is left to the user fits in 64 bits.
	rest := n.Bank.GetBalance(w.ctx, n.address(), app.BaseDenom).SubAmount(math.NewInt(userFunds))
	require.NoError(t, n.Bank.SendCoins(w.ctx, n.address(), sdk.AccAddress("a place far away____"), sdk.NewCoins(rest)))
	return w
}

func (w *evmWorld) mint(to string, amount int64) {
	w.t.Helper()
	coins := sdk.NewCoins(sdk.NewInt64Coin(app.BaseDenom, amount))
	require.NoError(w.t, w.n.Bank.MintCoins(w.ctx, evmtypes.ModuleName, coins))
	require.NoError(w.t, w.n.Bank.SendCoinsFromModuleToModule(w.ctx, evmtypes.ModuleName, to, coins))
}

// apply runs a message of the user in a branch, which is kept only when it succeeds.
func (w *evmWorld) apply(to *common.Address, data []byte, value int64, gas uint64) (*evmtypes.MsgEthereumTxResponse, error) {
	w.t.Helper()
	branch, write := w.ctx.CacheContext()
	branch = evmante.BuildEvmExecutionCtx(branch).WithGasMeter(evmtypes.NewInfiniteGasMeterWithLimit(gas))
	db := statedb.New(branch, w.n.EVM, statedb.NewEmptyTxConfig())
	zero := new(big.Int)
	response, err := w.n.EVM.ApplyMessage(branch, db, core.Message{
		From: w.user, To: to, Nonce: db.GetNonce(w.user), Value: big.NewInt(value), GasLimit: gas,
		GasPrice: zero, GasFeeCap: zero, GasTipCap: zero, Data: data,
	}, nil, true, false, true)
	if err == nil && !response.Failed() {
		write()
	}
	return response, err
}

func (w *evmWorld) deploy() common.Address {
	w.t.Helper()
	account := w.n.Account.GetAccount(w.ctx, w.user.Bytes())
	response, err := w.apply(nil, common.FromHex(strings.TrimSpace(probeHex)), 0, plentyOfGas)
	require.NoError(w.t, err)
	require.Empty(w.t, response.VmError)
	return crypto.CreateAddress(w.user, account.GetSequence())
}

// ask packs a call of inference.
func (w *evmWorld) ask(method string, args ...any) []byte {
	w.t.Helper()
	data, err := w.asks.Pack(method, args...)
	require.NoError(w.t, err)
	return data
}

type askTerms struct {
	VersionId   uint64
	Input       []byte
	InputDigest [32]byte
	InputUri    string
	Options     []byte
	Seed        [32]byte
	Price       *big.Int
	MaxUnits    uint64
	CheckBps    uint32
	Verifiers   uint32
	Evidence    string
	Deadline    uint64
}

type askCallback struct {
	GasLimit  uint64
	MaxOutput uint32
}

func (w *evmWorld) terms() askTerms {
	return askTerms{
		VersionId: 1, Input: []byte("a photograph"), Price: big.NewInt(populatedPrice), MaxUnits: 1, CheckBps: 500,
		Deadline: uint64(w.ctx.BlockHeight()) + 1_000,
	}
}

func (w *evmWorld) wish() askCallback { return askCallback{GasLimit: callbackGas, MaxOutput: 64} }

func (w *evmWorld) request() []byte { return w.ask("request", w.terms(), w.wish()) }

// run calls the probe, which must succeed.
func (w *evmWorld) run(method string, args ...any) []any {
	w.t.Helper()
	data, err := w.abi.Pack(method, args...)
	require.NoError(w.t, err)
	response, err := w.apply(&w.probe, data, 0, plentyOfGas)
	require.NoError(w.t, err)
	require.Empty(w.t, response.VmError, "%s", response.Ret)
	values, err := w.abi.Unpack(method, response.Ret)
	require.NoError(w.t, err)
	return values
}

// forward makes the probe call inference, and says whether that succeeded and what it returned.
func (w *evmWorld) forward(kind uint8, data []byte, value int64, gas int64) (bool, []byte) {
	w.t.Helper()
	values := w.run("forward", kind, data, big.NewInt(value), big.NewInt(gas))
	return values[0].(bool), values[1].([]byte)
}

// asked makes the probe request a job, and returns its id.
func (w *evmWorld) asked() uint64 {
	w.t.Helper()
	done, answer := w.forward(plainCall, w.request(), 0, plentyOfGas)
	require.True(w.t, done, "%s", answer)
	return new(big.Int).SetBytes(answer).Uint64()
}

// end tells that a job was settled with an output.
func (w *evmWorld) end(id uint64, output []byte) {
	w.t.Helper()
	digest := sha256.Sum256(output)
	require.NoError(w.t, w.n.Callback.JobEnded(w.ctx, jobtypes.Ending{
		Job: jobtypes.Job{Id: id, Delivery: &jobtypes.Delivery{
			Outcome: jobtypes.Outcome_OUTCOME_OK, Output: output, OutputDigest: digest[:],
		}},
		Status: jobtypes.Status_STATUS_SETTLED, Until: uint64(w.ctx.BlockHeight()) + 100,
	}))
}

// callBack sends a callback with a meter of so much gas.
func (w *evmWorld) callBack(sender sdk.AccAddress, id, gas uint64) (*callbacktypes.MsgCallbackResponse, error) {
	w.t.Helper()
	branch, write := w.ctx.CacheContext()
	meter := storetypes.NewGasMeter(w.used + gas)
	meter.ConsumeGas(w.used, "earlier messages")
	response, err := callbackkeeper.NewMsgServer(w.n.Callback).Callback(branch.WithGasMeter(meter),
		&callbacktypes.MsgCallback{Sender: sender.String(), JobId: id})
	if err == nil {
		write()
	}
	return response, err
}

func (w *evmWorld) balance(of []byte) int64 {
	return w.n.Bank.GetBalance(w.ctx, of, app.BaseDenom).Amount.Int64()
}

func (w *evmWorld) moduleBalance(name string) int64 {
	return w.balance(authtypes.NewModuleAddress(name))
}

// snapshot is everything that a call could have changed.
func (w *evmWorld) snapshot() string {
	w.t.Helper()
	jobs, err := w.n.Job.ExportGenesis(w.ctx)
	require.NoError(w.t, err)
	entries, err := w.n.Callback.ExportGenesis(w.ctx)
	require.NoError(w.t, err)
	raw, err := json.Marshal([]any{
		jobs, entries, w.n.Bank.GetSupply(w.ctx, app.BaseDenom).String(), w.n.Bank.GetAccountsBalances(w.ctx),
	})
	require.NoError(w.t, err)
	return string(raw)
}

// requireSolvent holds the modules' accounts against what is owed from them.
func (w *evmWorld) requireSolvent() {
	w.t.Helper()
	jobs, err := w.n.Job.ExportGenesis(w.ctx)
	require.NoError(w.t, err)
	owed := math.ZeroInt()
	for _, job := range jobs.Jobs {
		owed = owed.Add(job.Escrow).Add(job.Reserve)
	}
	require.Equal(w.t, owed.Int64(), w.moduleBalance(jobtypes.EscrowAccount))
	entries, err := w.n.Callback.ExportGenesis(w.ctx)
	require.NoError(w.t, err)
	require.Equal(w.t, entries.Owed().Int64(), w.moduleBalance(callbacktypes.ModuleName))
}
