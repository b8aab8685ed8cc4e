package app

import (
	"github.com/spf13/cast"

	"cosmossdk.io/core/address"
	corestore "cosmossdk.io/core/store"

	"github.com/cosmos/cosmos-sdk/client/flags"
	"github.com/cosmos/cosmos-sdk/runtime"
	sdkserver "github.com/cosmos/cosmos-sdk/server"
	servertypes "github.com/cosmos/cosmos-sdk/server/types"
	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	authkeeper "github.com/cosmos/cosmos-sdk/x/auth/keeper"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	authzkeeper "github.com/cosmos/cosmos-sdk/x/authz/keeper"
	bankkeeper "github.com/cosmos/cosmos-sdk/x/bank/keeper"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"
	consensuskeeper "github.com/cosmos/cosmos-sdk/x/consensus/keeper"
	consensustypes "github.com/cosmos/cosmos-sdk/x/consensus/types"
	distrkeeper "github.com/cosmos/cosmos-sdk/x/distribution/keeper"
	distrtypes "github.com/cosmos/cosmos-sdk/x/distribution/types"
	evidencekeeper "github.com/cosmos/cosmos-sdk/x/evidence/keeper"
	evidencetypes "github.com/cosmos/cosmos-sdk/x/evidence/types"
	"github.com/cosmos/cosmos-sdk/x/feegrant"
	feegrantkeeper "github.com/cosmos/cosmos-sdk/x/feegrant/keeper"
	govkeeper "github.com/cosmos/cosmos-sdk/x/gov/keeper"
	govtypes "github.com/cosmos/cosmos-sdk/x/gov/types"
	slashingkeeper "github.com/cosmos/cosmos-sdk/x/slashing/keeper"
	slashingtypes "github.com/cosmos/cosmos-sdk/x/slashing/types"
	stakingkeeper "github.com/cosmos/cosmos-sdk/x/staking/keeper"
	stakingtypes "github.com/cosmos/cosmos-sdk/x/staking/types"
	upgradekeeper "github.com/cosmos/cosmos-sdk/x/upgrade/keeper"
	upgradetypes "github.com/cosmos/cosmos-sdk/x/upgrade/types"
	evmaddress "github.com/cosmos/evm/encoding/address"
	feemarketkeeper "github.com/cosmos/evm/x/feemarket/keeper"
	feemarkettypes "github.com/cosmos/evm/x/feemarket/types"
	evmkeeper "github.com/cosmos/evm/x/vm/keeper"
	evmtypes "github.com/cosmos/evm/x/vm/types"
	ibctransferkeeper "github.com/cosmos/ibc-go/v11/modules/apps/transfer/keeper"
	ibctransfertypes "github.com/cosmos/ibc-go/v11/modules/apps/transfer/types"
	ibcexported "github.com/cosmos/ibc-go/v11/modules/core/exported"
	ibckeeper "github.com/cosmos/ibc-go/v11/modules/core/keeper"

	"github.com/nesa-network/nesa/chain/precompiles/inference"
	"github.com/nesa-network/nesa/chain/x/attestation/evidence/quotes"
	attestationkeeper "github.com/nesa-network/nesa/chain/x/attestation/keeper"
	attestationtypes "github.com/nesa-network/nesa/chain/x/attestation/types"
	beaconkeeper "github.com/nesa-network/nesa/chain/x/beacon/keeper"
	beacontypes "github.com/nesa-network/nesa/chain/x/beacon/types"
	callbackkeeper "github.com/nesa-network/nesa/chain/x/callback/keeper"
	callbacktypes "github.com/nesa-network/nesa/chain/x/callback/types"
	jobkeeper "github.com/nesa-network/nesa/chain/x/job/keeper"
	jobtypes "github.com/nesa-network/nesa/chain/x/job/types"
	minerkeeper "github.com/nesa-network/nesa/chain/x/miner/keeper"
	minertypes "github.com/nesa-network/nesa/chain/x/miner/types"
	modelkeeper "github.com/nesa-network/nesa/chain/x/model/keeper"
	modeltypes "github.com/nesa-network/nesa/chain/x/model/types"
)

var (
	storeNames = []string{
		authtypes.StoreKey, banktypes.StoreKey, stakingtypes.StoreKey, distrtypes.StoreKey, slashingtypes.StoreKey,
		govtypes.StoreKey, consensustypes.StoreKey, upgradetypes.StoreKey, feegrant.StoreKey, evidencetypes.StoreKey,
		authzkeeper.StoreKey, ibcexported.StoreKey, ibctransfertypes.StoreKey, evmtypes.StoreKey, feemarkettypes.StoreKey,
		beacontypes.StoreKey, modeltypes.StoreKey, minertypes.StoreKey, attestationtypes.StoreKey, jobtypes.StoreKey,
		callbacktypes.StoreKey,
	}
	objectStoreNames = []string{banktypes.ObjectStoreKey, evmtypes.ObjectKey}
)

// Keepers are the modules' keepers.
type Keepers struct {
	Account   authkeeper.AccountKeeper
	Bank      bankkeeper.Keeper
	Staking   *stakingkeeper.Keeper
	Slashing  slashingkeeper.Keeper
	Distr     distrkeeper.Keeper
	Gov       *govkeeper.Keeper
	Upgrade   *upgradekeeper.Keeper
	Authz     authzkeeper.Keeper
	Evidence  evidencekeeper.Keeper
	FeeGrant  feegrantkeeper.Keeper
	Consensus consensuskeeper.Keeper

	IBC      *ibckeeper.Keeper
	Transfer *ibctransferkeeper.Keeper

	FeeMarket feemarketkeeper.Keeper
	EVM       *evmkeeper.Keeper

	Beacon      beaconkeeper.Keeper
	Model       modelkeeper.Keeper
	Miner       minerkeeper.Keeper
	Attestation attestationkeeper.Keeper
	Job         jobkeeper.Keeper

	Callback callbackkeeper.Keeper
}

// authority is the account that may change parameters: governance.
func authority() sdk.AccAddress { return authtypes.NewModuleAddress(govtypes.ModuleName) }

// setKeepers builds the keepers in the order of their dependencies.
func (app *App) setKeepers(appOpts servertypes.AppOptions, evmChainID uint64) error {
	cfg := sdk.GetConfig()
	accounts := evmaddress.NewEvmCodec(cfg.GetBech32AccountAddrPrefix())
	gov := authority().String()
	store := func(name string) corestore.KVStoreService { return runtime.NewKVStoreService(app.keys[name]) }

	app.Consensus = consensuskeeper.NewKeeper(app.appCodec, store(consensustypes.StoreKey), gov, runtime.EventService{})
	app.SetParamStore(app.Consensus.ParamsStore)

	app.Account = authkeeper.NewAccountKeeper(app.appCodec, store(authtypes.StoreKey), authtypes.ProtoBaseAccount,
		moduleAccounts, accounts, cfg.GetBech32AccountAddrPrefix(), gov)
	app.Bank = bankkeeper.NewBaseKeeper(app.appCodec, store(banktypes.StoreKey), app.Account, blockedAddresses(), gov,
		app.Logger()).WithObjStoreKey(app.objectKeys[banktypes.ObjectStoreKey])
	app.Staking = stakingkeeper.NewKeeper(app.appCodec, store(stakingtypes.StoreKey), app.Account, app.Bank, gov,
		evmaddress.NewEvmCodec(cfg.GetBech32ValidatorAddrPrefix()),
		evmaddress.NewEvmCodec(cfg.GetBech32ConsensusAddrPrefix()))
	app.Distr = distrkeeper.NewKeeper(app.appCodec, store(distrtypes.StoreKey), app.Account, app.Bank, app.Staking,
		authtypes.FeeCollectorName, gov)
	app.Slashing = slashingkeeper.NewKeeper(app.appCodec, app.legacyAmino, store(slashingtypes.StoreKey), app.Staking, gov)
	app.Staking.SetHooks(stakingtypes.NewMultiStakingHooks(app.Distr.Hooks(), app.Slashing.Hooks()))
	app.FeeGrant = feegrantkeeper.NewKeeper(app.appCodec, store(feegrant.StoreKey), app.Account)
	app.Authz = authzkeeper.NewKeeper(store(authzkeeper.StoreKey), app.appCodec, app.MsgServiceRouter(), app.Account)
	app.Evidence = *evidencekeeper.NewKeeper(app.appCodec, store(evidencetypes.StoreKey), app.Staking, app.Slashing,
		accounts, runtime.ProvideCometInfoService())

	skip := make(map[int64]bool)
	for _, height := range cast.ToIntSlice(appOpts.Get(sdkserver.FlagUnsafeSkipUpgrades)) {
		skip[int64(height)] = true
	}
	app.Upgrade = upgradekeeper.NewKeeper(skip, store(upgradetypes.StoreKey), app.appCodec,
		cast.ToString(appOpts.Get(flags.FlagHome)), app.BaseApp, gov)
	app.Gov = govkeeper.NewKeeper(app.appCodec, store(govtypes.StoreKey), app.Account, app.Bank, app.Distr,
		app.MsgServiceRouter(), govtypes.DefaultConfig(), gov,
		govkeeper.NewDefaultCalculateVoteResultsAndVotingPower(app.Staking))

	app.setIBCKeepers(accounts, gov)
	if err := app.setNesaKeepers(accounts, gov); err != nil {
		return err
	}
	return app.setEVMKeepers(appOpts, evmChainID)
}

// setNesaKeepers builds the keepers of this repository's modules.
func (app *App) setNesaKeepers(accounts address.Codec, gov string) (err error) {
	store := func(name string) corestore.KVStoreService { return runtime.NewKVStoreService(app.keys[name]) }

	app.Beacon, err = beaconkeeper.NewKeeper(app.appCodec, store(beacontypes.StoreKey), app.Staking, authority())
	if err != nil {
		return err
	}
	app.Model, err = modelkeeper.NewKeeper(app.appCodec, store(modeltypes.StoreKey), accounts, gov, app.Bank)
	if err != nil {
		return err
	}
	app.Miner, err = minerkeeper.NewKeeper(app.appCodec, store(minertypes.StoreKey), accounts, gov, app.Bank, app.Model)
	if err != nil {
		return err
	}
	app.Attestation, err = attestationkeeper.NewKeeper(app.appCodec, store(attestationtypes.StoreKey), accounts, gov,
		app.Miner, app.Model, quotes.Verifier{})
	if err != nil {
		return err
	}
	app.Job, err = jobkeeper.NewKeeper(app.appCodec, store(jobtypes.StoreKey), accounts, gov, app.Account, app.Bank,
		app.Beacon, app.Model, app.Miner, app.Attestation)
	if err != nil {
		return err
	}
	caller, err := inference.NewCaller(func() inference.EVMKeeper { return app.EVM })
	if err != nil {
		return err
	}
	app.Callback, err = callbackkeeper.NewKeeper(app.appCodec, store(callbacktypes.StoreKey), accounts, gov, app.Account,
		app.Bank, caller)
	app.Job = app.Job.WithListener(app.Callback)
	return err
}

// setEVMKeepers builds the fee market and the EVM, which may read every store through its precompiles.
func (app *App) setEVMKeepers(appOpts servertypes.AppOptions, evmChainID uint64) error {
	contracts, err := app.precompiles()
	if err != nil {
		return err
	}
	var stores []storetypes.StoreKey
	for _, name := range storeNames {
		stores = append(stores, app.keys[name])
	}
	for _, name := range objectStoreNames {
		stores = append(stores, app.objectKeys[name])
	}
	app.FeeMarket = feemarketkeeper.NewKeeper(app.appCodec, authority(), app.keys[feemarkettypes.StoreKey])
	app.EVM = evmkeeper.NewKeeper(app.appCodec, app.keys[evmtypes.StoreKey], app.objectKeys[evmtypes.ObjectKey], stores,
		authority(), app.Account, app.Bank, app.Staking, app.FeeMarket, &app.Consensus, nil,
		evmChainID, cast.ToString(appOpts.Get("evm.tracer")),
	).WithStaticPrecompiles(contracts)
	return nil
}
