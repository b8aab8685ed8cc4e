package onnx_test

import (
	"errors"
	"math/rand/v2"
	"testing"

	"github.com/nesa-network/nesa/zk/internal/sample"
	"github.com/nesa-network/nesa/zk/onnx"
)

func TestWhatNoProvableModelNeedsIsRefused(t *testing.T) {
	good := sample.Encode(sample.MLP(1, 3, 2))
	if _, err := onnx.Decode(good); err != nil {
		t.Fatal(err)
	}
	for name, raw := range map[string][]byte{
		"nothing":          {},
		"no protobuf":      []byte("PK\x03\x04"),
		"truncated":        good[:len(good)-1],
		"two graphs":       append(append([]byte{}, good...), good...),
		"functions":        append(append([]byte{}, good...), 25<<3&0x7f|2|0x80, 1, 0),
		"training":         append(append([]byte{}, good...), 20<<3&0x7f|2|0x80, 1, 0),
		"a group":          append(append([]byte{}, good...), 3<<3|3),
		"a mistyped graph": {7 << 3, 1},
		"an empty graph":   {7<<3 | 2, 0},
		"sparse constants": {7<<3 | 2, 2, 15<<3 | 2, 0},
		"external data":    {7<<3 | 2, 4, 5<<3 | 2, 2, 14 << 3, 1},
		"a graph in a node": {
			7<<3 | 2, 6, 1<<3 | 2, 4, 5<<3 | 2, 2, 6<<3 | 2, 0,
		},
	} {
		if _, err := onnx.Decode(raw); !errors.Is(err, onnx.ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
	many := []byte{}
	for range 1<<16 + 1 {
		many = append(many, 8<<3|2, 0)
	}
	if _, err := onnx.Decode(many); !errors.Is(err, onnx.ErrMalformed) {
		t.Error("a list without end is read")
	}
}

func FuzzDecode(f *testing.F) {
	for seed := range uint64(4) {
		f.Add(sample.Encode(sample.Random(rand.New(rand.NewPCG(seed, 6)), 3)))
	}
	f.Fuzz(func(_ *testing.T, raw []byte) {
		found, err := onnx.Decode(raw)
		if err != nil {
			return
		}
		for i := range found.Graph.Initializers {
			tensor := &found.Graph.Initializers[i]
			_, _ = tensor.Integers()
			_, _ = tensor.Scalar()
		}
	})
}
