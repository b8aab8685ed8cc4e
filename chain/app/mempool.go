package app

import (
	"context"
	"sync"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/spf13/cast"

	"cosmossdk.io/log/v2"

	"github.com/cosmos/cosmos-sdk/baseapp"
	"github.com/cosmos/cosmos-sdk/client/flags"
	servertypes "github.com/cosmos/cosmos-sdk/server/types"
	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	evmmempool "github.com/cosmos/evm/mempool"
	evmserver "github.com/cosmos/evm/server"
	evmconfig "github.com/cosmos/evm/server/config"

	beaconabci "github.com/nesa-network/nesa/chain/x/beacon/abci"
	jobmempool "github.com/nesa-network/nesa/chain/x/job/mempool"
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
	config := evmserver.ResolveMempoolConfig(guardAnte(app.AnteHandler()), appOpts, logger)
	if err := evmserver.ValidateReapBounds(appOpts, config.BlockGasLimit); err != nil {
		return err
	}
	if config.PendingTxProposalTimeout <= 0 {
		// Zero would mean "wait for ever", and the pool can miss a block that is committed while it starts.
		config.PendingTxProposalTimeout = evmconfig.DefaultMempoolConfig().PendingTxProposalTimeout
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
	state := &newestState{app: app, stale: true}
	app.SetPrepareCheckStater(func(sdk.Context) {
		state.renew()
		if !app.mempool.HasEventBus() {
			app.mempool.NotifyNewBlock()
		}
	})
	app.setEntry(state, evmserver.GetMempoolCheckTxTimeout(appOpts, logger))
	return app.setProposals(cast.ToString(appOpts.Get(flags.FlagHome)))
}

// setEntry guards the two ways into the mempool: from clients (CheckTx) and from peers (InsertTx). Nothing passes that
// is a block's own entry, is malformed, or could change nothing.
func (app *App) setEntry(state *newestState, timeout time.Duration) {
	decode := beaconabci.OutsideDecoder(app.TxDecode)
	filter := jobmempool.NewFilter(app.Job, state.read)
	read := func(raw []byte) (sdk.Tx, error) {
		tx, err := decode(raw)
		if err != nil {
			return nil, err
		}
		if err := validateMessages(tx); err != nil {
			return nil, err
		}
		return tx, filter.Admit(tx)
	}
	app.SetCheckTxHandler(beaconabci.CheckTx(func(_ sdk.RunTx, req *abci.RequestCheckTx) (*abci.ResponseCheckTx, error) {
		tx, err := read(req.GetTx())
		if err != nil {
			return nil, err
		}
		ctx, cancel := context.WithTimeout(context.Background(), timeout)
		defer cancel()
		return evmmempool.ErrAsCheckTxResponse(app.mempool.Insert(ctx, tx)), nil
	}, evmmempool.ErrAsCheckTxResponse))
	insert := app.mempool.NewInsertTxHandler(read)
	app.SetInsertTxHandler(beaconabci.InsertTx(insert, evmmempool.CodeTypeNoRetry))
}

// newestState reads the newest committed state, one reader at a time. It is opened once a block: opening it takes longer
// than most reading.
type newestState struct {
	app   *App
	mutex sync.Mutex
	ctx   sdk.Context
	stale bool
}

// renew is told that a block was committed.
func (s *newestState) renew() {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.stale = true
}

func (s *newestState) read(do func(sdk.Context) error) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.stale {
		ctx, err := s.app.CreateQueryContext(0, false)
		if err != nil {
			return err
		}
		s.ctx, s.stale = ctx, false
	}
	return do(s.ctx.WithGasMeter(storetypes.NewInfiniteGasMeter()))
}
