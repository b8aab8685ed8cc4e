package main

import (
	"encoding/hex"
	"math/big"
	"math/rand/v2"
	"slices"

	"github.com/consensys/gnark-crypto/ecc/bn254/fr"

	"github.com/nesa-network/nesa/zk/internal/sample"
	"github.com/nesa-network/nesa/zk/model"
	"github.com/nesa-network/nesa/zk/prove"
)

type keyVector struct {
	Name         string `json:"name"`
	Kind         string `json:"kind"`
	Model        string `json:"model"`
	VerifyingKey string `json:"verifying_key"`
}

type proofVector struct {
	Name   string   `json:"name"`
	Key    string   `json:"key"`
	Valid  bool     `json:"valid"`
	Proof  string   `json:"proof"`
	Public []string `json:"public"`
	Input  string   `json:"input,omitempty"`
	Output string   `json:"output,omitempty"`
	Salt   string   `json:"salt,omitempty"`
}

type groth16File struct {
	Note  string        `json:"note"`
	Keys  []keyVector   `json:"keys"`
	Cases []proofVector `json:"cases"`
}

const groth16Note = "Groth16 over BN254. A proof is A (64) ‖ B (128) ‖ C (64), uncompressed, big endian, of G2 the imaginary part first. " +
	"A verifying key is alpha G1 at 0, beta G1 at 64, beta G2 at 128, gamma G2 at 256, delta G1 at 384, delta G2 at 448, " +
	"a count n as u32 at 576, n points of G1 from 580 (one more than public values), and eight zero bytes. " +
	"Public values are context, input elements or one commitment, output elements. " +
	"Whoever made these keys could forge proofs under them: for tests only."

func groth16Vectors() (*groth16File, error) {
	file := &groth16File{Note: groth16Note}
	random := rand.New(rand.NewPCG(20, 26))
	for _, made := range []struct {
		name    string
		model   *model.Model
		private bool
	}{
		{"mlp-public", sample.MLP(1, 40, 12, 33), false},
		{"mlp-private", sample.MLP(1, 40, 12, 33), true},
		{"tiny-public", sample.MLP(2, 8, 4, 3), false},
	} {
		graph := sample.Encode(made.model)
		compiled, err := prove.Compile(made.model, made.private)
		if err != nil {
			return nil, err
		}
		keys, err := prove.Setup(compiled, made.private)
		if err != nil {
			return nil, err
		}
		raw, err := prove.EncodeVerifyingKey(keys.Verifying)
		if err != nil {
			return nil, err
		}
		file.Keys = append(file.Keys, keyVector{made.name, prove.Kind(made.private), hex.EncodeToString(graph), hex.EncodeToString(raw)})
		var proofs []*prove.Proven
		for range 2 {
			context := short(random)
			var salt *big.Int
			if made.private {
				salt = short(random)
			}
			input := sample.Payload(random, made.model)
			proven, err := prove.Prove(made.model, keys, context, input, salt)
			if err != nil {
				return nil, err
			}
			proofs = append(proofs, proven)
			valid := file.add(made.name, "valid", true, proven.Proof, proven.Public)
			valid.Input, valid.Output = hex.EncodeToString(input), hex.EncodeToString(proven.Output)
			if salt != nil {
				valid.Salt = salt.String()
			}
		}
		file.invalid(made.name, proofs[0], proofs[1])
	}
	return file, nil
}

func short(random *rand.Rand) *big.Int {
	raw := make([]byte, 31)
	for i := range raw {
		raw[i] = byte(random.IntN(256))
	}
	return new(big.Int).SetBytes(raw)
}

func (f *groth16File) add(key, name string, valid bool, proof []byte, public []*big.Int) *proofVector {
	made := proofVector{Name: name, Key: key, Valid: valid, Proof: hex.EncodeToString(proof)}
	for _, value := range public {
		made.Public = append(made.Public, value.String())
	}
	f.Cases = append(f.Cases, made)
	return &f.Cases[len(f.Cases)-1]
}

// invalid adds what must be refused, made of two valid proofs under one key.
func (f *groth16File) invalid(key string, one, other *prove.Proven) {
	changed := func(name string, index int, value *big.Int) {
		public := slices.Clone(one.Public)
		public[index] = value
		f.add(key, name, false, one.Proof, public)
	}
	one1, last := big.NewInt(1), len(one.Public)-1
	changed("another context", 0, other.Public[0])
	changed("the context plus one", 0, new(big.Int).Add(one.Public[0], one1))
	changed("another input or commitment", 1, other.Public[1])
	changed("another output", last, other.Public[last])
	changed("a public value of the modulus more", 0, new(big.Int).Add(one.Public[0], fr.Modulus()))
	changed("a public value of 2^256 more", last, new(big.Int).Add(one.Public[last], new(big.Int).Lsh(one1, 256)))
	f.add(key, "a public value too few", false, one.Proof, one.Public[:last])
	f.add(key, "a public value too many", false, one.Proof, append(slices.Clone(one.Public), new(big.Int)))
	f.add(key, "the public values of another proof", false, one.Proof, other.Public)
	for _, bad := range spoil(one.Proof, other.Proof) {
		f.add(key, bad.name, false, bad.proof, one.Public)
	}
}
