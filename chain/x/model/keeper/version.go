package keeper

import (
	"context"
	stderrors "errors"

	"cosmossdk.io/collections"
	"cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/x/model/types"
)

// Version returns a version by its id.
func (k Keeper) Version(ctx context.Context, id uint64) (types.Version, error) {
	version, err := k.versions.Get(ctx, id)
	if stderrors.Is(err, collections.ErrNotFound) {
		return version, errors.Wrapf(types.ErrNoVersion, "id %d", id)
	}
	return version, err
}

// HasVersion says whether a version exists.
func (k Keeper) HasVersion(ctx context.Context, id uint64) (bool, error) {
	return k.versions.Has(ctx, id)
}

// OnProbation says whether faults under this version are spared a slash: it was never proven, or is suspended.
func (k Keeper) OnProbation(ctx context.Context, versionID uint64) (bool, error) {
	version, err := k.Version(ctx, versionID)
	return !version.Slashable(), err
}

// RecordCheck counts a decided check. The miners are those whose results agreed; they matter on probation only.
func (k Keeper) RecordCheck(ctx context.Context, versionID uint64, agreed bool, miners []sdk.AccAddress) error {
	version, err := k.Version(ctx, versionID)
	if err != nil {
		return err
	}
	params, err := k.Params(ctx)
	if err != nil {
		return err
	}
	if agreed {
		version.Agreed++
		if err := k.recordMiners(ctx, &version, params, miners); err != nil {
			return err
		}
	} else {
		version.Disagreed++
	}
	switch {
	case version.PassesProbation(params):
		version.Proven = true
		return k.setStatus(ctx, version, types.VersionStatus_VERSION_STATUS_ACTIVE)
	case version.MustSuspend(params):
		return k.setStatus(ctx, version, types.VersionStatus_VERSION_STATUS_SUSPENDED)
	default:
		return k.versions.Set(ctx, version.Id, version)
	}
}

// recordMiners remembers distinct miners, no more of them than probation asks for.
func (k Keeper) recordMiners(
	ctx context.Context, version *types.Version, params types.Params, miners []sdk.AccAddress,
) error {
	if version.Status != types.VersionStatus_VERSION_STATUS_PROBATION {
		return nil
	}
	for _, miner := range miners {
		if version.DistinctMiners >= params.ProbationMiners {
			return nil
		}
		key := collections.Join(version.Id, miner)
		seen, err := k.probationMiners.Has(ctx, key)
		if err != nil {
			return err
		}
		if seen {
			continue
		}
		if err := k.probationMiners.Set(ctx, key); err != nil {
			return err
		}
		version.DistinctMiners++
	}
	return nil
}

// setStatus stores a version in a new status, and forgets what only probation needed.
func (k Keeper) setStatus(ctx context.Context, version types.Version, status types.VersionStatus) error {
	if version.Status == types.VersionStatus_VERSION_STATUS_PROBATION {
		miners := collections.NewPrefixedPairRange[uint64, sdk.AccAddress](version.Id)
		if err := k.probationMiners.Clear(ctx, miners); err != nil {
			return err
		}
	}
	version.Status = status
	if err := k.versions.Set(ctx, version.Id, version); err != nil {
		return err
	}
	return emit(ctx, &types.EventVersionStatus{VersionId: version.Id, Status: status})
}
