package mempool_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/x/job/mempool"
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

// What would change nothing does not enter, wherever in a transaction it stands; all else does, without a look at the
// state.
func TestThreat46WhatChangesNothingDoesNotEnter(t *testing.T) {
	looks := 0
	filter := mempool.NewFilter(refusing{}, func(do func(sdk.Context) error) error {
		looks++
		return do(sdk.Context{})
	})
	require.NoError(t, filter.Admit(tx{[]sdk.Msg{&types.MsgSettle{}, &types.MsgRequest{}}}))
	require.Zero(t, looks)
	for _, msg := range []sdk.Msg{&types.MsgClaim{}, &types.MsgDeliver{}, &types.MsgCommit{}, &types.MsgReveal{}} {
		require.ErrorIs(t, filter.Admit(tx{[]sdk.Msg{msg}}), errRefused)
		require.ErrorIs(t, filter.Admit(tx{[]sdk.Msg{&types.MsgSettle{}, msg}}), errRefused)
	}
	require.Equal(t, 8, looks)
}

// A node that cannot read its state takes nothing that depends on it.
func TestThreat46WithoutStateNothingEnters(t *testing.T) {
	filter := mempool.NewFilter(refusing{}, func(func(sdk.Context) error) error { return errRefused })
	require.ErrorIs(t, filter.Admit(tx{[]sdk.Msg{&types.MsgClaim{}}}), errRefused)
}

// Nobody has paid for what is looked at: one transaction must not have a node look many thousand times.
func TestThreat46OneTransactionIsLookedAtAFewTimes(t *testing.T) {
	looks := 0
	filter := mempool.NewFilter(refusing{}, func(func(sdk.Context) error) error {
		looks++
		return nil
	})
	msgs := make([]sdk.Msg, 8)
	for i := range msgs {
		msgs[i] = &types.MsgClaim{}
	}
	require.NoError(t, filter.Admit(tx{append(msgs, &types.MsgSettle{})}))
	require.Equal(t, 8, looks)
	require.ErrorIs(t, filter.Admit(tx{append(msgs, &types.MsgReveal{})}), types.ErrTooMany)
	require.Equal(t, 8, looks)
}
