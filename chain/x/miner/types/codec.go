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
var _ = descriptor.First("nesa/miner/v1/types.proto", fileDescriptor_dbfa894b2e94548e)

// RegisterInterfaces registers the messages.
func RegisterInterfaces(registry codectypes.InterfaceRegistry) {
	registry.RegisterImplementations((*sdk.Msg)(nil),
		&MsgRegister{}, &MsgUpdate{}, &MsgAddStake{}, &MsgUnstake{}, &MsgUnjail{}, &MsgRetire{},
		&MsgServe{}, &MsgSetEncryptionKey{}, &MsgUpdateParams{})
	msgservice.RegisterMsgServiceDesc(registry, &_Msg_serviceDesc)
}

// RegisterLegacyAminoCodec registers the messages for wallets that sign amino JSON.
func RegisterLegacyAminoCodec(cdc *codec.LegacyAmino) {
	legacy.RegisterAminoMsg(cdc, &MsgRegister{}, "nesa/miner/MsgRegister")
	legacy.RegisterAminoMsg(cdc, &MsgUpdate{}, "nesa/miner/MsgUpdate")
	legacy.RegisterAminoMsg(cdc, &MsgAddStake{}, "nesa/miner/MsgAddStake")
	legacy.RegisterAminoMsg(cdc, &MsgUnstake{}, "nesa/miner/MsgUnstake")
	legacy.RegisterAminoMsg(cdc, &MsgUnjail{}, "nesa/miner/MsgUnjail")
	legacy.RegisterAminoMsg(cdc, &MsgRetire{}, "nesa/miner/MsgRetire")
	legacy.RegisterAminoMsg(cdc, &MsgServe{}, "nesa/miner/MsgServe")
	legacy.RegisterAminoMsg(cdc, &MsgSetEncryptionKey{}, "nesa/miner/MsgSetEncryptionKey")
	legacy.RegisterAminoMsg(cdc, &MsgUpdateParams{}, "nesa/miner/MsgUpdateParams")
}
