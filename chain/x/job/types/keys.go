package types

import (
	"cosmossdk.io/collections"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"
)

const (
	// ModuleName is the module's name.
	ModuleName = "job"
	// StoreKey of the module's store.
	StoreKey = ModuleName
	// EscrowAccount is the module account that holds escrows, reserves and deposits of open jobs, and nothing else.
	EscrowAccount = "job_escrow"
	// LevyAccount is the module account that holds the levy pool.
	LevyAccount = "job_levy"
	// Denom is the denomination of every amount: 10^-18 NES.
	Denom = "anes"
)

// Rounds of a job.
const (
	// RoundExecution draws the executor.
	RoundExecution = uint32(iota)
	// RoundCheck draws the committee of a check.
	RoundCheck
	// RoundAppeal draws the committee of an appeal.
	RoundAppeal
)

// Prefixes are never reused.
var (
	RevisionInForcePrefix    = collections.NewPrefix(0)
	RevisionsPrefix          = collections.NewPrefix(1)
	NextIDPrefix             = collections.NewPrefix(2)
	JobsPrefix               = collections.NewPrefix(3)
	JobsByRequesterPrefix    = collections.NewPrefix(4)
	JobsByVersionPrefix      = collections.NewPrefix(5)
	JobsByStatusPrefix       = collections.NewPrefix(6)
	InputsPrefix             = collections.NewPrefix(7)
	OutputsPrefix            = collections.NewPrefix(8)
	SeatsPrefix              = collections.NewPrefix(9)
	SeatsByMinerPrefix       = collections.NewPrefix(10)
	DuePrefix                = collections.NewPrefix(11)
	RecordsPrefix            = collections.NewPrefix(12)
	RecordsByRequesterPrefix = collections.NewPrefix(13)
	RecordsByExecutorPrefix  = collections.NewPrefix(14)
	RecordsByVersionPrefix   = collections.NewPrefix(15)
	RecordsByHeightPrefix    = collections.NewPrefix(16)
	RevealsPrefix            = collections.NewPrefix(17)
)

// Coins returns an amount of the denomination; of zero or less, or none at all, no coins.
func Coins(amount math.Int) sdk.Coins {
	if amount.IsNil() || !amount.IsPositive() {
		return sdk.NewCoins()
	}
	return sdk.NewCoins(sdk.NewCoin(Denom, amount))
}
