package app_test

import (
	"bytes"
	"math/rand"
	"testing"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/stretchr/testify/require"

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	simtestutil "github.com/cosmos/cosmos-sdk/testutil/sims"
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

// signed is a transaction of the node's user.
func signed(t testing.TB, n *node, gas uint64, msgs ...sdk.Msg) []byte {
	t.Helper()
	account := n.Account.GetAccount(n.state(t), n.address())
	tx, err := simtestutil.GenSignedMockTx(rand.New(rand.NewSource(1)), n.TxConfig(), msgs,
		sdk.NewCoins(sdk.NewInt64Coin(app.BaseDenom, int64(gas)*app.MinGasPrice)), gas, chainID,
		[]uint64{account.GetAccountNumber()}, []uint64{account.GetSequence()}, n.user)
	require.NoError(t, err)
	raw, err := n.TxConfig().TxEncoder()(tx)
	require.NoError(t, err)
	return raw
}

// signedSend is a valid transaction of the node's user.
func signedSend(t testing.TB, n *node) []byte {
	t.Helper()
	return signed(t, n, 200_000, &banktypes.MsgSend{
		FromAddress: n.address().String(), ToAddress: sdk.AccAddress(make([]byte, 20)).String(),
		Amount: sdk.NewCoins(sdk.NewInt64Coin(app.BaseDenom, 1)),
	})
}

// One changed byte anywhere makes a valid transaction an invalid one, and does no other harm.
func TestThreat07MutatedTransactions(t *testing.T) {
	n := sharedNode(t)
	n.execute(t, nil)
	random := rand.New(rand.NewSource(7))
	raw := signedSend(t, n)
	for range 300 {
		changed := bytes.Clone(raw)
		changed[random.Intn(len(changed))] ^= byte(1 + random.Intn(255))
		survive(t, n, changed)
	}
	require.Zero(t, n.execute(t, [][]byte{raw})[0].Code, "unchanged it is valid")
}

// Decode through delivery. A signature cannot be guessed, so whatever the fuzzer finds must fail everywhere.
func FuzzThreat07DecodeThroughDelivery(f *testing.F) {
	n := sharedNode(f)
	n.execute(f, nil)
	for _, raw := range malformed(f, n) {
		f.Add(raw)
	}
	f.Add(signedSend(f, n)[1:])
	f.Fuzz(func(t *testing.T, raw []byte) {
		if len(raw) > 1<<16 {
			t.Skip()
		}
		survive(t, n, raw)
	})
}
