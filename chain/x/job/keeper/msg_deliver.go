package keeper

import (
	"context"
	"crypto/sha256"

	"cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	attestationtypes "github.com/nesa-network/nesa/chain/x/attestation/types"
	"github.com/nesa-network/nesa/chain/x/job/types"
)

// Deliver hands over outputs.
func (s msgServer) Deliver(ctx context.Context, msg *types.MsgDeliver) (*types.MsgDeliverResponse, error) {
	if err := s.checkBatch(ctx, len(msg.Deliveries)); err != nil {
		return nil, err
	}
	miner, err := s.operated(ctx, msg.Operator)
	if err != nil {
		return nil, err
	}
	proven, err := s.proveTogether(ctx, miner, msg.Deliveries)
	if err != nil {
		return nil, err
	}
	results, err := applyEach(ctx, msg.Deliveries, func(ctx context.Context, entry *types.DeliverEntry) error {
		return s.deliver(ctx, miner, entry, proven)
	})
	return &types.MsgDeliverResponse{Results: results}, err
}

// expectDelivery returns the job that a miner may deliver for at a height, and its seat.
func (k Keeper) expectDelivery(
	ctx context.Context, miner sdk.AccAddress, id, at uint64,
) (job types.Job, seat types.Seat, err error) {
	if job, err = k.load(ctx, id); err != nil {
		return job, seat, err
	}
	if err := inPhase(&job, types.Phase_PHASE_RUN, types.RoundExecution, at); err != nil {
		return job, seat, err
	}
	if seat, err = k.seat(ctx, id, types.RoundExecution, miner); err != nil {
		return job, seat, err
	}
	if seat.Miner != job.Executor {
		return job, seat, errors.Wrapf(types.ErrNotSeated, "another miner executes job %d", id)
	}
	return job, seat, nil
}

// outputDigest of a delivery, which names it only where it does not carry the output.
func outputDigest(entry *types.DeliverEntry) []byte {
	if len(entry.Output) == 0 {
		return entry.OutputDigest
	}
	digest := sha256.Sum256(entry.Output)
	return digest[:]
}

func (k Keeper) deliver(
	ctx context.Context, miner sdk.AccAddress, entry *types.DeliverEntry, proven attestationtypes.Proven,
) error {
	job, seat, err := k.expectDelivery(ctx, miner, entry.JobId, height(ctx))
	if err != nil {
		return err
	}
	params, err := k.paramsOf(ctx, &job)
	if err != nil {
		return err
	}
	version, err := k.model.Version(ctx, job.Terms.VersionId)
	if err != nil {
		return err
	}
	if err := entry.Validate(params, job.Terms, version.Profile); err != nil {
		return err
	}
	job.Delivery = &types.Delivery{
		Height: height(ctx), Outcome: entry.Outcome, OutputDigest: outputDigest(entry), OutputUri: entry.OutputUri,
		Units: entry.Units, Fingerprint: entry.Fingerprint, InputUri: entry.InputUri,
	}
	if err := k.savePayload(ctx, k.outputs, job.Id, entry.Output); err != nil {
		return err
	}
	byEvidence := job.Terms.Assurance.ByEvidence()
	if byEvidence {
		if job.Delivery.Evidence, err = k.verifyEvidence(ctx, miner, &job, entry, proven); err != nil {
			return err
		}
	}
	seat.State = types.SeatState_SEAT_STATE_REVEALED
	if err := k.saveSeat(ctx, &seat); err != nil {
		return err
	}
	if err := k.countDuty(ctx, &seat, false); err != nil {
		return err
	}
	if err := k.dropStandby(ctx, job.Id, types.RoundExecution); err != nil {
		return err
	}
	if err := emit(ctx, &types.EventDelivered{
		JobId: job.Id, Executor: job.Executor, Outcome: entry.Outcome, OutputDigest: job.Delivery.OutputDigest,
		Units: entry.Units, Evidence: job.Delivery.Evidence,
	}); err != nil {
		return err
	}
	if byEvidence { // nothing is left to be found out, or nothing can be
		return k.conclude(ctx, &job)
	}
	if err := k.takePremium(ctx, params, &job); err != nil {
		return err
	}
	job.Status = types.Status_STATUS_DELIVERED
	job.Rounds = append(job.Rounds, k.newRound(ctx, params.VerifiersOf(job.Terms.Assurance)))
	return k.enter(ctx, &job, types.Phase_PHASE_LOTTERY, height(ctx)+1)
}

// takePremium moves what the requester pays for a higher check probability to the pool that pays for checks.
func (k Keeper) takePremium(ctx context.Context, params types.Params, job *types.Job) error {
	premium := charged(params, job).Premium
	if !premium.IsPositive() {
		return nil
	}
	job.Escrow = job.Escrow.Sub(premium)
	if err := k.bank.SendCoinsFromModuleToModule(
		ctx, types.EscrowAccount, types.LevyAccount, types.Coins(premium)); err != nil {
		return err
	}
	return k.emitPaid(ctx, job.Id, types.Role_ROLE_LEVY, "", premium)
}
