package types_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"cosmossdk.io/math"

	"github.com/nesa-network/nesa/chain/x/miner/types"
)

// Golden arithmetic of slots on the main network: a slot is 100 NES, the least stake 1000 NES.
func TestSlotsGolden(t *testing.T) {
	params := types.DefaultParams()
	for _, test := range []struct {
		stake string
		slots uint64
	}{
		{"0", 0},
		{"100000000000000000000", 0},        // 100 NES: a unit, but below the minimum
		{"999999999999999999999", 0},        // one anes short of the minimum
		{"1000000000000000000000", 10},      // the minimum
		{"1099999999999999999999", 10},      // one anes short of the next slot
		{"1100000000000000000000", 11},      // the next slot
		{"123456789000000000000000", 1_234}, // rounded down
		{"1000000000000000000000000000", 10_000_000},
		{"1000000000000000000000000000000000", 4_294_967_295}, // tickets number slots in 32 bits
	} {
		stake, ok := math.NewIntFromString(test.stake)
		require.True(t, ok)
		require.Equal(t, test.slots, types.Slots(stake, params), "%s anes", test.stake)
	}
}

func TestSlotsAtTakesTheSmallerStake(t *testing.T) {
	params := types.DefaultParams()
	params.SlotUnit, params.MinStake = math.NewInt(10), math.NewInt(100)
	miner := types.Miner{Stake: math.NewInt(100), Locked: math.NewInt(0), Owed: math.NewInt(0)}
	miner.Checkpoint(6) // counts from epoch 7
	miner.Stake = math.NewInt(250)
	miner.Checkpoint(7) // counts from epoch 8
	require.Equal(t, uint64(0), miner.SlotsAt(6, params), "before it staked")
	require.Equal(t, uint64(10), miner.SlotsAt(7, params), "added stake does not count yet")
	require.Equal(t, uint64(25), miner.SlotsAt(8, params))
	miner.Stake = math.NewInt(120)
	miner.Checkpoint(8)
	require.Equal(t, uint64(12), miner.SlotsAt(8, params), "stake taken out counts no more at once")
	miner.Owed = math.NewInt(15)
	require.Equal(t, uint64(10), miner.SlotsAt(8, params), "what is owed backs nothing")
	miner.Owed = math.NewInt(21)
	require.Equal(t, uint64(0), miner.SlotsAt(8, params), "below the minimum")
	miner.Owed, miner.JailedUntil = math.ZeroInt(), 9
	require.Equal(t, uint64(0), miner.SlotsAt(8, params), "jailed")
	miner.JailedUntil, miner.Retired = 0, true
	require.Equal(t, uint64(0), miner.SlotsAt(8, params), "retired")
}

// A checkpoint answers like a full history for every epoch that a draw may ask for, and stays small.
func TestCheckpointsAgreeWithHistory(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		miner := types.Miner{Stake: math.ZeroInt()}
		history := map[uint64]math.Int{} // stake that counts in an epoch
		epoch, counting := uint64(0), math.ZeroInt()
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			for skipped := rapid.Uint64Range(0, 3).Draw(t, "epochs"); skipped > 0; skipped-- {
				history[epoch], epoch, counting = counting, epoch+1, miner.Stake
			}
			miner.Stake = math.NewInt(rapid.Int64Range(0, 1_000).Draw(t, "stake"))
			miner.Checkpoint(epoch)
			history[epoch] = counting
			for back := uint64(0); back <= types.CheckpointEpochs && back <= epoch; back++ {
				want := history[epoch-back]
				if got := miner.StakeAt(epoch - back); !got.Equal(want) {
					t.Fatalf("epoch %d, %d back: %s, want %s", epoch, back, got, want)
				}
			}
			if len(miner.Checkpoints) > types.CheckpointEpochs+2 {
				t.Fatalf("%d checkpoints", len(miner.Checkpoints))
			}
		}
	})
}

// Threats 12 and 13: whoever splits one stake among several miners has no more slots than whoever does not.
func TestThreat13SplitStakeGainsNoSlots(t *testing.T) {
	params := types.DefaultParams()
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfN(rapid.Int64Range(0, 1<<50), 1, 20).Draw(t, "parts")
		whole, split := math.ZeroInt(), uint64(0)
		for _, part := range parts {
			stake := math.NewInt(part).MulRaw(10_000_000) // up to about 11 million NES
			whole, split = whole.Add(stake), split+types.Slots(stake, params)
		}
		if slots := types.Slots(whole, params); split > slots {
			t.Fatalf("%d slots from parts, %d from the whole", split, slots)
		}
	})
}

func TestThreat12SlotsAreProportional(t *testing.T) {
	params := types.DefaultParams()
	rapid.Check(t, func(t *rapid.T) {
		slots := rapid.Uint64Range(10, 1<<31).Draw(t, "slots")
		rest := rapid.Int64Range(0, 99_999_999).Draw(t, "rest")
		stake := params.SlotUnit.Mul(math.NewIntFromUint64(slots)).Add(math.NewInt(rest).MulRaw(1_000_000_000_000))
		if got := types.Slots(stake, params); got != slots {
			t.Fatalf("%s has %d slots, want %d", stake, got, slots)
		}
	})
}

func TestParamsValidate(t *testing.T) {
	require.NoError(t, types.DefaultParams().Validate())
	require.NoError(t, types.LocalnetParams().Validate())
	for name, change := range map[string]func(*types.Params){
		"no slot unit":          func(p *types.Params) { p.SlotUnit = math.Int{} },
		"slot unit of nothing":  func(p *types.Params) { p.SlotUnit = math.ZeroInt() },
		"minimum below a slot":  func(p *types.Params) { p.MinStake = p.SlotUnit.SubRaw(1) },
		"no epochs":             func(p *types.Params) { p.EpochBlocks = 0 },
		"unbonding for ever":    func(p *types.Params) { p.UnbondingBlocks = types.MaxBlocks + 1 },
		"unbonding at once":     func(p *types.Params) { p.UnbondingBlocks = 0 },
		"no unbondings":         func(p *types.Params) { p.MaxUnbondings = 0 },
		"unbounded served":      func(p *types.Params) { p.MaxServed = types.MaxEntries + 1 },
		"no keys":               func(p *types.Params) { p.MaxKeys = 0 },
		"slash more than all":   func(p *types.Params) { p.SlashBps = types.BasisPoints + 1 },
		"slash without strikes": func(p *types.Params) { p.StrikesToSlash = 0 },
		"no strike window":      func(p *types.Params) { p.StrikeWindow = 0 },
		"no jail":               func(p *types.Params) { p.JailBlocks = 0 },
		"keys at once":          func(p *types.Params) { p.KeyDelay = 0 },
	} {
		params := types.DefaultParams()
		change(&params)
		require.ErrorIs(t, params.Validate(), types.ErrInvalidParams, name)
	}
}
