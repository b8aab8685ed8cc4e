// Package types holds what miners are, and the pure functions over their stake.
package types

import "cosmossdk.io/collections"

const (
	// ModuleName is the module's name.
	ModuleName = "miner"
	// StoreKey of the module's store.
	StoreKey = ModuleName
	// StakeAccount is the module account that holds stake and unbonding, and nothing else. It burns what is slashed.
	StakeAccount = "miner_stake"
	// Denom is the denomination of stake: 10^-18 NES.
	Denom = "anes"
)

// Prefixes are never reused.
var (
	ParamsPrefix            = collections.NewPrefix(0)
	MinersPrefix            = collections.NewPrefix(1)
	MinersByOperatorPrefix  = collections.NewPrefix(2)
	MinersByClaimKeyPrefix  = collections.NewPrefix(3)
	ServedPrefix            = collections.NewPrefix(4)
	ServedByMinerPrefix     = collections.NewPrefix(5)
	TotalsPrefix            = collections.NewPrefix(6)
	CountedPrefix           = collections.NewPrefix(7)
	RecountPrefix           = collections.NewPrefix(8)
	KeysPrefix              = collections.NewPrefix(9)
	UnbondingsPrefix        = collections.NewPrefix(10)
	UnbondingsByMinerPrefix = collections.NewPrefix(11)
	NextUnbondingPrefix     = collections.NewPrefix(12)
	StrikesPrefix           = collections.NewPrefix(13)
)
