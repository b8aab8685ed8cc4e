package cmd

import (
	"errors"

	cmtcli "github.com/cometbft/cometbft/libs/cli"
	"github.com/spf13/cast"
	"github.com/spf13/cobra"

	"cosmossdk.io/log/v2"

	dbm "github.com/cosmos/cosmos-db"
	"github.com/cosmos/cosmos-sdk/baseapp"
	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/client/flags"
	"github.com/cosmos/cosmos-sdk/client/pruning"
	"github.com/cosmos/cosmos-sdk/client/rpc"
	"github.com/cosmos/cosmos-sdk/client/snapshot"
	sdkserver "github.com/cosmos/cosmos-sdk/server"
	servertypes "github.com/cosmos/cosmos-sdk/server/types"
	authcmd "github.com/cosmos/cosmos-sdk/x/auth/client/cli"
	evmclient "github.com/cosmos/evm/client"
	evmdebug "github.com/cosmos/evm/client/debug"
	evmserver "github.com/cosmos/evm/server"
	evmflags "github.com/cosmos/evm/server/flags"

	"github.com/nesa-network/nesa/chain/app"
)

func addCommands(root *cobra.Command, described *app.App) {
	root.AddCommand(
		initCommand(described),
		beaconCommand(),
		genesisCommand(described),
		cmtcli.NewCompletionCmd(root, true),
		evmdebug.Cmd(),
		pruning.Cmd(createForServer, app.DefaultNodeHome),
		snapshot.Cmd(createForServer),
		sdkserver.StatusCommand(),
		evmclient.KeyCommands(app.DefaultNodeHome, true),
		queryCommand(),
		txCommand(),
	)
	evmserver.AddCommands(root, evmserver.NewDefaultStartOptions(create, app.DefaultNodeHome), export,
		func(*cobra.Command) {})
	if _, err := evmflags.AddTxFlags(root); err != nil {
		panic(err)
	}
}

func queryCommand() *cobra.Command {
	cmd := group("query", "Ask the network", "q")
	cmd.AddCommand(
		rpc.QueryEventForTxCmd(), rpc.ValidatorCommand(), authcmd.QueryTxsByEventsCmd(), authcmd.QueryTxCmd(),
		sdkserver.QueryBlockCmd(), sdkserver.QueryBlockResultsCmd(),
	)
	return cmd
}

func txCommand() *cobra.Command {
	cmd := group("tx", "Sign and send transactions")
	cmd.AddCommand(
		authcmd.GetSignCommand(), authcmd.GetSignBatchCommand(), authcmd.GetMultiSignCommand(),
		authcmd.GetMultiSignBatchCmd(), authcmd.GetValidateSignaturesCommand(), authcmd.GetBroadcastCommand(),
		authcmd.GetEncodeCommand(), authcmd.GetDecodeCommand(), authcmd.GetSimulateCmd(),
	)
	return cmd
}

func group(use, short string, aliases ...string) *cobra.Command {
	cmd := &cobra.Command{
		Use: use, Short: short, Aliases: aliases, SuggestionsMinimumDistance: 2, RunE: client.ValidateCmd,
	}
	cmd.PersistentFlags().String(flags.FlagChainID, "", "chain id of the network")
	return cmd
}

// create returns the app that a node runs.
func create(logger log.Logger, db dbm.DB, options servertypes.AppOptions) evmserver.Application {
	node, err := app.New(logger, db, true, options, baseAppOptions(options)...)
	if err != nil {
		panic(err) // the SDK's creator cannot return an error; start prints the reason and exits
	}
	return node
}

func createForServer(logger log.Logger, db dbm.DB, options servertypes.AppOptions) servertypes.Application {
	return create(logger, db, options)
}

// baseAppOptions are the SDK's for a server, from app.toml and the command line.
func baseAppOptions(options servertypes.AppOptions) []func(*baseapp.BaseApp) {
	return append(sdkserver.DefaultBaseappOptions(options),
		baseapp.SetChainID(cast.ToString(options.Get(flags.FlagChainID))))
}

// export writes the state at a height, or at the last one, as a genesis. It logs nothing: the genesis goes to the
// standard output, as the log would.
func export(
	_ log.Logger, db dbm.DB, height int64, forZeroHeight bool, jailAllowed []string,
	options servertypes.AppOptions, modules []string,
) (servertypes.ExportedApp, error) {
	if cast.ToString(options.Get(flags.FlagHome)) == "" {
		return servertypes.ExportedApp{}, errors.New("--home is not set")
	}
	node, err := app.New(log.NewNopLogger(), db, height == -1, options,
		baseapp.SetChainID(cast.ToString(options.Get(flags.FlagChainID))))
	if err != nil {
		return servertypes.ExportedApp{}, err
	}
	defer func() { _ = node.Close() }()
	if height != -1 {
		if err := node.LoadHeight(height); err != nil {
			return servertypes.ExportedApp{}, err
		}
	}
	return node.ExportAppStateAndValidators(forZeroHeight, jailAllowed, modules)
}
