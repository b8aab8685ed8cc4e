package types_test

import (
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"cosmossdk.io/math"

	"github.com/nesa-network/nesa/chain/x/job/types"
)

// nes is plenty for a price.
func drawTerms(t *rapid.T, params types.Params) types.Terms {
	verifiers := params.Verifiers
	checkBps := rapid.OneOf(rapid.Just(uint32(0)), rapid.Just(uint32(types.BasisPoints)),
		rapid.Uint32Range(params.MinCheckBps, types.BasisPoints)).Draw(t, "check_bps")
	if checkBps > 0 {
		verifiers = params.MaxVerifiers
	}
	terms := validTerms()
	terms.Price = math.NewIntFromUint64(rapid.Uint64Range(1, 1<<62).Draw(t, "price"))
	terms.MaxUnits = rapid.Uint64Range(1, 1<<60).Draw(t, "max_units")
	terms.Assurance = types.Assurance{CheckBps: checkBps, Verifiers: rapid.Uint32Range(0, verifiers).Draw(t, "verifiers")}
	if rapid.IntRange(0, 4).Draw(t, "by evidence") == 0 {
		terms.Assurance = types.Assurance{Evidence: []string{rapid.SampledFrom([]string{"tee", "none"}).Draw(t, "kind")}}
	}
	return terms
}

// drawParams draws parameters that Validate accepts.
func drawParams(t *rapid.T) types.Params {
	params := types.DefaultParams()
	params.MinFee = math.OneInt()
	params.UnverifiedBelow = 4
	params.MinCheckBps = rapid.Uint32Range(1, 10_000).Draw(t, "min_check_bps")
	params.Verifiers = rapid.Uint32Range(1, 8).Draw(t, "default_verifiers")
	params.MaxVerifiers = rapid.Uint32Range(params.Verifiers, 64).Draw(t, "max_verifiers")
	params.VerifierBps = rapid.Uint32Range(1, 10_000).Draw(t, "verifier_bps")
	params.BondFees = rapid.Uint32Range(1, 20).Draw(t, "bond_fees")
	params.LevyBps = rapid.Uint32Range(1, 5_000).Draw(t, "levy_bps")
	params.BurnBps = rapid.Uint32Range(1, 5_000).Draw(t, "burn_bps")
	if params.Validate() != nil {
		t.Skip("refused")
	}
	return params
}

func sum(amounts ...math.Int) math.Int {
	total := math.ZeroInt()
	for _, amount := range amounts {
		total = total.Add(amount)
	}
	return total
}

func TestSplitSumsToTheFee(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		params := types.DefaultParams()
		params.BurnBps, params.LevyBps = rapid.Uint32().Draw(t, "burn"), rapid.Uint32().Draw(t, "levy")
		bytes := rapid.SliceOfN(rapid.Byte(), 0, 31).Draw(t, "fee")
		fee := math.NewIntFromBigInt(new(big.Int).SetBytes(bytes))
		assurance := rapid.SampledFrom([]types.Assurance{{}, {Evidence: []string{"zk"}}, {Evidence: []string{"none"}}}).Draw(t, "assurance")
		shares := types.Split(params, assurance, rapid.Uint32().Draw(t, "royalty"), fee)
		require.Equal(t, fee.String(), sum(shares.Burn, shares.Levy, shares.Royalty, shares.Executor).String())
		for _, share := range []math.Int{shares.Burn, shares.Levy, shares.Royalty, shares.Executor} {
			require.False(t, share.IsNegative())
		}
		require.Equal(t, fee.IsPositive() && params.BurnBps > 0, shares.Burn.IsPositive())
		require.False(t, assurance.ByEvidence() && shares.Levy.IsPositive(), "a job that is never checked pays for no checks")
	})
}

// coalition is who in a job is one and the same; the requester always is.
type coalition struct {
	executor, publisher bool
	seats               uint32
}

// gain returns what a coalition that includes the requester has more than before a job ends, in one course of it.
// levyPays is what the pool pays the committee; the reserve and deposits only move within the coalition or away from it.
func (c coalition) gain(charged types.Costs, shares types.Shares, faulty bool, committee uint32, levyPays math.Int) math.Int {
	gain := charged.Premium.Neg()
	if faulty {
		if c.executor {
			gain = gain.Sub(charged.Bond)
		}
	} else {
		gain = gain.Sub(sum(shares.Burn, shares.Levy))
		if !c.executor {
			gain = gain.Sub(shares.Executor)
		}
		if !c.publisher {
			gain = gain.Sub(shares.Royalty)
		}
	}
	if committee == 0 { // evidence takes its place
		return gain
	}
	return gain.Add(levyPays.MulRaw(int64(min(c.seats, committee))).QuoRaw(int64(committee)))
}

// Whoever is requester, executor, publisher, challenger and committee in one, delivers what it likes and challenges
// when it likes, does not gain in the mean, under any parameters that are accepted. Settling costs at least the burn.
func TestThreat13SelfDealingNeverPays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		params := drawParams(t)
		terms := drawTerms(t, params)
		if terms.Validate(params) != nil {
			t.Skip("refused")
		}
		outcome := rapid.SampledFrom([]types.Outcome{ok, ok, invalid}).Draw(t, "outcome")
		charged := types.Charge(params, terms, outcome, rapid.Uint64Range(1, terms.MaxUnits).Draw(t, "units"))
		shares := types.Split(params, terms.Assurance, rapid.Uint32Range(0, 10_000).Draw(t, "royalty"), charged.Fee)
		committee := params.VerifiersOf(terms.Assurance)
		who := coalition{
			executor: true, publisher: rapid.Bool().Draw(t, "publisher"),
			seats: rapid.Uint32Range(0, committee).Draw(t, "seats"),
		}
		nothing, p := math.ZeroInt(), int64(terms.Assurance.CheckBps)
		drawnPays := charged.CheckCost
		if p == types.BasisPoints {
			drawnPays = nothing // the reserve does
		}

		settled := who.gain(charged, shares, false, committee, nothing)
		drawn := who.gain(charged, shares, false, committee, drawnPays)
		honest := drawn.MulRaw(p).Add(settled.MulRaw(types.BasisPoints - p))
		if charged.Fee.IsPositive() {
			require.True(t, honest.IsNegative(), "honest: %s", honest)
			require.True(t, settled.LTE(shares.Burn.Neg()))
		}

		caught := who.gain(charged, shares, true, committee, drawnPays)
		challenged := who.gain(charged, shares, true, committee, charged.CheckCost)
		otherwise := math.MaxInt(challenged, settled)
		cheating := caught.MulRaw(p).Add(otherwise.MulRaw(types.BasisPoints - p))
		require.False(t, cheating.IsPositive(), "cheating: %s", cheating)
	})
}

// An executor alone gains at most the fee by not running the model, and loses that many fees in the mean.
func TestCheatingCostsMoreThanTheFee(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		params := types.DefaultParams()
		terms := drawTerms(t, params)
		costs := types.Quote(params, terms, math.ZeroInt())
		if p := int64(terms.Assurance.CheckBps); p > 0 {
			loss := costs.Bond.MulRaw(p)
			require.True(t, loss.GTE(costs.Fee.MulRaw(int64(params.BondFees)*types.BasisPoints)), "%s", loss)
		}
	})
}

// Units are what the executor says; the charge never exceeds what was escrowed, whatever it says.
func TestThreat22ChargeNeverExceedsTheEscrow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		params := types.DefaultParams()
		terms := drawTerms(t, params)
		quote := types.Quote(params, terms, math.NewIntFromUint64(rapid.Uint64().Draw(t, "pool")))
		outcome := types.Outcome(rapid.Int32Range(-1, 7).Draw(t, "outcome"))
		charged := types.Charge(params, terms, outcome, rapid.Uint64().Draw(t, "units"))
		require.True(t, charged.Fee.LTE(quote.Fee))
		require.True(t, charged.Premium.LTE(quote.Premium))
		require.True(t, charged.CheckCost.LTE(quote.CheckCost))
		require.Equal(t, quote.Bond.String(), charged.Bond.String())
		shares := types.Split(params, terms.Assurance, 2_000, charged.Fee)
		spent := sum(shares.Burn, shares.Levy, shares.Royalty, shares.Executor, charged.Premium)
		require.True(t, spent.LTE(quote.Escrow.Sub(quote.Reserve)), "%s of %s", spent, quote.Escrow)
	})
}

// Whoever must deliver under inputs made to split honest machines risks two fees when a check is certain, and no stake.
func TestThreat34CertainCheckRisksTwoFees(t *testing.T) {
	terms := validTerms()
	terms.Assurance.CheckBps = types.BasisPoints
	costs := types.Quote(types.DefaultParams(), terms, math.ZeroInt())
	require.Equal(t, costs.Fee.MulRaw(2).String(), costs.Bond.String())
	terms.Assurance.CheckBps = 500
	require.Equal(t, costs.Fee.MulRaw(40).String(), types.Quote(types.DefaultParams(), terms, math.ZeroInt()).Bond.String())
}

func TestQuote(t *testing.T) {
	params, terms := types.DefaultParams(), validTerms()
	terms.Price, terms.MaxUnits = math.NewIntWithDecimal(1, 15), 10
	fee := math.NewIntWithDecimal(1, 16)
	cost := fee.MulRaw(2) // five verifiers at 0.4 fees
	for _, c := range []struct {
		name             string
		bps, verifiers   uint32
		pool             math.Int
		premium, reserve math.Int
	}{
		{"the least check of a rich pool", 500, 0, cost.MulRaw(50), math.ZeroInt(), math.ZeroInt()},
		{"of a poor pool", 500, 0, cost.MulRaw(25), math.ZeroInt(), cost.QuoRaw(2)},
		{"of an empty pool", 500, 0, math.ZeroInt(), math.ZeroInt(), cost},
		{"twice the probability", 1_000, 0, cost.MulRaw(50), cost.QuoRaw(20), math.ZeroInt()},
		{"a larger committee", 500, 9, cost.MulRaw(90), fee.MulRaw(4).MulRaw(4).QuoRaw(10).QuoRaw(20), math.ZeroInt()},
		{"certainty", 10_000, 0, cost.MulRaw(50), math.ZeroInt(), cost},
		{"unverified", 0, 0, math.ZeroInt(), math.ZeroInt(), math.ZeroInt()},
	} {
		t.Run(c.name, func(t *testing.T) {
			terms.Assurance = types.Assurance{CheckBps: c.bps, Verifiers: c.verifiers}
			costs := types.Quote(params, terms, c.pool)
			require.Equal(t, fee.String(), costs.Fee.String())
			require.Equal(t, c.premium.String(), costs.Premium.String())
			require.Equal(t, c.reserve.String(), costs.Reserve.String())
			require.Equal(t, sum(fee, c.premium, c.reserve).String(), costs.Escrow.String())
		})
	}
}

func FuzzFees(f *testing.F) {
	f.Add([]byte{1}, uint64(1), uint64(1), uint32(500), uint32(5), uint32(2_000), int32(1))
	f.Add([]byte{255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255}, ^uint64(0), uint64(0),
		^uint32(0), ^uint32(0), ^uint32(0), int32(-1))
	f.Fuzz(func(t *testing.T, price []byte, units, delivered uint64, bps, verifiers, royalty uint32, outcome int32) {
		terms := types.Terms{MaxUnits: units, Assurance: types.Assurance{CheckBps: bps, Verifiers: verifiers}}
		if len(price) > 0 && len(price) <= 32 {
			terms.Price = math.NewIntFromBigInt(new(big.Int).SetBytes(price))
		}
		params := types.DefaultParams()
		quote := types.Quote(params, terms, terms.Price)
		charged := types.Charge(params, terms, types.Outcome(outcome), delivered)
		shares := types.Split(params, terms.Assurance, royalty, charged.Fee)
		if charged.Fee.GT(quote.Fee) {
			t.Fatalf("charged %s of %s", charged.Fee, quote.Fee)
		}
		if !sum(shares.Burn, shares.Levy, shares.Royalty, shares.Executor).Equal(charged.Fee) {
			t.Fatal("the split is not the fee")
		}
	})
}
