package types

import "cosmossdk.io/errors"

// Codes are stable: clients match on them.
var (
	ErrInvalidSigner  = errors.Register(ModuleName, 2, "invalid signer")
	ErrInvalidParams  = errors.Register(ModuleName, 3, "invalid parameters")
	ErrInvalidGenesis = errors.Register(ModuleName, 4, "invalid genesis")
	ErrInvalidWish    = errors.Register(ModuleName, 5, "invalid callback")
	ErrEntryNotFound  = errors.Register(ModuleName, 6, "no callback is open for this job")
	ErrNotOver        = errors.Register(ModuleName, 7, "job is not over")
	ErrDone           = errors.Register(ModuleName, 8, "no callback is left to make")
	ErrNotEnoughGas   = errors.Register(ModuleName, 9, "transaction has too little gas for the callback")
	ErrNested         = errors.Register(ModuleName, 10, "a callback is running")
)
