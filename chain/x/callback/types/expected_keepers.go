package types

import (
	"context"

	sdk "github.com/cosmos/cosmos-sdk/types"
)

// AccountKeeper knows module accounts.
type AccountKeeper interface {
	GetModuleAddress(moduleName string) sdk.AccAddress
}

// BankKeeper moves coins.
type BankKeeper interface {
	SendCoinsFromAccountToModule(ctx context.Context, sender sdk.AccAddress, recipientModule string, amt sdk.Coins) error
	SendCoinsFromModuleToAccount(ctx context.Context, senderModule string, recipient sdk.AccAddress, amt sdk.Coins) error
	GetBalance(ctx context.Context, addr sdk.AccAddress, denom string) sdk.Coin
}

// EVM calls contracts.
type EVM interface {
	// OnInferenceResult calls the fixed function of a contract with exactly so much gas. The contract's failure is part
	// of the result and leaves no state behind; an error is the machine's and fails the transaction.
	OnInferenceResult(ctx context.Context, contract sdk.AccAddress, jobID uint64, answer Answer, gas uint64) (Call, error)
}

// Call is what came of calling a contract.
type Call struct {
	GasUsed uint64
	// Failure in words, empty when the call succeeded.
	Failure string
	Logs    []*Log
}
