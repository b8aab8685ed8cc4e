package keeper

import (
	"context"
	stderrors "errors"

	"cosmossdk.io/collections"
	"cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/gogoproto/proto"

	"github.com/nesa-network/nesa/chain/x/miner/types"
)

// Get returns a miner by its owner's address.
func (k Keeper) Get(ctx context.Context, owner sdk.AccAddress) (types.Miner, error) {
	miner, err := k.miners.Get(ctx, owner)
	if stderrors.Is(err, collections.ErrNotFound) {
		return miner, errors.Wrap(types.ErrMinerNotFound, owner.String())
	}
	return miner, err
}

// ByOperator returns the miner that an address acts for: its own if it owns one, otherwise the one it operates.
func (k Keeper) ByOperator(ctx context.Context, operator sdk.AccAddress) (types.Miner, error) {
	owns, err := k.miners.Has(ctx, operator)
	if err != nil {
		return types.Miner{}, err
	}
	if owns {
		return k.miners.Get(ctx, operator)
	}
	return k.byHotKey(ctx, k.miners.Indexes.operator, operator)
}

// ByClaimKey returns the miner whose claims an address signs.
func (k Keeper) ByClaimKey(ctx context.Context, claimKey sdk.AccAddress) (types.Miner, error) {
	return k.byHotKey(ctx, k.miners.Indexes.claimKey, claimKey)
}

func (k Keeper) byHotKey(ctx context.Context, index *hotKeyIndex, key sdk.AccAddress) (types.Miner, error) {
	owner, err := index.Get(ctx, key)
	if stderrors.Is(err, collections.ErrNotFound) {
		return types.Miner{}, errors.Wrap(types.ErrMinerNotFound, key.String())
	}
	if err != nil {
		return types.Miner{}, err
	}
	return k.Get(ctx, owner)
}

// save stores a miner and corrects the totals of what it serves. Every change of a miner goes through here.
func (k Keeper) save(ctx context.Context, owner sdk.AccAddress, miner types.Miner) error {
	if err := k.miners.Set(ctx, owner, miner); err != nil {
		return err
	}
	params, err := k.Params(ctx)
	if err != nil {
		return err
	}
	return k.count(ctx, owner, miner.SlotsNow(params))
}

// saveStake stores a miner whose stake changed, so that it counts from the next epoch, and says so.
func (k Keeper) saveStake(ctx context.Context, owner sdk.AccAddress, miner types.Miner, reason string) error {
	miner.Checkpoint(k.Epoch(ctx))
	if err := k.save(ctx, owner, miner); err != nil {
		return err
	}
	return emit(ctx, &types.EventStakeChanged{Miner: miner.Owner, Stake: miner.Stake, Reason: reason})
}

// own returns the miner of a message's owner.
func (k Keeper) own(ctx context.Context, owner string) (sdk.AccAddress, types.Miner, error) {
	account, err := k.account(owner)
	if err != nil {
		return nil, types.Miner{}, err
	}
	miner, err := k.Get(ctx, account)
	return account, miner, err
}

// operated returns the miner that the signer of a message acts for.
func (k Keeper) operated(ctx context.Context, operator string) (sdk.AccAddress, types.Miner, error) {
	account, err := k.account(operator)
	if err != nil {
		return nil, types.Miner{}, err
	}
	miner, err := k.ByOperator(ctx, account)
	if err != nil {
		return nil, types.Miner{}, err
	}
	owner, err := k.account(miner.Owner)
	return owner, miner, err
}

func (k Keeper) account(text string) (sdk.AccAddress, error) {
	account, err := k.addresses.StringToBytes(text)
	if err != nil {
		return nil, errors.Wrap(types.ErrInvalidAddress, err.Error())
	}
	return account, nil
}

// canonical returns an address in the one form in which it is stored and compared: a codec may read several.
func (k Keeper) canonical(text string) (string, error) {
	account, err := k.account(text)
	if err != nil {
		return "", err
	}
	return k.addresses.BytesToString(account)
}

func emit(ctx context.Context, event proto.Message) error {
	return sdk.UnwrapSDKContext(ctx).EventManager().EmitTypedEvent(event)
}
