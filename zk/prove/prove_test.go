package prove_test

import (
	"bytes"
	"math/big"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/nesa-network/nesa/zk/internal/sample"
	"github.com/nesa-network/nesa/zk/model"
	"github.com/nesa-network/nesa/zk/prove"
)

func TestRoundTripThroughFiles(t *testing.T) {
	for _, private := range []bool{false, true} {
		written := sample.MLP(7, 12, 8, 3)
		graph := sample.Encode(written)
		m, err := model.Read(graph)
		if err != nil {
			t.Fatal(err)
		}
		compiled, err := prove.Compile(m, private)
		if err != nil {
			t.Fatal(err)
		}
		made, err := prove.Setup(compiled, private)
		if err != nil {
			t.Fatal(err)
		}
		var file bytes.Buffer
		if err := made.Write(&file, graph); err != nil {
			t.Fatal(err)
		}
		keys, err := prove.ReadKeys(&file, graph)
		if err != nil {
			t.Fatal(err)
		}
		var salt *big.Int
		if private {
			salt = big.NewInt(99)
		}
		input := sample.Payload(rand.New(rand.NewPCG(1, 2)), m)
		start := time.Now()
		proven, err := prove.Prove(m, keys, big.NewInt(5), input, salt)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("private %t: %d constraints, %s", private, compiled.GetNbConstraints(), time.Since(start))
		raw, err := prove.EncodeVerifyingKey(keys.Verifying)
		if err != nil {
			t.Fatal(err)
		}
		key, err := prove.DecodeVerifyingKey(raw)
		if err != nil {
			t.Fatal(err)
		}
		if err := prove.Verify(key, proven.Proof, proven.Public); err != nil {
			t.Fatal(err)
		}
		proven.Public[0] = big.NewInt(6)
		if err := prove.Verify(key, proven.Proof, proven.Public); err == nil {
			t.Fatal("a proof moved to another context")
		}
	}
}
