package inference

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"math/big"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core"
	"github.com/ethereum/go-ethereum/core/tracing"
	ethtypes "github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/core/vm"
	"github.com/holiman/uint256"

	sdk "github.com/cosmos/cosmos-sdk/types"
	evmante "github.com/cosmos/evm/x/vm/ante"
	"github.com/cosmos/evm/x/vm/statedb"
	evmtypes "github.com/cosmos/evm/x/vm/types"

	callbacktypes "github.com/nesa-network/nesa/chain/x/callback/types"
)

// EVMKeeper runs contracts.
type EVMKeeper interface {
	statedb.Keeper
	EVMConfig(ctx sdk.Context, proposer sdk.ConsAddress) (*statedb.EVMConfig, error)
	NewEVM(
		ctx sdk.Context, msg core.Message, cfg *statedb.EVMConfig, hooks *tracing.Hooks, db vm.StateDB,
	) *vm.EVM
}

// consumerJSON has the one function that is ever called.
//
//go:embed consumer.json
var consumerJSON []byte

var _ callbacktypes.EVM = Caller{}

// Caller makes the calls of the callback module. Contracts see the precompile's address as the sender.
type Caller struct {
	abi    abi.ABI
	keeper func() EVMKeeper
}

// NewCaller returns a caller over the EVM, which is built after it.
func NewCaller(keeper func() EVMKeeper) (Caller, error) {
	parsed, err := abi.JSON(bytes.NewReader(consumerJSON))
	if err != nil {
		return Caller{}, fmt.Errorf("callback's ABI: %w", err)
	}
	return Caller{abi: parsed, keeper: keeper}, nil
}

// OnInferenceResult calls a contract with exactly so much gas; no intrinsic gas is taken from it. The meter of the
// transaction is left out: what went before it must not weigh on precompiles that the contract calls.
func (c Caller) OnInferenceResult(
	ctx context.Context, contract sdk.AccAddress, jobID uint64, answer callbacktypes.Answer, gas uint64,
) (callbacktypes.Call, error) {
	data, err := c.abi.Pack("onInferenceResult", jobID, uint8(answer.Status), uint8(answer.Outcome), answer.Output,
		digest(answer.OutputDigest))
	if err != nil {
		return callbacktypes.Call{}, fmt.Errorf("arguments of a callback: %w", err)
	}
	keeper := c.keeper()
	sdkCtx := evmante.BuildEvmExecutionCtx(sdk.UnwrapSDKContext(ctx)).
		WithGasMeter(evmtypes.NewInfiniteGasMeterWithLimit(gas))
	config, err := keeper.EVMConfig(sdkCtx, sdkCtx.BlockHeader().ProposerAddress)
	if err != nil {
		return callbacktypes.Call{}, err
	}
	from, to, zero := common.HexToAddress(Address), common.BytesToAddress(contract), new(big.Int)
	db := statedb.New(sdkCtx, keeper, statedb.NewEmptyTxConfig())
	evm := keeper.NewEVM(sdkCtx, core.Message{
		From: from, To: &to, Value: zero, GasLimit: gas, GasPrice: zero, GasFeeCap: zero, GasTipCap: zero, Data: data,
	}, config, nil, db)
	if db.GetCodeSize(to) == 0 {
		return callbacktypes.Call{Failure: "the requester is no contract"}, nil
	}
	rules := evmtypes.GetEthChainConfig().Rules(evm.Context.BlockNumber, true, evm.Context.Time)
	db.Prepare(rules, from, common.Address{}, &to, evm.ActivePrecompiles(), nil)
	returned, left, failure := evm.Call(from, to, data, gas, new(uint256.Int))
	call := callbacktypes.Call{GasUsed: gas - left}
	if failure != nil {
		call.Failure = callbacktypes.Reason(reason(failure, returned))
		return call, nil // the state is dropped as it is
	}
	call.Logs = logs(db.Logs())
	return call, db.Commit()
}

// reason is why a call failed: what the contract said, if it said anything.
func reason(failure error, returned []byte) string {
	if errors.Is(failure, vm.ErrExecutionReverted) {
		if text, err := abi.UnpackRevert(returned); err == nil {
			return text
		}
	}
	return failure.Error()
}

func logs(from []*ethtypes.Log) []*callbacktypes.Log {
	to := make([]*callbacktypes.Log, len(from))
	for i, log := range from {
		to[i] = &callbacktypes.Log{Address: log.Address.Bytes(), Data: log.Data}
		for _, topic := range log.Topics {
			to[i].Topics = append(to[i].Topics, topic.Bytes())
		}
	}
	return to
}
