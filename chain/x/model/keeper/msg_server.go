package keeper

import (
	"context"
	stderrors "errors"

	"cosmossdk.io/collections"
	"cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/gogoproto/proto"

	"github.com/nesa-network/nesa/chain/x/model/types"
)

type msgServer struct{ Keeper }

// NewMsgServer serves the module's messages.
func NewMsgServer(k Keeper) types.MsgServer { return msgServer{k} }

// Register claims a name and burns the fee.
func (s msgServer) Register(ctx context.Context, msg *types.MsgRegister) (*types.MsgRegisterResponse, error) {
	text, err := s.canonical(msg.Owner)
	if err != nil {
		return nil, err
	}
	owner, err := s.addresses.StringToBytes(text)
	if err != nil {
		return nil, err
	}
	if err := types.ValidateName(msg.Name); err != nil {
		return nil, err
	}
	exists, err := s.models.Has(ctx, msg.Name)
	if err != nil {
		return nil, err
	}
	if exists {
		return nil, errors.Wrap(types.ErrModelExists, msg.Name)
	}
	if err := s.claimPublisher(ctx, types.PublisherOf(msg.Name), owner); err != nil {
		return nil, err
	}
	if err := s.burnFee(ctx, owner); err != nil {
		return nil, err
	}
	model := types.Model{Name: msg.Name, Owner: text, Private: msg.Private}
	if err := s.models.Set(ctx, model.Name, model); err != nil {
		return nil, err
	}
	return &types.MsgRegisterResponse{}, emit(ctx, &types.EventModelRegistered{Model: model.Name, Owner: model.Owner})
}

// AddVersion releases a version, on probation.
func (s msgServer) AddVersion(ctx context.Context, msg *types.MsgAddVersion) (*types.MsgAddVersionResponse, error) {
	model, err := s.owned(ctx, msg.Model, msg.Owner)
	if err != nil {
		return nil, err
	}
	params, err := s.Params(ctx)
	if err != nil {
		return nil, err
	}
	if err := msg.Validate(params); err != nil {
		return nil, err
	}
	id, err := s.nextVersion.Next(ctx)
	if err != nil {
		return nil, err
	}
	model.Versions++
	if err := s.models.Set(ctx, model.Name, model); err != nil {
		return nil, err
	}
	version := types.Version{
		Id:             id,
		Model:          model.Name,
		Number:         model.Versions,
		ManifestDigest: msg.ManifestDigest,
		Uri:            msg.Uri,
		Unit:           msg.Unit,
		RoyaltyBps:     msg.RoyaltyBps,
		Profile:        msg.Profile,
		Status:         types.VersionStatus_VERSION_STATUS_PROBATION,
	}
	if err := s.versions.Set(ctx, id, version); err != nil {
		return nil, err
	}
	return &types.MsgAddVersionResponse{VersionId: id, Number: version.Number},
		emit(ctx, &types.EventVersionAdded{VersionId: id, Model: model.Name, Number: version.Number})
}

// Retire withdraws a version or the whole model. Open jobs are not touched.
func (s msgServer) Retire(ctx context.Context, msg *types.MsgRetire) (*types.MsgRetireResponse, error) {
	model, err := s.owned(ctx, msg.Model, msg.Owner)
	if err != nil {
		return nil, err
	}
	if msg.Number != 0 {
		return &types.MsgRetireResponse{}, s.retireVersion(ctx, model, msg.Number)
	}
	model.Retired = true
	if err := s.models.Set(ctx, model.Name, model); err != nil {
		return nil, err
	}
	return &types.MsgRetireResponse{}, emit(ctx, &types.EventModelRetired{Model: model.Name})
}

func (s msgServer) retireVersion(ctx context.Context, model types.Model, number uint32) error {
	id, err := s.versions.Indexes.number.Get(ctx, collections.Join(model.Name, number))
	if stderrors.Is(err, collections.ErrNotFound) {
		return errors.Wrapf(types.ErrNoVersion, "%s has no version %d", model.Name, number)
	}
	if err != nil {
		return err
	}
	version, err := s.Version(ctx, id)
	if err != nil {
		return err
	}
	// A suspended version stays suspended: that it is must not be hidden, and it takes no requests anyhow.
	if !version.TakesRequests() {
		return errors.Wrapf(types.ErrUnavailable, "version %d: %s", number, version.Status)
	}
	return s.setStatus(ctx, version, types.VersionStatus_VERSION_STATUS_RETIRED)
}

// UpdateParams is for governance.
func (s msgServer) UpdateParams(ctx context.Context, msg *types.MsgUpdateParams) (*types.MsgUpdateParamsResponse, error) {
	if msg.Authority != s.authority {
		return nil, errors.Wrapf(types.ErrInvalidSigner, "want %s, got %s", s.authority, msg.Authority)
	}
	if err := msg.Params.Validate(); err != nil {
		return nil, err
	}
	return &types.MsgUpdateParamsResponse{}, s.params.Set(ctx, msg.Params)
}

func emit(ctx context.Context, event proto.Message) error {
	return sdk.UnwrapSDKContext(ctx).EventManager().EmitTypedEvent(event)
}
