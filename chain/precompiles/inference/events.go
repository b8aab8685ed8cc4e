package inference

import (
	"fmt"
	"math/big"

	"github.com/ethereum/go-ethereum/common"
	ethtypes "github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/core/vm"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"
)

// What a call does is in its transaction's logs. What becomes of a job later happens outside the EVM and leaves none:
// the modules' typed events and the callback tell.

func (p Precompile) logRequested(
	ctx sdk.Context, db vm.StateDB, id uint64, requester common.Address, version uint64, escrow, fee math.Int,
) error {
	event := p.abi.Events["JobRequested"]
	data, err := event.Inputs.NonIndexed().Pack(escrow.BigInt(), fee.BigInt())
	if err != nil {
		return fmt.Errorf("log of a request: %w", err)
	}
	p.log(ctx, db, data, event.ID, number(id), common.BytesToHash(requester.Bytes()), number(version))
	return nil
}

func (p Precompile) logParty(ctx sdk.Context, db vm.StateDB, name string, id uint64, party common.Address) error {
	event, ok := p.abi.Events[name]
	if !ok {
		return fmt.Errorf("no event %s", name)
	}
	p.log(ctx, db, nil, event.ID, number(id), common.BytesToHash(party.Bytes()))
	return nil
}

func (p Precompile) log(ctx sdk.Context, db vm.StateDB, data []byte, topics ...common.Hash) {
	db.AddLog(&ethtypes.Log{
		Address: p.Address(), Topics: topics, Data: data, BlockNumber: uint64(ctx.BlockHeight()),
	})
}

func number(value uint64) common.Hash { return common.BigToHash(new(big.Int).SetUint64(value)) }
