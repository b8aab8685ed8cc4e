package app_test

import (
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/require"

	abci "github.com/cometbft/cometbft/abci/types"

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/tx"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	evmtypes "github.com/cosmos/evm/x/vm/types"

	"github.com/nesa-network/nesa/chain/app"
)

// rawTx encodes a transaction from its parts as they are, however wrong.
func rawTx(t testing.TB, body *tx.TxBody, auth *tx.AuthInfo, signatures ...[]byte) []byte {
	t.Helper()
	raw := tx.TxRaw{Signatures: signatures}
	var err error
	if body != nil {
		raw.BodyBytes, err = body.Marshal()
		require.NoError(t, err)
	}
	if auth != nil {
		raw.AuthInfoBytes, err = auth.Marshal()
		require.NoError(t, err)
	}
	encoded, err := raw.Marshal()
	require.NoError(t, err)
	return encoded
}

func packed(t testing.TB, msg sdk.Msg) *codectypes.Any {
	t.Helper()
	packed, err := codectypes.NewAnyWithValue(msg)
	require.NoError(t, err)
	return packed
}

// malformed are transactions that somebody could send.
func malformed(t testing.TB, n *node) map[string][]byte {
	t.Helper()
	send := packed(t, &banktypes.MsgSend{
		FromAddress: n.address().String(), ToAddress: n.address().String(),
		Amount: sdk.NewCoins(sdk.NewInt64Coin(app.BaseDenom, 1)),
	})
	extension := packed(t, &evmtypes.ExtensionOptionsEthereumTx{})
	fee := &tx.AuthInfo{Fee: &tx.Fee{GasLimit: 200_000}}
	return map[string][]byte{
		"nothing":                    {},
		"not protobuf":               []byte("\xff\xff\xff"),
		"nine bytes: a memo alone":   rawTx(t, &tx.TxBody{Memo: "abcde"}, nil),
		"no body":                    rawTx(t, nil, fee),
		"message without a fee":      rawTx(t, &tx.TxBody{Messages: []*codectypes.Any{send}}, nil),
		"message without a signer":   rawTx(t, &tx.TxBody{Messages: []*codectypes.Any{send}}, fee),
		"message, empty signature":   rawTx(t, &tx.TxBody{Messages: []*codectypes.Any{send}}, fee, nil),
		"no message, a signature":    rawTx(t, &tx.TxBody{}, fee, make([]byte, 64)),
		"EVM extension, no message":  rawTx(t, &tx.TxBody{ExtensionOptions: []*codectypes.Any{extension}}, fee),
		"EVM extension, no fee":      rawTx(t, &tx.TxBody{ExtensionOptions: []*codectypes.Any{extension}}, nil),
		"EVM extension, bank's send": rawTx(t, &tx.TxBody{ExtensionOptions: []*codectypes.Any{extension}, Messages: []*codectypes.Any{send}}, fee),
		"EVM message without bytes": rawTx(t, &tx.TxBody{
			ExtensionOptions: []*codectypes.Any{extension}, Messages: []*codectypes.Any{packed(t, &evmtypes.MsgEthereumTx{})},
		}, fee),
		"amount without a denomination": rawTx(t, &tx.TxBody{Messages: []*codectypes.Any{packed(t, &banktypes.MsgSend{
			FromAddress: n.address().String(), ToAddress: n.address().String(), Amount: sdk.Coins{{}},
		})}}, fee),
		"a beacon entry": n.propose(t)[0],
	}
}

// survive sends bytes in every way a stranger can: nothing of it may stop the node, succeed, or change the supply.
func survive(t testing.TB, n *node, raw []byte) {
	t.Helper()
	checked, err := n.CheckTx(&abci.RequestCheckTx{Tx: raw, Type: abci.CheckTxType_New})
	require.NoError(t, err)
	require.NotZero(t, checked.Code, "CheckTx")
	inserted, err := n.InsertTx(&abci.RequestInsertTx{Tx: raw})
	require.NoError(t, err)
	require.NotZero(t, inserted.Code, "InsertTx")

	n.judge(t, [][]byte{raw})
	before := n.Bank.GetSupply(n.state(t), app.BaseDenom)
	results := n.execute(t, [][]byte{[]byte("first"), raw})
	require.NotZero(t, results[1].Code, "execution")
	require.Equal(t, before, n.Bank.GetSupply(n.state(t), app.BaseDenom))
}

func TestThreat07MalformedTransactions(t *testing.T) {
	n := sharedNode(t)
	n.execute(t, nil) // the mempool needs a height
	for name, raw := range malformed(t, n) {
		t.Run(name, func(t *testing.T) { survive(t, n, raw) })
	}
}

// Decode through delivery. A signature cannot be guessed, so whatever the fuzzer finds must fail everywhere.
func FuzzThreat07DecodeThroughDelivery(f *testing.F) {
	n := sharedNode(f)
	n.execute(f, nil)
	for _, raw := range malformed(f, n) {
		f.Add(raw)
	}
	valid, err := hex.DecodeString("0a00120012001a00")
	require.NoError(f, err)
	f.Add(valid)
	f.Fuzz(func(t *testing.T, raw []byte) {
		if len(raw) > 1<<16 {
			t.Skip()
		}
		survive(t, n, raw)
	})
}
