package job

import (
	autocliv1 "cosmossdk.io/api/cosmos/autocli/v1"
)

// AutoCLIOptions describes the commands of nesad. Batches of nested entries are for programs; AutoCLI has none of them.
func (AppModule) AutoCLIOptions() *autocliv1.ModuleOptions {
	return &autocliv1.ModuleOptions{Query: queryCommands(), Tx: txCommands()}
}

func queryCommands() *autocliv1.ServiceCommandDescriptor {
	return &autocliv1.ServiceCommandDescriptor{
		Service: "nesa.job.v1.Query",
		RpcCommandOptions: []*autocliv1.RpcCommandOptions{
			{RpcMethod: "Params", Use: "params", Short: "Show the parameters, with --revision earlier ones"},
			{RpcMethod: "Estimate", Use: "estimate", Short: "Price a request given as --terms"},
			{
				RpcMethod: "Job", Use: "job [id]", Short: "Show an open job, or the record of a finished one",
				PositionalArgs: arguments("id"),
			},
			{RpcMethod: "Jobs", Use: "jobs", Short: "List open jobs by requester, miner, version or status, newest first"},
			{RpcMethod: "Records", Use: "records", Short: "List finished jobs by requester, executor or version, newest first"},
			{RpcMethod: "Duties", Use: "duties [miner]", Short: "List the seats of a miner", PositionalArgs: arguments("miner")},
			{RpcMethod: "Due", Use: "due", Short: "List deadlines, the next first"},
			{
				RpcMethod: "Reveals", Use: "reveals [miner]", Short: "Show what a miner did and missed in this epoch",
				PositionalArgs: arguments("miner"),
			},
			{RpcMethod: "Solvency", Use: "solvency", Short: "Compare the escrow account with what is owed from it"},
		},
	}
}

func txCommands() *autocliv1.ServiceCommandDescriptor {
	return &autocliv1.ServiceCommandDescriptor{
		Service: "nesa.job.v1.Msg",
		RpcCommandOptions: []*autocliv1.RpcCommandOptions{
			{RpcMethod: "Request", Use: "request", Short: "Open jobs; inline input stays public for ever"},
			{RpcMethod: "Claim", Use: "claim", Short: "Enter tickets, signed by a claim key"},
			{RpcMethod: "Deliver", Use: "deliver", Short: "Hand over outputs"},
			{RpcMethod: "Abstain", Use: "abstain", Short: "Give up seats before committing"},
			{RpcMethod: "Commit", Use: "commit", Short: "Commit to results"},
			{RpcMethod: "Reveal", Use: "reveal", Short: "Open commitments"},
			{
				RpcMethod: "Challenge", Use: "challenge [job-id]", Short: "Ask for a check, with a deposit",
				PositionalArgs: arguments("job_id"),
			},
			{
				RpcMethod: "Appeal", Use: "appeal [job-id]", Short: "Ask for a larger committee, with a deposit",
				PositionalArgs: arguments("job_id"),
			},
			{
				RpcMethod: "Cancel", Use: "cancel [job-id]", Short: "Withdraw a job that has no executor yet",
				PositionalArgs: arguments("job_id"),
			},
			{
				RpcMethod: "Settle", Use: "settle [job-ids]", Short: "Advance jobs whose phase is over",
				PositionalArgs: []*autocliv1.PositionalArgDescriptor{{ProtoField: "job_ids", Varargs: true}},
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
