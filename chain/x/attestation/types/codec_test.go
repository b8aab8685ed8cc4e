package types_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cosmos/cosmos-sdk/codec"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/x/attestation/types"
)

// Ledgers show at most 39 characters of a message's amino name.
const maxAminoName = 39

func messages() []sdk.Msg {
	return []sdk.Msg{
		&types.MsgAttest{}, &types.MsgRevoke{}, &types.MsgDecide{}, &types.MsgSetAnchor{}, &types.MsgRemoveAnchor{},
		&types.MsgSetCollateral{}, &types.MsgSetMeasurement{}, &types.MsgRemoveMeasurement{}, &types.MsgRevokeMachine{},
		&types.MsgRestoreMachine{}, &types.MsgSetVerifyingKey{}, &types.MsgRetireVerifyingKey{}, &types.MsgUpdateParams{},
	}
}

func TestMessagesAreRegisteredUnderShortNames(t *testing.T) {
	amino := codec.NewLegacyAmino()
	types.RegisterLegacyAminoCodec(amino)
	registry := codectypes.NewInterfaceRegistry()
	sdk.RegisterInterfaces(registry)
	types.RegisterInterfaces(registry)
	registered := registry.ListImplementations("cosmos.base.v1beta1.Msg")
	require.Len(t, registered, len(messages()))
	for _, message := range messages() {
		url := sdk.MsgTypeURL(message)
		require.Contains(t, registered, url)
		raw, err := amino.MarshalJSON(message)
		require.NoError(t, err, url)
		name := "nesa/attestation/" + url[strings.LastIndex(url, ".")+1:]
		require.LessOrEqual(t, len(name), maxAminoName, name)
		require.Contains(t, string(raw), `"type":"`+name+`"`)
	}
}
