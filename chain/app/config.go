package app

import (
	"crypto/sha256"
	"encoding/binary"

	clienthelpers "cosmossdk.io/client/v2/helpers"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/evm/crypto/hd"
	"github.com/cosmos/evm/utils"
)

// Names and constants of the network that no parameter changes.
const (
	Name         = "nesad"
	Bech32Prefix = "nesa"

	// BaseDenom is 10^-18 of DisplayDenom, so that balances seen by Cosmos and by the EVM are one number.
	BaseDenom    = "anes"
	DisplayDenom = "NES"
	Decimals     = 18

	// MinGasPrice in anes is the floor of the fee market and the default of app.toml: one gwei.
	MinGasPrice = 1_000_000_000

	// MaxBlockBytes and MaxBlockGas are what `nesad init` writes into a genesis file.
	MaxBlockBytes = 4 << 20
	MaxBlockGas   = 100_000_000
)

// DefaultNodeHome is the directory of a node's files unless --home says otherwise.
var DefaultNodeHome string

func init() {
	// The SDK keeps these in globals; whoever imports the app must see them before formatting an address.
	cfg := sdk.GetConfig()
	cfg.SetBech32PrefixForAccount(Bech32Prefix, Bech32Prefix+sdk.PrefixPublic)
	cfg.SetBech32PrefixForValidator(
		Bech32Prefix+sdk.PrefixValidator+sdk.PrefixOperator,
		Bech32Prefix+sdk.PrefixValidator+sdk.PrefixOperator+sdk.PrefixPublic,
	)
	cfg.SetBech32PrefixForConsensusNode(
		Bech32Prefix+sdk.PrefixValidator+sdk.PrefixConsensus,
		Bech32Prefix+sdk.PrefixValidator+sdk.PrefixConsensus+sdk.PrefixPublic,
	)
	// Keys are Ethereum's unless asked otherwise, so a mnemonic gives the address that MetaMask shows.
	cfg.SetPurpose(sdk.Purpose)
	cfg.SetCoinType(hd.Bip44CoinType)

	sdk.DefaultBondDenom = BaseDenom
	sdk.DefaultPowerReduction = utils.AttoPowerReduction

	home, err := clienthelpers.GetNodeHomeDirectory("." + Name)
	if err != nil {
		panic(err)
	}
	DefaultNodeHome = home
}

// evmChainIDs are the EIP-155 ids of public networks.
var evmChainIDs = map[string]uint64{"nesa-1": 6372}

// EVMChainID derives the EIP-155 id from the chain id: signatures must not be valid on two networks, and an id in
// app.toml, where an operator could change it alone, would split the network.
func EVMChainID(chainID string) uint64 {
	if id, ok := evmChainIDs[chainID]; ok {
		return id
	}
	digest := sha256.Sum256([]byte("nesa/evm-chain-id/v1" + chainID))
	// 31 bits, the top one set: every wallet takes it, and no registered network is that high by accident.
	return uint64(binary.BigEndian.Uint32(digest[:4])&0x3fffffff | 0x40000000)
}
