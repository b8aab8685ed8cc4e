package cmd

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/client/flags"
	"github.com/cosmos/cosmos-sdk/codec"
	sdkserver "github.com/cosmos/cosmos-sdk/server"
	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"
	"github.com/cosmos/cosmos-sdk/x/genutil"
	genutilcli "github.com/cosmos/cosmos-sdk/x/genutil/client/cli"
	genutiltypes "github.com/cosmos/cosmos-sdk/x/genutil/types"

	"github.com/nesa-network/nesa/chain/app"
	jobtypes "github.com/nesa-network/nesa/chain/x/job/types"
)

// genesisCommand is the SDK's, whose gentx pays the floor price unless told otherwise: genesis transactions pass the
// same checks as any other. It has commands for what only Nesa's genesis holds.
func genesisCommand(described *app.App) *cobra.Command {
	cmd := genutilcli.Commands(described.TxConfig(), described.BasicManager(), app.DefaultNodeHome)
	for _, sub := range cmd.Commands() {
		if sub.Name() == "gentx" {
			setDefault(sub, flags.FlagGasPrices, fmt.Sprintf("%d%s", app.MinGasPrice, app.BaseDenom))
		}
	}
	cmd.AddCommand(addVrfKeyCommand(), addLevyPoolCommand())
	return cmd
}

func setDefault(cmd *cobra.Command, name, value string) {
	flag := cmd.Flag(name)
	flag.DefValue = value
	if err := flag.Value.Set(value); err != nil {
		panic(err) // a constant of this package
	}
}

// addLevyPoolCommand seeds the pool that pays for drawn checks. A balance alone: an account of that name would not be
// the module's.
func addLevyPoolCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "add-levy-pool [amount]",
		Short: "Add coins to the pool that pays for drawn checks",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			coin, err := sdk.ParseCoinNormalized(args[0])
			if err != nil || coin.Denom != app.BaseDenom || !coin.IsPositive() {
				return fmt.Errorf("%q is no amount of %s", args[0], app.BaseDenom)
			}
			return editGenesis(cmd, banktypes.ModuleName,
				func(cdc codec.JSONCodec, raw json.RawMessage) (json.RawMessage, error) {
					var bank banktypes.GenesisState
					if err := cdc.UnmarshalJSON(raw, &bank); err != nil {
						return nil, err
					}
					bank.Balances = append(bank.Balances, banktypes.Balance{
						Address: authtypes.NewModuleAddress(jobtypes.LevyAccount).String(),
						Coins:   sdk.NewCoins(coin),
					})
					bank.Supply = bank.Supply.Add(coin)
					if err := bank.Validate(); err != nil {
						return nil, err
					}
					return cdc.MarshalJSON(&bank)
				})
		},
	}
}

// editGenesis rewrites one module's state in the genesis file.
func editGenesis(
	cmd *cobra.Command, module string, edit func(codec.JSONCodec, json.RawMessage) (json.RawMessage, error),
) error {
	file := sdkserver.GetServerContextFromCmd(cmd).Config.GenesisFile()
	genesis, err := genutiltypes.AppGenesisFromFile(file)
	if err != nil {
		return fmt.Errorf("read genesis: %w", err)
	}
	var state map[string]json.RawMessage
	if err := json.Unmarshal(genesis.AppState, &state); err != nil {
		return fmt.Errorf("genesis state: %w", err)
	}
	if state[module], err = edit(client.GetClientContextFromCmd(cmd).Codec, state[module]); err != nil {
		return fmt.Errorf("genesis state of %s: %w", module, err)
	}
	if genesis.AppState, err = json.MarshalIndent(state, "", "  "); err != nil {
		return err
	}
	return genutil.ExportGenesisFile(genesis, file)
}
