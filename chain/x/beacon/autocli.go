package beacon

import (
	autocliv1 "cosmossdk.io/api/cosmos/autocli/v1"
)

// AutoCLIOptions describes the command line. RegisterKey is sent by `nesad beacon register`, which has the key file.
func (AppModule) AutoCLIOptions() *autocliv1.ModuleOptions {
	arg := func(field string) []*autocliv1.PositionalArgDescriptor {
		return []*autocliv1.PositionalArgDescriptor{{ProtoField: field}}
	}
	return &autocliv1.ModuleOptions{
		Query: &autocliv1.ServiceCommandDescriptor{
			Service: "nesa.beacon.v1.Query",
			RpcCommandOptions: []*autocliv1.RpcCommandOptions{
				{RpcMethod: "Params", Use: "params", Short: "Show the parameters"},
				{RpcMethod: "Latest", Use: "latest", Short: "Show the youngest seed"},
				{RpcMethod: "Seed", Use: "seed [height]", Short: "Show the seed of a height", PositionalArgs: arg("height")},
				{RpcMethod: "Draw", Use: "draw [fixed]", Short: "Show the seed that decides a draw fixed at a height", PositionalArgs: arg("fixed")},
				{RpcMethod: "Keys", Use: "keys", Short: "List the validators' VRF keys"},
				{RpcMethod: "Key", Use: "key [consensus-address]", Short: "Show a validator's VRF keys", PositionalArgs: arg("consensus_address")},
			},
		},
		Tx: &autocliv1.ServiceCommandDescriptor{
			Service: "nesa.beacon.v1.Msg",
			RpcCommandOptions: []*autocliv1.RpcCommandOptions{
				{RpcMethod: "RegisterKey", Skip: true},
				{RpcMethod: "UpdateParams", Skip: true},
			},
		},
	}
}
