package main

import (
	"encoding/hex"
	"fmt"
	"math/big"
	"math/rand/v2"

	"github.com/nesa-network/nesa/zk/internal/sample"
	"github.com/nesa-network/nesa/zk/model"
	"github.com/nesa-network/nesa/zk/packing"
)

type roundingVector struct {
	Accumulator int64 `json:"accumulator"`
	Shift       int   `json:"shift"`
	Relu        bool  `json:"relu"`
	Value       int8  `json:"value"`
}

type packingVector struct {
	Payload  string   `json:"payload"`
	Elements []string `json:"elements"`
}

type commitmentVector struct {
	Salt       string `json:"salt"`
	Payload    string `json:"payload"`
	Commitment string `json:"commitment"`
}

type runVector struct {
	Input   string            `json:"input"`
	Tensors map[string]string `json:"tensors"`
	Output  string            `json:"output"`
}

type modelVector struct {
	Name  string      `json:"name"`
	Model string      `json:"model"`
	Runs  []runVector `json:"runs"`
}

type provableFile struct {
	Note        string             `json:"note"`
	Requantise  []roundingVector   `json:"requantise"`
	Packing     []packingVector    `json:"packing"`
	Commitments []commitmentVector `json:"commitments"`
	Models      []modelVector      `json:"models"`
}

const provableNote = "The provable form, version 1. requantise: clamp(round half to even(max(accumulator, 0 if relu) / 2^shift), -128, 127). " +
	"packing: 31 bytes to an element, big endian, the last chunk filled with zero bytes on the right. " +
	"commitments: Poseidon2 over BN254 as a Merkle–Damgård hash of salt and elements, gnark-crypto's default parameters. " +
	"models: ONNX graphs, with the int8 tensors of some runs by name."

func provableVectors() (*provableFile, error) {
	file := &provableFile{Note: provableNote}
	for _, shift := range []int{0, 1, 2, 7, 9, 16, 23, 24, 30} {
		half := int64(1) << shift >> 1
		for _, near := range []int64{-16777215, -129 << shift, -128 << shift, -3 << shift, -1 << shift, 0, 1 << shift, 2 << shift, 126 << shift, 127 << shift, 128 << shift, 16777215} {
			for _, step := range []int64{-half - 1, -half, -half + 1, 0, half - 1, half, half + 1} {
				file.rounding(near+step, shift)
			}
		}
	}
	for _, size := range []int{1, 2, 30, 31, 32, 61, 62, 63, 100} {
		payload := make([]byte, size)
		for i := range payload {
			payload[i] = byte(250 + i*7)
		}
		item := packingVector{Payload: hex.EncodeToString(payload)}
		for _, element := range packing.Pack(payload) {
			item.Elements = append(item.Elements, element.String())
		}
		file.Packing = append(file.Packing, item)
		for _, salt := range []*big.Int{big.NewInt(int64(size - 1)), new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 248), big.NewInt(int64(size)))} {
			commitment, err := packing.Commit(salt, payload)
			if err != nil {
				return nil, err
			}
			file.Commitments = append(file.Commitments, commitmentVector{salt.String(), item.Payload, commitment.String()})
		}
	}
	for seed := range uint64(24) {
		random := rand.New(rand.NewPCG(seed, 31))
		if err := file.model(fmt.Sprintf("random-%d", seed), sample.Random(random, 4), random); err != nil {
			return nil, err
		}
	}
	return file, file.model("mlp", sample.MLP(3, 20, 9, 4), rand.New(rand.NewPCG(9, 31)))
}

func (f *provableFile) rounding(accumulator int64, shift int) {
	if accumulator <= -model.AccumulatorBound || accumulator >= model.AccumulatorBound {
		return
	}
	for _, relu := range []bool{false, true} {
		item := roundingVector{accumulator, shift, relu, model.Requantise(accumulator, shift)}
		if relu {
			item.Value = model.Requantise(max(accumulator, 0), shift)
		}
		for _, known := range f.Requantise {
			if known == item {
				return
			}
		}
		f.Requantise = append(f.Requantise, item)
	}
}

func (f *provableFile) model(name string, made *model.Model, random *rand.Rand) error {
	item := modelVector{Name: name, Model: hex.EncodeToString(sample.Encode(made))}
	for range 3 {
		input := sample.Payload(random, made)
		tensors, err := made.Trace(input)
		if err != nil {
			return err
		}
		run := runVector{Input: hex.EncodeToString(input), Tensors: map[string]string{}}
		for index, values := range tensors {
			raw := make([]byte, len(values))
			for i, value := range values {
				raw[i] = byte(value)
			}
			run.Tensors[made.Tensor(index).Name] = hex.EncodeToString(raw)
			if index == made.Output {
				run.Output = hex.EncodeToString(raw)
			}
		}
		item.Runs = append(item.Runs, run)
	}
	f.Models = append(f.Models, item)
	return nil
}
