// Package types holds the beacon's messages, state and the bytes of its seeds.
package types

import "cosmossdk.io/collections"

const (
	// ModuleName names the module.
	ModuleName = "beacon"
	// StoreKey names the module's store.
	StoreKey = ModuleName
)

// Prefixes of the store. They are never reused.
var (
	ParamsPrefix = collections.NewPrefix(0)
	KeysPrefix   = collections.NewPrefix(1)
	SeedsPrefix  = collections.NewPrefix(2)
)
