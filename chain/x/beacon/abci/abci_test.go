package abci_test

import (
	"bytes"
	"context"
	"errors"
	"testing"

	abcitypes "github.com/cometbft/cometbft/abci/types"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	cmttypes "github.com/cometbft/cometbft/types"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/log/v2"

	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	moduletestutil "github.com/cosmos/cosmos-sdk/types/module/testutil"

	"github.com/nesa-network/nesa/chain/x/beacon"
	"github.com/nesa-network/nesa/chain/x/beacon/abci"
	"github.com/nesa-network/nesa/chain/x/beacon/types"
	"github.com/nesa-network/nesa/chain/x/beacon/vrf"
)

const height = 7

var proposer = bytes.Repeat([]byte{1}, 20)

// oneKey is a beacon at one height, at which one proposer has a key.
type oneKey struct{ secret vrf.SecretKey }

func newOneKey(t *testing.T) oneKey {
	t.Helper()
	secret, err := vrf.NewSecretKey(bytes.Repeat([]byte{3}, vrf.SeedSize))
	require.NoError(t, err)
	return oneKey{secret}
}

func (k oneKey) KeyAt(_ context.Context, by []byte, _ uint64) ([]byte, bool, error) {
	return k.secret.PublicKey(), bytes.Equal(by, proposer), nil
}

func (k oneKey) Alpha(_ context.Context, at uint64) ([]byte, error) {
	return types.Alpha("nesa-test-1", at, types.First("nesa-test-1")), nil
}

func (k oneKey) Verify(ctx context.Context, at uint64, by, proof []byte) ([]byte, bool, error) {
	alpha, _ := k.Alpha(ctx, at)
	output, ok := vrf.Verify(k.secret.PublicKey(), proof, alpha)
	return output, ok && bytes.Equal(by, proposer), nil
}

func (k oneKey) Prove(_, alpha []byte) ([]byte, bool) { return k.secret.Prove(alpha), true }

func (k oneKey) entry(at uint64) []byte {
	alpha, _ := k.Alpha(context.Background(), at)
	return types.NewEntry(k.secret.Prove(alpha))
}

// keyless holds no key at all.
type keyless struct{}

func (keyless) Prove([]byte, []byte) ([]byte, bool) { return nil, false }

func newContext(maxBytes, maxGas int64) sdk.Context {
	return sdk.Context{}.WithContext(context.Background()).WithLogger(log.NewNopLogger()).
		WithConsensusParams(cmtproto.ConsensusParams{Block: &cmtproto.BlockParams{MaxBytes: maxBytes, MaxGas: maxGas}})
}

func TestPrepareAlwaysCarriesTheEntry(t *testing.T) {
	k := newOneKey(t)
	entry := k.entry(height)
	for _, c := range []struct {
		name   string
		prover abci.Prover
		by     []byte
		inner  sdk.PrepareProposalHandler
		want   [][]byte
	}{
		{"success - first of all", k, proposer, answer([]byte("a"), []byte("b")), [][]byte{entry, []byte("a"), []byte("b")}},
		{"success - the inner handler fails", k, proposer, fail, [][]byte{entry}},
		{"success - the inner handler panics", k, proposer, explode, [][]byte{entry}},
		{"error - no key registered", k, []byte("another"), answer([]byte("a")), [][]byte{[]byte("a")}},
		{"error - the key file lacks the key", keyless{}, proposer, answer([]byte("a")), [][]byte{[]byte("a")}},
		{"error - neither entry nor transactions", keyless{}, proposer, explode, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			res, err := abci.Prepare(k, c.prover, c.inner)(newContext(1000, 1000),
				&abcitypes.RequestPrepareProposal{Height: height, ProposerAddress: c.by, MaxTxBytes: 1000})
			require.NoError(t, err)
			require.Equal(t, c.want, res.Txs)
		})
	}
}

func TestPrepareLeavesRoomForTheEntry(t *testing.T) {
	k := newOneKey(t)
	size := cmttypes.ComputeProtoSizeForTxs([]cmttypes.Tx{k.entry(height)})
	inner := func(_ sdk.Context, req *abcitypes.RequestPrepareProposal) (*abcitypes.ResponsePrepareProposal, error) {
		require.Equal(t, 1000-size, req.MaxTxBytes)
		return &abcitypes.ResponsePrepareProposal{}, nil
	}
	req := &abcitypes.RequestPrepareProposal{Height: height, ProposerAddress: proposer, MaxTxBytes: 1000}
	_, err := abci.Prepare(k, k, inner)(newContext(1000, 1000), req)
	require.NoError(t, err)
	require.EqualValues(t, 1000, req.MaxTxBytes, "the request is CometBFT's")
}

func answer(txs ...[]byte) sdk.PrepareProposalHandler {
	return func(sdk.Context, *abcitypes.RequestPrepareProposal) (*abcitypes.ResponsePrepareProposal, error) {
		return &abcitypes.ResponsePrepareProposal{Txs: txs}, nil
	}
}

func fail(sdk.Context, *abcitypes.RequestPrepareProposal) (*abcitypes.ResponsePrepareProposal, error) {
	return nil, errors.New("no mempool")
}

func explode(sdk.Context, *abcitypes.RequestPrepareProposal) (*abcitypes.ResponsePrepareProposal, error) {
	panic("no mempool")
}

func TestProcess(t *testing.T) {
	k := newOneKey(t)
	encoding := moduletestutil.MakeTestEncodingConfig(beacon.AppModule{})
	builder := encoding.TxConfig.NewTxBuilder()
	builder.SetGasLimit(600)
	plain, err := encoding.TxConfig.TxEncoder()(builder.GetTx())
	require.NoError(t, err)
	process := abci.Process(k, encoding.TxConfig.TxDecoder())

	entry, other := k.entry(height), k.entry(height+1)
	for _, c := range []struct {
		name     string
		by       []byte
		maxBytes int64
		txs      [][]byte
		accept   bool
	}{
		{"success - empty", proposer, 1000, nil, true},
		{"success - entry alone", proposer, 1000, [][]byte{entry}, true},
		{"success - entry and transaction", proposer, 1000, [][]byte{entry, plain}, true},
		{"success - no entry", proposer, 1000, [][]byte{plain}, true},
		{"error - another height's entry", proposer, 1000, [][]byte{other}, false},
		{"error - another proposer's entry", []byte("x"), 1000, [][]byte{entry}, false},
		{"error - two entries", proposer, 1000, [][]byte{entry, entry}, false},
		{"error - entry not first", proposer, 1000, [][]byte{plain, entry}, false},
		{"error - not a transaction", proposer, 1000, [][]byte{entry, {0xff}}, false},
		{"error - too much gas", proposer, 1000, [][]byte{plain, plain}, false},
		{"error - too many bytes", proposer, 100, [][]byte{entry}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			res, err := process(newContext(c.maxBytes, 1000), &abcitypes.RequestProcessProposal{
				Height: height, ProposerAddress: c.by, Txs: c.txs,
			})
			require.NoError(t, err)
			require.Equal(t, c.accept, res.Status == abcitypes.ResponseProcessProposal_ACCEPT)
		})
	}
}

// counting runs every transaction with gas of its index.
type counting struct{ ran [][]byte }

func (c *counting) Run(
	_ context.Context, _ storetypes.MultiStore, txs [][]byte, _ sdk.DeliverTxFunc,
) ([]*abcitypes.ExecTxResult, error) {
	c.ran = txs
	results := make([]*abcitypes.ExecTxResult, len(txs))
	for i := range txs {
		results[i] = &abcitypes.ExecTxResult{GasUsed: int64(i + 1)}
	}
	return results, nil
}

func TestRunnerGivesTheEntryNoGas(t *testing.T) {
	inner := &counting{}
	entry := newOneKey(t).entry(height)
	results, err := abci.NewRunner(inner).Run(context.Background(), nil, [][]byte{entry, []byte("a"), []byte("b")}, nil)
	require.NoError(t, err)
	require.Equal(t, [][]byte{[]byte("a"), []byte("b")}, inner.ran)
	require.Equal(t, []*abcitypes.ExecTxResult{{}, {GasUsed: 1}, {GasUsed: 2}}, results)

	results, err = abci.NewRunner(inner).Run(context.Background(), nil, [][]byte{[]byte("a")}, nil)
	require.NoError(t, err)
	require.Len(t, results, 1)
}

func TestOutsideDecoderRefusesEntries(t *testing.T) {
	encoding := moduletestutil.MakeTestEncodingConfig(beacon.AppModule{})
	decode := abci.OutsideDecoder(encoding.TxConfig.TxDecoder())
	_, err := decode(newOneKey(t).entry(height))
	require.ErrorIs(t, err, types.ErrForgedEntry)
	builder := encoding.TxConfig.NewTxBuilder()
	builder.SetMemo("beacon/2:signed and all")
	raw, err := encoding.TxConfig.TxEncoder()(builder.GetTx())
	require.NoError(t, err)
	_, err = decode(raw)
	require.ErrorIs(t, err, types.ErrForgedEntry)
	builder.SetMemo("hello")
	raw, err = encoding.TxConfig.TxEncoder()(builder.GetTx())
	require.NoError(t, err)
	_, err = decode(raw)
	require.NoError(t, err)
}

func TestThreat07HandlersAnswerErrorsAndPanicsWithCodes(t *testing.T) {
	respond := func(err error) *abcitypes.ResponseCheckTx {
		require.Error(t, err)
		return &abcitypes.ResponseCheckTx{Code: 2}
	}
	for _, fails := range []func() error{func() error { return errors.New("x") }, func() error { panic("x") }} {
		check := abci.CheckTx(func(sdk.RunTx, *abcitypes.RequestCheckTx) (*abcitypes.ResponseCheckTx, error) {
			return nil, fails()
		}, respond)
		res, err := check(nil, &abcitypes.RequestCheckTx{})
		require.NoError(t, err)
		require.EqualValues(t, 2, res.Code)
		insert := abci.InsertTx(func(*abcitypes.RequestInsertTx) (*abcitypes.ResponseInsertTx, error) {
			return nil, fails()
		}, 1)
		inserted, err := insert(&abcitypes.RequestInsertTx{})
		require.NoError(t, err)
		require.EqualValues(t, 1, inserted.Code)
	}
}
