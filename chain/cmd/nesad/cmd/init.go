package cmd

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	sdkserver "github.com/cosmos/cosmos-sdk/server"
	"github.com/cosmos/cosmos-sdk/x/genutil"
	genutilcli "github.com/cosmos/cosmos-sdk/x/genutil/client/cli"
	genutiltypes "github.com/cosmos/cosmos-sdk/x/genutil/types"

	"github.com/nesa-network/nesa/chain/app"
)

// initCommand is the SDK's init, whose genesis file then gets Nesa's defaults: state and limits of blocks.
func initCommand(described *app.App) *cobra.Command {
	cmd := genutilcli.InitCmd(described.BasicManager(), app.DefaultNodeHome)
	inner := cmd.RunE
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		config := sdkserver.GetServerContextFromCmd(cmd).Config
		config.RPC.PprofListenAddress = "" // the SDK opens it unasked, on one port for all nodes of a machine
		if err := inner(cmd, args); err != nil {
			return err
		}
		file := config.GenesisFile()
		genesis, err := genutiltypes.AppGenesisFromFile(file)
		if err != nil {
			return fmt.Errorf("read genesis: %w", err)
		}
		if genesis.AppState, err = json.MarshalIndent(described.DefaultGenesis(), "", "  "); err != nil {
			return err
		}
		keyTypes := genesis.Consensus.Params.Validator
		genesis.Consensus.Params = app.DefaultConsensusParams()
		genesis.Consensus.Params.Validator = keyTypes
		return genutil.ExportGenesisFile(genesis, file)
	}
	return cmd
}
