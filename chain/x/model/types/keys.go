// Package types holds what models and versions are, and the pure functions over them.
package types

import "cosmossdk.io/collections"

const (
	// ModuleName is the module's name, and the account that fees pass through on their way to being burned.
	ModuleName = "model"
	// StoreKey of the module's store.
	StoreKey = ModuleName
	// Denom is the denomination of fees: 10^-18 NES.
	Denom = "anes"
)

// Prefixes are never reused.
var (
	ParamsPrefix           = collections.NewPrefix(0)
	ModelsPrefix           = collections.NewPrefix(1)
	ModelsByOwnerPrefix    = collections.NewPrefix(2)
	VersionsPrefix         = collections.NewPrefix(3)
	VersionsByNumberPrefix = collections.NewPrefix(5)
	NextVersionPrefix      = collections.NewPrefix(6)
	PublishersPrefix       = collections.NewPrefix(7)
	AccessPrefix           = collections.NewPrefix(8)
	ProbationMinersPrefix  = collections.NewPrefix(9)
)
