package attestation

import autocliv1 "cosmossdk.io/api/cosmos/autocli/v1"

// AutoCLIOptions describes the commands of nesad. Quotes and proofs are too large for a command line: nesa makes and sends them.
func (AppModule) AutoCLIOptions() *autocliv1.ModuleOptions {
	return &autocliv1.ModuleOptions{
		Query: &autocliv1.ServiceCommandDescriptor{
			Service: "nesa.attestation.v1.Query",
			RpcCommandOptions: []*autocliv1.RpcCommandOptions{
				{RpcMethod: "Params", Use: "params", Short: "Show the parameters"},
				{RpcMethod: "Anchors", Use: "anchors", Short: "List the platforms that are trusted"},
				{
					RpcMethod: "Collateral", Use: "collateral [platform] [product]", Short: "Show what is stored of a platform's state",
					PositionalArgs: arguments("platform", "product"),
				},
				{RpcMethod: "Measurements", Use: "measurements", Short: "List the enclaves that are accepted"},
				{RpcMethod: "RevokedMachines", Use: "revoked-machines", Short: "List the machines that are refused"},
				{RpcMethod: "Keys", Use: "keys [miner]", Short: "List a miner's attested keys", PositionalArgs: arguments("miner")},
				{RpcMethod: "VerifyingKeys", Use: "verifying-keys", Short: "List the models that can be proven"},
				{RpcMethod: "VerifyDecision", Skip: true},
			},
		},
		Tx: &autocliv1.ServiceCommandDescriptor{
			Service: "nesa.attestation.v1.Msg",
			RpcCommandOptions: []*autocliv1.RpcCommandOptions{
				{RpcMethod: "Revoke", Use: "revoke [miner] [key]", Short: "Take an attested key away", PositionalArgs: arguments("miner", "key")},
				{RpcMethod: "Attest", Skip: true},
				{RpcMethod: "Decide", Skip: true},
				{RpcMethod: "SetAnchor", Skip: true},
				{RpcMethod: "RemoveAnchor", Skip: true},
				{RpcMethod: "SetCollateral", Skip: true},
				{RpcMethod: "SetMeasurement", Skip: true},
				{RpcMethod: "RemoveMeasurement", Skip: true},
				{RpcMethod: "RevokeMachine", Skip: true},
				{RpcMethod: "RestoreMachine", Skip: true},
				{RpcMethod: "SetVerifyingKey", Skip: true},
				{RpcMethod: "RetireVerifyingKey", Skip: true},
				{RpcMethod: "UpdateParams", Skip: true},
			},
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
