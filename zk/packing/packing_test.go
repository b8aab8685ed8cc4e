package packing_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"math/big"
	"os"
	"testing"

	"pgregory.net/rapid"

	"github.com/nesa-network/nesa/zk/packing"
)

func TestTheVectorsHold(t *testing.T) {
	raw, err := os.ReadFile("../../tests/vectors/provable.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Packing []struct {
			Payload  string
			Elements []string
		}
		Commitments []struct{ Salt, Payload, Commitment string }
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	for _, item := range file.Packing {
		payload, _ := hex.DecodeString(item.Payload)
		found := packing.Pack(payload)
		if len(found) != len(item.Elements) || len(found) != packing.Count(len(payload)) {
			t.Fatalf("%s: %v", item.Payload, found)
		}
		for i, element := range found {
			if element.String() != item.Elements[i] {
				t.Errorf("%s: the element %d is %s", item.Payload, i, element)
			}
		}
	}
	for _, item := range file.Commitments {
		payload, _ := hex.DecodeString(item.Payload)
		salt, _ := new(big.Int).SetString(item.Salt, 10)
		if found, err := packing.Commit(salt, payload); err != nil || found.String() != item.Commitment {
			t.Errorf("%s with the salt %s: %v, %v", item.Payload, item.Salt, found, err)
		}
	}
}

func TestElementsHoldThePayload(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		payload := rapid.SliceOfN(rapid.Byte(), 1, 100).Draw(t, "payload")
		var joined []byte
		for _, element := range packing.Pack(payload) {
			joined = append(joined, element.FillBytes(make([]byte, packing.Chunk))...)
		}
		if !bytes.Equal(joined[:len(payload)], payload) || len(bytes.Trim(joined[len(payload):], "\x00")) > 0 {
			t.Fatalf("%x", joined)
		}
	})
}

func TestOnlyShortNumbersAreSalts(t *testing.T) {
	for _, salt := range []*big.Int{nil, big.NewInt(-1), new(big.Int).Lsh(big.NewInt(1), 248)} {
		if _, err := packing.Commit(salt, []byte{1}); !errors.Is(err, packing.ErrValue) {
			t.Errorf("%v: %v", salt, err)
		}
	}
	if _, err := packing.Short(append([]byte{1}, make([]byte, 31)...), "salt"); !errors.Is(err, packing.ErrValue) {
		t.Error(err)
	}
	if _, err := packing.Short(make([]byte, 31), "salt"); !errors.Is(err, packing.ErrValue) {
		t.Error(err)
	}
}
