// Package cmd holds nesad's commands.
package cmd

import (
	"os"

	"github.com/spf13/cobra"

	"cosmossdk.io/log/v2"

	dbm "github.com/cosmos/cosmos-db"
	"github.com/cosmos/cosmos-sdk/client"
	clientconfig "github.com/cosmos/cosmos-sdk/client/config"
	"github.com/cosmos/cosmos-sdk/client/flags"
	sdkserver "github.com/cosmos/cosmos-sdk/server"
	simtestutil "github.com/cosmos/cosmos-sdk/testutil/sims"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	"github.com/cosmos/evm/crypto/hd"

	"github.com/nesa-network/nesa/chain/app"
)

// NewRoot returns the command tree of nesad.
func NewRoot() (*cobra.Command, error) {
	// Commands take codecs and descriptions from an app that has no store and never runs.
	described, err := app.New(log.NewNopLogger(), dbm.NewMemDB(), false, simtestutil.EmptyAppOptions{})
	if err != nil {
		return nil, err
	}
	initial := client.Context{}.
		WithCodec(described.AppCodec()).
		WithInterfaceRegistry(described.InterfaceRegistry()).
		WithTxConfig(described.TxConfig()).
		WithLegacyAmino(described.LegacyAmino()).
		WithInput(os.Stdin).
		WithAccountRetriever(authtypes.AccountRetriever{}).
		WithBroadcastMode(flags.BroadcastSync).
		WithHomeDir(app.DefaultNodeHome).
		WithViper("").
		WithKeyringOptions(hd.EthSecp256k1Option()).
		WithLedgerHasProtobuf(true)

	root := &cobra.Command{
		Use:           app.Name,
		Short:         "Node of the Nesa network",
		SilenceErrors: true,
		SilenceUsage:  true,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			cmd.SetOut(cmd.OutOrStdout())
			cmd.SetErr(cmd.ErrOrStderr())
			ctx, err := client.ReadPersistentCommandFlags(initial.WithCmdContext(cmd.Context()), cmd.Flags())
			if err != nil {
				return err
			}
			if ctx, err = clientconfig.ReadFromClientConfig(ctx); err != nil {
				return err
			}
			if err := client.SetCmdClientContextHandler(ctx, cmd); err != nil {
				return err
			}
			template, config := appConfig()
			if err := sdkserver.InterceptConfigsPreRunHandler(cmd, template, config, cometConfig()); err != nil {
				return err
			}
			return bindChainID(cmd)
		},
	}
	addCommands(root, described)

	options := described.AutoCLI()
	if options.ClientCtx, err = clientconfig.ReadFromClientConfig(initial); err != nil {
		return nil, err
	}
	if err := options.EnhanceRootCommand(root); err != nil {
		return nil, err
	}
	return root, nil
}
