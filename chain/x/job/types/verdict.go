package types

import (
	sdk "github.com/cosmos/cosmos-sdk/types"

	modeltypes "github.com/nesa-network/nesa/chain/x/model/types"
)

// SeatResult is what one member of a committee revealed.
type SeatResult struct {
	Miner  sdk.AccAddress
	Result Result
}

// VerdictInput is all that a verdict depends on.
type VerdictInput struct {
	// Profile of the version.
	Profile modeltypes.Profile
	// Seats that revealed, in any order.
	Seats []SeatResult
	// SeatsWanted is the size the committee was meant to have: whoever stays away cannot lower the bar.
	SeatsWanted uint32
	// AgreementBps of the seats wanted must agree.
	AgreementBps uint32
	// Delivered is the executor's outcome.
	Delivered Outcome
	// Inline says that the chain holds input and output. Then a committee that could fetch nothing has found nothing;
	// otherwise the executor answers for what cannot be fetched, the input that it keeps included.
	Inline bool
	// FirstRound are, in an appeal, the results revealed in the check, in order of their seats' tickets: that of the
	// distances which follow the scores.
	FirstRound []SeatResult
}

// Judged is how a verdict treats a seat.
type Judged struct {
	Miner    sdk.AccAddress
	Standing Standing
	// Distance of its fingerprint from the reference, or the median of those that an appeal measured.
	Distance uint64
}

// Verdict is what a committee finds.
type Verdict struct {
	Finding Finding
	// Scores are the medians of the good seats' scores.
	Scores []uint64
	// Agreed seats, and how many there would have to be.
	Agreed, Needed uint32
	// Seats in the order of the input.
	Seats []Judged
	// FirstRound in the order of the input.
	FirstRound []Judged
}

// Judge decides a committee's verdict. Nothing but equal results of enough distinct miners moves it: without them it
// is inconclusive, nobody is at fault and nobody is paid, for a committee that could be paid for disagreeing would.
func Judge(in VerdictInput) Verdict {
	c := newCommittee(in)
	verdict := Verdict{
		Finding:    Finding_FINDING_INCONCLUSIVE,
		Needed:     c.needed,
		Seats:      neutral(in.Seats),
		FirstRound: neutral(in.FirstRound),
	}
	outcome, group := c.largestGroup()
	distances, ok := c.distances(outcome, group)
	if !ok {
		return verdict
	}
	var good []int
	for _, seat := range group {
		if standing(distances[seat], c.in.Profile.Threshold) == Standing_STANDING_GOOD {
			good = append(good, seat)
		}
	}
	verdict.Agreed = uint32(len(good))
	if verdict.Agreed < c.needed {
		return verdict
	}
	verdict.Scores = c.medians(good)
	verdict.Finding = c.finding(outcome, good, verdict.Scores)
	if verdict.Finding == Finding_FINDING_INCONCLUSIVE {
		return verdict
	}
	c.judgeSeats(verdict.Seats, outcome, distances)
	c.judgeFirstRound(verdict.FirstRound, outcome, good)
	return verdict
}
