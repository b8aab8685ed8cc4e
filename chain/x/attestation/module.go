// Package attestation admits enclaves and proofs, and verifies the evidence of deliveries. README.md is its specification.
package attestation

import (
	"context"
	"encoding/json"
	"fmt"

	gwruntime "github.com/grpc-ecosystem/grpc-gateway/runtime"
	"google.golang.org/grpc"

	"cosmossdk.io/core/appmodule"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/codec"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	"github.com/cosmos/cosmos-sdk/testutil/simsx"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/module"
	simtypes "github.com/cosmos/cosmos-sdk/types/simulation"

	"github.com/nesa-network/nesa/chain/x/attestation/keeper"
	"github.com/nesa-network/nesa/chain/x/attestation/simulation"
	"github.com/nesa-network/nesa/chain/x/attestation/types"
)

var (
	_ module.AppModuleBasic      = AppModule{}
	_ module.HasGenesis          = AppModule{}
	_ module.AppModuleSimulation = AppModule{}
	_ appmodule.AppModule        = AppModule{}
)

// AppModule connects the keeper to the SDK.
type AppModule struct{ keeper keeper.Keeper }

// NewAppModule returns the module over a keeper.
func NewAppModule(k keeper.Keeper) AppModule { return AppModule{k} }

// IsAppModule marks the type.
func (AppModule) IsAppModule() {}

// IsOnePerModuleType marks the type.
func (AppModule) IsOnePerModuleType() {}

// Name returns the module's name.
func (AppModule) Name() string { return types.ModuleName }

// ConsensusVersion is raised with every migration.
func (AppModule) ConsensusVersion() uint64 { return 1 }

// RegisterLegacyAminoCodec registers the messages.
func (AppModule) RegisterLegacyAminoCodec(amino *codec.LegacyAmino) {
	types.RegisterLegacyAminoCodec(amino)
}

// RegisterInterfaces registers the messages.
func (AppModule) RegisterInterfaces(registry codectypes.InterfaceRegistry) {
	types.RegisterInterfaces(registry)
}

// RegisterGRPCGatewayRoutes registers the REST routes.
func (AppModule) RegisterGRPCGatewayRoutes(clientCtx client.Context, mux *gwruntime.ServeMux) {
	if err := types.RegisterQueryHandlerClient(context.Background(), mux, types.NewQueryClient(clientCtx)); err != nil {
		panic(err)
	}
}

// RegisterServices registers the services.
func (am AppModule) RegisterServices(registrar grpc.ServiceRegistrar) error {
	types.RegisterMsgServer(registrar, keeper.NewMsgServer(am.keeper))
	types.RegisterQueryServer(registrar, keeper.NewQueryServer(am.keeper))
	return nil
}

// DefaultGenesis returns the default state.
func (AppModule) DefaultGenesis(cdc codec.JSONCodec) json.RawMessage {
	return cdc.MustMarshalJSON(types.DefaultGenesis())
}

// ValidateGenesis checks a state.
func (am AppModule) ValidateGenesis(cdc codec.JSONCodec, _ client.TxEncodingConfig, raw json.RawMessage) error {
	var state types.GenesisState
	if err := cdc.UnmarshalJSON(raw, &state); err != nil {
		return fmt.Errorf("%s genesis: %w", types.ModuleName, err)
	}
	return state.Validate(am.keeper.AddressCodec())
}

// InitGenesis reads a state in. The chain cannot start when that fails.
func (am AppModule) InitGenesis(ctx sdk.Context, cdc codec.JSONCodec, raw json.RawMessage) {
	var state types.GenesisState
	cdc.MustUnmarshalJSON(raw, &state)
	if err := am.keeper.InitGenesis(ctx, state); err != nil {
		panic(err)
	}
}

// ExportGenesis returns the whole state.
func (am AppModule) ExportGenesis(ctx sdk.Context, cdc codec.JSONCodec) json.RawMessage {
	state, err := am.keeper.ExportGenesis(ctx)
	if err != nil {
		panic(err)
	}
	return cdc.MustMarshalJSON(state)
}

// GenerateGenesisState gives simulations a state to begin with.
func (AppModule) GenerateGenesisState(state *module.SimulationState) {
	simulation.RandomizedGenState(state)
}

// RegisterStoreDecoder explains differences between stores in simulations.
func (am AppModule) RegisterStoreDecoder(registry simtypes.StoreDecoderRegistry) {
	registry[types.StoreKey] = simtypes.NewStoreDecoderFuncFromCollectionsSchema(am.keeper.Schema())
}

// WeightedOperations is what ProposalMsgsX replaced; the SDK's interface still has it.
func (AppModule) WeightedOperations(module.SimulationState) []simtypes.WeightedOperation { return nil }

// ProposalMsgsX offers messages for governance in simulations. Whatever needs evidence is left to tests that have some.
func (am AppModule) ProposalMsgsX(weights simsx.WeightSource, registry simsx.Registry) {
	registry.Add(weights.Get("msg_attestation_revoke", 50), simulation.MsgRevokeFactory(am.keeper))
	registry.Add(weights.Get("msg_attestation_set_anchor", 50), simulation.MsgSetAnchorFactory())
	registry.Add(weights.Get("msg_attestation_remove_anchor", 10), simulation.MsgRemoveAnchorFactory(am.keeper))
	registry.Add(weights.Get("msg_attestation_set_collateral", 50), simulation.MsgSetCollateralFactory(am.keeper))
	registry.Add(weights.Get("msg_attestation_set_measurement", 50), simulation.MsgSetMeasurementFactory())
	registry.Add(weights.Get("msg_attestation_remove_measurement", 10), simulation.MsgRemoveMeasurementFactory(am.keeper))
	registry.Add(weights.Get("msg_attestation_revoke_machine", 10), simulation.MsgRevokeMachineFactory())
	registry.Add(weights.Get("msg_attestation_restore_machine", 10), simulation.MsgRestoreMachineFactory(am.keeper))
	registry.Add(weights.Get("msg_attestation_update_params", 50), simulation.MsgUpdateParamsFactory(am.keeper))
}
