package inference

import (
	"context"
	"errors"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"

	sdk "github.com/cosmos/cosmos-sdk/types"

	callbacktypes "github.com/nesa-network/nesa/chain/x/callback/types"
	jobtypes "github.com/nesa-network/nesa/chain/x/job/types"
)

func (p Precompile) estimate(
	ctx sdk.Context, method *abi.Method, caller common.Address, args []any,
) ([]byte, error) {
	terms, wish, err := parseRequest(method, args)
	if err != nil {
		return nil, err
	}
	requester, err := p.text(caller)
	if err != nil {
		return nil, err
	}
	costs, err := p.query.Estimate(ctx, &jobtypes.QueryEstimateRequest{Requester: requester, Terms: terms})
	if err != nil {
		return nil, err
	}
	fee, refusal := p.callback.Fee(ctx, wish)
	if refusal != nil && !errors.Is(refusal, callbacktypes.ErrInvalidWish) {
		return nil, refusal
	}
	if refusal != nil && costs.Refusal == "" {
		costs.Refusal = refusal.Error()
	}
	packed := newEstimate(costs, fee)
	if balance := p.bank.GetBalance(ctx, caller.Bytes(), jobtypes.Denom).Amount; packed.Refusal == "" &&
		balance.BigInt().Cmp(packed.Total) < 0 {
		packed.Refusal = "the balance " + balance.String() + " does not cover the whole of " + packed.Total.String()
	}
	return method.Outputs.Pack(packed)
}

func (p Precompile) status(ctx sdk.Context, method *abi.Method, id uint64) ([]byte, error) {
	found, err := p.query.Job(ctx, &jobtypes.QueryJobRequest{Id: id})
	if err != nil {
		return nil, err
	}
	switch {
	case found.Job != nil:
		requester, err := p.addresses.StringToBytes(found.Job.Requester)
		if err != nil {
			return nil, err
		}
		return method.Outputs.Pack(uint8(found.Job.Status), false, common.BytesToAddress(requester))
	case found.Record != nil:
		return method.Outputs.Pack(uint8(found.Record.Status), true, common.BytesToAddress(found.Record.Requester))
	default:
		return method.Outputs.Pack(uint8(0), true, common.Address{})
	}
}

func (p Precompile) result(ctx sdk.Context, method *abi.Method, id uint64) ([]byte, error) {
	found, err := p.query.Job(ctx, &jobtypes.QueryJobRequest{Id: id})
	if err != nil {
		return nil, err
	}
	switch {
	case found.Job != nil:
		return method.Outputs.Pack(resultOfJob(found.Job))
	case found.Record != nil:
		kept, err := p.kept(ctx, id)
		if err != nil {
			return nil, err
		}
		return method.Outputs.Pack(resultOfRecord(found.Record, kept))
	default:
		return method.Outputs.Pack(result{Done: true, Output: []byte{}})
	}
}

// kept returns what is kept of a job's answer, or nothing.
func (p Precompile) kept(ctx context.Context, id uint64) (*callbacktypes.Answer, error) {
	entry, err := p.callback.Entry(ctx, id)
	if errors.Is(err, callbacktypes.ErrEntryNotFound) {
		return nil, nil //nolint:nilnil // nothing was kept
	}
	return entry.Answer, err
}

func resultOfJob(job *jobtypes.Job) result {
	known := result{Status: uint8(job.Status), Output: []byte{}}
	if delivery := job.Delivery; delivery != nil {
		known.Outcome, known.Units = uint8(delivery.Outcome), delivery.Units
		known.Output, known.OutputUri = delivery.Output, delivery.OutputUri
		known.OutputDigest = digest(delivery.OutputDigest)
	}
	return known
}

func resultOfRecord(record *jobtypes.Record, kept *callbacktypes.Answer) result {
	known := result{
		Status: uint8(record.Status), Done: true, Finding: uint8(record.Finding), Units: record.Units, Output: []byte{},
	}
	if record.Status == jobtypes.Status_STATUS_SETTLED {
		known.OutputDigest = digest(record.OutputDigest)
	}
	if kept != nil {
		known.Outcome, known.Output, known.OutputUri = uint8(kept.Outcome), kept.Output, kept.OutputUri
	}
	return known
}

func (p Precompile) evidence(ctx sdk.Context, method *abi.Method, id uint64) ([]byte, error) {
	found, err := p.query.Job(ctx, &jobtypes.QueryJobRequest{Id: id})
	if err != nil {
		return nil, err
	}
	return method.Outputs.Pack(evidenceOf(found.Record))
}

// evidenceOf says what settled a job.
func evidenceOf(record *jobtypes.Record) string {
	switch {
	case record == nil || record.Status != jobtypes.Status_STATUS_SETTLED:
		return ""
	case record.Evidence != "":
		return record.Evidence
	case record.Finding == jobtypes.Finding_FINDING_UPHELD:
		return "check"
	default:
		return "lottery"
	}
}
