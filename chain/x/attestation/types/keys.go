// Package types holds what the attestation module admits, and the bytes that evidence is bound to.
package types

import "cosmossdk.io/collections"

const (
	// ModuleName is the module's name.
	ModuleName = "attestation"
	// StoreKey of the module's store.
	StoreKey = ModuleName
)

// Kinds of evidence, as requests and profiles name them.
const (
	KindTEE = "tee"
	KindZK  = "zk"
)

// Prefixes are never reused.
var (
	ParamsPrefix        = collections.NewPrefix(0)
	AnchorsPrefix       = collections.NewPrefix(1)
	CollateralPrefix    = collections.NewPrefix(2)
	MeasurementsPrefix  = collections.NewPrefix(3)
	KeysPrefix          = collections.NewPrefix(4)
	VerifyingKeysPrefix = collections.NewPrefix(5)
	MachinesPrefix      = collections.NewPrefix(6)
)
