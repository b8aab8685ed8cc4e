package keeper

import (
	"bytes"
	"context"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/x/beacon/types"
	"github.com/nesa-network/nesa/chain/x/beacon/vrf"
)

// possessionGas is charged before a proof of possession is verified: some 0.2 ms, ten signatures' worth.
const possessionGas = 30_000

type msgServer struct{ Keeper }

// NewMsgServer returns the module's transaction service.
func NewMsgServer(k Keeper) types.MsgServer { return msgServer{k} }

// RegisterKey registers a validator's next VRF key.
func (s msgServer) RegisterKey(ctx context.Context, msg *types.MsgRegisterKey) (*types.MsgRegisterKeyResponse, error) {
	operator, err := sdk.ValAddressFromBech32(msg.Validator)
	if err != nil {
		return nil, errorsmod.Wrap(types.ErrValidator, err.Error())
	}
	if err := vrf.ValidatePublicKey(msg.PublicKey); err != nil {
		return nil, errorsmod.Wrap(types.ErrPublicKey, err.Error())
	}
	validator, err := s.staking.GetValidator(ctx, operator)
	if err != nil {
		return nil, errorsmod.Wrap(types.ErrValidator, err.Error())
	}
	address, err := validator.GetConsAddr()
	if err != nil {
		return nil, errorsmod.Wrap(types.ErrValidator, err.Error())
	}
	sdkCtx := sdk.UnwrapSDKContext(ctx)
	sdkCtx.GasMeter().ConsumeGas(possessionGas, "VRF proof of possession")
	alpha := types.PossessionAlpha(sdkCtx.ChainID(), operator, msg.PublicKey)
	if _, ok := vrf.Verify(msg.PublicKey, msg.Possession, alpha); !ok {
		return nil, errorsmod.Wrap(types.ErrPossession, msg.Validator)
	}
	effective, err := s.registerKey(ctx, address, msg.PublicKey)
	if err != nil {
		return nil, err
	}
	err = sdkCtx.EventManager().EmitTypedEvent(&types.EventKeyRegistered{
		Validator:        msg.Validator,
		ConsensusAddress: sdk.ConsAddress(address).String(),
		PublicKey:        msg.PublicKey,
		EffectiveHeight:  effective,
	})
	return &types.MsgRegisterKeyResponse{EffectiveHeight: effective}, err
}

// UpdateParams replaces the parameters.
func (s msgServer) UpdateParams(
	ctx context.Context, msg *types.MsgUpdateParams,
) (*types.MsgUpdateParamsResponse, error) {
	sender, err := sdk.AccAddressFromBech32(msg.Authority)
	if err != nil || !bytes.Equal(sender, s.authority) {
		return nil, errorsmod.Wrapf(types.ErrAuthority, "%q", msg.Authority)
	}
	if err := msg.Params.Validate(); err != nil {
		return nil, err
	}
	if err := s.params.Set(ctx, msg.Params); err != nil {
		return nil, err
	}
	err = sdk.UnwrapSDKContext(ctx).EventManager().EmitTypedEvent(&types.EventParamsUpdated{Authority: msg.Authority})
	return &types.MsgUpdateParamsResponse{}, err
}
