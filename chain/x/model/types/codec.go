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
var _ = descriptor.First("nesa/model/v1/types.proto", fileDescriptor_9a836f8ccfe65916)

// RegisterInterfaces registers the messages.
func RegisterInterfaces(registry codectypes.InterfaceRegistry) {
	registry.RegisterImplementations((*sdk.Msg)(nil),
		&MsgRegister{}, &MsgAddVersion{}, &MsgSetAccess{}, &MsgRetire{}, &MsgUpdateParams{})
	msgservice.RegisterMsgServiceDesc(registry, &_Msg_serviceDesc)
}

// RegisterLegacyAminoCodec registers the messages for wallets that sign amino JSON.
func RegisterLegacyAminoCodec(cdc *codec.LegacyAmino) {
	legacy.RegisterAminoMsg(cdc, &MsgRegister{}, "nesa/model/MsgRegister")
	legacy.RegisterAminoMsg(cdc, &MsgAddVersion{}, "nesa/model/MsgAddVersion")
	legacy.RegisterAminoMsg(cdc, &MsgSetAccess{}, "nesa/model/MsgSetAccess")
	legacy.RegisterAminoMsg(cdc, &MsgRetire{}, "nesa/model/MsgRetire")
	legacy.RegisterAminoMsg(cdc, &MsgUpdateParams{}, "nesa/model/MsgUpdateParams")
}
