// Package types of the attestation module.
package types

import sdk "github.com/cosmos/cosmos-sdk/types"

// Kinds of evidence, as requests and profiles name them.
const (
	KindTEE = "tee"
	KindZK  = "zk"
)

// Statement is what evidence for a delivery is about.
type Statement struct {
	JobID, VersionID     uint64
	Miner                sdk.AccAddress
	Input, InputDigest   []byte
	Options, Seed        []byte
	Outcome              uint64
	Output, OutputDigest []byte
	Units                uint64
}
