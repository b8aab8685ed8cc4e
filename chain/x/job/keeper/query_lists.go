package keeper

import (
	"context"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/nesa-network/nesa/chain/x/job/types"
)

// Jobs pages through open jobs by one of requester, miner, version or status.
func (s queryServer) Jobs(ctx context.Context, req *types.QueryJobsRequest) (*types.QueryJobsResponse, error) {
	if err := atMostOne(req.GetRequester() != "", req.GetMiner() != "", req.GetVersionId() != 0,
		req.GetStatus() != types.Status_STATUS_UNSPECIFIED); err != nil {
		return nil, err
	}
	page := newestFirst(req.GetPagination())
	var jobs []types.Job
	var next *query.PageResponse
	var err error
	switch {
	case req.Requester != "":
		jobs, next, err = pageByAddress(ctx, s.Keeper, s.jobs.Indexes.requester, req.Requester, page, s.Get)
	case req.Miner != "":
		jobs, next, err = s.jobsOfMiner(ctx, req.Miner, page)
	case req.VersionId != 0:
		jobs, next, err = query.CollectionPaginate(ctx, s.jobs.Indexes.version, page,
			func(key collections.Pair[uint64, uint64], _ collections.NoValue) (types.Job, error) {
				return s.Get(ctx, key.K2())
			}, query.WithCollectionPaginationPairPrefix[uint64, uint64](req.VersionId))
	case req.Status != types.Status_STATUS_UNSPECIFIED:
		jobs, next, err = query.CollectionPaginate(ctx, s.jobs.Indexes.status, page,
			func(key collections.Pair[uint32, uint64], _ collections.NoValue) (types.Job, error) {
				return s.Get(ctx, key.K2())
			}, query.WithCollectionPaginationPairPrefix[uint32, uint64](uint32(req.Status)))
	default:
		jobs, next, err = query.CollectionPaginate(ctx, s.jobs, page,
			func(id uint64, _ types.Job) (types.Job, error) { return s.Get(ctx, id) })
	}
	return &types.QueryJobsResponse{Jobs: jobs, Pagination: next}, err
}

// jobsOfMiner leaves out the second seat of a miner that waits in one round after it missed in another.
func (s queryServer) jobsOfMiner(
	ctx context.Context, text string, page *query.PageRequest,
) ([]types.Job, *query.PageResponse, error) {
	miner, err := s.queried(text)
	if err != nil {
		return nil, nil, err
	}
	type key = collections.Pair[sdk.AccAddress, place]
	return query.CollectionFilteredPaginate(ctx, s.seats.Indexes.miner, page,
		func(key key, _ collections.NoValue) (bool, error) {
			for round := types.RoundExecution; round < key.K2().K2(); round++ {
				if has, err := s.hasSeat(ctx, key.K2().K1(), round, miner); err != nil || has {
					return false, err
				}
			}
			return true, nil
		},
		func(key key, _ collections.NoValue) (types.Job, error) { return s.Get(ctx, key.K2().K1()) },
		query.WithCollectionPaginationPairPrefix[sdk.AccAddress, place](miner))
}

// Records pages through finished jobs by one of requester, executor or version.
func (s queryServer) Records(ctx context.Context, req *types.QueryRecordsRequest) (*types.QueryRecordsResponse, error) {
	if err := atMostOne(req.GetRequester() != "", req.GetExecutor() != "", req.GetVersionId() != 0); err != nil {
		return nil, err
	}
	page := newestFirst(req.GetPagination())
	var records []types.Record
	var next *query.PageResponse
	var err error
	switch {
	case req.Requester != "":
		records, next, err = pageByAddress(ctx, s.Keeper, s.records.Indexes.requester, req.Requester, page, s.records.Get)
	case req.Executor != "":
		records, next, err = pageByAddress(ctx, s.Keeper, s.records.Indexes.executor, req.Executor, page, s.records.Get)
	case req.VersionId != 0:
		records, next, err = query.CollectionPaginate(ctx, s.records.Indexes.version, page,
			func(key collections.Pair[uint64, uint64], _ collections.NoValue) (types.Record, error) {
				return s.records.Get(ctx, key.K2())
			}, query.WithCollectionPaginationPairPrefix[uint64, uint64](req.VersionId))
	default:
		records, next, err = query.CollectionPaginate(ctx, s.records, page,
			func(_ uint64, record types.Record) (types.Record, error) { return record, nil })
	}
	return &types.QueryRecordsResponse{Records: records, Pagination: next}, err
}

func pageByAddress[V any](
	ctx context.Context, k Keeper, index byAddress, text string, page *query.PageRequest,
	get func(context.Context, uint64) (V, error),
) ([]V, *query.PageResponse, error) {
	address, err := k.queried(text)
	if err != nil {
		return nil, nil, err
	}
	return query.CollectionPaginate(ctx, index, page,
		func(key collections.Pair[sdk.AccAddress, uint64], _ collections.NoValue) (V, error) {
			return get(ctx, key.K2())
		}, query.WithCollectionPaginationPairPrefix[sdk.AccAddress, uint64](address))
}

// newestFirst turns the order of a page around: ids grow with time, and most ask for the latest.
func newestFirst(page *query.PageRequest) *query.PageRequest {
	if page == nil {
		return &query.PageRequest{Reverse: true}
	}
	turned := *page
	turned.Reverse = !page.Reverse
	return &turned
}

func atMostOne(given ...bool) error {
	count := 0
	for _, is := range given {
		if is {
			count++
		}
	}
	if count > 1 {
		return status.Error(codes.InvalidArgument, "filter by one field at most")
	}
	return nil
}
