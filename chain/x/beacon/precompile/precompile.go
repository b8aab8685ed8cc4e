// Package precompile lets contracts read the beacon. IBeacon.sol is its interface.
package precompile

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/vm"

	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	cmn "github.com/cosmos/evm/precompiles/common"

	"github.com/nesa-network/nesa/chain/x/beacon/types"
)

// Address is where contracts find the beacon.
const Address = "0x0000000000000000000000000000000000000900"

//go:embed abi.json
var abiJSON []byte

// Keeper reads seeds.
type Keeper interface {
	Latest(ctx context.Context) (types.Seed, error)
	Seed(ctx context.Context, height uint64) (types.Seed, error)
	Draw(ctx context.Context, fixed uint64) (seed [32]byte, height uint64, ok bool, err error)
}

var _ vm.PrecompiledContract = Precompile{}

// Precompile answers calls. It changes no state and takes no coins.
type Precompile struct {
	cmn.Precompile
	abi    abi.ABI
	keeper Keeper
}

// New returns the contract over a keeper.
func New(keeper Keeper) (Precompile, error) {
	parsed, err := abi.JSON(bytes.NewReader(abiJSON))
	if err != nil {
		return Precompile{}, fmt.Errorf("beacon's ABI: %w", err)
	}
	return Precompile{
		Precompile: cmn.Precompile{
			KvGasConfig:          storetypes.KVGasConfig(),
			TransientKVGasConfig: storetypes.TransientGasConfig(),
			ContractAddress:      common.HexToAddress(Address),
		},
		abi:    parsed,
		keeper: keeper,
	}, nil
}

// Name names the contract in traces.
func (Precompile) Name() string { return types.ModuleName }

// RequiredGas is what a call costs before it reads anything.
func (p Precompile) RequiredGas(input []byte) uint64 { return p.Precompile.RequiredGas(input, false) }

// Run answers a call.
func (p Precompile) Run(evm *vm.EVM, contract *vm.Contract, _ bool) ([]byte, error) {
	return p.RunNativeAction(evm, contract, func(ctx sdk.Context) ([]byte, error) {
		if value := contract.Value(); value != nil && !value.IsZero() {
			return nil, errors.New("the beacon takes no coins")
		}
		return p.answer(ctx, contract.Input)
	})
}

func (p Precompile) answer(ctx context.Context, input []byte) ([]byte, error) {
	if len(input) < 4 {
		return nil, errors.New("no method")
	}
	method, err := p.abi.MethodById(input[:4])
	if err != nil {
		return nil, err
	}
	arguments, err := method.Inputs.Unpack(input[4:])
	if err != nil {
		return nil, err
	}
	switch method.Name {
	case "draw":
		seed, height, known, err := p.keeper.Draw(ctx, arguments[0].(uint64))
		if err != nil {
			return nil, err
		}
		if !known {
			height = 0
		}
		return method.Outputs.Pack(known, height, seed)
	case "seed":
		seed, err := p.keeper.Seed(ctx, arguments[0].(uint64))
		if err != nil {
			return nil, err
		}
		return method.Outputs.Pack([32]byte(seed.Value), seed.Contributed)
	default: // latest, the only other method of the ABI
		seed, err := p.keeper.Latest(ctx)
		if err != nil {
			return nil, err
		}
		return method.Outputs.Pack(seed.Height, [32]byte(seed.Value), seed.Contributed)
	}
}
