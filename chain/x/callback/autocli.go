package callback

import (
	autocliv1 "cosmossdk.io/api/cosmos/autocli/v1"
)

// AutoCLIOptions describes the commands of nesad.
func (AppModule) AutoCLIOptions() *autocliv1.ModuleOptions {
	job := []*autocliv1.PositionalArgDescriptor{{ProtoField: "job_id"}}
	return &autocliv1.ModuleOptions{
		Query: &autocliv1.ServiceCommandDescriptor{
			Service: "nesa.callback.v1.Query",
			RpcCommandOptions: []*autocliv1.RpcCommandOptions{
				{RpcMethod: "Params", Use: "params", Short: "Show the parameters"},
				{RpcMethod: "Entry", Use: "entry [job-id]", Short: "Show what a contract prepaid for a job's answer", PositionalArgs: job},
				{RpcMethod: "Entries", Use: "entries", Short: "List entries; those of --state state-ready wait for somebody to call"},
				{RpcMethod: "Solvency", Use: "solvency", Short: "Compare the module's account with the fees it holds"},
			},
		},
		Tx: &autocliv1.ServiceCommandDescriptor{
			Service: "nesa.callback.v1.Msg",
			RpcCommandOptions: []*autocliv1.RpcCommandOptions{
				{RpcMethod: "Callback", Use: "call [job-id]", Short: "Tell a contract how its job ended, for the fee it prepaid", PositionalArgs: job},
				{RpcMethod: "UpdateParams", Skip: true},
			},
		},
	}
}
