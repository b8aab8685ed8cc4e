package keeper

import (
	"context"
	"errors"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/nesa-network/nesa/chain/x/beacon/types"
)

type queryServer struct{ k Keeper }

// NewQueryServer returns the module's query service.
func NewQueryServer(k Keeper) types.QueryServer { return queryServer{k} }

// Params returns the parameters.
func (s queryServer) Params(ctx context.Context, _ *types.QueryParamsRequest) (*types.QueryParamsResponse, error) {
	params, err := s.k.params.Get(ctx)
	return &types.QueryParamsResponse{Params: params}, err
}

// Latest returns the youngest seed.
func (s queryServer) Latest(ctx context.Context, _ *types.QueryLatestRequest) (*types.QueryLatestResponse, error) {
	seed, err := s.k.Latest(ctx)
	return &types.QueryLatestResponse{Seed: seed}, asStatus(err)
}

// Seed returns the seed of a height.
func (s queryServer) Seed(ctx context.Context, req *types.QuerySeedRequest) (*types.QuerySeedResponse, error) {
	if req == nil {
		return nil, status.Error(codes.InvalidArgument, "empty request")
	}
	seed, err := s.k.Seed(ctx, req.Height)
	return &types.QuerySeedResponse{Seed: seed}, asStatus(err)
}

// Draw returns the seed that decides a draw.
func (s queryServer) Draw(ctx context.Context, req *types.QueryDrawRequest) (*types.QueryDrawResponse, error) {
	if req == nil {
		return nil, status.Error(codes.InvalidArgument, "empty request")
	}
	seed, height, known, err := s.k.Draw(ctx, req.Fixed)
	if err != nil || !known {
		return &types.QueryDrawResponse{}, asStatus(err)
	}
	return &types.QueryDrawResponse{Known: true, Height: height, Seed: seed[:]}, nil
}

// Keys lists the validators' keys.
func (s queryServer) Keys(ctx context.Context, req *types.QueryKeysRequest) (*types.QueryKeysResponse, error) {
	if req == nil {
		return nil, status.Error(codes.InvalidArgument, "empty request")
	}
	keys, page, err := query.CollectionPaginate(ctx, s.k.keys, req.Pagination,
		func(_ []byte, keys types.ValidatorKeys) (types.ValidatorKeys, error) { return keys, nil })
	if err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	return &types.QueryKeysResponse{Keys: keys, Pagination: page}, nil
}

// Key returns the keys of one validator.
func (s queryServer) Key(ctx context.Context, req *types.QueryKeyRequest) (*types.QueryKeyResponse, error) {
	if req == nil {
		return nil, status.Error(codes.InvalidArgument, "empty request")
	}
	address, err := sdk.ConsAddressFromBech32(req.ConsensusAddress)
	if err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	keys, err := s.k.keys.Get(ctx, address)
	return &types.QueryKeyResponse{Keys: keys}, asStatus(err)
}

func asStatus(err error) error {
	if errors.Is(err, types.ErrNoSeed) || errors.Is(err, collections.ErrNotFound) {
		return status.Error(codes.NotFound, err.Error())
	}
	return err
}
