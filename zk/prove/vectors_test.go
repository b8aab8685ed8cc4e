package prove_test

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"math/big"
	"os"
	"slices"
	"testing"

	bn254 "github.com/consensys/gnark/backend/groth16/bn254"

	"github.com/nesa-network/nesa/zk/circuit"
	"github.com/nesa-network/nesa/zk/model"
	"github.com/nesa-network/nesa/zk/prove"
)

func read(t *testing.T, name string, to any) {
	t.Helper()
	raw, err := os.ReadFile("../../tests/vectors/" + name)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, to); err != nil {
		t.Fatal(err)
	}
}

func unhex(t *testing.T, text string) []byte {
	t.Helper()
	raw, err := hex.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func integer(t *testing.T, text string) *big.Int {
	t.Helper()
	value, is := new(big.Int).SetString(text, 10)
	if !is {
		t.Fatal(text)
	}
	return value
}

func TestProofsOfTheVectors(t *testing.T) {
	var file struct {
		Keys []struct {
			Name, Kind, Model string
			VerifyingKey      string `json:"verifying_key"`
		}
		Cases []struct {
			Name, Key, Proof, Input, Output, Salt string
			Valid                                 bool
			Public                                []string
		}
	}
	read(t, "groth16.json", &file)
	keys, models := map[string]*bn254.VerifyingKey{}, map[string]*model.Model{}
	var err error
	for _, item := range file.Keys {
		if keys[item.Name], err = prove.DecodeVerifyingKey(unhex(t, item.VerifyingKey)); err != nil {
			t.Fatal(err)
		}
		if models[item.Name], err = model.Read(unhex(t, item.Model)); err != nil {
			t.Fatal(err)
		}
	}
	valid := 0
	for _, item := range file.Cases {
		public := make([]*big.Int, len(item.Public))
		for i, text := range item.Public {
			public[i] = integer(t, text)
		}
		err := prove.Verify(keys[item.Key], unhex(t, item.Proof), public)
		if item.Valid != (err == nil) || err != nil && !errors.Is(err, prove.ErrProof) {
			t.Errorf("%s, %s: valid %t, found %v", item.Key, item.Name, item.Valid, err)
		}
		if !item.Valid {
			continue
		}
		valid++
		statement := &circuit.Statement{Context: public[0], Input: unhex(t, item.Input), Output: unhex(t, item.Output)}
		if item.Salt != "" {
			statement.Salt = integer(t, item.Salt)
		}
		output, err := models[item.Key].Run(statement.Input)
		if err != nil || !slices.Equal(output, statement.Output) {
			t.Errorf("%s: the output is %x, %v", item.Key, output, err)
		}
		again, err := statement.Public()
		if err != nil || !slices.EqualFunc(public, again, func(one, other *big.Int) bool { return one.Cmp(other) == 0 }) {
			t.Errorf("%s: the public values are %v, %v", item.Key, again, err)
		}
	}
	if valid < 3 || len(file.Cases)-valid < 6 {
		t.Errorf("only %d cases of %d are valid", valid, len(file.Cases))
	}
}
