// Package mempool keeps messages out of a node's mempool that could change nothing.
package mempool

import (
	"context"

	"cosmossdk.io/errors"

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

// maxMessages are the messages of one transaction that are looked at. Nobody has signed or paid for it yet, and each is a
// batch already.
const maxMessages = 8

// Admit says whether a transaction may enter. The state is read only when one of its messages needs it.
func (f Filter) Admit(tx sdk.Tx) error {
	var expect []func(context.Context) error
	for _, msg := range tx.GetMsgs() {
		if look := f.look(msg); look != nil {
			expect = append(expect, look)
		}
	}
	if len(expect) > maxMessages {
		return errors.Wrapf(types.ErrTooMany, "%d messages of miners in one transaction exceed %d; use batches", len(expect), maxMessages)
	}
	for _, look := range expect {
		if err := f.read(func(ctx sdk.Context) error { return look(ctx) }); err != nil {
			return err
		}
	}
	return nil
}

// look returns what there is to be asked about a message, nil when there is nothing.
func (f Filter) look(msg sdk.Msg) func(context.Context) error {
	switch msg := msg.(type) {
	case *types.MsgClaim:
		return func(ctx context.Context) error { return f.keeper.ExpectClaims(ctx, msg) }
	case *types.MsgDeliver:
		return func(ctx context.Context) error { return f.keeper.ExpectDeliveries(ctx, msg) }
	case *types.MsgCommit:
		return func(ctx context.Context) error { return f.keeper.ExpectCommits(ctx, msg) }
	case *types.MsgReveal:
		return func(ctx context.Context) error { return f.keeper.ExpectReveals(ctx, msg) }
	default:
		return nil
	}
}
