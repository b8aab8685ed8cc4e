package keeper

import (
	"context"
	stderrors "errors"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"cosmossdk.io/collections"

	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/nesa-network/nesa/chain/x/callback/types"
)

type queryServer struct{ Keeper }

// NewQueryServer serves the module's queries.
func NewQueryServer(k Keeper) types.QueryServer { return queryServer{k} }

// Params returns the parameters.
func (s queryServer) Params(ctx context.Context, _ *types.QueryParamsRequest) (*types.QueryParamsResponse, error) {
	params, err := s.Keeper.Params(ctx)
	return &types.QueryParamsResponse{Params: params}, err
}

// Entry returns the entry of a job.
func (s queryServer) Entry(ctx context.Context, req *types.QueryEntryRequest) (*types.QueryEntryResponse, error) {
	entry, err := s.Keeper.Entry(ctx, req.GetJobId())
	if stderrors.Is(err, types.ErrEntryNotFound) {
		return nil, status.Error(codes.NotFound, err.Error())
	}
	return &types.QueryEntryResponse{Entry: entry}, err
}

// Entries pages through entries of a state, or all.
func (s queryServer) Entries(ctx context.Context, req *types.QueryEntriesRequest) (*types.QueryEntriesResponse, error) {
	if req.GetState() == types.State_STATE_UNSPECIFIED {
		entries, page, err := query.CollectionPaginate(ctx, s.entries, req.GetPagination(),
			func(_ uint64, entry types.Entry) (types.Entry, error) { return entry, nil })
		return &types.QueryEntriesResponse{Entries: entries, Pagination: page}, err
	}
	entries, page, err := query.CollectionPaginate(ctx, s.entries.Indexes.state, req.GetPagination(),
		func(key collections.Pair[int32, uint64], _ collections.NoValue) (types.Entry, error) {
			return s.Keeper.Entry(ctx, key.K2())
		}, query.WithCollectionPaginationPairPrefix[int32, uint64](int32(req.State)))
	return &types.QueryEntriesResponse{Entries: entries, Pagination: page}, err
}

// Solvency compares the module's account with the fees it holds.
func (s queryServer) Solvency(ctx context.Context, _ *types.QuerySolvencyRequest) (*types.QuerySolvencyResponse, error) {
	owed, err := s.owed(ctx)
	if err != nil {
		return nil, err
	}
	balance := s.balance(ctx)
	return &types.QuerySolvencyResponse{Balance: balance, Owed: owed, Solvent: balance.Equal(owed)}, nil
}
