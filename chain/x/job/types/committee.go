package types

import stdmath "math"

// committee is an input with the seats that count.
type committee struct {
	in VerdictInput
	// counts says of each seat whether its result is well formed and its miner's only one.
	counts []bool
	needed uint32
}

func newCommittee(in VerdictInput) committee {
	c := committee{in: in, counts: make([]bool, len(in.Seats)), needed: needed(in)}
	seats := make(map[string]int, len(in.Seats))
	for _, seat := range in.Seats {
		seats[string(seat.Miner)]++
	}
	for i, seat := range in.Seats {
		c.counts[i] = seats[string(seat.Miner)] == 1 && seat.Result.Validate(in.Profile, len(in.FirstRound)) == nil
	}
	return c
}

// needed is how many seats must agree.
func needed(in VerdictInput) uint32 {
	return Agreement(max(in.SeatsWanted, uint32(len(in.Seats))), in.AgreementBps)
}

// Agreement is how many seats of a committee must agree: the share asked for, and in any case more than half.
func Agreement(wanted, bps uint32) uint32 {
	seats := max(uint64(wanted), 1)
	share := min(uint64(bps), BasisPoints)
	return uint32(min(max((seats*share+BasisPoints-1)/BasisPoints, seats/2+1), stdmath.MaxUint32))
}

// largestGroup returns the outcome that most seats have, and these seats. Only more than half can decide, so it does
// not matter which of equal groups it is.
func (c committee) largestGroup() (Outcome, []int) {
	var largest []int
	outcome := Outcome_OUTCOME_UNSPECIFIED
	for candidate := Outcome_OUTCOME_OK; candidate.Known(); candidate++ {
		var group []int
		for i, seat := range c.in.Seats {
			if c.counts[i] && seat.Result.Outcome == candidate {
				group = append(group, i)
			}
		}
		if len(group) > len(largest) {
			outcome, largest = candidate, group
		}
	}
	return outcome, largest
}

// distances returns, for the seats of a group, the distance to its reference. Failures have no fingerprints and agree.
func (c committee) distances(outcome Outcome, group []int) (map[int]uint64, bool) {
	distances := make(map[int]uint64, len(group))
	if outcome != Outcome_OUTCOME_OK {
		for _, seat := range group {
			distances[seat] = 0
		}
		return distances, true
	}
	fingerprints := make([][]byte, 0, len(group))
	for _, seat := range group {
		fingerprints = append(fingerprints, c.in.Seats[seat].Result.Fingerprint)
	}
	exact := Exact(c.in.Profile)
	reference, err := reference(fingerprints, exact)
	if err != nil {
		return nil, false
	}
	for _, seat := range group {
		distances[seat], err = Distance(c.in.Seats[seat].Result.Fingerprint, reference, exact)
		if err != nil {
			return nil, false
		}
	}
	return distances, true
}

func reference(fingerprints [][]byte, exact bool) ([]byte, error) {
	if exact {
		return CommonestHash(fingerprints)
	}
	return LowerMedianFingerprint(fingerprints)
}

// finding judges the executor. A fault needs as many seats that see it as agreement takes, and not only a median,
// which a bare majority of the good seats could move; the executor is upheld by the medians.
func (c committee) finding(outcome Outcome, good []int, medians []uint64) Finding {
	switch {
	case outcome == Outcome_OUTCOME_UNAVAILABLE && c.in.Inline:
		return Finding_FINDING_INCONCLUSIVE
	case outcome == Outcome_OUTCOME_UNAVAILABLE:
		return Finding_FINDING_UNAVAILABLE
	case outcome != c.in.Delivered:
		return Finding_FINDING_FAULT
	case outcome != Outcome_OUTCOME_OK:
		return Finding_FINDING_UPHELD
	}
	finding := Finding_FINDING_UPHELD
	for k, threshold := range c.in.Profile.ScoreThresholds {
		switch {
		case c.beyond(good, k, threshold) >= c.needed:
			return Finding_FINDING_FAULT
		case medians[k] > threshold:
			finding = Finding_FINDING_INCONCLUSIVE
		}
	}
	return finding
}

// beyond counts the seats whose k-th score exceeds a limit.
func (c committee) beyond(seats []int, k int, limit uint64) (count uint32) {
	for _, seat := range seats {
		if c.in.Seats[seat].Result.Scores[k] > limit {
			count++
		}
	}
	return count
}

// medians returns the medians of some seats' scores.
func (c committee) medians(seats []int) []uint64 {
	medians := make([]uint64, ScoresWanted(c.in.Profile, len(c.in.FirstRound)))
	values := make([]uint64, len(seats))
	for k := range medians {
		for i, seat := range seats {
			values[i] = c.in.Seats[seat].Result.Scores[k]
		}
		medians[k] = LowerMedian(values)
	}
	return medians
}

// judgeSeats sets the standings of a committee that has agreed on an outcome. Malformed results are faults.
func (c committee) judgeSeats(judged []Judged, outcome Outcome, distances map[int]uint64) {
	for i := range judged {
		distance, inGroup := distances[i]
		switch {
		case inGroup:
			judged[i].Distance = distance
			judged[i].Standing = standing(distance, c.in.Profile.Threshold)
		case c.counts[i]:
			judged[i].Standing = otherwise(outcome, c.in.Seats[i].Result.Outcome)
		default:
			judged[i].Standing = Standing_STANDING_FAULT
		}
	}
}

// judgeFirstRound sets the standings of the check's seats by the distances that the good seats of the appeal measured.
func (c committee) judgeFirstRound(judged []Judged, outcome Outcome, good []int) {
	var medians []uint64
	if outcome == Outcome_OUTCOME_OK {
		medians = c.medians(good)
	}
	threshold := c.in.Profile.Threshold
	limit := neutralLimit(threshold)
	for i := range judged {
		result := c.in.FirstRound[i].Result
		if result.Outcome != outcome {
			judged[i].Standing = otherwise(outcome, result.Outcome)
			continue
		}
		judged[i].Standing = Standing_STANDING_GOOD
		if outcome != Outcome_OUTCOME_OK {
			continue
		}
		k := len(c.in.Profile.ScoreThresholds) + i
		judged[i].Distance = medians[k]
		switch {
		case c.beyond(good, k, limit) >= c.needed:
			judged[i].Standing = Standing_STANDING_FAULT
		case judged[i].Distance > threshold:
			judged[i].Standing = Standing_STANDING_NEUTRAL
		}
	}
}
