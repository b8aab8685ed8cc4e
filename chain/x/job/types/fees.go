package types

import (
	"math/big"

	"cosmossdk.io/errors"
	"cosmossdk.io/math"
)

// Costs are what a job costs, in anes.
type Costs struct {
	// Fee of the units.
	Fee math.Int
	// Premium for a check that is likelier or larger than the levy pays for. It goes to the levy pool.
	Premium math.Int
	// Reserve for what the levy pool might not afford; refunded unless it is needed.
	Reserve math.Int
	// Escrow is taken at the request: fee, premium and reserve.
	Escrow math.Int
	// CheckCost is the pay of all verifiers of a check.
	CheckCost math.Int
	// VerifierPay of one.
	VerifierPay math.Int
	// Bond of the executor.
	Bond math.Int
}

// Shares are the parts of a fee; they sum up to it.
type Shares struct{ Burn, Levy, Royalty, Executor math.Int }

// MaxFee returns the fee of a request at its most units.
func (t Terms) MaxFee() (math.Int, error) {
	if t.Price.IsNil() || !t.Price.IsPositive() || t.Price.BigInt().BitLen() > MaxFeeBits {
		return math.ZeroInt(), errors.Wrap(ErrInvalidRequest, "price is missing, not positive or too large")
	}
	if t.MaxUnits == 0 {
		return math.ZeroInt(), errors.Wrap(ErrInvalidRequest, "max_units is 0")
	}
	fee := t.Price.Mul(math.NewIntFromUint64(t.MaxUnits)) // 128 + 64 bits
	if fee.BigInt().BitLen() > MaxFeeBits {
		return math.ZeroInt(), errors.Wrap(ErrInvalidRequest, "fee is too large")
	}
	return fee, nil
}

// Quote prices a request at its most units, with so much in the levy pool. Terms without a valid price cost nothing,
// and their validation refuses them.
func Quote(params Params, terms Terms, pool math.Int) Costs {
	fee, err := terms.MaxFee()
	if err != nil {
		fee = math.ZeroInt()
	}
	costs := costsOf(params, terms, fee, fee)
	switch {
	case terms.Assurance.CheckBps == 0:
	case terms.Assurance.CheckBps >= BasisPoints:
		costs.Reserve = costs.CheckCost
	default:
		costs.Reserve = math.MaxInt(math.ZeroInt(), costs.CheckCost.Sub(levyAllowance(params, pool)))
	}
	costs.Escrow = costs.Fee.Add(costs.Premium).Add(costs.Reserve)
	return costs
}

// Charge prices what was delivered: never more than was quoted. Pay, premium and levy all follow the fee charged; were
// verifiers paid by the most units instead, a requester could be its own executor and verifier, deliver one unit of a
// million, pay the levy of one and draw the pay of a million. The bond stands as quoted, and nothing is escrowed.
func Charge(params Params, terms Terms, outcome Outcome, units uint64) Costs {
	most, err := terms.MaxFee()
	if err != nil {
		most = math.ZeroInt()
	}
	fee := math.ZeroInt()
	switch {
	case outcome.Canonical():
		fee = Share(most, params.BaseFeeBps)
	case outcome == Outcome_OUTCOME_OK && most.IsPositive():
		fee = terms.Price.Mul(math.NewIntFromUint64(min(units, terms.MaxUnits)))
	}
	return costsOf(params, terms, fee, most)
}

func costsOf(params Params, terms Terms, fee, most math.Int) Costs {
	verifiers := params.VerifiersOf(terms.Assurance)
	pay := Share(fee, params.VerifierBps)
	return Costs{
		Fee:         fee,
		Premium:     premium(params, terms.Assurance.CheckBps, verifiers, pay),
		Reserve:     math.ZeroInt(),
		Escrow:      math.ZeroInt(),
		CheckCost:   pay.Mul(math.NewIntFromUint64(uint64(verifiers))),
		VerifierPay: pay,
		Bond:        executorBond(params, most, terms.Assurance.CheckBps),
	}
}

// premium is what a check costs in the mean beyond the check that the levy pays for: the default committee with the
// least probability. Without the committee's size in it, a large committee would be free to whoever sits in it.
func premium(params Params, checkBps, verifiers uint32, pay math.Int) math.Int {
	wanted := uint64(checkBps) * uint64(verifiers)
	levied := uint64(params.MinCheckBps) * uint64(params.Verifiers)
	if checkBps >= BasisPoints || wanted <= levied {
		return math.ZeroInt()
	}
	return ceilDiv(new(big.Int).Mul(pay.BigInt(), new(big.Int).SetUint64(wanted-levied)), BasisPoints)
}

// executorBond makes cheating cost bond_fees fees in the mean, whatever the probability of a check.
func executorBond(params Params, fee math.Int, checkBps uint32) math.Int {
	bond := fee.Mul(math.NewIntFromUint64(uint64(params.BondFees)))
	if checkBps == 0 {
		return bond
	}
	probability := min(max(checkBps, params.MinCheckBps, 1), BasisPoints)
	return ceilDiv(new(big.Int).Mul(bond.BigInt(), big.NewInt(BasisPoints)), uint64(probability))
}

// levyAllowance returns how much of the levy pool one committee may cost.
func levyAllowance(params Params, pool math.Int) math.Int {
	if pool.IsNil() || !pool.IsPositive() || params.LevyShare == 0 {
		return math.ZeroInt()
	}
	return pool.Quo(math.NewIntFromUint64(params.LevyShare))
}

// Split divides a fee. Burn and levy are rounded up, so that no fee is small enough to avoid them; the executor gets
// what is left. A job that its delivery settles is never checked, so it pays no levy: that goes to the executor as
// well, who bears the cost of the evidence, if there is any.
func Split(params Params, assurance Assurance, royaltyBps uint32, fee math.Int) Shares {
	if fee.IsNil() || !fee.IsPositive() {
		fee = math.ZeroInt()
	}
	burn := shareUp(fee, params.BurnBps)
	left := fee.Sub(burn)
	levy := math.MinInt(left, shareUp(fee, params.LevyBps))
	if assurance.ByEvidence() {
		levy = math.ZeroInt()
	}
	left = left.Sub(levy)
	royalty := math.MinInt(left, Share(fee, royaltyBps))
	return Shares{Burn: burn, Levy: levy, Royalty: royalty, Executor: left.Sub(royalty)}
}

// Share returns basis points of an amount that is not negative, rounded down. More than one whole is one whole.
func Share(amount math.Int, bps uint32) math.Int {
	product := new(big.Int).Mul(amount.BigInt(), big.NewInt(int64(min(bps, BasisPoints))))
	return math.NewIntFromBigInt(product.Quo(product, big.NewInt(BasisPoints)))
}

// shareUp returns the same, rounded up.
func shareUp(amount math.Int, bps uint32) math.Int {
	return ceilDiv(new(big.Int).Mul(amount.BigInt(), big.NewInt(int64(min(bps, BasisPoints)))), BasisPoints)
}

// ceilDiv returns a quotient of numbers that are not negative, rounded up.
func ceilDiv(dividend *big.Int, divisor uint64) math.Int {
	by := new(big.Int).SetUint64(divisor)
	dividend.Add(dividend, new(big.Int).Sub(by, big.NewInt(1)))
	return math.NewIntFromBigInt(dividend.Quo(dividend, by))
}
