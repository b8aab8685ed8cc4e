// Package onnx decodes the few fields of an ONNX model that the provable form uses.
//
// The decoder reads bytes from strangers: it never panics, it allocates in proportion to what it reads, and it refuses
// what no provable model needs (functions, training steps, sparse or external constants, graphs within nodes).
package onnx

import (
	"errors"
	"fmt"
)

// Types of tensor elements, as in TensorProto.DataType.
const (
	Float32 = 1
	Uint8   = 2
	Int8    = 3
	Int32   = 6
	Int64   = 7
)

// Kinds of attributes, as in AttributeProto.AttributeType.
const (
	KindFloat  = 1
	KindInt    = 2
	KindString = 3
	KindInts   = 7
)

const (
	// MaxBytes bounds a model's file.
	MaxBytes = 64 << 20
	// maxItems bounds each list of messages: nodes, constants, attributes, names, axes.
	maxItems = 1 << 16
)

// ErrMalformed is wrapped by every error of this package.
var ErrMalformed = errors.New("the model's file is refused")

// Model is a file's graph and the versions that it asks for.
type Model struct {
	IRVersion int64
	Opsets    []Opset
	Graph     Graph
}

// Opset is an imported set of operators.
type Opset struct {
	Domain  string
	Version int64
}

// Graph holds nodes in the order in which they run.
type Graph struct {
	Nodes        []Node
	Initializers []Tensor
	Inputs       []Value
	Outputs      []Value
}

// Node applies one operator.
type Node struct {
	Name, OpType, Domain string
	Inputs, Outputs      []string
	Attributes           []Attribute
}

// Attribute is a named constant of a node; Kind says which of the values counts.
type Attribute struct {
	Name  string
	Kind  int64
	Int   int64
	Float float32
	Bytes []byte
	Ints  []int64
}

// Tensor is a constant. One of Raw, Ints and Floats holds its elements.
type Tensor struct {
	Name   string
	Type   int64
	Dims   []int64
	Raw    []byte
	HasRaw bool
	Ints   []int64
	Floats []float32
}

// Value is a graph's input or output. An axis without a fixed size counts as 0.
type Value struct {
	Name string
	Type int64
	Dims []int64
}

// Decode reads a file.
func Decode(raw []byte) (*Model, error) {
	if len(raw) > MaxBytes {
		return nil, refused("it has %d bytes, more than %d", len(raw), MaxBytes)
	}
	model, found := &Model{}, false
	err := walk(raw, func(f field) error {
		var err error
		switch f.number {
		case 1:
			model.IRVersion, err = f.integer()
		case 7:
			if found {
				return refused("it holds two graphs")
			}
			found = true
			model.Graph, err = decodeGraph(f)
		case 8:
			err = collect(&model.Opsets, f, decodeOpset)
		case 20, 25:
			err = refused("it brings functions or training steps of its own")
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if !found || len(model.Graph.Nodes) == 0 {
		return nil, refused("it holds no graph")
	}
	return model, nil
}

func refused(format string, values ...any) error {
	return fmt.Errorf("%w: %s", ErrMalformed, fmt.Sprintf(format, values...))
}
