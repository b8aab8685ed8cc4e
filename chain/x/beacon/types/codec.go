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
var _ = descriptor.First("nesa/beacon/v1/types.proto", fileDescriptor_21294560b26a67b5)

// RegisterInterfaces registers the messages.
func RegisterInterfaces(registry codectypes.InterfaceRegistry) {
	registry.RegisterImplementations((*sdk.Msg)(nil), &MsgRegisterKey{}, &MsgUpdateParams{})
	msgservice.RegisterMsgServiceDesc(registry, &_Msg_serviceDesc)
}

// RegisterLegacyAminoCodec registers the messages under the names that hardware wallets show.
func RegisterLegacyAminoCodec(amino *codec.LegacyAmino) {
	legacy.RegisterAminoMsg(amino, &MsgRegisterKey{}, "nesa/beacon/MsgRegisterKey")
	legacy.RegisterAminoMsg(amino, &MsgUpdateParams{}, "nesa/beacon/MsgUpdateParams")
}
