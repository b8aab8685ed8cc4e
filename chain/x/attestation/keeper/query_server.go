package keeper

import (
	"context"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"cosmossdk.io/collections"

	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/nesa-network/nesa/chain/x/attestation/types"
)

type queryServer struct{ Keeper }

// NewQueryServer serves the module's queries.
func NewQueryServer(k Keeper) types.QueryServer { return queryServer{k} }

// Params returns the parameters.
func (s queryServer) Params(ctx context.Context, _ *types.QueryParamsRequest) (*types.QueryParamsResponse, error) {
	params, err := s.Keeper.Params(ctx)
	return &types.QueryParamsResponse{Params: params}, err
}

// Anchors pages through the platforms.
func (s queryServer) Anchors(ctx context.Context, req *types.QueryAnchorsRequest) (*types.QueryAnchorsResponse, error) {
	anchors, page, err := query.CollectionPaginate(ctx, s.anchors, req.GetPagination(),
		func(_ productKey, anchor types.Anchor) (types.Anchor, error) { return anchor, nil })
	return &types.QueryAnchorsResponse{Anchors: anchors, Pagination: page}, badPage(err)
}

// Collateral returns what is stored of a platform's product.
func (s queryServer) Collateral(
	ctx context.Context, req *types.QueryCollateralRequest,
) (*types.QueryCollateralResponse, error) {
	collateral, err := s.collateral.Get(ctx, keyOfProduct(req.GetPlatform(), req.GetProduct()))
	if err != nil {
		return nil, orElse(err, status.Error(codes.NotFound, "no collateral is stored of that product"))
	}
	return &types.QueryCollateralResponse{Collateral: collateral}, nil
}

// Measurements pages through the enclaves that are accepted.
func (s queryServer) Measurements(
	ctx context.Context, req *types.QueryMeasurementsRequest,
) (*types.QueryMeasurementsResponse, error) {
	found, page, err := query.CollectionPaginate(ctx, s.measurements, req.GetPagination(),
		func(_ measurementKey, m types.Measurement) (types.Measurement, error) { return m, nil })
	return &types.QueryMeasurementsResponse{Measurements: found, Pagination: page}, badPage(err)
}

// RevokedMachines pages through the machines that are refused.
func (s queryServer) RevokedMachines(
	ctx context.Context, req *types.QueryRevokedMachinesRequest,
) (*types.QueryRevokedMachinesResponse, error) {
	found, page, err := query.CollectionPaginate(ctx, s.machines, req.GetPagination(),
		func(_ machineKey, m types.RevokedMachine) (types.RevokedMachine, error) { return m, nil })
	return &types.QueryRevokedMachinesResponse{Machines: found, Pagination: page}, badPage(err)
}

// Keys returns a miner's attested keys.
func (s queryServer) Keys(ctx context.Context, req *types.QueryKeysRequest) (*types.QueryKeysResponse, error) {
	miner, err := s.addresses.StringToBytes(req.GetMiner())
	if err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	keys, err := s.keysOf(ctx, miner)
	response := &types.QueryKeysResponse{}
	for _, key := range keys {
		state := types.KeyState{Key: key}
		if void := s.inForce(ctx, key); void != nil {
			state.Void = void.Error()
		}
		response.Keys = append(response.Keys, state)
	}
	return response, err
}

// VerifyingKeys pages through the models that can be proven.
func (s queryServer) VerifyingKeys(
	ctx context.Context, req *types.QueryVerifyingKeysRequest,
) (*types.QueryVerifyingKeysResponse, error) {
	var options []func(*query.CollectionsPaginateOptions[verifyingKey])
	if id := req.GetVersionId(); id > 0 {
		options = append(options, query.WithCollectionPaginationPairPrefix[uint64, bool](id))
	}
	found, page, err := query.CollectionPaginate(ctx, s.verifyingKeys, req.GetPagination(),
		func(_ collections.Pair[uint64, bool], key types.VerifyingKey) (types.VerifyingKey, error) {
			return key, nil
		},
		options...)
	return &types.QueryVerifyingKeysResponse{VerifyingKeys: found, Pagination: page}, badPage(err)
}

// VerifyDecision says whether a proof about private data holds.
func (s queryServer) VerifyDecision(
	ctx context.Context, req *types.QueryVerifyDecisionRequest,
) (*types.QueryVerifyDecisionResponse, error) {
	if req == nil {
		return nil, status.Error(codes.InvalidArgument, "empty request")
	}
	err := s.verifyDecision(ctx, &types.MsgDecide{
		Prover: req.Prover, VersionId: req.VersionId, Label: req.Label, Commitment: req.Commitment, Output: req.Output,
		Proof: req.Proof,
	})
	if err != nil {
		return &types.QueryVerifyDecisionResponse{Reason: err.Error()}, nil
	}
	return &types.QueryVerifyDecisionResponse{Valid: true}, nil
}

func badPage(err error) error {
	if err != nil {
		return status.Error(codes.InvalidArgument, err.Error())
	}
	return nil
}
