// Package mempool keeps messages out of a node's mempool that could change nothing.
package mempool

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

// Filter refuses transactions with a claim that cannot win or with results for jobs that expect none. Losing a draw
// then costs a miner nothing; blocks are not affected.
//
// It belongs where transactions enter, and not in the ante handler: that is asked again after every block, and what
// fails there takes all later transactions of its signer with it, deliveries and winning claims too.
type Filter struct {
	keeper Keeper
	read   Reader
}

// Reader calls a function with the newest committed state.
type Reader func(do func(sdk.Context) error) error

// NewFilter returns the filter over a keeper.
func NewFilter(keeper Keeper, read Reader) Filter { return Filter{keeper, read} }

// Admit says whether a transaction may enter. The state is read only when one of its messages needs it.
func (f Filter) Admit(tx sdk.Tx) error {
	for _, msg := range tx.GetMsgs() {
		if err := f.expect(msg); err != nil {
			return err
		}
	}
	return nil
}

func (f Filter) expect(msg sdk.Msg) error {
	switch msg := msg.(type) {
	case *types.MsgClaim:
		return expected(f, f.keeper.ExpectClaims, msg)
	case *types.MsgDeliver:
		return expected(f, f.keeper.ExpectDeliveries, msg)
	case *types.MsgCommit:
		return expected(f, f.keeper.ExpectCommits, msg)
	case *types.MsgReveal:
		return expected(f, f.keeper.ExpectReveals, msg)
	default:
		return nil
	}
}

func expected[M sdk.Msg](f Filter, expect func(context.Context, M) error, msg M) error {
	return f.read(func(ctx sdk.Context) error { return expect(ctx, msg) })
}
