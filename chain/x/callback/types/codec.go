// Package types holds the pure part of the callback module.
package types

import (
	"github.com/cosmos/cosmos-sdk/codec"
	"github.com/cosmos/cosmos-sdk/codec/legacy"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/msgservice"

	"github.com/nesa-network/nesa/chain/x/internal/descriptor"
)

// What tx.proto imports has to be registered before it.
var _ = descriptor.First("nesa/callback/v1/types.proto", fileDescriptor_e2815e7386472023)

// RegisterInterfaces registers the messages.
func RegisterInterfaces(registry codectypes.InterfaceRegistry) {
	registry.RegisterImplementations((*sdk.Msg)(nil), &MsgCallback{}, &MsgUpdateParams{})
	msgservice.RegisterMsgServiceDesc(registry, &_Msg_serviceDesc)
}

// RegisterLegacyAminoCodec registers the messages for wallets that sign amino JSON.
func RegisterLegacyAminoCodec(cdc *codec.LegacyAmino) {
	legacy.RegisterAminoMsg(cdc, &MsgCallback{}, "nesa/callback/MsgCallback")
	legacy.RegisterAminoMsg(cdc, &MsgUpdateParams{}, "nesa/callback/MsgUpdateParams")
}
