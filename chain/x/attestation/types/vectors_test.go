package types_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"math/big"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nesa-network/nesa/chain/x/attestation/types"
)

// With -update the vectors are written anew; Go and Python read the same file.
var update = flag.Bool("update", false, "write tests/vectors/statements.json")

const vectorsPath = "../../../../tests/vectors/statements.json"

// hexBytes is hexadecimal in JSON.
type hexBytes []byte

func (b hexBytes) MarshalJSON() ([]byte, error) { return json.Marshal(hex.EncodeToString(b)) }

// number returns 32 bytes that look random and are always the same.
func number(parts ...any) []byte {
	sum := sha256.Sum256([]byte(fmt.Sprintln(parts...)))
	return sum[:]
}

type deliveryVector struct {
	ChainID      string   `json:"chain_id"`
	Job          uint64   `json:"job"`
	Version      uint64   `json:"version"`
	Miner        hexBytes `json:"miner"`
	InputDigest  hexBytes `json:"input_digest"`
	Options      hexBytes `json:"options"`
	Seed         hexBytes `json:"seed"`
	Outcome      uint64   `json:"outcome"`
	OutputDigest hexBytes `json:"output_digest"`
	Units        uint64   `json:"units"`
	Digest       hexBytes `json:"digest"`
	ReportData   hexBytes `json:"report_data"`
	Context      string   `json:"context"`
}

type keyVector struct {
	ChainID    string   `json:"chain_id"`
	Miner      hexBytes `json:"miner"`
	Key        hexBytes `json:"key"`
	Expires    int64    `json:"expires"`
	ReportData hexBytes `json:"report_data"`
}

type decisionVector struct {
	ChainID string   `json:"chain_id"`
	Version uint64   `json:"version"`
	Account hexBytes `json:"account"`
	Label   hexBytes `json:"label"`
	Digest  hexBytes `json:"digest"`
	Context string   `json:"context"`
}

type packingVector struct {
	Payload  hexBytes `json:"payload"`
	Elements []string `json:"elements"`
}

type vectors struct {
	Deliveries []deliveryVector `json:"deliveries"`
	Keys       []keyVector      `json:"keys"`
	Decisions  []decisionVector `json:"decisions"`
	Packing    []packingVector  `json:"packing"`
}

func decimal(element []byte) string { return new(big.Int).SetBytes(element).String() }

func deliveries() (found []deliveryVector) {
	for i, options := range [][]byte{nil, []byte(`{"style":3}`), bytes.Repeat([]byte{0xff}, 4096)} {
		output, outcome := number("output", i), uint64(types.OutcomeOK)
		if i == 0 { // nothing came of it
			output, outcome = make([]byte, len(output)), 2
		}
		vector := deliveryVector{
			ChainID: []string{"nesa-local-1", "nesa_7001-1", strings.Repeat("c", 50)}[i],
			Job:     []uint64{1, 258, math.MaxUint64}[i], Version: []uint64{1, 1 << 40, math.MaxUint64}[i],
			Miner: number("miner", i)[:types.AccountBytes], InputDigest: number("input", i), Options: options,
			Seed: number("seed", i), Outcome: outcome, OutputDigest: output, Units: []uint64{1, 7, math.MaxUint64}[i],
		}
		statement := types.Statement{
			JobID: vector.Job, VersionID: vector.Version, Miner: []byte(vector.Miner), InputDigest: vector.InputDigest,
			Options: vector.Options, Seed: vector.Seed, Outcome: vector.Outcome, OutputDigest: vector.OutputDigest,
			Units: vector.Units,
		}
		digest := statement.Digest(vector.ChainID)
		data := types.ReportData(digest)
		vector.Digest, vector.ReportData, vector.Context = digest[:], data[:], decimal(types.Context(digest))
		found = append(found, vector)
	}
	return found
}

func keys() (found []keyVector) {
	for i, expires := range []int64{1, 1_800_000_000, math.MaxInt64} {
		vector := keyVector{
			ChainID: "nesa-local-1", Miner: number("miner", i)[:types.AccountBytes], Key: number("key", i), Expires: expires,
		}
		data := types.ReportData(types.KeyDigest(vector.ChainID, []byte(vector.Miner), vector.Key, expires))
		vector.ReportData = data[:]
		found = append(found, vector)
	}
	return found
}

func decisions() (found []decisionVector) {
	for i, version := range []uint64{1, 1 << 33, math.MaxUint64} {
		vector := decisionVector{
			ChainID: "nesa-local-1", Version: version, Account: number("account", i)[:types.AccountBytes],
			Label: number("label", i),
		}
		digest := types.DecisionDigest(vector.ChainID, version, []byte(vector.Account), vector.Label)
		vector.Digest, vector.Context = digest[:], decimal(types.Context(digest))
		found = append(found, vector)
	}
	return found
}

func packing() (found []packingVector) {
	for _, size := range []int{1, 2, 30, 31, 32, 61, 62, 63, 100} {
		payload := make([]byte, size)
		for i := range payload {
			payload[i] = byte(255 - 7*i)
		}
		vector := packingVector{Payload: payload}
		for _, element := range types.Pack(payload) {
			vector.Elements = append(vector.Elements, decimal(element))
		}
		found = append(found, vector)
	}
	return found
}

func TestVectorsOfStatements(t *testing.T) {
	got, err := json.MarshalIndent(vectors{deliveries(), keys(), decisions(), packing()}, "", " ")
	require.NoError(t, err)
	got = append(got, '\n')
	if *update {
		require.NoError(t, os.WriteFile(vectorsPath, got, 0o600))
	}
	want, err := os.ReadFile(vectorsPath)
	require.NoError(t, err)
	require.True(t, bytes.Equal(want, got), "%s is not what the code gives", vectorsPath)
}

// A delivery without an output is about zeros, whether they are written out or not.
func TestStatementWithoutOutput(t *testing.T) {
	statement := types.Statement{Miner: number("miner")[:types.AccountBytes], InputDigest: number("input"), Seed: number("seed"), Outcome: 2}
	without := statement.Digest("nesa-local-1")
	statement.OutputDigest = make([]byte, sha256.Size)
	require.Equal(t, without, statement.Digest("nesa-local-1"))
}
