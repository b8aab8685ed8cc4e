package keeper

import (
	"context"

	"cosmossdk.io/errors"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/x/miner/types"
)

type msgServer struct{ Keeper }

// NewMsgServer serves the module's messages.
func NewMsgServer(k Keeper) types.MsgServer { return msgServer{k} }

// Register creates a miner and takes its stake.
func (s msgServer) Register(ctx context.Context, msg *types.MsgRegister) (*types.MsgRegisterResponse, error) {
	owner, err := s.account(msg.Owner)
	if err != nil {
		return nil, err
	}
	miner := types.Miner{
		Owner:           msg.Owner,
		Operator:        orElse(msg.Operator, msg.Owner),
		ClaimKey:        msg.ClaimKey,
		WithdrawAddress: orElse(msg.WithdrawAddress, msg.Owner),
		Moniker:         msg.Moniker,
		Relays:          msg.Relays,
		Stake:           msg.Stake.Amount,
		Locked:          math.ZeroInt(),
		Unbonding:       math.ZeroInt(),
		Owed:            math.ZeroInt(),
	}
	if err := s.validate(&miner); err != nil {
		return nil, err
	}
	if err := types.ValidateStake(msg.Stake); err != nil {
		return nil, err
	}
	params, err := s.Params(ctx)
	if err != nil {
		return nil, err
	}
	if miner.Stake.LT(params.MinStake) {
		return nil, errors.Wrapf(types.ErrBelowMinStake, "%s, want %s", miner.Stake, params.MinStake)
	}
	exists, err := s.miners.Has(ctx, owner)
	if err != nil {
		return nil, err
	}
	if exists {
		return nil, errors.Wrap(types.ErrMinerExists, msg.Owner)
	}
	if err := s.bank.SendCoinsFromAccountToModule(ctx, owner, types.StakeAccount, sdk.NewCoins(msg.Stake)); err != nil {
		return nil, err
	}
	miner.Checkpoint(s.Epoch(ctx))
	if err := s.save(ctx, owner, miner); err != nil {
		return nil, err
	}
	return &types.MsgRegisterResponse{}, emit(ctx, &types.EventRegistered{Miner: miner.Owner, Stake: miner.Stake})
}

// Update changes keys, addresses, moniker and relays. A retired miner may still say where its stake goes.
func (s msgServer) Update(ctx context.Context, msg *types.MsgUpdate) (*types.MsgUpdateResponse, error) {
	owner, miner, err := s.own(ctx, msg.Owner)
	if err != nil {
		return nil, err
	}
	miner.Operator = orElse(msg.Operator, miner.Operator)
	miner.ClaimKey = orElse(msg.ClaimKey, miner.ClaimKey)
	miner.WithdrawAddress = orElse(msg.WithdrawAddress, miner.WithdrawAddress)
	miner.Moniker = orElse(msg.Moniker, miner.Moniker)
	if msg.SetRelays {
		miner.Relays = msg.Relays
	}
	if err := s.validate(&miner); err != nil {
		return nil, err
	}
	if err := s.save(ctx, owner, miner); err != nil {
		return nil, err
	}
	return &types.MsgUpdateResponse{}, emit(ctx, &types.EventUpdated{Miner: miner.Owner})
}

// Unjail ends a jail whose height has passed. It takes nobody else's consent.
func (s msgServer) Unjail(ctx context.Context, msg *types.MsgUnjail) (*types.MsgUnjailResponse, error) {
	owner, miner, err := s.own(ctx, msg.Owner)
	if err != nil {
		return nil, err
	}
	params, err := s.Params(ctx)
	if err != nil {
		return nil, err
	}
	switch {
	case miner.Retired:
		return nil, errors.Wrap(types.ErrRetired, miner.Owner)
	case miner.JailedUntil == 0:
		return nil, errors.Wrap(types.ErrNotJailed, miner.Owner)
	case height(ctx) < miner.JailedUntil:
		return nil, errors.Wrapf(types.ErrJailed, "until %d", miner.JailedUntil)
	case miner.Stake.LT(params.MinStake):
		return nil, errors.Wrapf(types.ErrBelowMinStake, "%s, want %s", miner.Stake, params.MinStake)
	}
	miner.JailedUntil = 0
	if err := s.save(ctx, owner, miner); err != nil {
		return nil, err
	}
	return &types.MsgUnjailResponse{}, emit(ctx, &types.EventJailed{Miner: miner.Owner})
}

// UpdateParams is for governance.
func (s msgServer) UpdateParams(ctx context.Context, msg *types.MsgUpdateParams) (*types.MsgUpdateParamsResponse, error) {
	if msg.Authority != s.authority {
		return nil, errors.Wrapf(types.ErrInvalidSigner, "want %s, got %s", s.authority, msg.Authority)
	}
	if err := msg.Params.Validate(); err != nil {
		return nil, err
	}
	before, err := s.Params(ctx)
	if err != nil {
		return nil, err
	}
	if msg.Params.EpochBlocks != before.EpochBlocks {
		return nil, errors.Wrap(types.ErrInvalidParams, "epoch_blocks is fixed in genesis")
	}
	if err := s.params.Set(ctx, msg.Params); err != nil {
		return nil, err
	}
	if msg.Params.SlotUnit.Equal(before.SlotUnit) && msg.Params.MinStake.Equal(before.MinStake) {
		return &types.MsgUpdateParamsResponse{}, nil
	}
	return &types.MsgUpdateParamsResponse{}, s.startRecount(ctx)
}

// validate checks what a miner says of itself, and brings its addresses into canonical form.
func (k Keeper) validate(miner *types.Miner) error {
	for _, text := range []*string{&miner.Owner, &miner.Operator, &miner.ClaimKey, &miner.WithdrawAddress} {
		canonical, err := k.canonical(*text)
		if err != nil {
			return err
		}
		*text = canonical
	}
	if err := types.ValidateAddresses(*miner, k.addresses); err != nil {
		return err
	}
	withdraw, err := k.account(miner.WithdrawAddress)
	if err != nil {
		return err
	}
	if k.bank.BlockedAddr(withdraw) {
		return errors.Wrapf(types.ErrInvalidAddress, "%s may not receive coins", miner.WithdrawAddress)
	}
	if err := types.ValidateMoniker(miner.Moniker); err != nil {
		return err
	}
	return types.ValidateRelays(miner.Relays)
}

func orElse(given, otherwise string) string {
	if given == "" {
		return otherwise
	}
	return given
}
