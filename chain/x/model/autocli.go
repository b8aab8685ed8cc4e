package model

import (
	autocliv1 "cosmossdk.io/api/cosmos/autocli/v1"

	"github.com/cosmos/cosmos-sdk/version"
)

// AutoCLIOptions describes the commands of nesad.
func (AppModule) AutoCLIOptions() *autocliv1.ModuleOptions {
	return &autocliv1.ModuleOptions{Query: queryCommands(), Tx: txCommands()}
}

func queryCommands() *autocliv1.ServiceCommandDescriptor {
	return &autocliv1.ServiceCommandDescriptor{
		Service: "nesa.model.v1.Query",
		RpcCommandOptions: []*autocliv1.RpcCommandOptions{
			{RpcMethod: "Params", Use: "params", Short: "Show the parameters"},
			{
				RpcMethod: "Model", Use: "model [publisher] [name]", Short: "Show a model",
				PositionalArgs: arguments("publisher", "name"),
			},
			{RpcMethod: "Models", Use: "models", Short: "List models, with --owner those of one account"},
			{RpcMethod: "Version", Use: "version [id]", Short: "Show a version", PositionalArgs: arguments("id")},
			{RpcMethod: "Versions", Use: "versions", Short: "List versions, with --model those of one model"},
			{
				RpcMethod: "Access", Use: "access [publisher] [name]", Short: "List who may request a private model",
				PositionalArgs: arguments("publisher", "name"),
			},
		},
	}
}

func txCommands() *autocliv1.ServiceCommandDescriptor {
	return &autocliv1.ServiceCommandDescriptor{
		Service: "nesa.model.v1.Msg",
		RpcCommandOptions: []*autocliv1.RpcCommandOptions{
			{
				RpcMethod: "Register", Use: "register [name]", Short: "Register a model; the fee is burned",
				Example:        version.AppName + " tx model register acme/chat --from acme",
				PositionalArgs: arguments("name"),
			},
			{
				RpcMethod: "AddVersion", Use: "add-version [model] [manifest-digest]", Short: "Release a version",
				PositionalArgs: arguments("model", "manifest_digest"),
			},
			{
				RpcMethod: "SetAccess", Use: "set-access [model]", Short: "Change who may request a model",
				PositionalArgs: arguments("model"),
			},
			{
				RpcMethod: "Retire", Use: "retire [model] [number]", Short: "Withdraw a version, with 0 the model",
				PositionalArgs: arguments("model", "number"),
			},
			{RpcMethod: "UpdateParams", Skip: true},
		},
	}
}

func arguments(fields ...string) []*autocliv1.PositionalArgDescriptor {
	descriptors := make([]*autocliv1.PositionalArgDescriptor, len(fields))
	for i, field := range fields {
		descriptors[i] = &autocliv1.PositionalArgDescriptor{ProtoField: field}
	}
	return descriptors
}
