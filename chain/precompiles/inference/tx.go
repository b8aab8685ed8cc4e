package inference

import (
	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/vm"

	sdk "github.com/cosmos/cosmos-sdk/types"

	jobtypes "github.com/nesa-network/nesa/chain/x/job/types"
)

// The caller of the frame is the requester, whoever signed the transaction: a contract spends its own coins, and no
// contract spends those of its caller.

func (p Precompile) request(
	ctx sdk.Context, db vm.StateDB, method *abi.Method, caller common.Address, args []any,
) ([]byte, error) {
	terms, wish, err := parseRequest(method, args)
	if err != nil {
		return nil, err
	}
	requester, err := p.text(caller)
	if err != nil {
		return nil, err
	}
	msg := &jobtypes.MsgRequest{Requester: requester, Requests: []jobtypes.Terms{terms}}
	if err := msg.ValidateBasic(); err != nil {
		return nil, err
	}
	before := p.bank.GetBalance(ctx, caller.Bytes(), jobtypes.Denom)
	response, err := p.msg.Request(ctx, msg)
	if err != nil {
		return nil, err
	}
	id := response.JobIds[0]
	escrow := before.Sub(p.bank.GetBalance(ctx, caller.Bytes(), jobtypes.Denom)).Amount
	fee, err := p.callback.Register(ctx, id, caller.Bytes(), wish)
	if err != nil {
		return nil, err
	}
	if err := p.logRequested(ctx, db, id, caller, terms.VersionId, escrow, fee); err != nil {
		return nil, err
	}
	return method.Outputs.Pack(id)
}

func (p Precompile) cancel(
	ctx sdk.Context, db vm.StateDB, method *abi.Method, caller common.Address, id uint64,
) ([]byte, error) {
	requester, err := p.text(caller)
	if err != nil {
		return nil, err
	}
	if _, err := p.msg.Cancel(ctx, &jobtypes.MsgCancel{Requester: requester, JobId: id}); err != nil {
		return nil, err
	}
	if err := p.logParty(ctx, db, "JobCancelled", id, caller); err != nil {
		return nil, err
	}
	return method.Outputs.Pack(true)
}

func (p Precompile) challenge(
	ctx sdk.Context, db vm.StateDB, method *abi.Method, caller common.Address, id uint64,
) ([]byte, error) {
	challenger, err := p.text(caller)
	if err != nil {
		return nil, err
	}
	if _, err := p.msg.Challenge(ctx, &jobtypes.MsgChallenge{Challenger: challenger, JobId: id}); err != nil {
		return nil, err
	}
	if err := p.logParty(ctx, db, "JobChallenged", id, caller); err != nil {
		return nil, err
	}
	return method.Outputs.Pack(true)
}

func (p Precompile) text(account common.Address) (string, error) {
	return p.addresses.BytesToString(account.Bytes())
}
