package prove_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math/big"
	"strings"
	"testing"

	"github.com/nesa-network/nesa/zk/internal/sample"
	"github.com/nesa-network/nesa/zk/prove"
)

func TestMalformedKeysAreRefused(t *testing.T) {
	m := sample.MLP(2, 6, 2)
	graph := sample.Encode(m)
	compiled, err := prove.Compile(m, false)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := prove.Setup(compiled, false)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := prove.EncodeVerifyingKey(keys.Verifying)
	if err != nil {
		t.Fatal(err)
	}
	changed := func(at int, value byte) []byte {
		made := bytes.Clone(raw)
		made[at] ^= value
		return made
	}
	var compressed bytes.Buffer
	if _, err := keys.Verifying.WriteTo(&compressed); err != nil {
		t.Fatal(err)
	}
	huge := bytes.Clone(raw)
	binary.BigEndian.PutUint32(huge[576:], 1<<31)
	for name, bad := range map[string][]byte{
		"nothing": nil, "cut": raw[:len(raw)-1], "longer": append(bytes.Clone(raw), 0), "compressed": compressed.Bytes(),
		"a point off the curve": changed(63, 1), "a point of G2 off the curve": changed(200, 1), "a point of K off the curve": changed(600, 1),
		"a count too high": changed(579, 1), "an enormous count": huge, "commitments": changed(len(raw)-1, 1),
	} {
		if _, err := prove.DecodeVerifyingKey(bad); !errors.Is(err, prove.ErrKey) {
			t.Errorf("%s: %v", name, err)
		}
	}
	var file bytes.Buffer
	if err := keys.Write(&file, graph); err != nil {
		t.Fatal(err)
	}
	// Behind the verifying key: a length, and what gnark reads.
	system := len("NESAPK2\x00") + 1 + 32 + 4 + len(raw)
	without := append(bytes.Clone(file.Bytes()[:system+4]), bytes.Repeat([]byte{0xff}, file.Len()-system-4)...)
	for name, bad := range map[string][]byte{
		"nothing": nil, "another file": []byte("NESAPK1\x00"), "a head alone": file.Bytes()[:45],
		"cut": file.Bytes()[:file.Len()-10], "no constraints": without, "no kind": append(append(bytes.Clone(file.Bytes()[:8]), 2), file.Bytes()[9:]...),
	} {
		if _, err := prove.ReadKeys(bytes.NewReader(bad), graph); !errors.Is(err, prove.ErrKey) {
			t.Errorf("%s: %v", name, err)
		}
	}
	old := append([]byte("NESAPK1\x00"), file.Bytes()[8:]...)
	if _, err := prove.ReadKeys(bytes.NewReader(old), graph); err == nil || !strings.Contains(err.Error(), "older") {
		t.Error("an older file is not told apart: ", err)
	}
	if _, err := prove.ReadKeys(bytes.NewReader(file.Bytes()), graph[1:]); !errors.Is(err, prove.ErrKey) {
		t.Error("a key of another model is read: ", err)
	}
	larger := sample.MLP(2, 70, 3)
	if _, err := prove.Prove(larger, keys, big.NewInt(1), make([]byte, 70), nil); !errors.Is(err, prove.ErrKey) {
		t.Error("a larger model's run is proven: ", err)
	}
	other := sample.MLP(2, 7, 3)
	if _, err := prove.Prove(other, keys, big.NewInt(1), make([]byte, 7), nil); !errors.Is(err, prove.ErrStatement) {
		t.Error("another model's run is proven: ", err)
	}
	if _, err := prove.Prove(m, keys, new(big.Int).Lsh(big.NewInt(1), 248), make([]byte, 6), nil); !errors.Is(err, prove.ErrStatement) {
		t.Error("a context of 249 bits is proven: ", err)
	}
	if _, err := prove.Prove(m, keys, big.NewInt(1), make([]byte, 6), big.NewInt(1)); !errors.Is(err, prove.ErrStatement) {
		t.Error("a salt is taken with a key of the public kind: ", err)
	}
}
