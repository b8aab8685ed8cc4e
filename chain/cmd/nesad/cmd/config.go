package cmd

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	cmtcfg "github.com/cometbft/cometbft/config"
	"github.com/spf13/cobra"

	dbm "github.com/cosmos/cosmos-db"
	"github.com/cosmos/cosmos-sdk/client/flags"
	sdkserver "github.com/cosmos/cosmos-sdk/server"
	serverconfig "github.com/cosmos/cosmos-sdk/server/config"
	genutiltypes "github.com/cosmos/cosmos-sdk/x/genutil/types"
	evmserverconfig "github.com/cosmos/evm/server/config"
	evmflags "github.com/cosmos/evm/server/flags"

	"github.com/nesa-network/nesa/chain/app"
)

// nodeConfig is app.toml.
type nodeConfig struct {
	serverconfig.Config `mapstructure:",squash"`

	EVM     evmserverconfig.EVMConfig
	JSONRPC evmserverconfig.JSONRPCConfig
	TLS     evmserverconfig.TLSConfig
}

// appConfig returns the template and the defaults of app.toml. All interfaces listen on this machine alone.
func appConfig() (string, any) {
	config := nodeConfig{
		Config:  *serverconfig.DefaultConfig(),
		EVM:     *evmserverconfig.DefaultEVMConfig(),
		JSONRPC: *evmserverconfig.DefaultJSONRPCConfig(),
		TLS:     *evmserverconfig.DefaultTLSConfig(),
	}
	config.MinGasPrices = fmt.Sprintf("%d%s", app.MinGasPrice, app.BaseDenom)
	config.AppDBBackend = string(dbm.PebbleDBBackend)
	config.Mempool.MaxTxs = 0 // no limit; a negative number would turn the node's mempool off
	config.API.Enable = true
	config.GRPC.Enable = true
	config.GRPCWeb.Enable = true
	config.JSONRPC.Enable = true
	config.JSONRPC.AllowInsecureUnlock = false
	// The mempool takes what pays the floor price, so that it never holds what no block may contain.
	config.EVM.Mempool.PriceLimit = app.MinGasPrice
	return serverconfig.DefaultConfigTemplate + evmserverconfig.DefaultEVMConfigTemplate, config
}

// cometConfig returns the defaults of config.toml.
func cometConfig() *cmtcfg.Config {
	config := cmtcfg.DefaultConfig()
	config.Mempool.Type = cmtcfg.MempoolTypeApp
	config.Consensus.TimeoutCommit = 2500 * time.Millisecond // with the votes, a block every three seconds
	return config
}

// bindChainID makes the genesis file's chain id known to whatever asks the options for it, and the EVM's id that
// follows from it: neither is a choice of the operator. Without a genesis file the flag alone counts.
func bindChainID(cmd *cobra.Command) error {
	server := sdkserver.GetServerContextFromCmd(cmd)
	genesis, err := genutiltypes.AppGenesisFromFile(filepath.Join(server.Config.RootDir, "config", "genesis.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("genesis file: %w", err)
	}
	server.Viper.Set(flags.FlagChainID, genesis.ChainID)
	server.Viper.Set(evmflags.EVMChainID, app.EVMChainID(genesis.ChainID))
	return nil
}
