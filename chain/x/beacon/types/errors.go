package types

import errorsmod "cosmossdk.io/errors"

// Errors of the module. Codes are never reused.
var (
	ErrAuthority   = errorsmod.Register(ModuleName, 2, "only governance may do this")
	ErrParams      = errorsmod.Register(ModuleName, 3, "invalid parameters")
	ErrPublicKey   = errorsmod.Register(ModuleName, 4, "invalid VRF key")
	ErrPossession  = errorsmod.Register(ModuleName, 5, "invalid proof of possession")
	ErrValidator   = errorsmod.Register(ModuleName, 6, "unknown validator")
	ErrRotation    = errorsmod.Register(ModuleName, 7, "a key is still waiting to take effect")
	ErrKeyInUse    = errorsmod.Register(ModuleName, 8, "the key is registered already")
	ErrNoSeed      = errorsmod.Register(ModuleName, 9, "no seed at this height")
	ErrGenesis     = errorsmod.Register(ModuleName, 10, "invalid genesis")
	ErrForgedEntry = errorsmod.Register(ModuleName, 11, "beacon entries come from proposers alone")
)
