package keeper

import (
	"context"

	"cosmossdk.io/math"

	"github.com/nesa-network/nesa/chain/x/job/types"
)

// owed is what the escrow account must hold: escrows, reserves and deposits of open jobs, to the last anes.
func (k Keeper) owed(ctx context.Context) (math.Int, error) {
	sum := math.ZeroInt()
	err := k.jobs.Walk(ctx, nil, func(_ uint64, job types.Job) (bool, error) {
		sum = sum.Add(job.Escrow).Add(job.Reserve).Add(job.ChallengeDeposit).Add(job.AppealDeposit)
		return false, nil
	})
	return sum, err
}
