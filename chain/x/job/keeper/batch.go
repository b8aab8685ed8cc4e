package keeper

import (
	"context"
	stderrors "errors"

	"cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/x/job/types"
)

// entry is one item of a batched message.
type entry[E any] interface {
	*E
	GetJobId() uint64
}

// applyEach applies the entries of a batch, each by itself: one that cannot be applied leaves nothing behind and is
// reported. Only when none can, the message fails.
func applyEach[E any, P entry[E]](
	ctx context.Context, entries []E, apply func(context.Context, P) error,
) ([]types.ItemResult, error) {
	results := make([]types.ItemResult, 0, len(entries))
	var refusal error
	applied := 0
	for i := range entries {
		item := P(&entries[i])
		err := apart(ctx, func(ctx context.Context) error { return apply(ctx, item) })
		result := types.ItemResult{JobId: item.GetJobId()}
		if err == nil {
			applied++
		} else {
			_, result.Code, _ = errors.ABCIInfo(err, false)
			result.Reason = kindOf(err)
			if refusal == nil {
				refusal = err
			}
		}
		results = append(results, result)
	}
	if applied == 0 {
		return nil, refusal
	}
	return results, nil
}

// kindOf returns the sentence of an error's kind. Responses are hashed into the header: the words around it, which may be
// anybody's, must be free to change.
func kindOf(err error) string {
	var kind *errors.Error
	if stderrors.As(err, &kind) {
		return kind.Error()
	}
	return ""
}

// apart runs a change that takes place whole or not at all.
func apart(ctx context.Context, change func(context.Context) error) error {
	branch, write := sdk.UnwrapSDKContext(ctx).CacheContext()
	if err := change(branch); err != nil {
		return err
	}
	write()
	return nil
}

// checkBatch bounds the entries of a message.
func (k Keeper) checkBatch(ctx context.Context, entries int) error {
	params, err := k.Params(ctx)
	if err != nil {
		return err
	}
	if entries == 0 || entries > int(params.MaxBatch) {
		return errors.Wrapf(types.ErrTooMany, "%d entries, want 1 to %d", entries, params.MaxBatch)
	}
	return nil
}
