package types_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/x/job/types"
)

// With -update the vectors are written anew; Go and Python read the same files.
var update = flag.Bool("update", false, "write tests/vectors/*.json")

const vectorsDir = "../../../../tests/vectors"

// hexBytes is hexadecimal in JSON.
type hexBytes []byte

func (b hexBytes) MarshalJSON() ([]byte, error) { return json.Marshal(hex.EncodeToString(b)) }

func (b *hexBytes) UnmarshalJSON(text []byte) (err error) {
	var digits string
	if err := json.Unmarshal(text, &digits); err != nil {
		return err
	}
	*b, err = hex.DecodeString(digits)
	return err
}

// golden compares what the code gives with a file, or writes it.
func golden(t *testing.T, name string, content any) {
	t.Helper()
	path := filepath.Join(vectorsDir, name+".json")
	got, err := json.MarshalIndent(content, "", " ")
	require.NoError(t, err)
	got = append(got, '\n')
	if *update {
		require.NoError(t, os.WriteFile(path, got, 0o600))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.True(t, bytes.Equal(want, got), "%s is not what the code gives", path)
}

func readVectors(t *testing.T, name string, into any) {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(vectorsDir, name+".json"))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(content, into))
}

// number returns 32 bytes that look random and are always the same.
func number(parts ...any) [32]byte { return sha256.Sum256([]byte(fmt.Sprintln(parts...))) }

func minerAddress(parts ...any) sdk.AccAddress {
	sum := number(append([]any{"miner"}, parts...)...)
	return sum[:20]
}

type ticketVector struct {
	ChainID         string   `json:"chain_id"`
	Seed            hexBytes `json:"seed"`
	Job             uint64   `json:"job"`
	Round           uint32   `json:"round"`
	Miner           hexBytes `json:"miner"`
	Slot            uint32   `json:"slot"`
	Ticket          hexBytes `json:"ticket"`
	FingerprintSeed hexBytes `json:"fingerprint_seed"`
}

func TestVectorsTicket(t *testing.T) {
	var vectors []ticketVector
	for i, slot := range []uint32{0, 1, 7, 255, 256, 1 << 20, 1<<32 - 1} {
		chain, seed, job, round := []string{"nesa-test-1", "nesa_7001-1"}[i%2], number("seed", i), uint64(1)<<(9*i), uint32(i%3)
		ticket := types.Ticket(chain, seed, job, round, minerAddress(i), slot)
		fingerprintSeed := types.FingerprintSeed(chain, seed, job, round)
		vectors = append(vectors, ticketVector{
			chain, seed[:], job, round, hexBytes(minerAddress(i)), slot, ticket[:], fingerprintSeed[:],
		})
	}
	golden(t, "ticket", vectors)
}

type lotteryVector struct {
	ChainID  string   `json:"chain_id"`
	Seed     hexBytes `json:"seed"`
	Job      uint64   `json:"job"`
	CheckBps uint32   `json:"check_bps"`
	Drawn    bool     `json:"drawn"`
}

func TestVectorsLottery(t *testing.T) {
	var vectors []lotteryVector
	for i := range 60 {
		seed, bps := number("lottery", i), []uint32{0, 1, 500, 5_000, 9_999, 10_000}[i%6]
		drawn := types.LotteryDrawn("nesa-test-1", seed, uint64(i+1), bps)
		vectors = append(vectors, lotteryVector{"nesa-test-1", seed[:], uint64(i + 1), bps, drawn})
	}
	golden(t, "lottery", vectors)
}

type commitmentVector struct {
	ChainID     string   `json:"chain_id"`
	Job         uint64   `json:"job"`
	Round       uint32   `json:"round"`
	Miner       hexBytes `json:"miner"`
	Outcome     uint32   `json:"outcome"`
	Fingerprint hexBytes `json:"fingerprint"`
	Scores      []uint64 `json:"scores"`
	Salt        hexBytes `json:"salt"`
	Encoded     hexBytes `json:"encoded"`
	Commitment  hexBytes `json:"commitment"`
}

func TestVectorsCommitment(t *testing.T) {
	var vectors []commitmentVector
	for i, result := range []types.Result{
		{Outcome: types.Outcome_OUTCOME_OK, Fingerprint: bytes.Repeat([]byte{0x80, 0x01, 0x7f}, 100), Scores: []uint64{0, 1, 1 << 53}},
		{Outcome: types.Outcome_OUTCOME_OK, Fingerprint: []byte{0xff, 0xff}, Scores: []uint64{}},
		{Outcome: types.Outcome_OUTCOME_INVALID_INPUT, Scores: []uint64{0, 0, 5}},
		{Outcome: types.Outcome_OUTCOME_UNAVAILABLE, Scores: []uint64{1<<63 + 1, 1<<64 - 1}},
	} {
		salt := number("salt", i)
		job, round := uint64(1)<<(20*i), uint32(1+i%2)
		sum := types.Commitment("nesa-test-1", job, round, minerAddress(i), result, salt[:])
		vectors = append(vectors, commitmentVector{
			"nesa-test-1", job, round, hexBytes(minerAddress(i)), uint32(result.Outcome), result.Fingerprint, result.Scores,
			salt[:], result.Encode(), sum[:],
		})
	}
	golden(t, "commitment", vectors)
}

type feeVector struct {
	Price      string            `json:"price"`
	MaxUnits   uint64            `json:"max_units"`
	CheckBps   uint32            `json:"check_bps"`
	Verifiers  uint32            `json:"verifiers"`
	Pool       string            `json:"pool"`
	RoyaltyBps uint32            `json:"royalty_bps"`
	Outcome    uint32            `json:"outcome"`
	Units      uint64            `json:"units"`
	Quote      map[string]string `json:"quote"`
	Charge     map[string]string `json:"charge"`
	Shares     map[string]string `json:"shares"`
}

func costsText(c types.Costs) map[string]string {
	return map[string]string{
		"fee": c.Fee.String(), "premium": c.Premium.String(), "reserve": c.Reserve.String(), "escrow": c.Escrow.String(),
		"check_cost": c.CheckCost.String(), "verifier_pay": c.VerifierPay.String(), "bond": c.Bond.String(),
	}
}

func TestVectorsFees(t *testing.T) {
	params := types.DefaultParams()
	var vectors []feeVector
	for _, v := range []feeVector{
		{Price: "1000000000000", MaxUnits: 1, CheckBps: 500, Pool: "0", Outcome: 1, Units: 1},
		{Price: "1000000000000000000", MaxUnits: 3, CheckBps: 10_000, Pool: "123", RoyaltyBps: 2_000, Outcome: 1, Units: 2},
		{Price: "333333333333333331", MaxUnits: 7, CheckBps: 777, Verifiers: 9, Pool: "50000000000000000000", RoyaltyBps: 1, Outcome: 1, Units: 7},
		{Price: "17", MaxUnits: 1 << 40, CheckBps: 9_999, Verifiers: 1, Pool: "0", RoyaltyBps: 10_000, Outcome: 2, Units: 0},
		{Price: "99999999999", MaxUnits: 4_096, CheckBps: 0, Pool: "1", RoyaltyBps: 333, Outcome: 1, Units: 4_097},
		{Price: "1", MaxUnits: 1_000_000_000_001, CheckBps: 501, Verifiers: 6, Pool: "99999999999999999999", Outcome: 1, Units: 1},
	} {
		price, ok := math.NewIntFromString(v.Price)
		require.True(t, ok)
		pool, ok := math.NewIntFromString(v.Pool)
		require.True(t, ok)
		terms := types.Terms{
			Price: price, MaxUnits: v.MaxUnits, Assurance: types.Assurance{CheckBps: v.CheckBps, Verifiers: v.Verifiers},
		}
		charge := types.Charge(params, terms, types.Outcome(v.Outcome), v.Units)
		shares := types.Split(params, terms.Assurance, v.RoyaltyBps, charge.Fee)
		v.Quote, v.Charge = costsText(types.Quote(params, terms, pool)), costsText(charge)
		v.Shares = map[string]string{
			"burn": shares.Burn.String(), "levy": shares.Levy.String(),
			"royalty": shares.Royalty.String(), "executor": shares.Executor.String(),
		}
		vectors = append(vectors, v)
	}
	golden(t, "fees", vectors)
}

type seatVector struct {
	Miner       hexBytes `json:"miner"`
	Outcome     uint32   `json:"outcome"`
	Fingerprint hexBytes `json:"fingerprint"`
	Scores      []uint64 `json:"scores"`
}

type judgedVector struct {
	Standing string `json:"standing"`
	Distance uint64 `json:"distance"`
}

type verdictVector struct {
	Case            string         `json:"case"`
	Positions       uint32         `json:"positions"`
	Projections     uint32         `json:"projections"`
	Threshold       uint64         `json:"threshold"`
	ScoreThresholds []uint64       `json:"score_thresholds"`
	Seats           []seatVector   `json:"seats"`
	SeatsWanted     uint32         `json:"seats_wanted"`
	AgreementBps    uint32         `json:"agreement_bps"`
	Delivered       uint32         `json:"delivered"`
	Inline          bool           `json:"inline"`
	FirstRound      []seatVector   `json:"first_round"`
	Finding         string         `json:"finding"`
	Scores          []uint64       `json:"scores"`
	Agreed          uint32         `json:"agreed"`
	Needed          uint32         `json:"needed"`
	Judged          []judgedVector `json:"judged"`
	JudgedFirst     []judgedVector `json:"judged_first_round"`
}

func seatVectors(seats []types.SeatResult) []seatVector {
	out := []seatVector{}
	for _, s := range seats {
		out = append(out, seatVector{hexBytes(s.Miner), uint32(s.Result.Outcome), s.Result.Fingerprint, s.Result.Scores})
	}
	return out
}

func judgedVectors(judged []types.Judged) []judgedVector {
	out := []judgedVector{}
	for _, j := range judged {
		out = append(out, judgedVector{j.Standing.String(), j.Distance})
	}
	return out
}

func TestVectorsVerdict(t *testing.T) {
	var vectors []verdictVector
	for _, c := range verdictCases() {
		v := types.Judge(c.in)
		vectors = append(vectors, verdictVector{
			c.name, c.in.Profile.Positions, c.in.Profile.Projections, c.in.Profile.Threshold, c.in.Profile.ScoreThresholds,
			seatVectors(c.in.Seats), c.in.SeatsWanted, c.in.AgreementBps, uint32(c.in.Delivered), c.in.Inline, seatVectors(c.in.FirstRound),
			v.Finding.String(), append([]uint64{}, v.Scores...), v.Agreed, v.Needed,
			judgedVectors(v.Seats), judgedVectors(v.FirstRound),
		})
	}
	golden(t, "verdict", vectors)
}
