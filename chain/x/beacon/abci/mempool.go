package abci

import (
	errorsmod "cosmossdk.io/errors"

	abci "github.com/cometbft/cometbft/abci/types"

	sdk "github.com/cosmos/cosmos-sdk/types"

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
func CheckTx(inner sdk.CheckTxHandler, respond func(error) *abci.ResponseCheckTx) sdk.CheckTxHandler {
	return func(run sdk.RunTx, req *abci.RequestCheckTx) (*abci.ResponseCheckTx, error) {
		res, err := inner(run, req)
		if err != nil {
			return respond(err), nil
		}
		return res, nil
	}
}

// InsertTx answers every failure with a code: to an error CometBFT would keep the transaction and retry.
func InsertTx(inner sdk.InsertTxHandler, refused uint32) sdk.InsertTxHandler {
	return func(req *abci.RequestInsertTx) (*abci.ResponseInsertTx, error) {
		res, err := inner(req)
		if err != nil {
			return &abci.ResponseInsertTx{Code: refused}, nil
		}
		return res, nil
	}
}
