package app

import (
	"github.com/ethereum/go-ethereum/common"
	corevm "github.com/ethereum/go-ethereum/core/vm"

	precompiletypes "github.com/cosmos/evm/precompiles/types"
	evmtypes "github.com/cosmos/evm/x/vm/types"

	"github.com/nesa-network/nesa/chain/precompiles/inference"
	beaconprecompile "github.com/nesa-network/nesa/chain/x/beacon/precompile"
	jobkeeper "github.com/nesa-network/nesa/chain/x/job/keeper"
)

// activePrecompiles are open to contracts from genesis on: those that only compute or read, and inference, which is what
// contracts are here for. It moves the caller's own coins and nobody else's, into accounts that only jobs and callbacks
// empty. Governance may open the rest of precompiles, which delegate, vote and withdraw.
var activePrecompiles = []string{
	evmtypes.P256PrecompileAddress, evmtypes.Bech32PrecompileAddress, beaconprecompile.Address,
	inference.Address,
}

// precompiles returns every contract that is Go code.
func (app *App) precompiles() (map[common.Address]corevm.PrecompiledContract, error) {
	beacon, err := beaconprecompile.New(app.Beacon)
	if err != nil {
		return nil, err
	}
	contracts := precompiletypes.NewStaticPrecompiles().
		WithPraguePrecompiles().
		WithP256Precompile().
		WithBech32Precompile().
		WithStakingPrecompile(*app.Staking, app.Bank).
		WithDistributionPrecompile(app.Distr, *app.Staking, app.Bank).
		WithGovPrecompile(*app.Gov, app.Bank, app.appCodec).
		WithSlashingPrecompile(app.Slashing, app.Bank)
	contracts[beacon.Address()] = beacon
	ask, err := inference.New(
		jobkeeper.NewMsgServer(app.Job), jobkeeper.NewQueryServer(app.Job), app.Callback, app.Bank)
	if err != nil {
		return nil, err
	}
	contracts[ask.Address()] = ask
	return contracts, nil
}
