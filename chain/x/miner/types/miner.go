package types

import (
	stdmath "math"

	"cosmossdk.io/math"
)

// CheckpointEpochs is for how many past epochs a miner's stake is remembered. A draw is claimed within blocks, so the
// epoch of a draw is the present one or the one before; the rest is margin for short epochs.
const CheckpointEpochs = 4

// Free is the stake that backs no bond. While a slash is owed there is none.
func (m Miner) Free() math.Int { return m.Stake.Sub(m.Locked) }

// Works says whether a miner may take new work, its stake aside.
func (m Miner) Works() bool { return m.JailedUntil == 0 && !m.Retired }

// StakeAt returns the stake that counts in an epoch.
func (m Miner) StakeAt(epoch uint64) math.Int {
	for i := len(m.Checkpoints) - 1; i >= 0; i-- {
		if m.Checkpoints[i].Epoch <= epoch {
			return m.Checkpoints[i].Stake
		}
	}
	return math.ZeroInt()
}

// SlotsAt returns the slots for a draw fixed in an epoch: whole units of the smaller of the stake then and now.
func (m Miner) SlotsAt(epoch uint64, params Params) uint64 {
	if !m.Works() {
		return 0
	}
	return Slots(math.MinInt(m.StakeAt(epoch), m.backing()), params)
}

// SlotsNow returns the slots by the present stake alone.
func (m Miner) SlotsNow(params Params) uint64 {
	if !m.Works() {
		return 0
	}
	return Slots(m.backing(), params)
}

// backing is the stake that is not already forfeit.
func (m Miner) backing() math.Int { return m.Stake.Sub(m.Owed) }

// Checkpoint makes the present stake count from the next epoch, and forgets what no draw asks for any more.
func (m *Miner) Checkpoint(epoch uint64) {
	next := Checkpoint{Epoch: epoch + 1, Stake: m.Stake}
	if last := len(m.Checkpoints) - 1; last >= 0 && m.Checkpoints[last].Epoch == next.Epoch {
		m.Checkpoints[last] = next
	} else {
		m.Checkpoints = append(m.Checkpoints, next)
	}
	// The second one also answers for the oldest epoch kept: the first is never read again.
	for len(m.Checkpoints) > 1 && m.Checkpoints[1].Epoch+CheckpointEpochs <= epoch {
		m.Checkpoints = m.Checkpoints[1:]
	}
}

// Slots returns how many whole units a stake has, or 0 below the minimum. A stake split among several miners never
// has more in total, since every part is rounded down by itself.
func Slots(stake math.Int, params Params) uint64 {
	if stake.LT(params.MinStake) {
		return 0
	}
	slots := stake.Quo(params.SlotUnit)
	// Tickets number slots in 32 bits.
	return math.MinInt(slots, math.NewInt(stdmath.MaxUint32)).Uint64()
}

// SlashOf returns what a fault costs a miner: a share of everything it has, on its way out or not, rounded down.
func SlashOf(m Miner, bps uint32) math.Int {
	return m.Stake.Add(m.Unbonding).MulRaw(int64(bps)).QuoRaw(BasisPoints)
}
