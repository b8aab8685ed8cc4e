package miner

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
		Service: "nesa.miner.v1.Query",
		RpcCommandOptions: []*autocliv1.RpcCommandOptions{
			{RpcMethod: "Params", Use: "params", Short: "Show the parameters"},
			{RpcMethod: "Miner", Use: "miner [owner]", Short: "Show a miner", PositionalArgs: arguments("owner")},
			{
				RpcMethod: "MinerByKey", Use: "by-key [address]", Short: "Find a miner by its owner, operator or claim key",
				PositionalArgs: arguments("address"),
			},
			{RpcMethod: "Miners", Use: "miners", Short: "List miners"},
			{RpcMethod: "Served", Use: "served", Short: "List who serves --version-id, or what --miner serves"},
			{
				RpcMethod: "Totals", Use: "totals [version-id]", Short: "Sum up who serves a version",
				PositionalArgs: arguments("version_id"),
			},
			{
				RpcMethod: "EncryptionKeys", Use: "encryption-keys [owner]", Short: "List a miner's encryption keys",
				PositionalArgs: arguments("owner"),
			},
			{
				RpcMethod: "Unbondings", Use: "unbondings [owner]", Short: "List a miner's unbondings",
				PositionalArgs: arguments("owner"),
			},
			{
				RpcMethod: "Strikes", Use: "strikes [owner]", Short: "List a miner's strikes",
				PositionalArgs: arguments("owner"),
			},
			{RpcMethod: "Solvency", Use: "solvency", Short: "Compare the stake account with what is owed from it"},
		},
	}
}

// minerName renames the flag of a miner's moniker: config.toml has a moniker too, the node's, which is the machine's host
// name by default, and the SDK sets every flag that is not given from there.
var minerName = map[string]*autocliv1.FlagOptions{"moniker": {Name: "miner-name", Usage: "name shown to others"}}

func txCommands() *autocliv1.ServiceCommandDescriptor {
	return &autocliv1.ServiceCommandDescriptor{
		Service: "nesa.miner.v1.Msg",
		RpcCommandOptions: []*autocliv1.RpcCommandOptions{
			{
				RpcMethod: "Register", Use: "register [stake] [claim-key]", Short: "Become a miner",
				Example:        version.AppName + " tx miner register 1000000000000000000000anes $CLAIM_ADDRESS --from owner",
				PositionalArgs: arguments("stake", "claim_key"), FlagOptions: minerName,
			},
			{RpcMethod: "Update", Use: "update", Short: "Change keys, addresses, name or relays", FlagOptions: minerName},
			{
				RpcMethod: "AddStake", Use: "add-stake [amount]", Short: "Add stake; it counts from the next epoch",
				PositionalArgs: arguments("amount"),
			},
			{
				RpcMethod: "Unstake", Use: "unstake [amount]", Short: "Take out free stake",
				PositionalArgs: arguments("amount"),
			},
			{RpcMethod: "Unjail", Use: "unjail", Short: "End a jail whose height has passed"},
			{RpcMethod: "Retire", Use: "retire", Short: "Take no new work and unbond all free stake, for good"},
			{RpcMethod: "Serve", Use: "serve", Short: "Serve versions with --serve, stop with --drop"},
			{
				RpcMethod: "SetEncryptionKey", Use: "set-encryption-key [key] [from] [to]",
				Short: "Register an encryption key ahead of its use", PositionalArgs: arguments("key", "from", "to"),
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
