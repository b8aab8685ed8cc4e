package keeper

import (
	"context"

	"cosmossdk.io/collections"
	"cosmossdk.io/math"

	"github.com/nesa-network/nesa/chain/x/job/types"
)

// expire ends a job that found no executor, or none that delivered in time.
func (k Keeper) expire(ctx context.Context, job *types.Job) error {
	return k.finish(ctx, k.newBill(job), types.Status_STATUS_EXPIRED)
}

// finish returns what is left in the job's pots, and replaces the job by a record.
func (k Keeper) finish(ctx context.Context, b *bill, status types.Status) error {
	job := b.job
	refunded, err := b.refund(ctx)
	if err != nil {
		return err
	}
	if job.Delivery != nil {
		params, err := k.paramsOf(ctx, job)
		if err != nil {
			return err
		}
		b.paid = b.paid.Add(charged(params, job).Premium)
	}
	if err := k.tell(ctx, b, status); err != nil {
		return err
	}
	if err := k.forget(ctx, job); err != nil {
		return err
	}
	if err := k.addRecord(ctx, b, status, refunded); err != nil {
		return err
	}
	return emit(ctx, &types.EventFinished{
		JobId: job.Id, Status: status, Fee: b.paid, Refunded: refunded, Finding: standingFinding(job),
	})
}

// tell hands a job to whoever waits for its end, while its output is still there.
func (k Keeper) tell(ctx context.Context, b *bill, status types.Status) error {
	if k.listener == nil {
		return nil
	}
	awaited, err := k.listener.Awaits(ctx, b.job.Id)
	if err != nil || !awaited {
		return err
	}
	params, err := k.paramsOf(ctx, b.job)
	if err != nil {
		return err
	}
	job := *b.job
	if job.Delivery != nil {
		delivery := *job.Delivery
		job.Delivery = &delivery
	}
	if err := k.attachPayloads(ctx, &job); err != nil {
		return err
	}
	return k.listener.JobEnded(ctx, types.Ending{
		Job: job, Status: status, Finding: standingFinding(&job), Units: b.units,
		Until: height(ctx) + params.Retention,
	})
}

// forget removes a job and everything that belongs to it.
func (k Keeper) forget(ctx context.Context, job *types.Job) error {
	seats, err := k.allSeats(ctx, job.Id)
	if err != nil {
		return err
	}
	for i := range seats {
		if err := k.dropSeat(ctx, &seats[i]); err != nil {
			return err
		}
	}
	if err := k.inputs.Remove(ctx, job.Id); err != nil {
		return err
	}
	if err := k.outputs.Remove(ctx, job.Id); err != nil {
		return err
	}
	if err := k.due.Remove(ctx, collections.Join(job.PhaseEnd, job.Id)); err != nil {
		return err
	}
	return k.jobs.Remove(ctx, job.Id)
}

// addRecord keeps what is worth keeping of a job, until its retention is over.
func (k Keeper) addRecord(ctx context.Context, b *bill, status types.Status, refunded math.Int) error {
	job := b.job
	requester, err := k.address(job.Requester)
	if err != nil {
		return err
	}
	record := types.Record{
		Id: job.Id, Requester: requester, VersionId: job.Terms.VersionId, Status: status,
		Requested: job.Height, Finished: height(ctx), Fee: b.paid, Refunded: refunded,
		InputDigest: job.Terms.InputDigest, Units: b.units, ParamsRevision: job.ParamsRevision,
		Finding: standingFinding(job),
	}
	if job.Executor != "" {
		if record.Executor, err = k.address(job.Executor); err != nil {
			return err
		}
	}
	if job.Delivery != nil {
		record.OutputDigest = job.Delivery.OutputDigest
		record.Evidence = job.Delivery.Evidence
	}
	return k.setRecord(ctx, record)
}

func (k Keeper) setRecord(ctx context.Context, record types.Record) error {
	params, err := k.revisionOf(ctx, record.ParamsRevision)
	if err != nil {
		return err
	}
	if err := k.recordsByHeight.Set(ctx, collections.Join(record.Finished+params.Retention, record.Id)); err != nil {
		return err
	}
	return k.records.Set(ctx, record.Id, record)
}

// pruneRecords forgets records whose retention is over, a few in each block.
func (k Keeper) pruneRecords(ctx context.Context, most int) error {
	now := height(ctx)
	var over []collections.Pair[uint64, uint64]
	err := k.recordsByHeight.Walk(ctx, nil, func(key collections.Pair[uint64, uint64]) (bool, error) {
		if key.K1() > now || len(over) == most {
			return true, nil
		}
		over = append(over, key)
		return false, nil
	})
	if err != nil {
		return err
	}
	for _, key := range over {
		if err := k.recordsByHeight.Remove(ctx, key); err != nil {
			return err
		}
		if err := k.records.Remove(ctx, key.K2()); err != nil {
			return err
		}
	}
	return nil
}
