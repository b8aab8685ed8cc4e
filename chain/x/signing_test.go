// Package x_test holds what is true of the messages of every module.
package x_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"
	"google.golang.org/protobuf/types/known/anypb"
	"pgregory.net/rapid"

	"cosmossdk.io/api/amino"
	txv1beta1 "cosmossdk.io/api/cosmos/tx/v1beta1"

	cosmosproto "github.com/cosmos/cosmos-proto"
	"github.com/cosmos/cosmos-sdk/codec"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/x/tx/signing"
	"github.com/cosmos/cosmos-sdk/x/tx/signing/aminojson"
	gogoproto "github.com/cosmos/gogoproto/proto"

	attestationtypes "github.com/nesa-network/nesa/chain/x/attestation/types"
	beacontypes "github.com/nesa-network/nesa/chain/x/beacon/types"
	callbacktypes "github.com/nesa-network/nesa/chain/x/callback/types"
	jobtypes "github.com/nesa-network/nesa/chain/x/job/types"
	minertypes "github.com/nesa-network/nesa/chain/x/miner/types"
	modeltypes "github.com/nesa-network/nesa/chain/x/model/types"
)

// maxAminoName is how much of a message's name a Ledger shows.
const maxAminoName = 39

// registered returns the registries of all modules, and the names of their messages.
func registered() (*codec.LegacyAmino, codectypes.InterfaceRegistry, []protoreflect.FullName) {
	legacy, registry := codec.NewLegacyAmino(), codectypes.NewInterfaceRegistry()
	sdk.RegisterInterfaces(registry)
	for _, register := range []func(*codec.LegacyAmino){
		attestationtypes.RegisterLegacyAminoCodec, beacontypes.RegisterLegacyAminoCodec,
		callbacktypes.RegisterLegacyAminoCodec, jobtypes.RegisterLegacyAminoCodec,
		minertypes.RegisterLegacyAminoCodec, modeltypes.RegisterLegacyAminoCodec,
	} {
		register(legacy)
	}
	for _, register := range []func(codectypes.InterfaceRegistry){
		attestationtypes.RegisterInterfaces, beacontypes.RegisterInterfaces, callbacktypes.RegisterInterfaces,
		jobtypes.RegisterInterfaces, minertypes.RegisterInterfaces, modeltypes.RegisterInterfaces,
	} {
		register(registry)
	}
	var names []protoreflect.FullName
	for _, url := range registry.ListImplementations(sdk.MsgInterfaceProtoName) {
		names = append(names, protoreflect.FullName(strings.TrimPrefix(url, "/")))
	}
	return legacy, registry, names
}

// filled draws a message. Of what may be absent some is; amounts never are, as no Go program leaves them out.
func filled(t *rapid.T, kind protoreflect.MessageDescriptor, label string) *dynamicpb.Message {
	message := dynamicpb.NewMessage(kind)
	for i := range kind.Fields().Len() {
		field := kind.Fields().Get(i)
		name := label + "." + string(field.Name())
		always, _ := proto.GetExtension(field.Options(), amino.E_DontOmitempty).(bool)
		scalar, _ := proto.GetExtension(field.Options(), cosmosproto.E_Scalar).(string)
		oneof := field.ContainingOneof()
		switch {
		case oneof != nil && message.WhichOneof(oneof) != nil:
		case field.IsList():
			list := message.Mutable(field).List()
			for range rapid.IntRange(0, 2).Draw(t, name) {
				list.Append(value(t, field, name))
			}
		case always, scalar == "cosmos.Int", rapid.Bool().Draw(t, name+"?"), oneof != nil && last(oneof, field):
			message.Set(field, value(t, field, name))
		}
	}
	return message
}

func last(oneof protoreflect.OneofDescriptor, field protoreflect.FieldDescriptor) bool {
	return oneof.Fields().Get(oneof.Fields().Len()-1) == field
}

func value(t *rapid.T, field protoreflect.FieldDescriptor, label string) protoreflect.Value {
	switch field.Kind() {
	case protoreflect.MessageKind:
		return protoreflect.ValueOfMessage(filled(t, field.Message(), label))
	case protoreflect.EnumKind:
		return protoreflect.ValueOfEnum(protoreflect.EnumNumber(rapid.Int32Range(1, 3).Draw(t, label)))
	case protoreflect.BoolKind:
		return protoreflect.ValueOfBool(true)
	case protoreflect.BytesKind:
		return protoreflect.ValueOfBytes(rapid.SliceOfN(rapid.Byte(), 1, 40).Draw(t, label))
	case protoreflect.Uint32Kind:
		return protoreflect.ValueOfUint32(rapid.Uint32Min(1).Draw(t, label))
	case protoreflect.Uint64Kind:
		return protoreflect.ValueOfUint64(rapid.Uint64Min(1).Draw(t, label))
	case protoreflect.Int64Kind:
		return protoreflect.ValueOfInt64(rapid.Int64Min(1).Draw(t, label))
	case protoreflect.StringKind:
		if scalar, _ := proto.GetExtension(field.Options(), cosmosproto.E_Scalar).(string); scalar == "cosmos.Int" {
			return protoreflect.ValueOfString(rapid.StringMatching(`[1-9][0-9]{0,30}`).Draw(t, label))
		}
		return protoreflect.ValueOfString(rapid.StringMatching(`[a-z<&é]{1,12}`).Draw(t, label))
	default:
		t.Fatalf("%s is a %s: say here how to draw one", label, field.Kind())
		return protoreflect.Value{}
	}
}

// TestThreat51WhatIsSignedInAminoJSONIsTheWholeMessage holds the JSON that hardware wallets sign, which the SDK makes from the
// descriptors, against what go-amino makes from the Go types: it knows of neither descriptors nor options.
func TestThreat51WhatIsSignedInAminoJSONIsTheWholeMessage(t *testing.T) {
	legacy, registry, names := registered()
	require.NotEmpty(t, names)
	// The whole description: HybridResolver, which the SDK asks, might have less.
	files, err := gogoproto.MergedRegistry()
	require.NoError(t, err)
	protoCodec, encoder := codec.NewProtoCodec(registry), aminojson.NewSignModeHandler(aminojson.SignModeHandlerOptions{})
	for _, name := range names {
		t.Run(string(name), func(t *testing.T) {
			found, err := files.FindDescriptorByName(name)
			require.NoError(t, err)
			kind := found.(protoreflect.MessageDescriptor)
			title, _ := proto.GetExtension(kind.Options(), amino.E_Name).(string)
			require.NotEmpty(t, title)
			require.LessOrEqual(t, len(title), maxAminoName)
			rapid.Check(t, func(t *rapid.T) {
				raw, err := proto.Marshal(filled(t, kind, string(kind.Name())))
				require.NoError(t, err)
				packed := &anypb.Any{TypeUrl: "/" + string(name), Value: raw}
				signed, err := encoder.GetSignBytes(context.Background(), signing.SignerData{Address: "somebody"}, signing.TxData{
					Body: &txv1beta1.TxBody{Messages: []*anypb.Any{packed}}, AuthInfo: &txv1beta1.AuthInfo{Fee: &txv1beta1.Fee{}},
				})
				require.NoError(t, err)
				var doc struct{ Msgs []json.RawMessage }
				require.NoError(t, json.Unmarshal(signed, &doc))

				var message sdk.Msg
				require.NoError(t, protoCodec.UnpackAny(&codectypes.Any{TypeUrl: packed.TypeUrl, Value: raw}, &message))
				expected, err := legacy.MarshalJSON(message)
				require.NoError(t, err)
				require.JSONEq(t, string(expected), string(doc.Msgs[0]))
			})
		})
	}
}
