package main

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/big"
	"os"

	"github.com/nesa-network/nesa/zk/circuit"
	"github.com/nesa-network/nesa/zk/internal/disk"
	"github.com/nesa-network/nesa/zk/model"
	"github.com/nesa-network/nesa/zk/onnx"
	"github.com/nesa-network/nesa/zk/packing"
	"github.com/nesa-network/nesa/zk/prove"
)

const warning = `WARNING: one party made these keys alone, and whoever runs this program could keep what it takes to forge proofs
under them. Use them for tests and local networks only.
`

func readModel(o *options) (*model.Model, []byte, error) {
	raw, err := disk.Read(o.model, onnx.MaxBytes)
	if err != nil {
		return nil, nil, err
	}
	made, err := model.Read(raw)
	return made, raw, err
}

func readInput(o *options) ([]byte, error) { return disk.Read(o.input, model.MaxElements) }

func inspect(o *options) (*result, error) {
	m, raw, err := readModel(o)
	if err != nil {
		return nil, err
	}
	compiled, err := prove.Compile(m, o.private)
	if err != nil {
		return nil, err
	}
	output := m.Tensor(m.Output)
	sum := sha256.Sum256(raw)
	return new(result).set("model", hex.EncodeToString(sum[:])).set("kind", prove.Kind(o.private)).
		set("input_shape", m.Input.Shape).set("input_exponent", m.Input.Exponent).
		set("output_shape", output.Shape).set("output_exponent", output.Exponent).
		set("steps", len(m.Steps)).set("weights", m.Weights()).set("products", m.Products()).
		set("constraints", compiled.GetNbConstraints()).set("public_values", len(circuit.New(m, o.private).Input)+
		packing.Count(output.Size())+1), nil
}

func runModel(o *options) (*result, error) {
	m, _, err := readModel(o)
	if err != nil {
		return nil, err
	}
	input, err := readInput(o)
	if err != nil {
		return nil, err
	}
	output, err := m.Run(input)
	if err != nil {
		return nil, err
	}
	return new(result).set("output", hex.EncodeToString(output)), disk.SaveBytes(o.output, disk.Private, output)
}

func setup(o *options) (*result, error) {
	m, raw, err := readModel(o)
	if err != nil {
		return nil, err
	}
	if _, err := io.WriteString(o.log, warning); err != nil {
		return nil, err
	}
	compiled, err := prove.Compile(m, o.private)
	if err != nil {
		return nil, err
	}
	keys, err := prove.Setup(compiled, o.private)
	if err != nil {
		return nil, err
	}
	verifying, err := prove.EncodeVerifyingKey(keys.Verifying)
	if err != nil {
		return nil, err
	}
	err = disk.Save(o.proving, disk.Private, func(to io.Writer) error { return keys.Write(to, raw) })
	if err == nil {
		err = disk.SaveBytes(o.verifying, disk.ForAll, verifying)
	}
	sum := sha256.Sum256(verifying)
	return new(result).set("kind", prove.Kind(o.private)).set("constraints", compiled.GetNbConstraints()).
		set("public_values", len(keys.Verifying.G1.K)-1).set("verifying_key", hex.EncodeToString(sum[:])), err
}

func commit(o *options) (*result, error) {
	input, err := readInput(o)
	if err != nil {
		return nil, err
	}
	salt := new(big.Int)
	if o.salt == "" {
		raw := make([]byte, packing.Chunk)
		if _, err := rand.Read(raw); err != nil {
			return nil, err
		}
		salt.SetBytes(raw)
	} else if salt, err = readSalt(o.salt); err != nil {
		return nil, err
	}
	commitment, err := packing.Commit(salt, input)
	if err != nil {
		return nil, err
	}
	made := new(result).set("commitment", commitment.String()).set("salt", fmt.Sprintf("%064x", salt))
	made.json = true
	return made, nil
}

func proveRun(o *options) (*result, error) {
	context, err := digest(o.context)
	if err != nil {
		return nil, err
	}
	var salt *big.Int
	if o.salt != "" {
		if salt, err = readSalt(o.salt); err != nil {
			return nil, err
		}
	}
	m, raw, err := readModel(o)
	if err != nil {
		return nil, err
	}
	input, err := readInput(o)
	if err != nil {
		return nil, err
	}
	keys, err := readKeys(o.proving, raw)
	if err != nil {
		return nil, err
	}
	if keys.Private != (salt != nil) {
		return nil, errors.New("a salt is needed for keys of the private kind, and for no others")
	}
	proven, err := prove.Prove(m, keys, context, input, salt)
	if err != nil {
		return nil, err
	}
	public := make([]string, len(proven.Public))
	for i, value := range proven.Public {
		public[i] = value.String()
	}
	made := new(result).set("output", hex.EncodeToString(proven.Output)).set("public", public)
	made.json = true
	if keys.Private {
		made.set("commitment", public[1])
	}
	return made, disk.SaveBytes(o.output, disk.ForAll, proven.Proof)
}

func readKeys(path string, graph []byte) (*prove.Keys, error) {
	file, err := os.Open(path) //nolint:gosec // the user names the file
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	return prove.ReadKeys(file, graph)
}

func verify(o *options) (*result, error) {
	public, err := readPublic(o.public)
	if err != nil {
		return nil, err
	}
	raw, err := disk.Read(o.verifying, 64*(prove.MaxPublic+16))
	if err != nil {
		return nil, err
	}
	key, err := prove.DecodeVerifyingKey(raw)
	if err != nil {
		return nil, err
	}
	proof, err := disk.Read(o.proof, prove.ProofBytes)
	if err != nil {
		return nil, err
	}
	if err := prove.Verify(key, proof, public); err != nil {
		return nil, err
	}
	return new(result).set("valid", true), nil
}
