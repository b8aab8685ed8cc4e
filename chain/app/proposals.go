package app

import (
	"time"

	abci "github.com/cometbft/cometbft/abci/types"

	"github.com/cosmos/cosmos-sdk/baseapp"
	sdk "github.com/cosmos/cosmos-sdk/types"
)

func (app *App) setProposals(checkTimeout time.Duration) {
	inner := baseapp.NewDefaultProposalHandler(app.mempool, pooledTxs{app.BaseApp})
	app.SetPrepareProposal(inner.PrepareProposalHandler())
	app.SetCheckTxHandler(app.mempool.NewCheckTxHandler(app.TxDecode, checkTimeout))
	app.SetInsertTxHandler(app.mempool.NewInsertTxHandler(app.TxDecode))
}

func (app *App) preBlocker(ctx sdk.Context, _ *abci.RequestFinalizeBlock) (*sdk.ResponsePreBlock, error) {
	return app.moduleManager.PreBlock(ctx)
}
