package abci

import (
	abci "github.com/cometbft/cometbft/abci/types"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"

	"github.com/nesa-network/nesa/chain/x/beacon/types"
)

// OutsideDecoder decodes what comes from outside and refuses memos that are kept for entries.
func OutsideDecoder(decode sdk.TxDecoder) sdk.TxDecoder {
	return func(raw []byte) (sdk.Tx, error) {
		tx, err := decode(raw)
		if err != nil {
			return nil, err
		}
		if withMemo, ok := tx.(sdk.TxWithMemo); ok && types.IsEntryMemo(withMemo.GetMemo()) {
			return nil, errorsmod.Wrapf(types.ErrForgedEntry, "a memo may not begin with %q", types.MemoPrefix)
		}
		return tx, nil
	}
}

// CheckTx answers every failure with a code: to an error CometBFT gives no answer at all, and the client waits forever.
// A panic inside, outside baseapp's recover, would stop the node: an Ethereum message without its transaction did.
func CheckTx(inner sdk.CheckTxHandler, respond func(error) *abci.ResponseCheckTx) sdk.CheckTxHandler {
	return func(run sdk.RunTx, req *abci.RequestCheckTx) (*abci.ResponseCheckTx, error) {
		res, err := recovered(func() (*abci.ResponseCheckTx, error) { return inner(run, req) })
		if err != nil {
			return respond(err), nil
		}
		return res, nil
	}
}

// InsertTx answers every failure with a code: to an error CometBFT would keep the transaction and retry.
func InsertTx(inner sdk.InsertTxHandler, refused uint32) sdk.InsertTxHandler {
	return func(req *abci.RequestInsertTx) (*abci.ResponseInsertTx, error) {
		res, err := recovered(func() (*abci.ResponseInsertTx, error) { return inner(req) })
		if err != nil {
			return &abci.ResponseInsertTx{Code: refused}, nil
		}
		return res, nil
	}
}

// recovered makes an error of a panic.
func recovered[T any](call func() (T, error)) (res T, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = errorsmod.Wrapf(sdkerrors.ErrPanic, "%v", cause)
		}
	}()
	return call()
}
