package types_test

import (
	"bytes"
	"encoding/binary"
	"math/big"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/hashing"
	"github.com/nesa-network/nesa/chain/x/job/types"
)

const chain = "nesa-test-1"

// A commitment of somebody else's, or for another job, round, network or salt, cannot be opened.
func TestThreat10CommitmentBindsEverything(t *testing.T) {
	result := types.Result{Outcome: ok, Fingerprint: []byte{1, 2}, Scores: []uint64{3}}
	salt, other := bytes.Repeat([]byte{7}, 32), bytes.Repeat([]byte{8}, 32)
	want := types.Commitment(chain, 1, 1, minerAddress(1), result, salt)
	changed := result
	changed.Scores = []uint64{4}
	failed := result
	failed.Outcome = nonFinite
	moved := types.Result{Outcome: ok, Fingerprint: []byte{1, 2, 3}, Scores: []uint64{}}
	for name, got := range map[string][32]byte{
		"chain":       types.Commitment("nesa-test-2", 1, 1, minerAddress(1), result, salt),
		"job":         types.Commitment(chain, 2, 1, minerAddress(1), result, salt),
		"round":       types.Commitment(chain, 1, 2, minerAddress(1), result, salt),
		"miner":       types.Commitment(chain, 1, 1, minerAddress(2), result, salt),
		"scores":      types.Commitment(chain, 1, 1, minerAddress(1), changed, salt),
		"outcome":     types.Commitment(chain, 1, 1, minerAddress(1), failed, salt),
		"fingerprint": types.Commitment(chain, 1, 1, minerAddress(1), moved, salt),
		"salt":        types.Commitment(chain, 1, 1, minerAddress(1), result, other),
	} {
		require.NotEqual(t, want, got, name)
	}
	require.Equal(t, want, types.Commitment(chain, 1, 1, minerAddress(1), result, salt))
}

// decode reads what Result.Encode wrote.
func decode(b []byte) (types.Result, bool) {
	if len(b) < 5 {
		return types.Result{}, false
	}
	result := types.Result{Outcome: types.Outcome(b[0])}
	n := int(binary.BigEndian.Uint32(b[1:]))
	b = b[5:]
	if len(b) < n+4 {
		return result, false
	}
	result.Fingerprint = b[:n]
	m := int(binary.BigEndian.Uint32(b[n:]))
	b = b[n+4:]
	if len(b) != 8*m {
		return result, false
	}
	for i := range m {
		result.Scores = append(result.Scores, binary.BigEndian.Uint64(b[8*i:]))
	}
	return result, true
}

func FuzzResultEncode(f *testing.F) {
	f.Add(uint8(1), []byte("fingerprint"), []byte("12345678abcdefgh"))
	f.Add(uint8(5), []byte{}, []byte{})
	f.Fuzz(func(t *testing.T, outcome uint8, fingerprint, scores []byte) {
		result := types.Result{Outcome: types.Outcome(outcome), Fingerprint: fingerprint}
		for ; len(scores) >= 8; scores = scores[8:] {
			result.Scores = append(result.Scores, binary.BigEndian.Uint64(scores))
		}
		got, decoded := decode(result.Encode())
		if !decoded || got.Outcome != result.Outcome || !bytes.Equal(got.Fingerprint, fingerprint) ||
			!slices.Equal(got.Scores, result.Scores) {
			t.Fatalf("%v became %v", result, got)
		}
	})
}

// lowest returns the best ticket of a miner with so many slots.
func lowest(seed [32]byte, job uint64, miner sdk.AccAddress, slots uint32) [32]byte {
	best := types.Ticket(chain, seed, job, types.RoundExecution, miner, 0)
	for slot := uint32(1); slot < slots; slot++ {
		if ticket := types.Ticket(chain, seed, job, types.RoundExecution, miner, slot); types.CompareTickets(ticket[:], best[:]) < 0 {
			best = ticket
		}
	}
	return best
}

// share of draws that the miners starting with first win, against the others.
func wins(draws int, slots []uint32, first int) (won int) {
	for draw := range draws {
		seed := number("draw", len(slots), draw)
		winner, best := 0, [32]byte{}
		for i, n := range slots {
			ticket := lowest(seed, uint64(draw+1), minerAddress("stake", i), n)
			if i == 0 || types.CompareTickets(ticket[:], best[:]) < 0 {
				winner, best = i, ticket
			}
		}
		if winner >= first {
			won++
		}
	}
	return won
}

// withinFive says whether a count lies within five standard deviations of draws·part/whole: by chance it would not
// in one of two million runs, and the draws are always the same.
func withinFive(t *testing.T, got, draws, part, whole int, what string) {
	t.Helper()
	// (got - draws·p)² <= 25·draws·p·(1-p), times whole².
	difference := got*whole - draws*part
	require.LessOrEqual(t, difference*difference, 25*draws*part*(whole-part), "%s: %d of %d draws", what, got, draws)
}

// Two tenths of the stake win two tenths of the seats, in one hand or split into twenty.
func TestThreat12ShareOfSeatsIsShareOfStake(t *testing.T) {
	const draws = 20_000
	whole := []uint32{10, 30, 40, 20}
	withinFive(t, wins(draws, whole, 3), draws, 20, 100, "whole")
	split := []uint32{10, 30, 40}
	for range 20 {
		split = append(split, 1)
	}
	withinFive(t, wins(draws, split, 3), draws, 20, 100, "split")
}

// The numbers of a draw do not depend on anything a requester or a miner could try cheaply: another job id or address
// is another draw, no better one. Chi-square over 16 classes of the first bits, for addresses and for job ids.
func TestThreat12TicketsAreUniform(t *testing.T) {
	const draws, classes = 20_000, 16
	for name, ticket := range map[string]func(i int) [32]byte{
		"addresses": func(i int) [32]byte { return types.Ticket(chain, number("s"), 1, 0, minerAddress(i), 0) },
		"jobs":      func(i int) [32]byte { return types.Ticket(chain, number("s"), uint64(i), 0, minerAddress(1), 0) },
		"slots":     func(i int) [32]byte { return types.Ticket(chain, number("s"), 1, 0, minerAddress(1), uint32(i)) },
	} {
		var counts [classes]int
		for i := range draws {
			ticket := ticket(i)
			counts[ticket[0]>>4]++
		}
		squares := 0
		for _, count := range counts {
			squares += (count*classes - draws) * (count*classes - draws)
		}
		// Σ (n - e)²/e with e = draws/classes; 50 is beyond the 99.999th percentile for 15 degrees of freedom.
		require.Less(t, squares/(draws*classes), 50, name)
	}
}

// A proposer that may give up its block chooses between two seeds, and no more: with a share s of the stake its chance
// of a seat rises from s to 1-(1-s)², which one lost block reward bought.
func TestThreat37WithholdingABlockIsOneBit(t *testing.T) {
	const draws = 20_000
	slots := []uint32{8, 2} // the proposer's miner has two tenths
	won := 0
	for draw := range draws {
		for _, choice := range []string{"kept", "withheld"} {
			seed := number(choice, draw)
			mine, theirs := lowest(seed, uint64(draw+1), minerAddress(1), slots[1]), lowest(seed, uint64(draw+1), minerAddress(0), slots[0])
			if types.CompareTickets(mine[:], theirs[:]) < 0 {
				won++
				break
			}
		}
	}
	withinFive(t, won, draws, 36, 100, "with one choice of two")
}

func TestLotteryDrawsAsOftenAsAsked(t *testing.T) {
	const draws = 20_000
	for _, bps := range []uint32{500, 5_000} {
		drawn := 0
		for i := range draws {
			if types.LotteryDrawn(chain, number("lottery", i), uint64(i+1), bps) {
				drawn++
			}
		}
		withinFive(t, drawn, draws, int(bps), types.BasisPoints, "lottery")
	}
	for i := range 1_000 {
		seed := number(i)
		sum := hashing.Sum("lottery", chain, seed[:], hashing.U64(1))
		value := new(big.Int).SetBytes(sum[:8])
		share := uint32(value.Mul(value, big.NewInt(types.BasisPoints)).Rsh(value, 64).Uint64())
		require.False(t, types.LotteryDrawn(chain, seed, 1, share))
		require.True(t, types.LotteryDrawn(chain, seed, 1, share+1))
	}
}

// Losing claims cost gas: one claim is expected in the first block, and twice as many in each further one.
func TestThreat46ExpectedClaims(t *testing.T) {
	const slots, draws = 100, 300
	for open, expected := range []int{1, 2, 4, 8} {
		threshold, admitted := types.ClaimThreshold(slots, uint64(open)), 0
		for draw := range draws {
			for slot := range uint32(slots) {
				ticket := types.Ticket(chain, number("claims", draw), 1, 0, minerAddress(1), slot)
				if types.Admits(threshold, ticket) {
					admitted++
				}
			}
		}
		withinFive(t, admitted, draws*slots, expected, slots, "claims")
	}
}

func TestClaimThreshold(t *testing.T) {
	all := [32]byte(bytes.Repeat([]byte{0xff}, 32))
	require.Equal(t, all, types.ClaimThreshold(0, 0))
	require.Equal(t, all, types.ClaimThreshold(1, 0))
	require.Equal(t, all, types.ClaimThreshold(1<<63, 63))
	require.Equal(t, all, types.ClaimThreshold(^uint64(0), ^uint64(0)))
	half := types.ClaimThreshold(2, 0)
	require.Equal(t, new(big.Int).Lsh(big.NewInt(1), 255), new(big.Int).SetBytes(half[:]))
	rapid.Check(t, func(t *rapid.T) {
		slots, open := rapid.Uint64().Draw(t, "slots"), rapid.Uint64Range(0, 70).Draw(t, "open")
		now, later := types.ClaimThreshold(slots, open), types.ClaimThreshold(slots, open+1)
		require.LessOrEqual(t, types.CompareTickets(now[:], later[:]), 0)
	})
}
