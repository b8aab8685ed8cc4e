// Package app wires the modules of Nesa into a node. It contains no logic of its own.
package app

import (
	"errors"
	"fmt"

	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	"github.com/ethereum/go-ethereum/common"
	// The engines of debug_traceTransaction register themselves.
	_ "github.com/ethereum/go-ethereum/eth/tracers/js"
	_ "github.com/ethereum/go-ethereum/eth/tracers/native"
	"github.com/spf13/cast"

	"cosmossdk.io/log/v2"

	dbm "github.com/cosmos/cosmos-db"
	"github.com/cosmos/cosmos-sdk/baseapp"
	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/client/flags"
	"github.com/cosmos/cosmos-sdk/codec"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	"github.com/cosmos/cosmos-sdk/runtime"
	servertypes "github.com/cosmos/cosmos-sdk/server/types"
	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkmempool "github.com/cosmos/cosmos-sdk/types/mempool"
	"github.com/cosmos/cosmos-sdk/types/module"
	"github.com/cosmos/cosmos-sdk/version"
	"github.com/cosmos/cosmos-sdk/x/auth/posthandler"
	evmante "github.com/cosmos/evm/ante"
	evmencoding "github.com/cosmos/evm/encoding"
	evmmempool "github.com/cosmos/evm/mempool"
	evmserver "github.com/cosmos/evm/server"
	"github.com/cosmos/evm/x/vm"
)

var (
	_ runtime.AppI          = (*App)(nil)
	_ evmserver.Application = (*App)(nil)
)

// App is a Nesa node's state machine.
type App struct {
	*baseapp.BaseApp
	Keepers

	legacyAmino       *codec.LegacyAmino
	appCodec          codec.Codec
	interfaceRegistry codectypes.InterfaceRegistry
	txConfig          client.TxConfig

	keys       map[string]*storetypes.KVStoreKey
	objectKeys map[string]*storetypes.ObjectStoreKey

	moduleManager *module.Manager
	basicManager  module.BasicManager
	configurator  module.Configurator
	simulation    *module.SimulationManager

	mempool            *evmmempool.Mempool
	pendingTxListeners []evmante.PendingTxListener
}

// New returns the app over db. With loadLatest it serves the last committed height.
func New(
	logger log.Logger,
	db dbm.DB,
	loadLatest bool,
	appOpts servertypes.AppOptions,
	baseAppOptions ...func(*baseapp.BaseApp),
) (*App, error) {
	// The EVM's chain configuration is global to the process and may be set once. Commands that never execute
	// (no chain id) leave it alone.
	evmChainID := uint64(0)
	if chainID := cast.ToString(appOpts.Get(flags.FlagChainID)); chainID != "" {
		evmChainID = EVMChainID(chainID)
	}
	encoding := evmencoding.MakeConfig(evmChainID)

	base := baseapp.NewBaseApp(Name, logger, db, encoding.TxConfig.TxDecoder(), baseAppOptions...)
	base.SetVersion(version.Version)
	base.SetInterfaceRegistry(encoding.InterfaceRegistry)
	base.SetTxEncoder(encoding.TxConfig.TxEncoder())
	// Gas per block is bounded by ProcessProposal, before anything runs.
	base.SetDisableBlockGasMeter(true)

	app := &App{
		BaseApp:           base,
		legacyAmino:       encoding.Amino,
		appCodec:          encoding.Codec,
		interfaceRegistry: encoding.InterfaceRegistry,
		txConfig:          encoding.TxConfig,
		keys:              storetypes.NewKVStoreKeys(storeNames...),
		objectKeys:        storetypes.NewObjectStoreKeys(objectStoreNames...),
	}
	if err := base.RegisterStreamingServices(appOpts, app.keys); err != nil {
		return nil, fmt.Errorf("register streaming: %w", err)
	}

	if err := app.setKeepers(appOpts, evmChainID); err != nil {
		return nil, fmt.Errorf("build keepers: %w", err)
	}
	vmModule := vm.NewAppModule(app.EVM, app.Account, app.Bank, app.Account.AddressCodec())
	if err := app.setModules(vmModule); err != nil {
		return nil, err
	}
	if err := app.setUpgrades(cast.ToString(appOpts.Get(flags.FlagHome))); err != nil {
		return nil, err
	}

	app.MountKVStores(app.keys)
	app.MountObjectStores(app.objectKeys)

	app.SetInitChainer(app.InitChainer)
	app.SetPreBlocker(app.preBlocker)
	app.setRunner()
	app.SetBeginBlocker(app.BeginBlocker)
	app.SetEndBlocker(app.EndBlocker)

	ante, err := app.newAnteHandler(cast.ToUint64(appOpts.Get("evm.max-tx-gas-wanted")))
	if err != nil {
		return nil, err
	}
	app.SetAnteHandler(ante)
	post, err := posthandler.NewPostHandler(posthandler.HandlerOptions{})
	if err != nil {
		return nil, err
	}
	app.SetPostHandler(post)

	if err := app.setMempool(appOpts, logger); err != nil {
		return nil, fmt.Errorf("configure mempool: %w", err)
	}

	if loadLatest {
		if err := app.LoadLatestVersion(); err != nil {
			return nil, fmt.Errorf("load last height: %w", err)
		}
		vmModule.HydrateGlobals(app.NewContextLegacy(true, cmtproto.Header{
			Height: app.LastBlockHeight(), ChainID: app.ChainID(),
		}))
	}
	return app, nil
}

// Name returns the app's name.
func (app *App) Name() string { return app.BaseApp.Name() }

// LegacyAmino returns the amino codec, which signs for hardware wallets.
func (app *App) LegacyAmino() *codec.LegacyAmino { return app.legacyAmino }

// AppCodec returns the protobuf codec.
func (app *App) AppCodec() codec.Codec { return app.appCodec }

// InterfaceRegistry returns the registry of message types.
func (app *App) InterfaceRegistry() codectypes.InterfaceRegistry { return app.interfaceRegistry }

// TxConfig returns how transactions are encoded and signed.
func (app *App) TxConfig() client.TxConfig { return app.txConfig }

// BasicManager returns what the command line needs of the modules.
func (app *App) BasicManager() module.BasicManager { return app.basicManager }

// SimulationManager returns the modules' simulations.
func (app *App) SimulationManager() *module.SimulationManager { return app.simulation }

// GetMempool returns the mempool, nil where the node has none.
func (app *App) GetMempool() sdkmempool.ExtMempool {
	if app.mempool == nil {
		return nil
	}
	return app.mempool
}

// RegisterPendingTxListener subscribes JSON-RPC to pending transactions.
func (app *App) RegisterPendingTxListener(listener func(common.Hash)) {
	app.pendingTxListeners = append(app.pendingTxListeners, listener)
}

func (app *App) onPendingTx(hash common.Hash) {
	for _, listener := range app.pendingTxListeners {
		listener(hash)
	}
}

// BeginBlocker runs the modules' begin blockers.
func (app *App) BeginBlocker(ctx sdk.Context) (sdk.BeginBlock, error) {
	return app.moduleManager.BeginBlock(ctx)
}

// EndBlocker runs the modules' end blockers.
func (app *App) EndBlocker(ctx sdk.Context) (sdk.EndBlock, error) {
	return app.moduleManager.EndBlock(ctx)
}

// LoadHeight loads a height that was committed before.
func (app *App) LoadHeight(height int64) error { return app.LoadVersion(height) }

// Close stops the mempool's goroutines and closes the stores.
func (app *App) Close() error {
	var err error
	if app.mempool != nil {
		err = app.mempool.Close()
	}
	return errors.Join(err, app.BaseApp.Close())
}
