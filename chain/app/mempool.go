package app

import (
	"github.com/spf13/cast"

	"cosmossdk.io/log/v2"

	"github.com/cosmos/cosmos-sdk/baseapp"
	"github.com/cosmos/cosmos-sdk/client/flags"
	servertypes "github.com/cosmos/cosmos-sdk/server/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	evmmempool "github.com/cosmos/evm/mempool"
	evmserver "github.com/cosmos/evm/server"

	jobante "github.com/nesa-network/nesa/chain/x/job/ante"
)

// pooledTxs lets a proposal take what the mempool holds: it was checked on entry and is rechecked after each block.
type pooledTxs struct{ *baseapp.BaseApp }

// PrepareProposalVerifyTx encodes a transaction without running the ante handler again.
func (p pooledTxs) PrepareProposalVerifyTx(tx sdk.Tx) ([]byte, error) { return p.TxEncode(tx) }

// setMempool gives the node one mempool for Ethereum and Cosmos transactions, and the handlers around it.
func (app *App) setMempool(appOpts servertypes.AppOptions, logger log.Logger) error {
	if cast.ToString(appOpts.Get(flags.FlagHome)) == "" {
		return nil // a command that only needs codecs and command descriptions
	}
	limit := evmserver.GetCosmosPoolMaxTx(appOpts, logger)
	if limit < 0 {
		return errNoMempool
	}
	config := evmserver.ResolveMempoolConfig(guardAnte(jobante.NewDecorator(app.Job), app.AnteHandler()), appOpts, logger)
	if err := evmserver.ValidateReapBounds(appOpts, config.BlockGasLimit); err != nil {
		return err
	}
	encoder := evmmempool.NewTxEncoder(app.txConfig)
	app.mempool = evmmempool.NewMempool(
		app.CreateQueryContext, logger, app.EVM, app.FeeMarket, app.txConfig,
		evmmempool.NewTxRechecker(config.AnteHandler, encoder),
		evmmempool.NewTxRechecker(config.AnteHandler, encoder),
		config, limit,
	)
	app.SetMempool(app.mempool)
	app.SetReapTxsHandler(app.mempool.NewReapTxsHandler())
	app.SetPrepareCheckStater(func(sdk.Context) {
		if !app.mempool.HasEventBus() {
			app.mempool.NotifyNewBlock()
		}
	})
	return app.setProposals(cast.ToString(appOpts.Get(flags.FlagHome)), evmserver.GetMempoolCheckTxTimeout(appOpts, logger))
}
