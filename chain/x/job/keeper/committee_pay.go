package keeper

import (
	"context"

	"cosmossdk.io/math"

	"github.com/nesa-network/nesa/chain/x/job/types"
)

// source is money that a committee may be paid from, up to a limit: a pot of the job, or the levy pool (nil).
type source struct {
	pot   *math.Int
	limit math.Int
}

// pool is the levy pool as a source.
func (k Keeper) pool(ctx context.Context, limit math.Int) source {
	return source{limit: math.MaxInt(math.ZeroInt(), math.MinInt(limit, k.levyPool(ctx)))}
}

// potOf is one of the job's pots as a source.
func potOf(pot *math.Int) source { return source{pot: pot, limit: *pot} }

// payGood pays the good seats of a committee from the sources in their order, pro rata when they do not suffice. It
// returns what the levy pool paid.
func (b *bill) payGood(ctx context.Context, good []*types.Seat, pay math.Int, sources ...source) (math.Int, error) {
	fromPool := math.ZeroInt()
	if len(good) == 0 {
		return fromPool, nil
	}
	most := math.ZeroInt()
	for _, from := range sources {
		most = most.Add(from.limit)
	}
	each := math.MinInt(pay, most.QuoRaw(int64(len(good))))
	due := each.MulRaw(int64(len(good)))
	for _, from := range sources {
		part := math.MinInt(due, from.limit)
		due = due.Sub(part)
		switch {
		case from.pot != nil:
			*from.pot = from.pot.Sub(part)
			if from.pot == &b.job.Reserve {
				b.paid = b.paid.Add(part)
			}
		case part.IsPositive():
			fromPool = fromPool.Add(part)
			if err := b.bank.SendCoinsFromModuleToModule(
				ctx, types.LevyAccount, types.EscrowAccount, types.Coins(part)); err != nil {
				return fromPool, err
			}
		}
	}
	for _, seat := range good {
		to, err := b.earningsOf(ctx, seat.Miner)
		if err != nil {
			return fromPool, err
		}
		if err := b.send(ctx, types.Role_ROLE_VERIFIER, to, each); err != nil {
			return fromPool, err
		}
	}
	return fromPool, nil
}

// payCommittees pays the seats that judged well; to have fetched nothing is no work, and would be the easiest to claim.
// Who asked for a check pays for it; the levy pool pays for drawn ones,
// for those that found a fault, and for appeals that the chain makes by itself.
func (b *bill) payCommittees(ctx context.Context, params types.Params, end *ending) error {
	if end.finding == types.Finding_FINDING_UNAVAILABLE {
		return nil
	}
	pay := charged(params, b.job).VerifierPay
	budget := b.levyBudget(params, end)
	var sources []source
	switch b.job.CheckCause {
	case types.CheckCause_CHECK_CAUSE_REQUESTED:
		sources = []source{potOf(&b.job.Reserve)}
	case types.CheckCause_CHECK_CAUSE_DRAWN:
		// The pool's share first, then what the requester set aside for a pool that is small.
		share := math.MinInt(budget, b.levyPool(ctx).Quo(math.NewIntFromUint64(params.LevyShare)))
		sources = []source{b.pool(ctx, share), potOf(&b.job.Reserve)}
	case types.CheckCause_CHECK_CAUSE_CHALLENGED:
		if end.faulty() {
			sources = []source{b.pool(ctx, budget)}
		} else {
			sources = []source{potOf(&b.job.ChallengeDeposit)}
		}
	default:
		return nil
	}
	paid, err := b.payGood(ctx, end.good(types.RoundCheck), pay, sources...)
	if err != nil {
		return err
	}
	if len(b.job.Rounds) <= int(types.RoundAppeal) {
		return nil
	}
	appeal := potOf(&b.job.AppealDeposit)
	if b.job.Appellant == "" || end.appealPaysBack {
		appeal = b.pool(ctx, budget.Sub(paid))
	}
	_, err = b.payGood(ctx, end.good(types.RoundAppeal), pay, appeal)
	return err
}

// levyBudget bounds what the levy pool pays for one job, so that nobody gains by being requester, executor and
// committee at once: the bonds burned in it, and for a drawn check what jobs of these terms bring in until one is
// drawn. A job that is not paid for brings in only its premium.
func (b *bill) levyBudget(params types.Params, end *ending) math.Int {
	if b.job.CheckCause == types.CheckCause_CHECK_CAUSE_CHALLENGED || b.job.Delivery == nil {
		return b.burned
	}
	bps := int64(b.job.Terms.Assurance.CheckBps)
	if bps == 0 {
		return b.burned
	}
	costs := charged(params, b.job)
	brought := types.Split(params, b.job.Terms.Assurance, 0, costs.Fee).Levy.MulRaw(types.BasisPoints)
	if end.status != types.Status_STATUS_SETTLED {
		brought = brought.MulRaw(types.BasisPoints - bps).QuoRaw(types.BasisPoints)
	}
	premium := costs.Premium.MulRaw(types.BasisPoints)
	return b.burned.Add(brought.Add(premium).QuoRaw(bps))
}
