package types_test

import (
	"bytes"
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/x/job/types"
	modeltypes "github.com/nesa-network/nesa/chain/x/model/types"
)

const (
	ok          = types.Outcome_OUTCOME_OK
	invalid     = types.Outcome_OUTCOME_INVALID_INPUT
	nonFinite   = types.Outcome_OUTCOME_NON_FINITE
	unavailable = types.Outcome_OUTCOME_UNAVAILABLE

	upheld       = types.Finding_FINDING_UPHELD
	fault        = types.Finding_FINDING_FAULT
	inconclusive = types.Finding_FINDING_INCONCLUSIVE
	unfetched    = types.Finding_FINDING_UNAVAILABLE

	good    = types.Standing_STANDING_GOOD
	neutral = types.Standing_STANDING_NEUTRAL
	faulty  = types.Standing_STANDING_FAULT
)

var (
	tolerant = modeltypes.Profile{Positions: 2, Projections: 2, Threshold: 10, ScoreThresholds: []uint64{10, 100, 0}}
	exact    = modeltypes.Profile{Positions: 1, Projections: 1, ScoreThresholds: []uint64{0, 0, 0}}
)

// fp is a fingerprint under tolerant.
func fp(values ...int16) []byte {
	var out []byte
	for i := range 4 {
		var value int16
		if i < len(values) {
			value = values[i]
		}
		out = binary.BigEndian.AppendUint16(out, uint16(value))
	}
	return out
}

func hash(of byte) []byte { return bytes.Repeat([]byte{of}, 32) }

// seat is what the i-th member found; three scores of 0 unless others are given.
func seat(i int, outcome types.Outcome, fingerprint []byte, scores ...uint64) types.SeatResult {
	if len(scores) == 0 {
		scores = []uint64{0, 0, 0}
	}
	return types.SeatResult{
		Miner:  minerAddress("seat", i),
		Result: types.Result{Outcome: outcome, Fingerprint: fingerprint, Scores: scores},
	}
}

func check(profile modeltypes.Profile, seats ...types.SeatResult) types.VerdictInput {
	return types.VerdictInput{
		Profile: profile, Seats: seats, SeatsWanted: uint32(len(seats)), AgreementBps: 6_666, Delivered: ok,
	}
}

func standings(judged []types.Judged) []types.Standing {
	out := []types.Standing{}
	for _, j := range judged {
		out = append(out, j.Standing)
	}
	return out
}

type verdictCase struct {
	name      string
	in        types.VerdictInput
	finding   types.Finding
	standings []types.Standing
	first     []types.Standing
}

func with(in types.VerdictInput, change func(*types.VerdictInput)) types.VerdictInput {
	change(&in)
	return in
}

func verdictCases() []verdictCase {
	honest := func(i int) types.SeatResult { return seat(i, ok, fp(int16(i)), 3, 20, 0) }
	five := check(tolerant, honest(0), honest(1), honest(2), honest(3), honest(4))
	replace := func(in types.VerdictInput, seats ...types.SeatResult) types.VerdictInput {
		in.Seats = append(append([]types.SeatResult{}, seats...), in.Seats[len(seats):]...)
		return in
	}
	bad := func(i int) types.SeatResult { return seat(i, ok, fp(int16(i)), 11, 20, 0) }
	appeal := func(distances ...uint64) types.VerdictInput {
		in := check(tolerant)
		for i, d := range distances {
			in.Seats = append(in.Seats, seat(i, ok, fp(), 0, 0, 0, d))
		}
		in.SeatsWanted = uint32(len(distances))
		in.FirstRound = []types.SeatResult{seat(100, ok, fp(9))}
		return in
	}
	all := func(s types.Standing, n int) []types.Standing {
		out := []types.Standing{}
		for range n {
			out = append(out, s)
		}
		return out
	}
	none := []types.Standing{}
	return []verdictCase{
		{"all agree", five, upheld, all(good, 5), none},
		{
			"a far fingerprint is a fault", replace(five, seat(0, ok, fp(500))), upheld,
			[]types.Standing{faulty, good, good, good, good},
			none,
		},
		{
			"four times the threshold is neutral", replace(five, seat(0, ok, fp(-37))), upheld,
			[]types.Standing{neutral, good, good, good, good},
			none,
		},
		{
			"could not fetch is neutral", replace(five, seat(0, unavailable, nil)), upheld,
			[]types.Standing{neutral, good, good, good, good},
			none,
		},
		{
			"another outcome is a fault", replace(five, seat(0, nonFinite, nil)), upheld,
			[]types.Standing{faulty, good, good, good, good},
			none,
		},
		{
			"three of five do not agree enough", replace(five, seat(0, ok, fp(500)), seat(1, ok, fp(-500))), inconclusive,
			all(neutral, 5), none,
		},
		{"who stays away does not lower the bar", with(check(tolerant, honest(0), honest(1), honest(2)),
			func(in *types.VerdictInput) { in.SeatsWanted = 5 }), inconclusive, all(neutral, 3), none},
		{"nobody revealed", with(check(tolerant), func(in *types.VerdictInput) { in.SeatsWanted = 5 }), inconclusive, none, none},
		{"an empty committee", check(tolerant), inconclusive, none, none},
		{"four see the fault", replace(five, bad(0), bad(1), bad(2), bad(3)), fault, all(good, 5), none},
		{"three see a fault", replace(five, bad(0), bad(1), bad(2)), inconclusive, all(neutral, 5), none},
		{"two see a fault", replace(five, bad(0), bad(1)), upheld, all(good, 5), none},
		{
			"delivered a failure where there is none", with(five, func(in *types.VerdictInput) { in.Delivered = invalid }), fault,
			all(good, 5), none,
		},
		{"a canonical failure", with(check(tolerant, seat(0, invalid, nil), seat(1, invalid, nil), seat(2, invalid, nil)),
			func(in *types.VerdictInput) { in.Delivered = invalid }), upheld, all(good, 3), none},
		{
			"nothing could be fetched", check(tolerant, seat(0, unavailable, nil), seat(1, unavailable, nil), honest(2)), unfetched,
			[]types.Standing{good, good, neutral},
			none,
		},
		{"the input could not be fetched", with(check(tolerant, seat(0, unavailable, nil), seat(1, unavailable, nil), honest(2)),
			func(in *types.VerdictInput) { in.Inline = true }), inconclusive, all(neutral, 3), none},
		{
			"a tie", check(tolerant, honest(0), honest(1), seat(2, invalid, nil), seat(3, invalid, nil)), inconclusive,
			all(neutral, 4), none,
		},
		{
			"equal hashes", check(exact, seat(0, ok, hash(1)), seat(1, ok, hash(1)), seat(2, ok, hash(2))), upheld,
			[]types.Standing{good, good, faulty},
			none,
		},
		{
			"three hashes", check(exact, seat(0, ok, hash(1)), seat(1, ok, hash(2)), seat(2, ok, hash(3))), inconclusive,
			all(neutral, 3), none,
		},
		{
			"a malformed result is a fault", replace(five, seat(0, ok, []byte{1})), upheld,
			[]types.Standing{faulty, good, good, good, good},
			none,
		},
		{"an appeal finds the first seat good", appeal(9, 9, 9, 41, 41), upheld, all(good, 5), []types.Standing{good}},
		{"an appeal finds it neutral", appeal(9, 9, 11, 41, 41), upheld, all(good, 5), []types.Standing{neutral}},
		{"an appeal finds it at fault", appeal(9, 41, 41, 41, 41), upheld, all(good, 5), []types.Standing{faulty}},
		{"a first seat that could not fetch", with(appeal(0, 0, 0, 0, 0), func(in *types.VerdictInput) {
			in.FirstRound = []types.SeatResult{seat(100, unavailable, nil)}
		}), upheld, all(good, 5), []types.Standing{neutral}},
		{"a first seat with another outcome", with(appeal(0, 0, 0, 0, 0), func(in *types.VerdictInput) {
			in.FirstRound = []types.SeatResult{seat(100, invalid, nil)}
		}), upheld, all(good, 5), []types.Standing{faulty}},
		{
			"an inconclusive appeal judges nobody", with(appeal(41, 41, 41), func(in *types.VerdictInput) { in.SeatsWanted = 5 }),
			inconclusive, all(neutral, 3),
			[]types.Standing{neutral},
		},
	}
}

func TestJudge(t *testing.T) {
	for _, c := range verdictCases() {
		t.Run(c.name, func(t *testing.T) {
			v := types.Judge(c.in)
			require.Equal(t, c.finding, v.Finding)
			require.Equal(t, c.standings, standings(v.Seats))
			require.Equal(t, c.first, standings(v.FirstRound))
		})
	}
}

// One signer with five seats is one miner, if that.
func TestThreat14DistinctMinersAreCounted(t *testing.T) {
	in := check(tolerant)
	for range 5 {
		in.Seats = append(in.Seats, seat(0, ok, fp(), 99, 0, 0))
	}
	in.SeatsWanted = 5
	require.Equal(t, inconclusive, types.Judge(in).Finding)
	in.Seats = append(in.Seats[:2], seat(1, ok, fp()), seat(2, ok, fp()))
	in.SeatsWanted = 4
	require.Equal(t, inconclusive, types.Judge(in).Finding, "neither seat of one miner counts")
	in.Seats = append(in.Seats[1:], seat(3, ok, fp()))
	require.Equal(t, upheld, types.Judge(in).Finding)
}

// Verifiers that could not check are no evidence, for or against anybody.
func TestThreat18CouldNotCheckIsNotWrong(t *testing.T) {
	in := check(tolerant, seat(0, ok, fp()), seat(1, ok, fp()), seat(2, unavailable, nil))
	v := types.Judge(in)
	require.Equal(t, upheld, v.Finding)
	require.Equal(t, neutral, v.Seats[2].Standing)

	in = check(tolerant, seat(0, unavailable, nil), seat(1, unavailable, nil), seat(2, ok, fp()))
	v = types.Judge(in)
	require.Equal(t, unfetched, v.Finding)
	require.Equal(t, neutral, v.Seats[2].Standing, "served to this one only")
}

// Noise below the threshold never costs an honest miner anything; a cheaper model's distance always does.
func TestThreat19HonestNoiseAndCheaperModels(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		noise := rapid.SliceOfN(rapid.Int16Range(-1, 1), 4, 4)
		in := check(tolerant)
		for i := range 5 {
			score := rapid.Uint64Range(0, 10).Draw(t, "score")
			in.Seats = append(in.Seats, seat(i, ok, fp(noise.Draw(t, "noise")...), score, 100, 0))
		}
		v := types.Judge(in)
		require.Equal(t, upheld, v.Finding)
		require.NotContains(t, standings(v.Seats), faulty)
		for i := range in.Seats {
			in.Seats[i].Result.Scores[0] = rapid.Uint64Range(11, 1<<63).Draw(t, "far")
		}
		require.Equal(t, fault, types.Judge(in).Finding)
	})
}

// An honest fingerprint does not cover a forged output: every score counts by itself.
func TestThreat31HonestFingerprintWithForgedOutput(t *testing.T) {
	for k, forged := range [][]uint64{{11, 0, 0}, {0, 101, 0}, {0, 0, 1}} {
		in := check(tolerant)
		for i := range 5 {
			in.Seats = append(in.Seats, seat(i, ok, fp(), forged...))
		}
		in.SeatsWanted = 5
		require.Equal(t, fault, types.Judge(in).Finding, "score %d", k)
	}
}

// Whatever inputs make honest machines differ: if they differ among themselves nobody is at fault.
func TestThreat34HonestMachinesThatDiffer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := check(tolerant)
		for i := range 5 {
			// Two camps of machines, too far apart; no camp has four.
			camp := []int16{0, 0, 0, 200, 200}[i]
			in.Seats = append(in.Seats, seat(i, ok, fp(camp, rapid.Int16Range(-2, 2).Draw(t, "noise")), 11, 0, 0))
		}
		v := types.Judge(in)
		require.Equal(t, inconclusive, v.Finding)
		require.NotContains(t, standings(v.Seats), faulty)
	})
}

// A lazy verifier that invents a fingerprint, or hands in one made under another seed, loses its bond. Copying another's
// commitment does not help, see TestThreat10.
func TestThreat47LazyVerifierIsAtFault(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		invented := rapid.SliceOfN(rapid.Int16Range(100, 30_000), 4, 4).Draw(t, "invented")
		v := types.Judge(check(tolerant,
			seat(0, ok, fp(invented...)), seat(1, ok, fp()), seat(2, ok, fp()), seat(3, ok, fp()), seat(4, ok, fp())))
		require.Equal(t, []types.Standing{faulty, good, good, good, good}, standings(v.Seats))
	})
}

func drawResult(t *rapid.T, profile modeltypes.Profile, scores int) types.Result {
	result := types.Result{
		Outcome: rapid.OneOf(rapid.Just(ok), rapid.Map(rapid.Int32Range(1, 5), func(o int32) types.Outcome {
			return types.Outcome(o)
		})).Draw(t, "outcome"),
		Scores: rapid.SliceOfN(rapid.Uint64Range(0, 120), scores, scores).Draw(t, "scores"),
	}
	if result.Outcome == ok {
		if types.Exact(profile) {
			result.Fingerprint = hash(rapid.ByteRange(0, 2).Draw(t, "hash"))
		} else {
			result.Fingerprint = fp(rapid.SliceOfN(rapid.OneOf(rapid.Just(int16(0)), rapid.Int16()), 0, 4).Draw(t, "values")...)
		}
	}
	return result
}

// Fewer liars than agreement takes never have an honest executor found at fault, nor an honest verifier, nor an honest
// seat of the first round, whatever they say.
func TestMinorityCannotFrame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		profile := rapid.SampledFrom([]modeltypes.Profile{tolerant, exact}).Draw(t, "profile")
		wanted := rapid.SampledFrom([]int{3, 5, 9, 21}).Draw(t, "seats")
		in := types.VerdictInput{Profile: profile, SeatsWanted: uint32(wanted), AgreementBps: 6_666, Delivered: ok}
		honestPrint := fp()
		if types.Exact(profile) {
			honestPrint = hash(0)
		}
		in.FirstRound = []types.SeatResult{seat(100, ok, honestPrint)}
		liars := rapid.IntRange(0, int(types.Judge(in).Needed)-1).Draw(t, "liars")
		for i := range wanted {
			result := types.Result{Outcome: ok, Fingerprint: honestPrint, Scores: []uint64{0, 0, 0, 0}}
			if i < liars {
				result = drawResult(t, profile, 4)
			}
			in.Seats = append(in.Seats, types.SeatResult{Miner: minerAddress(i), Result: result})
		}
		v := types.Judge(in)
		require.Contains(t, []types.Finding{upheld, inconclusive}, v.Finding)
		require.NotContains(t, standings(v.Seats[liars:]), faulty)
		require.NotEqual(t, faulty, v.FirstRound[0].Standing)
	})
}

// As few liars as would block an agreement cannot shield a cheating executor either.
func TestMinorityCannotShield(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		wanted := rapid.SampledFrom([]int{3, 5, 9, 21}).Draw(t, "seats")
		in := types.VerdictInput{Profile: tolerant, SeatsWanted: uint32(wanted), AgreementBps: 6_666, Delivered: ok}
		blocking := wanted - int(types.Judge(in).Needed) + 1
		liars := rapid.IntRange(0, min(blocking, (wanted-1)/2)).Draw(t, "liars")
		for i := range wanted {
			result := types.Result{Outcome: ok, Fingerprint: fp(), Scores: []uint64{99, 0, 0}}
			if i < liars {
				result = drawResult(t, tolerant, 3)
			}
			in.Seats = append(in.Seats, types.SeatResult{Miner: minerAddress(i), Result: result})
		}
		require.NotEqual(t, upheld, types.Judge(in).Finding)
	})
}

// The order of the seats changes nothing.
func TestVerdictIsInvariantUnderPermutation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		profile := rapid.SampledFrom([]modeltypes.Profile{tolerant, exact}).Draw(t, "profile")
		in := check(profile)
		for i := range rapid.IntRange(0, 9).Draw(t, "seats") {
			miner := minerAddress(i)
			if rapid.IntRange(0, 9).Draw(t, "twice") == 0 {
				miner = minerAddress(0)
			}
			in.Seats = append(in.Seats, types.SeatResult{Miner: miner, Result: drawResult(t, profile, 3)})
		}
		in.SeatsWanted = uint32(len(in.Seats))
		want := types.Judge(in)

		order := rapid.Permutation(indices(len(in.Seats))).Draw(t, "order")
		shuffled := in
		shuffled.Seats = nil
		for _, i := range order {
			shuffled.Seats = append(shuffled.Seats, in.Seats[i])
		}
		got := types.Judge(shuffled)
		require.Equal(t, want.Finding, got.Finding)
		require.Equal(t, want.Scores, got.Scores)
		require.Equal(t, want.Agreed, got.Agreed)
		for at, i := range order {
			require.Equal(t, want.Seats[i], got.Seats[at])
		}
	})
}

func indices(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

func FuzzJudge(f *testing.F) {
	f.Add([]byte("seed"), uint64(10), uint32(5), uint32(6_666), int32(1))
	f.Add(bytes.Repeat([]byte{1, 0xff, 2}, 50), ^uint64(0), ^uint32(0), ^uint32(0), int32(-7))
	f.Fuzz(func(t *testing.T, data []byte, threshold uint64, wanted, bps uint32, delivered int32) {
		in := types.VerdictInput{
			Profile: modeltypes.Profile{
				Positions: uint32(len(data) % 5), Projections: 2, Threshold: threshold, ScoreThresholds: []uint64{threshold},
			},
			SeatsWanted: wanted, AgreementBps: bps, Delivered: types.Outcome(delivered),
		}
		for i := 0; i+16 <= len(data) && i < 20*16; i += 16 {
			in.Seats = append(in.Seats, types.SeatResult{
				Miner: sdk.AccAddress(data[i : i+1]),
				Result: types.Result{
					Outcome: types.Outcome(int8(data[i+1]) % 8), Fingerprint: data[i+2 : i+2+int(data[i+2]%14)],
					Scores: []uint64{binary.BigEndian.Uint64(data[i+8:])}[:data[i+3]%2],
				},
			})
		}
		if len(in.Seats) > 3 {
			in.FirstRound = in.Seats[:2]
		}
		v := types.Judge(in)
		if len(v.Seats) != len(in.Seats) || len(v.FirstRound) != len(in.FirstRound) {
			t.Fatal("a seat is lost")
		}
		if v.Finding != inconclusive && uint64(v.Agreed)*2 <= uint64(len(in.Seats)) {
			t.Fatal("a minority decided")
		}
	})
}
