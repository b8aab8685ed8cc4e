package ante_test

import (
	"context"
	"errors"
	"testing"

	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	"cosmossdk.io/log/v2"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/x/job/ante"
	"github.com/nesa-network/nesa/chain/x/job/types"
)

var errRefused = errors.New("refused")

// refusing expects nothing.
type refusing struct{}

func (refusing) ExpectClaims(context.Context, *types.MsgClaim) error       { return errRefused }
func (refusing) ExpectDeliveries(context.Context, *types.MsgDeliver) error { return errRefused }
func (refusing) ExpectCommits(context.Context, *types.MsgCommit) error     { return errRefused }
func (refusing) ExpectReveals(context.Context, *types.MsgReveal) error     { return errRefused }

type tx struct{ msgs []sdk.Msg }

func (t tx) GetMsgs() []sdk.Msg                  { return t.msgs }
func (t tx) GetMsgsV2() ([]proto.Message, error) { return nil, nil }

// The mempool refuses what would change nothing; a block, and a simulation, take it.
func TestThreat46OnlyTheMempoolRefuses(t *testing.T) {
	next := func(ctx sdk.Context, _ sdk.Tx, _ bool) (sdk.Context, error) { return ctx, nil }
	block := sdk.NewContext(nil, cmtproto.Header{Height: 7}, false, log.NewNopLogger())
	check := block.WithIsCheckTx(true)
	decorator := ante.NewDecorator(refusing{})
	for _, msg := range []sdk.Msg{&types.MsgClaim{}, &types.MsgDeliver{}, &types.MsgCommit{}, &types.MsgReveal{}} {
		_, err := decorator.AnteHandle(check, tx{[]sdk.Msg{msg}}, false, next)
		require.ErrorIs(t, err, errRefused)
		_, err = decorator.AnteHandle(check.WithIsReCheckTx(true), tx{[]sdk.Msg{msg}}, false, next)
		require.ErrorIs(t, err, errRefused)
		_, err = decorator.AnteHandle(check, tx{[]sdk.Msg{msg}}, true, next)
		require.NoError(t, err, "a simulation")
		_, err = decorator.AnteHandle(block, tx{[]sdk.Msg{msg}}, false, next)
		require.NoError(t, err, "a block")
	}
	_, err := decorator.AnteHandle(check, tx{[]sdk.Msg{&types.MsgSettle{}}}, false, next)
	require.NoError(t, err)
}
