package types

import (
	"strings"
	"unicode/utf8"

	"cosmossdk.io/errors"
	"cosmossdk.io/math"

	jobtypes "github.com/nesa-network/nesa/chain/x/job/types"
)

// MaxFailureBytes bounds the reason that is kept of a failed call.
const MaxFailureBytes = 256

// Wish is how a contract wants to be answered.
type Wish struct {
	// GasLimit of the callback; 0 wants none.
	GasLimit uint64
	// MaxOutput is the longest output to keep, in bytes.
	MaxOutput uint32
}

// Empty says that nothing is wished for.
func (w Wish) Empty() bool { return w == Wish{} }

// Validate checks a wish against the parameters.
func (w Wish) Validate(params Params) error {
	switch {
	case w.GasLimit > params.MaxGasLimit:
		return errors.Wrapf(ErrInvalidWish, "gas limit %d exceeds %d", w.GasLimit, params.MaxGasLimit)
	case w.MaxOutput > params.MaxOutput:
		return errors.Wrapf(ErrInvalidWish, "output of %d bytes exceeds %d", w.MaxOutput, params.MaxOutput)
	}
	return nil
}

// AnswerOf returns what a contract learns of a job's end. The output of a job that was not settled is not handed out:
// a committee found it wrong, or nobody knows.
func AnswerOf(end jobtypes.Ending, maxOutput uint32, height uint64) *Answer {
	answer := &Answer{Status: end.Status, Units: end.Units, Finding: end.Finding, Height: height}
	delivery := end.Job.Delivery
	if end.Status != jobtypes.Status_STATUS_SETTLED || delivery == nil {
		return answer
	}
	answer.Outcome, answer.OutputDigest, answer.OutputUri = delivery.Outcome, delivery.OutputDigest, delivery.OutputUri
	if len(delivery.Output) <= int(maxOutput) {
		answer.Output = delivery.Output
	}
	return answer
}

// End moves an entry on when its job is over.
func (e *Entry) End(answer *Answer, until uint64) {
	e.Answer, e.ForgetHeight, e.State = answer, until, State_STATE_READY
	if e.GasLimit == 0 {
		e.State = State_STATE_KEPT
	}
}

// Fail records that the callback failed, which is final. The fee has gone to whoever made it.
func (e *Entry) Fail(call Call) {
	e.State, e.Fee = State_STATE_FAILED, math.ZeroInt()
	e.Failure, e.GasUsed = call.Failure, call.GasUsed
}

// Reason makes a stranger's text fit to be stored: valid UTF-8, bounded, not empty.
func Reason(text string) string {
	text = strings.ToValidUTF8(text, "?")
	for len(text) > MaxFailureBytes {
		_, size := utf8.DecodeLastRuneInString(text)
		text = text[:len(text)-size]
	}
	if text == "" {
		return "reverted"
	}
	return text
}
