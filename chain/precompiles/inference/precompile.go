// Package inference lets contracts ask for inference, and answers them. IInference.sol is its interface; what it does is
// done by the job and callback modules. docs/guides/contracts.md shows its use.
package inference

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/vm"

	"cosmossdk.io/core/address"

	"github.com/cosmos/cosmos-sdk/store/v2/cachemulti"
	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	cmn "github.com/cosmos/evm/precompiles/common"

	callbackkeeper "github.com/nesa-network/nesa/chain/x/callback/keeper"
	jobtypes "github.com/nesa-network/nesa/chain/x/job/types"
)

const (
	// Address is where contracts find it, and who calls them back.
	Address = "0x0000000000000000000000000000000000000901"

	// maxInputBytes bounds a call: an inline input, options, an address and the words around them. What is longer could
	// not be a valid request, and must not be decoded.
	maxInputBytes = jobtypes.MaxInlineBytes + jobtypes.MaxOptionsBytes + 4<<10

	// changeGas and readGas are charged before a call is looked at, beside what the base contract charges for its bytes.
	// What the modules do is charged on top, as they charge it in a Cosmos transaction.
	changeGas = 10_000
	readGas   = 3_000
)

var errValue = errors.New("inference takes no coins with a call: the caller pays from its balance")

//go:embed abi.json
var abiJSON []byte

var _ vm.PrecompiledContract = Precompile{}

// Precompile moves the caller's own coins, and nobody else's.
type Precompile struct {
	cmn.Precompile
	abi       abi.ABI
	addresses address.Codec
	msg       jobtypes.MsgServer
	query     jobtypes.QueryServer
	callback  callbackkeeper.Keeper
	bank      cmn.BankKeeper
}

// ABI returns the contract's interface.
func ABI() (abi.ABI, error) {
	parsed, err := abi.JSON(bytes.NewReader(abiJSON))
	if err != nil {
		return abi.ABI{}, fmt.Errorf("inference's ABI: %w", err)
	}
	return parsed, nil
}

// New returns the contract over the modules' servers. The bank tells it which balances a call has changed.
func New(
	msg jobtypes.MsgServer, query jobtypes.QueryServer, callback callbackkeeper.Keeper, bank cmn.BankKeeper,
) (Precompile, error) {
	parsed, err := ABI()
	if err != nil {
		return Precompile{}, err
	}
	return Precompile{
		Precompile: cmn.Precompile{
			KvGasConfig:           storetypes.KVGasConfig(),
			TransientKVGasConfig:  storetypes.TransientGasConfig(),
			ContractAddress:       common.HexToAddress(Address),
			BalanceHandlerFactory: cmn.NewBalanceHandlerFactory(bank),
		},
		abi: parsed, addresses: callback.AddressCodec(), msg: msg, query: query, callback: callback, bank: bank,
	}, nil
}

// Name names the contract in traces.
func (Precompile) Name() string { return "inference" }

// RequiredGas is what a call costs before it is looked at.
func (p Precompile) RequiredGas(input []byte) uint64 {
	method, err := p.method(input)
	if err != nil {
		return p.Precompile.RequiredGas(input, false) + readGas
	}
	if changes(method) {
		return p.Precompile.RequiredGas(input, true) + changeGas
	}
	return p.Precompile.RequiredGas(input, false) + readGas
}

// Run answers a call. The base contract takes a snapshot of all stores before and reverts to it when this fails, or when
// a frame around it does; it charges what the stores charge, and tells the EVM's state which balances have changed.
func (p Precompile) Run(evm *vm.EVM, contract *vm.Contract, readOnly bool) ([]byte, error) {
	if value := contract.Value(); value != nil && !value.IsZero() {
		return cmn.ReturnRevertError(evm, errValue)
	}
	return p.RunNativeAction(evm, contract, func(ctx sdk.Context) ([]byte, error) {
		method, err := p.method(contract.Input)
		if err != nil {
			return nil, err
		}
		// Delegate calls and call codes are read-only too: the EVM runs them so.
		if readOnly && changes(method) {
			return nil, fmt.Errorf("%s changes state: not in a static or delegate call", method.Name)
		}
		args, err := method.Inputs.Unpack(contract.Input[4:])
		if err != nil {
			return nil, fmt.Errorf("arguments of %s: %w", method.Name, err)
		}
		branch, write := branch(ctx)
		answer, err := p.execute(branch, evm, method, contract.Caller(), args)
		if err == nil {
			write()
		}
		return answer, err
	})
}

// branch gives a call ordinary stores over those of the EVM's state. Whatever branches a context there (the job module
// does, to pay whom it can) must not do so on the EVM's own: a branch of them that is dropped keeps its changes, and one
// that is written takes away the snapshots that the frames around the call would revert to.
func branch(ctx sdk.Context) (sdk.Context, func()) {
	parent := ctx.MultiStore()
	stores := cachemulti.NewFromParent(func(key storetypes.StoreKey) storetypes.CacheWrapper {
		if _, ok := key.(*storetypes.ObjectStoreKey); ok {
			return parent.GetObjKVStore(key)
		}
		return parent.GetKVStore(key)
	})
	return ctx.WithMultiStore(stores), stores.Write
}

func (p Precompile) execute(
	ctx sdk.Context, evm *vm.EVM, method *abi.Method, caller common.Address, args []any,
) ([]byte, error) {
	switch method.Name {
	case "request":
		return p.request(ctx, evm.StateDB, method, caller, args)
	case "cancel":
		return p.cancel(ctx, evm.StateDB, method, caller, args[0].(uint64))
	case "challenge":
		return p.challenge(ctx, evm.StateDB, method, caller, args[0].(uint64))
	case "estimate":
		return p.estimate(ctx, method, caller, args)
	case "status":
		return p.status(ctx, method, args[0].(uint64))
	case "getResult":
		return p.result(ctx, method, args[0].(uint64))
	default: // evidence, the only other function of the ABI
		return p.evidence(ctx, method, args[0].(uint64))
	}
}

// method returns the function that a call names.
func (p Precompile) method(input []byte) (*abi.Method, error) {
	switch {
	case len(input) < 4:
		return nil, errors.New("no function")
	case len(input) > maxInputBytes:
		return nil, fmt.Errorf("a call of %d bytes exceeds %d", len(input), maxInputBytes)
	}
	return p.abi.MethodById(input[:4])
}

// changes says whether a function changes state. Only the constant ones, of the ABI's own mutability, do not.
func changes(method *abi.Method) bool { return !method.IsConstant() }
