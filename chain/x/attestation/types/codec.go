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
var _ = descriptor.First("nesa/attestation/v1/types.proto", fileDescriptor_221e8605df314d17)

// RegisterInterfaces registers the messages.
func RegisterInterfaces(registry codectypes.InterfaceRegistry) {
	registry.RegisterImplementations((*sdk.Msg)(nil),
		&MsgAttest{}, &MsgRevoke{}, &MsgDecide{}, &MsgSetAnchor{}, &MsgRemoveAnchor{}, &MsgSetCollateral{},
		&MsgSetMeasurement{}, &MsgRemoveMeasurement{}, &MsgRevokeMachine{}, &MsgRestoreMachine{},
		&MsgSetVerifyingKey{}, &MsgRetireVerifyingKey{}, &MsgUpdateParams{})
	msgservice.RegisterMsgServiceDesc(registry, &_Msg_serviceDesc)
}

// RegisterLegacyAminoCodec registers the messages for wallets that sign amino JSON.
func RegisterLegacyAminoCodec(cdc *codec.LegacyAmino) {
	cdc.RegisterInterface((*isEvidence_Sum)(nil), nil)
	cdc.RegisterConcrete(&Evidence_Key{}, "nesa/attestation/KeySignature", nil)
	cdc.RegisterConcrete(&Evidence_Quote{}, "nesa/attestation/Quote", nil)
	cdc.RegisterConcrete(&Evidence_Proof{}, "nesa/attestation/Proof", nil)
	legacy.RegisterAminoMsg(cdc, &MsgAttest{}, "nesa/attestation/MsgAttest")
	legacy.RegisterAminoMsg(cdc, &MsgRevoke{}, "nesa/attestation/MsgRevoke")
	legacy.RegisterAminoMsg(cdc, &MsgDecide{}, "nesa/attestation/MsgDecide")
	legacy.RegisterAminoMsg(cdc, &MsgSetAnchor{}, "nesa/attestation/MsgSetAnchor")
	legacy.RegisterAminoMsg(cdc, &MsgRemoveAnchor{}, "nesa/attestation/MsgRemoveAnchor")
	legacy.RegisterAminoMsg(cdc, &MsgSetCollateral{}, "nesa/attestation/MsgSetCollateral")
	legacy.RegisterAminoMsg(cdc, &MsgSetMeasurement{}, "nesa/attestation/MsgSetMeasurement")
	legacy.RegisterAminoMsg(cdc, &MsgRemoveMeasurement{}, "nesa/attestation/MsgRemoveMeasurement")
	legacy.RegisterAminoMsg(cdc, &MsgRevokeMachine{}, "nesa/attestation/MsgRevokeMachine")
	legacy.RegisterAminoMsg(cdc, &MsgRestoreMachine{}, "nesa/attestation/MsgRestoreMachine")
	legacy.RegisterAminoMsg(cdc, &MsgSetVerifyingKey{}, "nesa/attestation/MsgSetVerifyingKey")
	legacy.RegisterAminoMsg(cdc, &MsgRetireVerifyingKey{}, "nesa/attestation/MsgRetireVerifyingKey")
	legacy.RegisterAminoMsg(cdc, &MsgUpdateParams{}, "nesa/attestation/MsgUpdateParams")
}
