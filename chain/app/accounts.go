package app

import (
	corevm "github.com/ethereum/go-ethereum/core/vm"

	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	distrtypes "github.com/cosmos/cosmos-sdk/x/distribution/types"
	govtypes "github.com/cosmos/cosmos-sdk/x/gov/types"
	stakingtypes "github.com/cosmos/cosmos-sdk/x/staking/types"
	"github.com/cosmos/evm/utils"
	feemarkettypes "github.com/cosmos/evm/x/feemarket/types"
	evmtypes "github.com/cosmos/evm/x/vm/types"
	ibctransfertypes "github.com/cosmos/ibc-go/v11/modules/apps/transfer/types"

	"github.com/nesa-network/nesa/chain/precompiles/inference"
	beaconprecompile "github.com/nesa-network/nesa/chain/x/beacon/precompile"
	callbacktypes "github.com/nesa-network/nesa/chain/x/callback/types"
	jobtypes "github.com/nesa-network/nesa/chain/x/job/types"
	minertypes "github.com/nesa-network/nesa/chain/x/miner/types"
	modeltypes "github.com/nesa-network/nesa/chain/x/model/types"
)

// moduleAccounts are all accounts that modules own, with what bank lets them do. README.md explains each.
// Only transfer and the EVM may mint: vouchers, and the amount a transaction moves through the EVM's state.
var moduleAccounts = map[string][]string{
	authtypes.FeeCollectorName:     nil,
	distrtypes.ModuleName:          nil,
	stakingtypes.BondedPoolName:    {authtypes.Burner, authtypes.Staking},
	stakingtypes.NotBondedPoolName: {authtypes.Burner, authtypes.Staking},
	govtypes.ModuleName:            {authtypes.Burner},
	ibctransfertypes.ModuleName:    {authtypes.Minter, authtypes.Burner},
	evmtypes.ModuleName:            {authtypes.Minter, authtypes.Burner},
	feemarkettypes.ModuleName:      nil,
	modeltypes.ModuleName:          {authtypes.Burner},
	minertypes.StakeAccount:        {authtypes.Burner},
	jobtypes.EscrowAccount:         {authtypes.Burner},
	jobtypes.LevyAccount:           nil,
	callbacktypes.ModuleName:       nil,
}

// blockedAddresses may not be sent to: a coin sent there would break an invariant, or a precompile's commit.
func blockedAddresses() map[string]bool {
	blocked := make(map[string]bool)
	for name := range moduleAccounts {
		blocked[authtypes.NewModuleAddress(name).String()] = true
	}
	for _, address := range append([]string{beaconprecompile.Address, inference.Address}, evmtypes.AvailableStaticPrecompiles...) {
		blocked[utils.Bech32StringFromHexAddress(address)] = true
	}
	for _, address := range corevm.PrecompiledAddressesPrague {
		blocked[utils.Bech32StringFromHexAddress(address.Hex())] = true
	}
	return blocked
}
