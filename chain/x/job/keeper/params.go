package keeper

import (
	"context"
	stderrors "errors"

	"cosmossdk.io/collections"
	"cosmossdk.io/errors"

	"github.com/nesa-network/nesa/chain/x/job/types"
)

// Params returns the parameters in force.
func (k Keeper) Params(ctx context.Context) (types.Params, error) {
	_, params, err := k.current(ctx)
	return params, err
}

// current returns the parameters in force and their revision.
func (k Keeper) current(ctx context.Context) (uint64, types.Params, error) {
	revision, err := k.revision.Get(ctx)
	if err != nil {
		return 0, types.Params{}, err
	}
	params, err := k.revisionOf(ctx, revision)
	return revision, params, err
}

// revisionOf returns the parameters of a revision. Those that open jobs and records refer to are kept.
func (k Keeper) revisionOf(ctx context.Context, revision uint64) (types.Params, error) {
	params, err := k.revisions.Get(ctx, revision)
	if stderrors.Is(err, collections.ErrNotFound) {
		return params, errors.Wrapf(types.ErrInvalidParams, "revision %d", revision)
	}
	return params, err
}

// paramsOf returns the parameters a job began with: they hold until it ends.
func (k Keeper) paramsOf(ctx context.Context, job *types.Job) (types.Params, error) {
	return k.revisionOf(ctx, job.ParamsRevision)
}

// setParams puts parameters in force as a new revision.
func (k Keeper) setParams(ctx context.Context, params types.Params) error {
	revision, err := k.revision.Get(ctx)
	if err != nil && !stderrors.Is(err, collections.ErrNotFound) {
		return err
	}
	if err := k.revisions.Set(ctx, revision+1, params); err != nil {
		return err
	}
	return k.revision.Set(ctx, revision+1)
}

// pruneRevision forgets the oldest revision when nothing refers to it. Ids and revisions grow together, so the oldest
// job and the oldest record tell.
func (k Keeper) pruneRevision(ctx context.Context) error {
	oldest, _, err := first(ctx, k.revisions)
	if err != nil {
		return err
	}
	needed, err := k.revision.Get(ctx)
	if err != nil || oldest == needed {
		return err
	}
	if job, found, err := firstValue(ctx, k.jobs.Iterate); err != nil {
		return err
	} else if found {
		needed = min(needed, job.ParamsRevision)
	}
	if record, found, err := firstValue(ctx, k.records.Iterate); err != nil {
		return err
	} else if found {
		needed = min(needed, record.ParamsRevision)
	}
	if oldest >= needed {
		return nil
	}
	return k.revisions.Remove(ctx, oldest)
}

// first returns the lowest key of a map.
func first[V any](ctx context.Context, of collections.Map[uint64, V]) (key uint64, found bool, err error) {
	iterator, err := of.Iterate(ctx, nil)
	if err != nil {
		return 0, false, err
	}
	defer iterator.Close() //nolint:errcheck // reading only
	if !iterator.Valid() {
		return 0, false, nil
	}
	key, err = iterator.Key()
	return key, err == nil, err
}

// firstValue returns the value of the lowest key.
func firstValue[V any](
	ctx context.Context,
	iterate func(context.Context, collections.Ranger[uint64]) (collections.Iterator[uint64, V], error),
) (value V, found bool, err error) {
	iterator, err := iterate(ctx, nil)
	if err != nil {
		return value, false, err
	}
	defer iterator.Close() //nolint:errcheck // reading only
	if !iterator.Valid() {
		return value, false, nil
	}
	value, err = iterator.Value()
	return value, err == nil, err
}
