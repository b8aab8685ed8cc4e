package keeper

import (
	"context"
	stderrors "errors"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/nesa-network/nesa/chain/x/job/types"
)

type queryServer struct{ Keeper }

// NewQueryServer serves the module's queries.
func NewQueryServer(k Keeper) types.QueryServer { return queryServer{k} }

// Params returns the parameters of a revision, or the present ones.
func (s queryServer) Params(ctx context.Context, req *types.QueryParamsRequest) (*types.QueryParamsResponse, error) {
	revision := req.GetRevision()
	if revision == 0 {
		var err error
		if revision, err = s.revision.Get(ctx); err != nil {
			return nil, err
		}
	}
	params, err := s.revisionOf(ctx, revision)
	if err != nil {
		return nil, status.Error(codes.NotFound, err.Error())
	}
	return &types.QueryParamsResponse{Params: params, Revision: revision}, nil
}

// Job returns an open job with its seats, or the record of a finished one.
func (s queryServer) Job(ctx context.Context, req *types.QueryJobRequest) (*types.QueryJobResponse, error) {
	id := req.GetId()
	job, err := s.Get(ctx, id)
	switch {
	case err == nil:
		seats, err := s.allSeats(ctx, id)
		return &types.QueryJobResponse{Job: &job, Seats: seats}, err
	case !stderrors.Is(err, types.ErrJobNotFound):
		return nil, err
	}
	record, err := s.records.Get(ctx, id)
	switch {
	case err == nil:
		return &types.QueryJobResponse{Record: &record}, nil
	case !stderrors.Is(err, collections.ErrNotFound):
		return nil, err
	}
	next, err := s.nextID.Peek(ctx)
	if err != nil {
		return nil, err
	}
	if id == 0 || id >= next {
		return nil, status.Errorf(codes.NotFound, "there is no job %d", id)
	}
	return &types.QueryJobResponse{Forgotten: true}, nil
}

// Duties pages through the seats of a miner in open jobs.
func (s queryServer) Duties(ctx context.Context, req *types.QueryDutiesRequest) (*types.QueryDutiesResponse, error) {
	miner, err := s.queried(req.GetMiner())
	if err != nil {
		return nil, err
	}
	seats, page, err := query.CollectionPaginate(ctx, s.seats.Indexes.miner, req.GetPagination(),
		func(key collections.Pair[sdk.AccAddress, place], _ collections.NoValue) (types.Seat, error) {
			return s.seat(ctx, key.K2().K1(), key.K2().K2(), miner)
		}, query.WithCollectionPaginationPairPrefix[sdk.AccAddress, place](miner))
	return &types.QueryDutiesResponse{Seats: seats, Pagination: page}, err
}

// Due pages through the queue of deadlines.
func (s queryServer) Due(ctx context.Context, req *types.QueryDueRequest) (*types.QueryDueResponse, error) {
	due, page, err := query.CollectionPaginate(ctx, s.due, req.GetPagination(),
		func(key collections.Pair[uint64, uint64], _ collections.NoValue) (types.Due, error) {
			return types.Due{Height: key.K1(), JobId: key.K2()}, nil
		})
	return &types.QueryDueResponse{Due: due, Pagination: page}, err
}

// Reveals returns a miner's count of duties in the present epoch.
func (s queryServer) Reveals(
	ctx context.Context, req *types.QueryRevealsRequest,
) (*types.QueryRevealsResponse, error) {
	miner, err := s.queried(req.GetMiner())
	if err != nil {
		return nil, err
	}
	reveals, err := s.revealsOf(ctx, miner)
	return &types.QueryRevealsResponse{Reveals: reveals}, err
}

// Solvency compares the module's accounts with what is owed from them.
func (s queryServer) Solvency(
	ctx context.Context, _ *types.QuerySolvencyRequest,
) (*types.QuerySolvencyResponse, error) {
	owed, err := s.owed(ctx)
	if err != nil {
		return nil, err
	}
	balance := s.balance(ctx, types.EscrowAccount)
	return &types.QuerySolvencyResponse{
		EscrowBalance: balance, EscrowOwed: owed, LevyBalance: s.levyPool(ctx), Solvent: balance.Equal(owed),
	}, nil
}

func (k Keeper) queried(text string) (sdk.AccAddress, error) {
	address, err := k.address(text)
	if err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	return address, nil
}
