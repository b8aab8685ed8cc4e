package beacon_test

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nesa-network/nesa/chain/hashing"
	"github.com/nesa-network/nesa/chain/x/beacon/types"
	"github.com/nesa-network/nesa/chain/x/beacon/vrf"
)

const (
	grindChain = "nesa-grind-1"
	wins       = 0.2 // the share of seeds that suit the attacker
)

// network is a chain of seeds among validators of equal power, the first of whom attacks.
type network struct {
	t      *testing.T
	random *rand.Rand
	keys   []vrf.SecretKey
	seed   types.Seed
}

func newNetwork(t *testing.T, validators int) *network {
	t.Helper()
	n := &network{t: t, random: rand.New(rand.NewPCG(1, 2)), seed: types.Seed{Value: types.First(grindChain)}}
	for i := range validators {
		secret := make([]byte, vrf.SeedSize)
		secret[0] = byte(i)
		key, err := vrf.NewSecretKey(secret)
		require.NoError(t, err)
		n.keys = append(n.keys, key)
	}
	return n
}

// next returns the seed that a validator's block would give.
func (n *network) next(proposer int) types.Seed {
	height := n.seed.Height + 1
	key := n.keys[proposer]
	alpha := types.Alpha(grindChain, height, n.seed.Value)
	output, ok := vrf.Verify(key.PublicKey(), key.Prove(alpha), alpha)
	require.True(n.t, ok)
	return types.Seed{
		Height: height, Proposer: []byte{byte(proposer)}, Contributed: true,
		Value: types.Contributed(grindChain, n.seed.Value, output),
	}
}

// suits says whether a draw for a job under a seed falls to the attacker.
func suits(seed types.Seed, job uint64) bool {
	draw := hashing.Sum("test-draw", grindChain, seed.Value, hashing.U64(job))
	return float64(binary.BigEndian.Uint64(draw[:8])) < wins*math.MaxUint64
}

// withholding runs draws against an attacker that may give up its block when the seed in it does not suit it.
func withholding(t *testing.T, draws int, withholds bool) (won, lost float64) {
	t.Helper()
	n := newNetwork(t, 4)
	for job := range uint64(draws) {
		n.seed = n.next(n.random.IntN(len(n.keys)))
		fixed := n.seed
		for {
			proposer := n.random.IntN(len(n.keys))
			seed := n.next(proposer)
			if proposer == 0 && withholds && seed.Decides(fixed.Height, fixed.Proposer) && !suits(seed, job) {
				lost++
				seed = n.next(1 + n.random.IntN(len(n.keys)-1)) // the next round's proposer
			}
			n.seed = seed
			if seed.Decides(fixed.Height, fixed.Proposer) {
				break
			}
		}
		if suits(n.seed, job) {
			won++
		}
	}
	return won / float64(draws), lost
}

// A proposer that withholds its block throws one die again, at the price of the block: of p it makes at most
// p + share·(1-p)·p, which is p per block lost.
func TestThreat37WithholdingGainsOneBitPerLostBlock(t *testing.T) {
	const draws = 6000
	deviation := 3.3 * math.Sqrt(wins*(1-wins)/draws)

	honest, lost := withholding(t, draws, false)
	require.Zero(t, lost)
	require.InDelta(t, wins, honest, deviation)

	won, lost := withholding(t, draws, true)
	const share = 0.75 / 3 // it may decide none of its own draws, and one in three of the others'
	require.InDelta(t, wins+share*(1-wins)*wins, won, 1.2*deviation)
	require.InDelta(t, wins, (won-wins)*draws/lost, 0.12, "gain per block lost")
	t.Logf("share of draws won: %.4f honest, %.4f withholding; %.0f blocks lost", honest, won, lost)
}

// A proposer of two blocks in a row fixes a draw in the first, knowing the seed of the second, and orders the first as
// it likes. That seed decides nothing: another validator's does.
func TestThreat12TwoBlocksInARowGainNothing(t *testing.T) {
	const draws, orders = 1500, 100
	n := newNetwork(t, 4)
	won := 0.0
	for range draws {
		n.seed = n.next(0)
		fixed := n.seed
		own := n.next(0)
		job := uint64(0) // the order that suits the attacker if its own seed decides
		for job < orders && !suits(own, job) {
			job++
		}
		n.seed = own
		for !n.seed.Decides(fixed.Height, fixed.Proposer) {
			n.seed = n.next(n.random.IntN(len(n.keys)))
		}
		if suits(n.seed, job) {
			won++
		}
	}
	require.InDelta(t, wins, won/draws, 3.3*math.Sqrt(wins*(1-wins)/draws))
}
