// Package types holds the pure part of the job module: its messages, tickets, fees and verdicts.
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
var _ = descriptor.First("nesa/job/v1/types.proto", fileDescriptor_c701ee6477e13fd6)

// RegisterInterfaces registers the messages.
func RegisterInterfaces(registry codectypes.InterfaceRegistry) {
	registry.RegisterImplementations((*sdk.Msg)(nil),
		&MsgRequest{}, &MsgClaim{}, &MsgDeliver{}, &MsgAbstain{}, &MsgCommit{}, &MsgReveal{},
		&MsgChallenge{}, &MsgAppeal{}, &MsgCancel{}, &MsgSettle{}, &MsgUpdateParams{})
	msgservice.RegisterMsgServiceDesc(registry, &_Msg_serviceDesc)
}

// RegisterLegacyAminoCodec registers the messages for wallets that sign amino JSON.
func RegisterLegacyAminoCodec(cdc *codec.LegacyAmino) {
	legacy.RegisterAminoMsg(cdc, &MsgRequest{}, "nesa/job/MsgRequest")
	legacy.RegisterAminoMsg(cdc, &MsgClaim{}, "nesa/job/MsgClaim")
	legacy.RegisterAminoMsg(cdc, &MsgDeliver{}, "nesa/job/MsgDeliver")
	legacy.RegisterAminoMsg(cdc, &MsgAbstain{}, "nesa/job/MsgAbstain")
	legacy.RegisterAminoMsg(cdc, &MsgCommit{}, "nesa/job/MsgCommit")
	legacy.RegisterAminoMsg(cdc, &MsgReveal{}, "nesa/job/MsgReveal")
	legacy.RegisterAminoMsg(cdc, &MsgChallenge{}, "nesa/job/MsgChallenge")
	legacy.RegisterAminoMsg(cdc, &MsgAppeal{}, "nesa/job/MsgAppeal")
	legacy.RegisterAminoMsg(cdc, &MsgCancel{}, "nesa/job/MsgCancel")
	legacy.RegisterAminoMsg(cdc, &MsgSettle{}, "nesa/job/MsgSettle")
	legacy.RegisterAminoMsg(cdc, &MsgUpdateParams{}, "nesa/job/MsgUpdateParams")
}
