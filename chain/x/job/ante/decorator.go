// Package ante keeps messages out of the mempool that could change nothing.
package ante

import (
	"context"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/x/job/types"
)

// Keeper says what a message could do in the next block. It writes nothing.
type Keeper interface {
	ExpectClaims(ctx context.Context, msg *types.MsgClaim) error
	ExpectDeliveries(ctx context.Context, msg *types.MsgDeliver) error
	ExpectCommits(ctx context.Context, msg *types.MsgCommit) error
	ExpectReveals(ctx context.Context, msg *types.MsgReveal) error
}

// Decorator refuses, in a node's mempool only, transactions with a claim that cannot win or with results for jobs that
// expect none. Losing a draw then costs a miner nothing; blocks are not affected.
type Decorator struct{ keeper Keeper }

// NewDecorator returns the decorator over a keeper.
func NewDecorator(keeper Keeper) Decorator { return Decorator{keeper} }

// AnteHandle implements sdk.AnteDecorator.
func (d Decorator) AnteHandle(ctx sdk.Context, tx sdk.Tx, simulate bool, next sdk.AnteHandler) (sdk.Context, error) {
	if simulate || (!ctx.IsCheckTx() && !ctx.IsReCheckTx()) {
		return next(ctx, tx, simulate)
	}
	for _, msg := range tx.GetMsgs() {
		if err := d.expect(ctx, msg); err != nil {
			return ctx, err
		}
	}
	return next(ctx, tx, simulate)
}

func (d Decorator) expect(ctx sdk.Context, msg sdk.Msg) error {
	switch msg := msg.(type) {
	case *types.MsgClaim:
		return d.keeper.ExpectClaims(ctx, msg)
	case *types.MsgDeliver:
		return d.keeper.ExpectDeliveries(ctx, msg)
	case *types.MsgCommit:
		return d.keeper.ExpectCommits(ctx, msg)
	case *types.MsgReveal:
		return d.keeper.ExpectReveals(ctx, msg)
	default:
		return nil
	}
}
