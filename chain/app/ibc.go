package app

import (
	"cosmossdk.io/core/address"

	"github.com/cosmos/cosmos-sdk/runtime"
	ibctransfer "github.com/cosmos/ibc-go/v11/modules/apps/transfer"
	ibctransferkeeper "github.com/cosmos/ibc-go/v11/modules/apps/transfer/keeper"
	ibctransfertypes "github.com/cosmos/ibc-go/v11/modules/apps/transfer/types"
	ibctransferv2 "github.com/cosmos/ibc-go/v11/modules/apps/transfer/v2"
	porttypes "github.com/cosmos/ibc-go/v11/modules/core/05-port/types"
	ibcapi "github.com/cosmos/ibc-go/v11/modules/core/api"
	ibcexported "github.com/cosmos/ibc-go/v11/modules/core/exported"
	ibckeeper "github.com/cosmos/ibc-go/v11/modules/core/keeper"
	ibctm "github.com/cosmos/ibc-go/v11/modules/light-clients/07-tendermint"
)

// setIBCKeepers builds IBC's core and token transfer, over both versions of its channels.
func (app *App) setIBCKeepers(accounts address.Codec, gov string) {
	app.IBC = ibckeeper.NewKeeper(app.appCodec, runtime.NewKVStoreService(app.keys[ibcexported.StoreKey]), app.Upgrade, gov)
	app.Transfer = ibctransferkeeper.NewKeeper(app.appCodec, accounts,
		runtime.NewKVStoreService(app.keys[ibctransfertypes.StoreKey]), app.IBC.ChannelKeeper, app.MsgServiceRouter(),
		app.Account, app.Bank, gov)

	app.IBC.SetRouter(porttypes.NewRouter().
		AddRoute(ibctransfertypes.ModuleName, ibctransfer.NewIBCModule(app.Transfer)))
	app.IBC.SetRouterV2(ibcapi.NewRouter().
		AddRoute(ibctransfertypes.ModuleName, ibctransferv2.NewIBCModule(app.Transfer)))
}

// newLightClient returns the light client of CometBFT chains and registers it with IBC.
func (app *App) newLightClient() ibctm.LightClientModule {
	light := ibctm.NewLightClientModule(app.appCodec, app.IBC.ClientKeeper.GetStoreProvider())
	app.IBC.ClientKeeper.AddRoute(ibctm.ModuleName, &light)
	return light
}
