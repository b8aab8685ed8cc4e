package types

import (
	"context"
	"time"

	sdk "github.com/cosmos/cosmos-sdk/types"

	minertypes "github.com/nesa-network/nesa/chain/x/miner/types"
	modeltypes "github.com/nesa-network/nesa/chain/x/model/types"
)

// MinerKeeper knows miners.
type MinerKeeper interface {
	ByOperator(ctx context.Context, operator sdk.AccAddress) (minertypes.Miner, error)
}

// ModelKeeper knows versions.
type ModelKeeper interface {
	Version(ctx context.Context, id uint64) (modeltypes.Version, error)
}

// Claims are what a quote says that holds.
type Claims struct {
	// ReportData is what the enclave put into it.
	ReportData [ReportDataBytes]byte
	// Measurement of the enclave, 48 bytes.
	Measurement []byte
	// TCB of the platform, as in Anchor.MinTcb; empty where collateral judges it.
	TCB []byte
	// Machine is its id, as in RevokedMachine.Id.
	Machine []byte
}

// QuoteVerifier verifies quotes, whatever their report data and measurement. It is deterministic: what it may look at is in its
// arguments.
type QuoteVerifier interface {
	// Product returns what a quote's platform is called in the state.
	Product(quote Quote) (string, error)
	VerifyQuote(anchor Anchor, collateral Collateral, quote Quote, now time.Time) (Claims, error)
}
