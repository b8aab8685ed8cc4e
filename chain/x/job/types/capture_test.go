package types_test

import (
	"fmt"
	"math/big"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nesa-network/nesa/chain/x/job/types"
)

// atLeast returns the probability that of n seats, each drawn with the probability share, at least k are one owner's.
func atLeast(n, k int64, share *big.Rat) *big.Rat {
	rest, sum := new(big.Rat).Sub(big.NewRat(1, 1), share), new(big.Rat)
	for i := k; i <= n; i++ {
		term := new(big.Rat).SetInt(new(big.Int).Binomial(n, i))
		for j := range n {
			if j < i {
				term.Mul(term, share)
			} else {
				term.Mul(term, rest)
			}
		}
		sum.Add(sum, term)
	}
	return sum
}

// atLeastOf returns the same when the seats are drawn without return from so many equal miners, of which some are one
// owner's.
func atLeastOf(miners, owned, n, k int64) *big.Rat {
	sum := new(big.Int)
	for i := k; i <= n; i++ {
		sum.Add(sum, new(big.Int).Mul(new(big.Int).Binomial(owned, i), new(big.Int).Binomial(miners-owned, n-i)))
	}
	return new(big.Rat).SetFrac(sum, new(big.Int).Binomial(miners, n))
}

func percent(p *big.Rat) string {
	p = new(big.Rat).Mul(p, big.NewRat(100, 1))
	switch {
	case p.Sign() == 0:
		return "0"
	case p.Cmp(big.NewRat(1, 1_000_000)) < 0:
		return "< 0.000001 %"
	case p.Cmp(big.NewRat(1, 100)) < 0:
		return p.FloatString(6) + " %"
	default:
		return p.FloatString(2) + " %"
	}
}

// captureTable is the table of docs/protocol.md.
func captureTable() string {
	var table strings.Builder
	table.WriteString("| seats | agree | share | decides | decides, of 100 miners | blocks |\n")
	table.WriteString("| --- | --- | --- | --- | --- | --- |\n")
	for _, seats := range []int64{3, 5, 9, 21} {
		needed := int64(types.Judge(types.VerdictInput{SeatsWanted: uint32(seats), AgreementBps: types.DefaultParams().AgreementBps}).Needed)
		for _, share := range []int64{10, 20, 33} {
			part := big.NewRat(share, 100)
			fmt.Fprintf(&table, "| %d | %d | %d %% | %s | %s | %s |\n", seats, needed, share,
				percent(atLeast(seats, needed, part)),
				percent(atLeastOf(100, share, seats, needed)),
				percent(atLeast(seats, seats-needed+1, part)))
		}
	}
	return table.String()
}

// What one owner of many identities can do is not prevented, so it is published.
func TestThreat48CaptureProbabilityIsPublished(t *testing.T) {
	// By hand: 3·0.1²·0.9 + 0.1³, and C(10,2)·C(90,1)+C(10,3) of C(100,3).
	require.Zero(t, atLeast(3, 2, big.NewRat(1, 10)).Cmp(big.NewRat(28, 1_000)))
	require.Zero(t, atLeastOf(100, 10, 3, 2).Cmp(big.NewRat(45*90+120, 161_700)))
	doc, err := os.ReadFile("../../../../docs/protocol.md")
	require.NoError(t, err)
	require.True(t, strings.Contains(string(doc), captureTable()), "docs/protocol.md lacks this table:\n%s", captureTable())
}

// The binomial is what the draw does: the lowest tickets of equal miners, of which a third are one owner's.
func TestThreat48DrawnCommittees(t *testing.T) {
	const draws, miners, owned, seats = 5_000, 30, 10, 5
	captured := 0
	for draw := range draws {
		seed, mine := number("committee", draw), 0
		taken := map[int]bool{}
		for range seats {
			best, lowest := -1, [32]byte{}
			for i := range miners {
				ticket := types.Ticket(chain, seed, 1, types.RoundCheck, minerAddress(i), 0)
				if !taken[i] && (best < 0 || types.CompareTickets(ticket[:], lowest[:]) < 0) {
					best, lowest = i, ticket
				}
			}
			taken[best] = true
			if best < owned {
				mine++
			}
		}
		if mine >= 4 {
			captured++
		}
	}
	expected := new(big.Rat).Mul(atLeastOf(miners, owned, seats, 4), big.NewRat(1_000_000, 1))
	withinFive(t, captured, draws, int(new(big.Int).Quo(expected.Num(), expected.Denom()).Int64()), 1_000_000, "captured")
}
