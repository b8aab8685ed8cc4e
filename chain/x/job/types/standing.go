package types

import (
	stdmath "math"
	"math/bits"
)

// neutralFactor times the threshold is how far a fingerprint may be off before its maker is at fault.
const neutralFactor = 4

// otherwise is the standing of a seat whose outcome is not the group's. To have been able, or unable, to fetch what
// others were not, or were, is no fault: whoever serves an output chooses whom it serves.
func otherwise(group, own Outcome) Standing {
	if group == Outcome_OUTCOME_UNAVAILABLE || own == Outcome_OUTCOME_UNAVAILABLE {
		return Standing_STANDING_NEUTRAL
	}
	return Standing_STANDING_FAULT
}

func standing(distance, threshold uint64) Standing {
	switch {
	case distance <= threshold:
		return Standing_STANDING_GOOD
	case distance <= neutralLimit(threshold):
		return Standing_STANDING_NEUTRAL
	default:
		return Standing_STANDING_FAULT
	}
}

func neutralLimit(threshold uint64) uint64 {
	high, low := bits.Mul64(threshold, neutralFactor)
	if high > 0 {
		return stdmath.MaxUint64
	}
	return low
}

func neutral(seats []SeatResult) []Judged {
	judged := make([]Judged, len(seats))
	for i, seat := range seats {
		judged[i] = Judged{Miner: seat.Miner, Standing: Standing_STANDING_NEUTRAL}
	}
	return judged
}
