package keeper

import (
	"context"

	"cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/gogoproto/proto"

	"github.com/nesa-network/nesa/chain/x/job/types"
	minertypes "github.com/nesa-network/nesa/chain/x/miner/types"
)

type msgServer struct{ Keeper }

// NewMsgServer serves the module's messages.
func NewMsgServer(k Keeper) types.MsgServer { return msgServer{k} }

// UpdateParams puts parameters in force for jobs to come.
func (s msgServer) UpdateParams(
	ctx context.Context, msg *types.MsgUpdateParams,
) (*types.MsgUpdateParamsResponse, error) {
	if msg.Authority != s.authority {
		return nil, errors.Wrapf(types.ErrInvalidSigner, "%s is not %s", msg.Authority, s.authority)
	}
	if err := msg.Params.Validate(); err != nil {
		return nil, err
	}
	return &types.MsgUpdateParamsResponse{}, s.setParams(ctx, msg.Params)
}

// signer reads the address that signed a message.
func (k Keeper) signer(text string) (sdk.AccAddress, error) {
	address, err := k.address(text)
	if err != nil {
		return nil, errors.Wrap(types.ErrInvalidSigner, err.Error())
	}
	return address, nil
}

// operated returns the miner, and its owner, that the signer of a message acts for.
func (k Keeper) operated(ctx context.Context, operator string) (sdk.AccAddress, error) {
	signer, err := k.signer(operator)
	if err != nil {
		return nil, err
	}
	miner, err := k.miner.ByOperator(ctx, signer)
	if err != nil {
		return nil, err
	}
	return k.address(miner.Owner)
}

// claimant returns the miner whose claims the signer of a message makes.
func (k Keeper) claimant(ctx context.Context, claimKey string) (minertypes.Miner, error) {
	signer, err := k.signer(claimKey)
	if err != nil {
		return minertypes.Miner{}, err
	}
	return k.miner.ByClaimKey(ctx, signer)
}

func emit(ctx context.Context, event proto.Message) error {
	return sdk.UnwrapSDKContext(ctx).EventManager().EmitTypedEvent(event)
}
