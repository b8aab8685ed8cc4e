package keeper

import (
	"context"
	stderrors "errors"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"cosmossdk.io/collections"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/query"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"github.com/nesa-network/nesa/chain/x/miner/types"
)

type queryServer struct{ Keeper }

// NewQueryServer serves the module's queries.
func NewQueryServer(k Keeper) types.QueryServer { return queryServer{k} }

// Params returns the parameters.
func (s queryServer) Params(ctx context.Context, _ *types.QueryParamsRequest) (*types.QueryParamsResponse, error) {
	params, err := s.Keeper.Params(ctx)
	return &types.QueryParamsResponse{Params: params}, err
}

// Miner returns a miner by its owner's address.
func (s queryServer) Miner(ctx context.Context, req *types.QueryMinerRequest) (*types.QueryMinerResponse, error) {
	owner, err := s.requested(req.GetOwner())
	if err != nil {
		return nil, err
	}
	miner, err := s.Get(ctx, owner)
	if err != nil {
		return nil, notFound(err)
	}
	params, err := s.Keeper.Params(ctx)
	if err != nil {
		return nil, err
	}
	epoch := s.Epoch(ctx)
	return &types.QueryMinerResponse{
		Miner: miner, Slots: miner.SlotsAt(epoch, params), Free: miner.Free(), Epoch: epoch,
	}, nil
}

// MinerByKey returns the miner whose owner, operator or claim key an address is.
func (s queryServer) MinerByKey(
	ctx context.Context, req *types.QueryMinerByKeyRequest,
) (*types.QueryMinerByKeyResponse, error) {
	key, err := s.requested(req.GetAddress())
	if err != nil {
		return nil, err
	}
	miner, err := s.ByOperator(ctx, key)
	if stderrors.Is(err, types.ErrMinerNotFound) {
		miner, err = s.ByClaimKey(ctx, key)
	}
	if err != nil {
		return nil, notFound(err)
	}
	return &types.QueryMinerByKeyResponse{Miner: miner}, nil
}

// Miners pages through all miners.
func (s queryServer) Miners(ctx context.Context, req *types.QueryMinersRequest) (*types.QueryMinersResponse, error) {
	miners, page, err := query.CollectionPaginate(ctx, s.miners, req.GetPagination(),
		func(_ sdk.AccAddress, miner types.Miner) (types.Miner, error) { return miner, nil })
	return &types.QueryMinersResponse{Miners: miners, Pagination: page}, err
}

// Served pages through what one miner serves, or who serves one version; with both, it is one entry.
func (s queryServer) Served(ctx context.Context, req *types.QueryServedRequest) (*types.QueryServedResponse, error) {
	if req.GetMiner() == "" {
		served, page, err := query.CollectionPaginate(ctx, s.served, req.GetPagination(),
			func(_ servedKey, served types.Served) (types.Served, error) { return served, nil },
			query.WithCollectionPaginationPairPrefix[uint64, sdk.AccAddress](req.GetVersionId()))
		return &types.QueryServedResponse{Served: served, Pagination: page}, err
	}
	owner, err := s.requested(req.Miner)
	if err != nil {
		return nil, err
	}
	if req.VersionId != 0 {
		served, ok, err := s.Serves(ctx, req.VersionId, owner)
		if err != nil || !ok {
			return &types.QueryServedResponse{Pagination: &query.PageResponse{}}, err
		}
		return &types.QueryServedResponse{Served: []types.Served{served}, Pagination: &query.PageResponse{Total: 1}}, nil
	}
	served, page, err := query.CollectionPaginate(ctx, s.served.Indexes.miner, req.Pagination,
		func(key collections.Pair[sdk.AccAddress, uint64], _ collections.NoValue) (types.Served, error) {
			return s.served.Get(ctx, collections.Join(key.K2(), key.K1()))
		}, query.WithCollectionPaginationPairPrefix[sdk.AccAddress, uint64](owner))
	return &types.QueryServedResponse{Served: served, Pagination: page}, err
}

// Totals sums up who serves a version.
func (s queryServer) Totals(ctx context.Context, req *types.QueryTotalsRequest) (*types.QueryTotalsResponse, error) {
	totals, err := s.Keeper.Totals(ctx, req.GetVersionId())
	return &types.QueryTotalsResponse{Totals: totals}, err
}

// EncryptionKeys lists a miner's keys.
func (s queryServer) EncryptionKeys(
	ctx context.Context, req *types.QueryEncryptionKeysRequest,
) (*types.QueryEncryptionKeysResponse, error) {
	owner, err := s.requested(req.GetOwner())
	if err != nil {
		return nil, err
	}
	keys, err := s.Keeper.EncryptionKeys(ctx, owner)
	return &types.QueryEncryptionKeysResponse{Keys: keys}, err
}

// Unbondings lists a miner's unbondings.
func (s queryServer) Unbondings(
	ctx context.Context, req *types.QueryUnbondingsRequest,
) (*types.QueryUnbondingsResponse, error) {
	owner, err := s.requested(req.GetOwner())
	if err != nil {
		return nil, err
	}
	unbondings, err := s.Keeper.Unbondings(ctx, owner)
	return &types.QueryUnbondingsResponse{Unbondings: unbondings}, err
}

// Strikes lists a miner's strikes, in order of requester.
func (s queryServer) Strikes(ctx context.Context, req *types.QueryStrikesRequest) (*types.QueryStrikesResponse, error) {
	owner, err := s.requested(req.GetOwner())
	if err != nil {
		return nil, err
	}
	response := &types.QueryStrikesResponse{}
	err = s.strikes.Walk(ctx, strikesOf(owner), func(_ strikeKey, strike types.Strike) (bool, error) {
		response.Strikes = append(response.Strikes, strike)
		return false, nil
	})
	return response, err
}

// Solvency adds everything up anew: it is the invariant, not a running total.
func (s queryServer) Solvency(ctx context.Context, _ *types.QuerySolvencyRequest) (*types.QuerySolvencyResponse, error) {
	stake, unbonding := math.ZeroInt(), math.ZeroInt()
	if err := s.miners.Walk(ctx, nil, func(_ sdk.AccAddress, miner types.Miner) (bool, error) {
		stake = stake.Add(miner.Stake)
		return false, nil
	}); err != nil {
		return nil, err
	}
	// From the entries and not from the miners' sums, so that a difference between the two shows.
	if err := s.unbondings.Walk(ctx, nil, func(_ unbondingKey, entry types.Unbonding) (bool, error) {
		unbonding = unbonding.Add(entry.Amount)
		return false, nil
	}); err != nil {
		return nil, err
	}
	balance := s.bank.GetBalance(ctx, authtypes.NewModuleAddress(types.StakeAccount), types.Denom).Amount
	return &types.QuerySolvencyResponse{
		Balance: balance, Stake: stake, Unbonding: unbonding, Solvent: balance.Equal(stake.Add(unbonding)),
	}, nil
}

func (s queryServer) requested(text string) (sdk.AccAddress, error) {
	account, err := s.account(text)
	if err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	return account, nil
}

// notFound gives gRPC clients the status code that they expect of something absent.
func notFound(err error) error {
	if stderrors.Is(err, types.ErrMinerNotFound) {
		return status.Error(codes.NotFound, err.Error())
	}
	return err
}
