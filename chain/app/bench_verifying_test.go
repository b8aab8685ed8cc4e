package app_test

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"math/big"
	"os"
	"testing"
	"time"

	"github.com/consensys/gnark-crypto/ecc/bn254"
	"github.com/consensys/gnark-crypto/ecc/bn254/fr"
	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/stretchr/testify/require"

	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"

	attestationkeeper "github.com/nesa-network/nesa/chain/x/attestation/keeper"
	attestationtypes "github.com/nesa-network/nesa/chain/x/attestation/types"
)

// timesProven is how often a proof is verified for one measurement.
const timesProven = 50

// BenchmarkV1Groth16 is what verifying a proof costs, by its public values: natively, as a private decision, the key
// read from the store and parsed each time; and in a contract, the whole transaction.
func BenchmarkV1Groth16(b *testing.B) {
	w := newEVMWorld(b)
	for range b.N {
		for _, values := range []int{3, 5, 10, 28} {
			made := newTrapdoor(b, values)
			gas, took := made.natively(b, w)
			b.ReportMetric(float64(gas), fmt.Sprintf("native-gas-%d", values))
			b.ReportMetric(took, fmt.Sprintf("native-ms-%d", values))
			gas, took = made.inContract(b, w)
			b.ReportMetric(float64(gas), fmt.Sprintf("evm-gas-%d", values))
			b.ReportMetric(took, fmt.Sprintf("evm-ms-%d", values))
		}
	}
}

// BenchmarkV4Contracts is the gas of asking: a wallet's request without a callback, an entry in the guest book, which is
// a contract's request with one, and what the guest book then uses when it is called back.
func BenchmarkV4Contracts(b *testing.B) {
	for range b.N {
		w := newEVMWorld(b)
		response, err := w.apply(&inferenceAddress, w.ask("request", w.terms(), askCallback{}), 0, plentyOfGas)
		require.NoError(b, err)
		require.Empty(b, response.VmError)
		b.ReportMetric(float64(response.GasUsed), "request-gas")

		book, code := contract(b, "GuestBook")
		address := w.create(code, book, uint64(1), big.NewInt(populatedPrice), uint32(500), "txt", big.NewInt(600_000))
		id := uint64(2)
		for _, judged := range []struct{ label, unit string }{{"txt", "accept-gas"}, {"html", "reject-gas"}} {
			data, err := book.Pack("sign", "It was a lovely stay. The garden is quiet, and the bread is good.")
			require.NoError(b, err)
			response, err = w.apply(&address, data, userFunds/1_000, plentyOfGas)
			require.NoError(b, err)
			require.Empty(b, response.VmError)
			b.ReportMetric(float64(response.GasUsed), "sign-gas")
			w.end(id, []byte(`{"label":"`+judged.label+`","score_ppm":987654}`))
			called, err := w.callBack(somebody, id, plentyOfGas)
			require.NoError(b, err)
			require.True(b, called.Success, called.Failure)
			b.ReportMetric(float64(called.GasUsed), judged.unit)
			id++
		}
	}
}

// contract reads what forge made of a contract.
func contract(b testing.TB, name string) (abi.ABI, []byte) {
	b.Helper()
	raw, err := os.ReadFile("../../contracts/out/" + name + ".sol/" + name + ".json")
	require.NoError(b, err, "make contracts first")
	var built struct {
		ABI      json.RawMessage
		Bytecode struct{ Object string }
	}
	require.NoError(b, json.Unmarshal(raw, &built))
	found, err := abi.JSON(bytes.NewReader(built.ABI))
	require.NoError(b, err)
	return found, common.FromHex(built.Bytecode.Object)
}

// create deploys a contract.
func (w *evmWorld) create(code []byte, of abi.ABI, args ...any) common.Address {
	w.t.Helper()
	packed, err := of.Pack("", args...)
	require.NoError(w.t, err)
	account := w.n.Account.GetAccount(w.ctx, w.user.Bytes())
	response, err := w.apply(nil, append(code, packed...), 0, 4*plentyOfGas)
	require.NoError(w.t, err)
	require.Empty(w.t, response.VmError)
	return crypto.CreateAddress(w.user, account.GetSequence())
}

// trapdoor is a key whose secrets are known, and so proofs of anything: random points, as those of a circuit are.
type trapdoor struct {
	alpha, beta, gamma, delta fr.Element
	points                    []fr.Element
}

func newTrapdoor(b testing.TB, values int) trapdoor {
	b.Helper()
	made := trapdoor{points: make([]fr.Element, values+1)}
	for _, secret := range []*fr.Element{&made.alpha, &made.beta, &made.gamma, &made.delta} {
		*secret = scalar(b)
	}
	for i := range made.points {
		made.points[i] = scalar(b)
	}
	return made
}

func scalar(b testing.TB) (made fr.Element) {
	b.Helper()
	_, err := made.SetRandom()
	require.NoError(b, err)
	return made
}

func onG1(by fr.Element) []byte {
	raw := new(bn254.G1Affine).ScalarMultiplicationBase(by.BigInt(new(big.Int))).RawBytes()
	return raw[:]
}

func onG2(by fr.Element) []byte {
	raw := new(bn254.G2Affine).ScalarMultiplicationBase(by.BigInt(new(big.Int))).RawBytes()
	return raw[:]
}

// key is the verifying key in gnark's raw form, in which verifiers read neither beta nor delta in G1.
func (k *trapdoor) key() []byte {
	count := len(k.points)
	raw := bytes.Join([][]byte{
		onG1(k.alpha), onG1(k.beta), onG2(k.beta), onG2(k.gamma), onG1(k.delta), onG2(k.delta),
		{byte(count >> 24), byte(count >> 16), byte(count >> 8), byte(count)},
	}, nil)
	for _, point := range k.points {
		raw = append(raw, onG1(point)...)
	}
	return append(raw, make([]byte, 8)...)
}

// prove returns a proof: C is chosen so that A·B = alpha·beta + sum·gamma + C·delta.
func (k *trapdoor) prove(b testing.TB, public [][]byte) []byte {
	b.Helper()
	one, other, sum := scalar(b), scalar(b), k.points[0]
	for i, raw := range public {
		var value fr.Element
		require.NoError(b, value.SetBytesCanonical(raw))
		sum.Add(&sum, value.Mul(&value, &k.points[i+1]))
	}
	var c, part fr.Element
	c.Mul(&one, &other)
	c.Sub(&c, part.Mul(&k.alpha, &k.beta))
	c.Sub(&c, part.Mul(&sum, &k.gamma))
	c.Div(&c, &k.delta)
	return bytes.Join([][]byte{onG1(one), onG2(other), onG1(c)}, nil)
}

// natively verifies a private decision, whose public values are its context, a commitment and the output.
func (k *trapdoor) natively(b testing.TB, w *evmWorld) (gas uint64, milliseconds float64) {
	b.Helper()
	output := make([]byte, attestationtypes.PackedBytes*(len(k.points)-3))
	_, err := rand.Read(output)
	require.NoError(b, err)
	branch, _ := w.ctx.CacheContext()
	state, err := w.n.Attestation.ExportGenesis(branch)
	require.NoError(b, err)
	state.VerifyingKeys = []attestationtypes.VerifyingKey{{
		VersionId: 1, PrivateInput: true, Key: k.key(), InputSize: 1, OutputSize: uint64(len(output)), TranscriptDigest: make([]byte, 32),
	}}
	require.NoError(b, w.n.Attestation.InitGenesis(branch, *state))
	commitment, label := scalar(b), make([]byte, attestationtypes.LabelBytes)
	raw := commitment.Bytes()
	about := attestationtypes.DecisionDigest(branch.ChainID(), 1, somebody, label)
	public := append([][]byte{attestationtypes.Context(about), raw[:]}, attestationtypes.Pack(output)...)
	require.Len(b, public, len(k.points)-1)
	decision := &attestationtypes.MsgDecide{
		Prover: somebody.String(), VersionId: 1, Label: label, Commitment: raw[:], Output: output,
		Proof: attestationtypes.Proof{Groth16: k.prove(b, public)},
	}
	server := attestationkeeper.NewMsgServer(w.n.Attestation)
	var times []float64
	for range timesProven {
		meter := storetypes.NewInfiniteGasMeter()
		started := time.Now()
		_, err := server.Decide(branch.WithGasMeter(meter), decision)
		times = append(times, time.Since(started).Seconds()*1000)
		require.NoError(b, err)
		gas = meter.GasConsumed()
	}
	return gas, median(times)
}

// inContract verifies a proof in a transaction to a contract that holds the key.
func (k *trapdoor) inContract(b testing.TB, w *evmWorld) (gas uint64, milliseconds float64) {
	b.Helper()
	verifier, code := contract(b, "Groth16Verifier")
	address := w.create(code, verifier, k.key())
	public, numbers := make([][]byte, len(k.points)-1), make([]*big.Int, len(k.points)-1)
	for i := range public {
		value := scalar(b)
		raw := value.Bytes()
		public[i], numbers[i] = raw[:], value.BigInt(new(big.Int))
	}
	data, err := verifier.Pack("verify", k.prove(b, public), numbers)
	require.NoError(b, err)
	var times []float64
	for range timesProven {
		started := time.Now()
		response, err := w.apply(&address, data, 0, plentyOfGas)
		times = append(times, time.Since(started).Seconds()*1000)
		require.NoError(b, err)
		require.Empty(b, response.VmError)
		require.Equal(b, common.LeftPadBytes([]byte{1}, 32), response.Ret)
		gas = response.GasUsed
	}
	return gas, median(times)
}
