package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	"cosmossdk.io/core/address"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/x/job/types"
)

// A job's requester and version never change, and its status seldom does: one index object reads the old value once
// and touches only what differs, where one collection index for each field would rewrite all of them every time.

type (
	byAddress = collections.KeySet[collections.Pair[sdk.AccAddress, uint64]]
	byNumber  = collections.KeySet[collections.Pair[uint64, uint64]]
	byStatus  = collections.KeySet[collections.Pair[uint32, uint64]]
	seatKey   = collections.Triple[uint64, uint32, sdk.AccAddress]
	place     = collections.Pair[uint64, uint32]
	bySeat    = collections.KeySet[collections.Pair[sdk.AccAddress, place]]
)

func newByAddress(sb *collections.SchemaBuilder, prefix collections.Prefix, name string) byAddress {
	return collections.NewKeySet(sb, prefix, name, collections.PairKeyCodec(sdk.AccAddressKey, collections.Uint64Key),
		collections.WithKeySetSecondaryIndex())
}

func newByNumber(sb *collections.SchemaBuilder, prefix collections.Prefix, name string) byNumber {
	return collections.NewKeySet(sb, prefix, name, collections.PairKeyCodec(collections.Uint64Key, collections.Uint64Key),
		collections.WithKeySetSecondaryIndex())
}

// jobIndex finds open jobs by requester, version and status.
type jobIndex struct {
	addresses address.Codec
	requester byAddress
	version   byNumber
	status    byStatus
}

func newJobIndex(sb *collections.SchemaBuilder, addresses address.Codec) *jobIndex {
	return &jobIndex{
		addresses: addresses,
		requester: newByAddress(sb, types.JobsByRequesterPrefix, "jobs_by_requester"),
		version:   newByNumber(sb, types.JobsByVersionPrefix, "jobs_by_version"),
		status: collections.NewKeySet(sb, types.JobsByStatusPrefix, "jobs_by_status",
			collections.PairKeyCodec(collections.Uint32Key, collections.Uint64Key), collections.WithKeySetSecondaryIndex()),
	}
}

// IndexesList implements collections.Indexes.
func (i *jobIndex) IndexesList() []collections.Index[uint64, types.Job] {
	return []collections.Index[uint64, types.Job]{i}
}

// Reference implements collections.Index.
func (i *jobIndex) Reference(ctx context.Context, id uint64, job types.Job, old func() (types.Job, error)) error {
	before, err := old()
	switch {
	case errors.Is(err, collections.ErrNotFound):
		requester, err := i.addresses.StringToBytes(job.Requester)
		if err != nil {
			return err
		}
		if err := i.requester.Set(ctx, collections.Join(sdk.AccAddress(requester), id)); err != nil {
			return err
		}
		if err := i.version.Set(ctx, collections.Join(job.Terms.VersionId, id)); err != nil {
			return err
		}
	case err != nil:
		return err
	case before.Status == job.Status:
		return nil
	default:
		if err := i.status.Remove(ctx, collections.Join(uint32(before.Status), id)); err != nil {
			return err
		}
	}
	return i.status.Set(ctx, collections.Join(uint32(job.Status), id))
}

// Unreference implements collections.Index.
func (i *jobIndex) Unreference(ctx context.Context, id uint64, old func() (types.Job, error)) error {
	job, err := old()
	if err != nil {
		return err
	}
	requester, err := i.addresses.StringToBytes(job.Requester)
	if err != nil {
		return err
	}
	if err := i.requester.Remove(ctx, collections.Join(sdk.AccAddress(requester), id)); err != nil {
		return err
	}
	if err := i.version.Remove(ctx, collections.Join(job.Terms.VersionId, id)); err != nil {
		return err
	}
	return i.status.Remove(ctx, collections.Join(uint32(job.Status), id))
}

// seatIndex finds seats by miner. All of it is in the primary key.
type seatIndex struct{ miner bySeat }

func newSeatIndex(sb *collections.SchemaBuilder) *seatIndex {
	return &seatIndex{collections.NewKeySet(sb, types.SeatsByMinerPrefix, "seats_by_miner",
		collections.PairKeyCodec(sdk.AccAddressKey, collections.PairKeyCodec(collections.Uint64Key, collections.Uint32Key)),
		collections.WithKeySetSecondaryIndex())}
}

// IndexesList implements collections.Indexes.
func (i *seatIndex) IndexesList() []collections.Index[seatKey, types.Seat] {
	return []collections.Index[seatKey, types.Seat]{i}
}

// Reference implements collections.Index.
func (i *seatIndex) Reference(ctx context.Context, key seatKey, _ types.Seat, old func() (types.Seat, error)) error {
	if _, err := old(); err == nil || !errors.Is(err, collections.ErrNotFound) {
		return err
	}
	return i.miner.Set(ctx, collections.Join(key.K3(), collections.Join(key.K1(), key.K2())))
}

// Unreference implements collections.Index.
func (i *seatIndex) Unreference(ctx context.Context, key seatKey, _ func() (types.Seat, error)) error {
	return i.miner.Remove(ctx, collections.Join(key.K3(), collections.Join(key.K1(), key.K2())))
}

// recordIndex finds finished jobs by requester, executor and version. A record is written once.
type recordIndex struct {
	requester byAddress
	executor  byAddress
	version   byNumber
}

func newRecordIndex(sb *collections.SchemaBuilder) *recordIndex {
	return &recordIndex{
		requester: newByAddress(sb, types.RecordsByRequesterPrefix, "records_by_requester"),
		executor:  newByAddress(sb, types.RecordsByExecutorPrefix, "records_by_executor"),
		version:   newByNumber(sb, types.RecordsByVersionPrefix, "records_by_version"),
	}
}

// IndexesList implements collections.Indexes.
func (i *recordIndex) IndexesList() []collections.Index[uint64, types.Record] {
	return []collections.Index[uint64, types.Record]{i}
}

// Reference implements collections.Index.
func (i *recordIndex) Reference(ctx context.Context, id uint64, record types.Record, _ func() (types.Record, error)) error {
	if err := i.requester.Set(ctx, collections.Join(sdk.AccAddress(record.Requester), id)); err != nil {
		return err
	}
	if len(record.Executor) > 0 {
		if err := i.executor.Set(ctx, collections.Join(sdk.AccAddress(record.Executor), id)); err != nil {
			return err
		}
	}
	return i.version.Set(ctx, collections.Join(record.VersionId, id))
}

// Unreference implements collections.Index.
func (i *recordIndex) Unreference(ctx context.Context, id uint64, old func() (types.Record, error)) error {
	record, err := old()
	if err != nil {
		return err
	}
	if err := i.requester.Remove(ctx, collections.Join(sdk.AccAddress(record.Requester), id)); err != nil {
		return err
	}
	if len(record.Executor) > 0 {
		if err := i.executor.Remove(ctx, collections.Join(sdk.AccAddress(record.Executor), id)); err != nil {
			return err
		}
	}
	return i.version.Remove(ctx, collections.Join(record.VersionId, id))
}
