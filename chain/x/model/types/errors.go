package types

import "cosmossdk.io/errors"

// Codes are stable: clients match on them.
var (
	ErrInvalidSigner  = errors.Register(ModuleName, 2, "invalid authority")
	ErrInvalidParams  = errors.Register(ModuleName, 3, "invalid parameters")
	ErrInvalidName    = errors.Register(ModuleName, 4, "invalid model name")
	ErrModelExists    = errors.Register(ModuleName, 5, "model exists")
	ErrModelNotFound  = errors.Register(ModuleName, 6, "no such model")
	ErrPublisherTaken = errors.Register(ModuleName, 7, "publisher belongs to another account")
	ErrNotOwner       = errors.Register(ModuleName, 8, "not the owner of the model")
	ErrModelRetired   = errors.Register(ModuleName, 9, "model is retired")
	ErrInvalidVersion = errors.Register(ModuleName, 10, "invalid version")
	ErrInvalidProfile = errors.Register(ModuleName, 11, "invalid profile")
	ErrNoVersion      = errors.Register(ModuleName, 12, "no such version")
	ErrUnavailable    = errors.Register(ModuleName, 13, "version takes no requests")
	ErrNotAllowed     = errors.Register(ModuleName, 14, "requester is not on the access list")
	ErrInvalidAccess  = errors.Register(ModuleName, 15, "invalid access list")
	ErrInvalidGenesis = errors.Register(ModuleName, 16, "invalid genesis")
	ErrInvalidAddress = errors.Register(ModuleName, 17, "invalid address")
)
