package keeper

import (
	"context"
	stderrors "errors"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/nesa-network/nesa/chain/x/model/types"
)

type queryServer struct{ Keeper }

// NewQueryServer serves the module's queries.
func NewQueryServer(k Keeper) types.QueryServer { return queryServer{k} }

// Params returns the parameters.
func (s queryServer) Params(ctx context.Context, _ *types.QueryParamsRequest) (*types.QueryParamsResponse, error) {
	params, err := s.Keeper.Params(ctx)
	return &types.QueryParamsResponse{Params: params}, err
}

// Model returns a model by name.
func (s queryServer) Model(ctx context.Context, req *types.QueryModelRequest) (*types.QueryModelResponse, error) {
	model, err := s.Keeper.Model(ctx, req.GetPublisher()+"/"+req.GetName())
	if err != nil {
		return nil, notFound(err)
	}
	return &types.QueryModelResponse{Model: model}, nil
}

// Models pages through all models, or one owner's.
func (s queryServer) Models(ctx context.Context, req *types.QueryModelsRequest) (*types.QueryModelsResponse, error) {
	if req.GetOwner() == "" {
		models, page, err := query.CollectionPaginate(ctx, s.models, req.GetPagination(),
			func(_ string, model types.Model) (types.Model, error) { return model, nil })
		return &types.QueryModelsResponse{Models: models, Pagination: page}, err
	}
	owner, err := s.addresses.StringToBytes(req.Owner)
	if err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	models, page, err := query.CollectionPaginate(ctx, s.models.Indexes.owner, req.Pagination,
		func(key collections.Pair[sdk.AccAddress, string], _ collections.NoValue) (types.Model, error) {
			return s.Keeper.Model(ctx, key.K2())
		}, query.WithCollectionPaginationPairPrefix[sdk.AccAddress, string](owner))
	return &types.QueryModelsResponse{Models: models, Pagination: page}, err
}

// Version returns a version by its id.
func (s queryServer) Version(ctx context.Context, req *types.QueryVersionRequest) (*types.QueryVersionResponse, error) {
	version, err := s.Keeper.Version(ctx, req.GetId())
	if err != nil {
		return nil, notFound(err)
	}
	return &types.QueryVersionResponse{Version: version}, nil
}

// Versions pages through versions, of one model or of all.
func (s queryServer) Versions(
	ctx context.Context, req *types.QueryVersionsRequest,
) (*types.QueryVersionsResponse, error) {
	if req.GetModel() == "" {
		versions, page, err := query.CollectionPaginate(ctx, s.versions, req.GetPagination(),
			func(_ uint64, version types.Version) (types.Version, error) { return version, nil })
		return &types.QueryVersionsResponse{Versions: versions, Pagination: page}, err
	}
	versions, page, err := query.CollectionPaginate(ctx, s.versions.Indexes.number, req.Pagination,
		func(_ collections.Pair[string, uint32], id uint64) (types.Version, error) {
			return s.Keeper.Version(ctx, id)
		}, query.WithCollectionPaginationPairPrefix[string, uint32](req.Model))
	return &types.QueryVersionsResponse{Versions: versions, Pagination: page}, err
}

// Access pages through a private model's access list.
func (s queryServer) Access(ctx context.Context, req *types.QueryAccessRequest) (*types.QueryAccessResponse, error) {
	name := req.GetPublisher() + "/" + req.GetName()
	addresses, page, err := query.CollectionPaginate(ctx, s.access, req.GetPagination(),
		func(key collections.Pair[string, sdk.AccAddress], _ collections.NoValue) (string, error) {
			return s.addresses.BytesToString(key.K2())
		}, query.WithCollectionPaginationPairPrefix[string, sdk.AccAddress](name))
	return &types.QueryAccessResponse{Addresses: addresses, Pagination: page}, err
}

// notFound gives gRPC clients the status code that they expect of something absent.
func notFound(err error) error {
	if stderrors.Is(err, types.ErrModelNotFound) || stderrors.Is(err, types.ErrNoVersion) {
		return status.Error(codes.NotFound, err.Error())
	}
	return err
}
