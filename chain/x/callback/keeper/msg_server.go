package keeper

import (
	"context"

	"cosmossdk.io/collections"
	"cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/x/callback/types"
)

type msgServer struct{ Keeper }

// NewMsgServer serves the module's messages.
func NewMsgServer(k Keeper) types.MsgServer { return msgServer{k} }

// UpdateParams replaces the parameters; entries keep their fees.
func (s msgServer) UpdateParams(
	ctx context.Context, msg *types.MsgUpdateParams,
) (*types.MsgUpdateParamsResponse, error) {
	if msg.Authority != s.authority {
		return nil, errors.Wrapf(types.ErrInvalidSigner, "%s is not %s", msg.Authority, s.authority)
	}
	if err := msg.Params.Validate(); err != nil {
		return nil, err
	}
	return &types.MsgUpdateParamsResponse{}, s.params.Set(ctx, msg.Params)
}

// running marks a context inside a callback.
type running struct{}

// Running says whether a context is inside a callback.
func Running(ctx context.Context) bool { return ctx.Value(running{}) != nil }

// Callback tells the contract that requested a job how it ended. Everything but the call itself is done before the
// contract has control, so that whatever it does, it finds the callback made.
func (s msgServer) Callback(ctx context.Context, msg *types.MsgCallback) (*types.MsgCallbackResponse, error) {
	sender, err := s.addresses.StringToBytes(msg.Sender)
	if err != nil {
		return nil, errors.Wrap(types.ErrInvalidSigner, err.Error())
	}
	if Running(ctx) {
		return nil, errors.Wrapf(types.ErrNested, "job %d", msg.JobId)
	}
	entry, err := s.callable(ctx, msg.JobId)
	if err != nil {
		return nil, err
	}
	contract, err := s.addresses.StringToBytes(entry.Contract)
	if err != nil {
		return nil, err
	}
	meter := sdk.UnwrapSDKContext(ctx).GasMeter()
	if left := meter.GasRemaining(); left < entry.GasLimit {
		return nil, errors.Wrapf(types.ErrNotEnoughGas, "%d are left, %d are needed", left, entry.GasLimit)
	}
	// All that was prepaid is charged, and before the call: a simulation then says what the transaction needs, and one
	// that runs out of gas later has never called.
	meter.ConsumeGas(entry.GasLimit, "prepaid gas of a callback")
	if err := s.close(ctx, &entry); err != nil {
		return nil, err
	}
	if entry.Fee.IsPositive() {
		if err := s.bank.SendCoinsFromModuleToAccount(ctx, types.ModuleName, sender, types.Coins(entry.Fee)); err != nil {
			return nil, err
		}
	}
	call, err := s.evm.OnInferenceResult(
		sdk.UnwrapSDKContext(ctx).WithValue(running{}, true), contract, entry.JobId, *entry.Answer, entry.GasLimit)
	if err != nil {
		return nil, err
	}
	return s.conclude(ctx, msg, entry, call)
}

// callable returns an entry whose callback may be made now.
func (k Keeper) callable(ctx context.Context, jobID uint64) (types.Entry, error) {
	entry, err := k.Entry(ctx, jobID)
	if err != nil {
		return entry, err
	}
	switch {
	case entry.State == types.State_STATE_WAITING:
		return entry, errors.Wrapf(types.ErrNotOver, "job %d", jobID)
	case entry.State != types.State_STATE_READY || height(ctx) > entry.ForgetHeight:
		return entry, errors.Wrapf(types.ErrDone, "job %d", jobID)
	}
	return entry, nil
}

// close removes an entry, so that nothing can be called or paid a second time.
func (k Keeper) close(ctx context.Context, entry *types.Entry) error {
	if err := k.due.Remove(ctx, collections.Join(entry.ForgetHeight, entry.JobId)); err != nil {
		return err
	}
	return k.entries.Remove(ctx, entry.JobId)
}

// conclude puts the entry of a failed call back, for its answer to be read until it is forgotten.
func (s msgServer) conclude(
	ctx context.Context, msg *types.MsgCallback, entry types.Entry, call types.Call,
) (*types.MsgCallbackResponse, error) {
	fee, success := entry.Fee, call.Failure == ""
	if !success {
		entry.Fail(call)
		if err := s.due.Set(ctx, collections.Join(entry.ForgetHeight, entry.JobId)); err != nil {
			return nil, err
		}
		if err := s.entries.Set(ctx, entry.JobId, entry); err != nil {
			return nil, err
		}
	}
	return &types.MsgCallbackResponse{Success: success, Failure: call.Failure, GasUsed: call.GasUsed},
		emit(ctx, &types.EventCalledBack{
			JobId: entry.JobId, Contract: entry.Contract, Sender: msg.Sender, Success: success,
			Failure: call.Failure, GasUsed: call.GasUsed, Fee: fee, Logs: call.Logs,
		})
}
