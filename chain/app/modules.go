package app

import (
	"fmt"

	autocliv1 "cosmossdk.io/api/cosmos/autocli/v1"
	reflectionv1 "cosmossdk.io/api/cosmos/reflection/v1"
	"cosmossdk.io/client/v2/autocli"
	"cosmossdk.io/core/appmodule"

	runtimeservices "github.com/cosmos/cosmos-sdk/runtime/services"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/module"
	"github.com/cosmos/cosmos-sdk/types/msgservice"
	"github.com/cosmos/cosmos-sdk/x/auth"
	authsims "github.com/cosmos/cosmos-sdk/x/auth/simulation"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	"github.com/cosmos/cosmos-sdk/x/auth/vesting"
	vestingtypes "github.com/cosmos/cosmos-sdk/x/auth/vesting/types"
	"github.com/cosmos/cosmos-sdk/x/authz"
	authzmodule "github.com/cosmos/cosmos-sdk/x/authz/module"
	"github.com/cosmos/cosmos-sdk/x/bank"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"
	"github.com/cosmos/cosmos-sdk/x/consensus"
	consensustypes "github.com/cosmos/cosmos-sdk/x/consensus/types"
	distr "github.com/cosmos/cosmos-sdk/x/distribution"
	distrtypes "github.com/cosmos/cosmos-sdk/x/distribution/types"
	"github.com/cosmos/cosmos-sdk/x/evidence"
	evidencetypes "github.com/cosmos/cosmos-sdk/x/evidence/types"
	"github.com/cosmos/cosmos-sdk/x/feegrant"
	feegrantmodule "github.com/cosmos/cosmos-sdk/x/feegrant/module"
	"github.com/cosmos/cosmos-sdk/x/genutil"
	genutiltypes "github.com/cosmos/cosmos-sdk/x/genutil/types"
	"github.com/cosmos/cosmos-sdk/x/gov"
	govtypes "github.com/cosmos/cosmos-sdk/x/gov/types"
	"github.com/cosmos/cosmos-sdk/x/slashing"
	slashingtypes "github.com/cosmos/cosmos-sdk/x/slashing/types"
	"github.com/cosmos/cosmos-sdk/x/staking"
	stakingtypes "github.com/cosmos/cosmos-sdk/x/staking/types"
	"github.com/cosmos/cosmos-sdk/x/upgrade"
	upgradetypes "github.com/cosmos/cosmos-sdk/x/upgrade/types"
	evmaddress "github.com/cosmos/evm/encoding/address"
	"github.com/cosmos/evm/x/feemarket"
	feemarkettypes "github.com/cosmos/evm/x/feemarket/types"
	"github.com/cosmos/evm/x/vm"
	evmtypes "github.com/cosmos/evm/x/vm/types"
	"github.com/cosmos/gogoproto/proto"
	ibctransfer "github.com/cosmos/ibc-go/v11/modules/apps/transfer"
	ibctransfertypes "github.com/cosmos/ibc-go/v11/modules/apps/transfer/types"
	ibc "github.com/cosmos/ibc-go/v11/modules/core"
	ibcexported "github.com/cosmos/ibc-go/v11/modules/core/exported"
	ibctm "github.com/cosmos/ibc-go/v11/modules/light-clients/07-tendermint"

	"github.com/nesa-network/nesa/chain/x/attestation"
	attestationtypes "github.com/nesa-network/nesa/chain/x/attestation/types"
	"github.com/nesa-network/nesa/chain/x/beacon"
	beacontypes "github.com/nesa-network/nesa/chain/x/beacon/types"
	"github.com/nesa-network/nesa/chain/x/callback"
	callbacktypes "github.com/nesa-network/nesa/chain/x/callback/types"
	"github.com/nesa-network/nesa/chain/x/job"
	jobtypes "github.com/nesa-network/nesa/chain/x/job/types"
	"github.com/nesa-network/nesa/chain/x/miner"
	minertypes "github.com/nesa-network/nesa/chain/x/miner/types"
	"github.com/nesa-network/nesa/chain/x/model"
	modeltypes "github.com/nesa-network/nesa/chain/x/model/types"
)

// setModules builds the module manager, its orders and the services.
func (app *App) setModules(vmModule vm.AppModule) error {
	app.moduleManager = module.NewManager(
		genutil.NewAppModule(app.Account, app.Staking, app, app.txConfig),
		auth.NewAppModule(app.appCodec, app.Account, authsims.RandomGenesisAccounts, nil),
		bank.NewAppModule(app.appCodec, app.Bank, app.Account, nil),
		feegrantmodule.NewAppModule(app.appCodec, app.Account, app.Bank, app.FeeGrant, app.interfaceRegistry),
		gov.NewAppModule(app.appCodec, app.Gov, app.Account, app.Bank, nil),
		slashing.NewAppModule(app.appCodec, app.Slashing, app.Account, app.Bank, app.Staking, nil, app.interfaceRegistry),
		distr.NewAppModule(app.appCodec, app.Distr, app.Account, app.Bank, app.Staking, nil),
		staking.NewAppModule(app.appCodec, app.Staking, app.Account, app.Bank, nil),
		upgrade.NewAppModule(app.Upgrade, app.Account.AddressCodec()),
		evidence.NewAppModule(app.Evidence),
		authzmodule.NewAppModule(app.appCodec, app.Authz, app.Account, app.Bank, app.interfaceRegistry),
		consensus.NewAppModule(app.appCodec, app.Consensus),
		vesting.NewAppModule(app.Account, app.Bank),
		ibc.NewAppModule(app.IBC),
		ibctm.NewAppModule(app.newLightClient()),
		ibctransfer.NewAppModule(app.Transfer),
		vmModule,
		feemarket.NewAppModule(app.FeeMarket),
		beacon.NewAppModule(app.Beacon),
		model.NewAppModule(app.Model),
		miner.NewAppModule(app.Miner),
		attestation.NewAppModule(app.Attestation),
		job.NewAppModule(app.Job),
		callback.NewAppModule(app.Callback),
	)
	app.basicManager = module.NewBasicManagerFromManager(app.moduleManager, map[string]module.AppModuleBasic{
		genutiltypes.ModuleName: genutil.NewAppModuleBasic(genutiltypes.DefaultMessageValidator),
		govtypes.ModuleName:     gov.NewAppModuleBasic(nil),
	})
	app.basicManager.RegisterLegacyAminoCodec(app.legacyAmino)
	app.basicManager.RegisterInterfaces(app.interfaceRegistry)
	app.setModuleOrders()

	app.configurator = module.NewConfigurator(app.appCodec, app.MsgServiceRouter(), app.GRPCQueryRouter())
	if err := app.moduleManager.RegisterServices(app.configurator); err != nil {
		return fmt.Errorf("register services: %w", err)
	}
	autocliv1.RegisterQueryServer(app.GRPCQueryRouter(), runtimeservices.NewAutoCLIQueryService(app.moduleManager.Modules))
	reflection, err := runtimeservices.NewReflectionService()
	if err != nil {
		return fmt.Errorf("reflection service: %w", err)
	}
	reflectionv1.RegisterReflectionServiceServer(app.GRPCQueryRouter(), reflection)

	files, err := proto.MergedRegistry()
	if err != nil {
		return fmt.Errorf("merge proto files: %w", err)
	}
	if err := msgservice.ValidateProtoAnnotations(files); err != nil {
		return fmt.Errorf("proto annotations: %w", err)
	}

	app.simulation = module.NewSimulationManagerFromAppModules(app.moduleManager.Modules,
		map[string]module.AppModuleSimulation{
			authtypes.ModuleName: auth.NewAppModule(app.appCodec, app.Account, authsims.RandomGenesisAccounts, nil),
		})
	app.simulation.RegisterStoreDecoders()
	return nil
}

func (app *App) setModuleOrders() {
	// An upgrade may change what everything after it reads.
	app.moduleManager.SetOrderPreBlockers(upgradetypes.ModuleName, authtypes.ModuleName, evmtypes.ModuleName)
	// Fees are handed out before validators change; the EVM reads the base fee that the fee market sets.
	app.moduleManager.SetOrderBeginBlockers(
		ibcexported.ModuleName, feemarkettypes.ModuleName, evmtypes.ModuleName, distrtypes.ModuleName,
		slashingtypes.ModuleName, evidencetypes.ModuleName, stakingtypes.ModuleName, authz.ModuleName,
	)
	// A job's end may slash, before unbonding pays out. The fee market comes last, to count all gas of the block.
	app.moduleManager.SetOrderEndBlockers(
		banktypes.ModuleName, govtypes.ModuleName, stakingtypes.ModuleName, feegrant.ModuleName,
		jobtypes.ModuleName, callbacktypes.ModuleName, minertypes.ModuleName,
		evmtypes.ModuleName, feemarkettypes.ModuleName,
	)
	// Genesis transactions pass the ante handler and create validators: what both need stands before genutil.
	genesis := []string{
		authtypes.ModuleName, banktypes.ModuleName, distrtypes.ModuleName, stakingtypes.ModuleName,
		slashingtypes.ModuleName, govtypes.ModuleName, ibcexported.ModuleName, evmtypes.ModuleName,
		feemarkettypes.ModuleName, ibctransfertypes.ModuleName,
		beacontypes.ModuleName, modeltypes.ModuleName, minertypes.ModuleName, attestationtypes.ModuleName,
		jobtypes.ModuleName, callbacktypes.ModuleName,
		genutiltypes.ModuleName, evidencetypes.ModuleName, authz.ModuleName, feegrant.ModuleName,
		upgradetypes.ModuleName, consensustypes.ModuleName, vestingtypes.ModuleName,
	}
	app.moduleManager.SetOrderInitGenesis(genesis...)
	app.moduleManager.SetOrderExportGenesis(genesis...)
}

// AutoCLI returns what the command line is generated from.
func (app *App) AutoCLI() autocli.AppOptions {
	modules := make(map[string]appmodule.AppModule)
	for name, m := range app.moduleManager.Modules {
		if appModule, ok := m.(appmodule.AppModule); ok {
			modules[name] = appModule
		}
	}
	cfg := sdk.GetConfig()
	return autocli.AppOptions{
		Modules:               modules,
		ModuleOptions:         runtimeservices.ExtractAutoCLIOptions(app.moduleManager.Modules),
		AddressCodec:          evmaddress.NewEvmCodec(cfg.GetBech32AccountAddrPrefix()),
		ValidatorAddressCodec: evmaddress.NewEvmCodec(cfg.GetBech32ValidatorAddrPrefix()),
		ConsensusAddressCodec: evmaddress.NewEvmCodec(cfg.GetBech32ConsensusAddrPrefix()),
	}
}
