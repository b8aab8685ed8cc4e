package app

import (
	"encoding/json"
	"fmt"

	abci "github.com/cometbft/cometbft/abci/types"
	cmttypes "github.com/cometbft/cometbft/types"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"
	govtypes "github.com/cosmos/cosmos-sdk/x/gov/types"
	govv1 "github.com/cosmos/cosmos-sdk/x/gov/types/v1"
	slashingtypes "github.com/cosmos/cosmos-sdk/x/slashing/types"
	feemarkettypes "github.com/cosmos/evm/x/feemarket/types"
	evmtypes "github.com/cosmos/evm/x/vm/types"
)

// DefaultGenesis returns the modules' default state with what is particular to Nesa.
func (app *App) DefaultGenesis() map[string]json.RawMessage {
	genesis := app.basicManager.DefaultGenesis(app.appCodec)

	bank := banktypes.DefaultGenesisState()
	bank.DenomMetadata = []banktypes.Metadata{coinMetadata()}
	genesis[banktypes.ModuleName] = app.appCodec.MustMarshalJSON(bank)

	evm := evmtypes.DefaultGenesisState()
	evm.Params.EvmDenom = BaseDenom
	evm.Params.ActiveStaticPrecompiles = activePrecompiles
	evm.Params.ExtendedDenomOptions = nil
	evm.Preinstalls = evmtypes.DefaultPreinstalls
	genesis[evmtypes.ModuleName] = app.appCodec.MustMarshalJSON(evm)

	genesis[feemarkettypes.ModuleName] = app.appCodec.MustMarshalJSON(feeMarketGenesis())

	gov := govv1.DefaultGenesisState()
	gov.Params.MinDeposit = sdk.NewCoins(nes(1_000))
	gov.Params.ExpeditedMinDeposit = sdk.NewCoins(nes(5_000))
	genesis[govtypes.ModuleName] = app.appCodec.MustMarshalJSON(gov)

	slashing := slashingtypes.DefaultGenesisState()
	slashing.Params.SignedBlocksWindow = 10_000
	slashing.Params.MinSignedPerWindow = math.LegacyNewDecWithPrec(5, 2)
	genesis[slashingtypes.ModuleName] = app.appCodec.MustMarshalJSON(slashing)
	return genesis
}

// feeMarketGenesis keeps the base fee at the floor: with elasticity one a block's target is its limit, so the fee
// never rises. Governance turns the market on by an elasticity of two.
func feeMarketGenesis() *feemarkettypes.GenesisState {
	genesis := feemarkettypes.DefaultGenesisState()
	genesis.Params.BaseFee = math.LegacyNewDec(MinGasPrice)
	genesis.Params.MinGasPrice = math.LegacyNewDec(MinGasPrice)
	genesis.Params.ElasticityMultiplier = 1
	return genesis
}

// DefaultConsensusParams bounds blocks from the first one on; CometBFT's own defaults are far larger.
func DefaultConsensusParams() *cmttypes.ConsensusParams {
	params := cmttypes.DefaultConsensusParams()
	params.Block.MaxBytes = MaxBlockBytes
	params.Block.MaxGas = MaxBlockGas
	params.Evidence.MaxBytes = MaxBlockBytes / 8
	return params
}

func nes(amount int64) sdk.Coin {
	return sdk.NewCoin(BaseDenom, math.NewInt(amount).Mul(sdk.DefaultPowerReduction))
}

func coinMetadata() banktypes.Metadata {
	return banktypes.Metadata{
		Description: "The coin of the Nesa network",
		DenomUnits: []*banktypes.DenomUnit{
			{Denom: BaseDenom, Exponent: 0, Aliases: []string{"attones"}},
			{Denom: DisplayDenom, Exponent: Decimals},
		},
		Base:    BaseDenom,
		Display: DisplayDenom,
		Name:    "Nesa",
		Symbol:  DisplayDenom,
	}
}

// InitChainer starts the chain from a genesis state.
func (app *App) InitChainer(ctx sdk.Context, req *abci.RequestInitChain) (*abci.ResponseInitChain, error) {
	var genesis map[string]json.RawMessage
	if err := json.Unmarshal(req.AppStateBytes, &genesis); err != nil {
		return nil, fmt.Errorf("genesis state: %w", err)
	}
	if err := app.Upgrade.SetModuleVersionMap(ctx, app.moduleManager.GetVersionMap()); err != nil {
		return nil, err
	}
	return app.moduleManager.InitGenesis(ctx, app.appCodec, genesis)
}
