package types

import "cosmossdk.io/errors"

// Codes are stable: clients match on them.
var (
	ErrInvalidSigner     = errors.Register(ModuleName, 2, "invalid authority")
	ErrInvalidParams     = errors.Register(ModuleName, 3, "invalid parameters")
	ErrInvalidAddress    = errors.Register(ModuleName, 4, "invalid address")
	ErrMinerExists       = errors.Register(ModuleName, 5, "miner exists")
	ErrMinerNotFound     = errors.Register(ModuleName, 6, "no such miner")
	ErrKeyTaken          = errors.Register(ModuleName, 7, "key belongs to another miner")
	ErrSameKey           = errors.Register(ModuleName, 8, "claim key must differ from owner and operator")
	ErrInvalidAmount     = errors.Register(ModuleName, 9, "invalid amount")
	ErrBelowMinStake     = errors.Register(ModuleName, 10, "below the minimum stake")
	ErrInsufficientStake = errors.Register(ModuleName, 11, "not enough free stake")
	ErrRetired           = errors.Register(ModuleName, 12, "miner is retired")
	ErrJailed            = errors.Register(ModuleName, 13, "miner is jailed")
	ErrNotJailed         = errors.Register(ModuleName, 14, "miner is not jailed")
	ErrTooMany           = errors.Register(ModuleName, 15, "too many entries")
	ErrInvalidProfile    = errors.Register(ModuleName, 16, "invalid moniker or relays")
	ErrInvalidServe      = errors.Register(ModuleName, 17, "invalid served version")
	ErrInvalidKey        = errors.Register(ModuleName, 18, "invalid encryption key")
	ErrNotLocked         = errors.Register(ModuleName, 19, "more than is locked")
	ErrInvalidGenesis    = errors.Register(ModuleName, 20, "invalid genesis")
)
