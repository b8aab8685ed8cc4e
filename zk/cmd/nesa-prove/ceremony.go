package main

import (
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/nesa-network/nesa/zk/ceremony"
	"github.com/nesa-network/nesa/zk/internal/disk"
	"github.com/nesa-network/nesa/zk/onnx"
	"github.com/nesa-network/nesa/zk/prove"
)

// hall is the folder's ceremony, whose progress goes to the log.
func hall(o *options) *ceremony.Ceremony {
	return ceremony.New(o.folder, func(format string, args ...any) {
		_, _ = fmt.Fprintf(o.log, format+"\n", args...) // nobody need hear of it
	})
}

// circuitOf compiles the model into the circuit that the folder's ceremony is about.
func circuitOf(o *options) (*ceremony.Circuit, error) {
	transcript, err := hall(o).Load()
	if err != nil {
		return nil, err
	}
	return compileFor(o, transcript.Private)
}

func compileFor(o *options, private bool) (*ceremony.Circuit, error) {
	graph, err := disk.Read(o.model, onnx.MaxBytes)
	if err != nil {
		return nil, err
	}
	return ceremony.NewCircuit(graph, private)
}

// standing says where a ceremony stands.
func standing(t *ceremony.Transcript) *result {
	digest := t.Digest()
	phase := any(t.Stage())
	if t.Stage() == 3 {
		phase = "over"
	}
	made := new(result).set("kind", prove.Kind(t.Private)).set("circuit", hex.EncodeToString(t.Circuit[:])).
		set("domain", t.Domain).set("phase", phase).set("contributions", []int{len(t.Phase1), len(t.Phase2)})
	if t.Stage() == 3 {
		made.set("verifying_key", hex.EncodeToString(t.Key[:]))
	}
	return made.set("transcript", hex.EncodeToString(digest[:]))
}

func ceremonyInit(o *options) (*result, error) {
	circuit, err := compileFor(o, o.private)
	if err != nil {
		return nil, err
	}
	t, err := hall(o).Init(circuit)
	if err != nil {
		return nil, err
	}
	return standing(t), nil
}

func ceremonyContribute(o *options) (*result, error) {
	t, err := hall(o).Contribute(o.name)
	if err != nil {
		return nil, err
	}
	made := t.Phase1
	if t.Stage() == 2 {
		made = t.Phase2
	}
	return standing(t).set("contribution", hex.EncodeToString(made[len(made)-1].Digest[:])), nil
}

func ceremonyFinish(o *options) (*result, error) {
	beacon, err := hex.DecodeString(o.beacon)
	if err != nil {
		return nil, errors.New("the beacon is not hexadecimal digits")
	}
	if err := ceremony.CheckBeacon(beacon); err != nil {
		return nil, err
	}
	circuit, err := circuitOf(o)
	if err != nil {
		return nil, err
	}
	t, err := hall(o).Finish(circuit, beacon)
	if err != nil {
		return nil, err
	}
	return standing(t), nil
}

func ceremonyVerify(o *options) (*result, error) {
	circuit, err := circuitOf(o)
	if err != nil {
		return nil, err
	}
	t, err := hall(o).Verify(circuit)
	if err != nil {
		return nil, err
	}
	return standing(t).set("valid", true), nil
}
