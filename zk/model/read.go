package model

import (
	"math"

	"github.com/nesa-network/nesa/zk/onnx"
)

const (
	minOpset = 17
	maxIR    = 10
)

// operand is what an operator reads: a dequantised tensor, or a dequantised constant.
type operand struct {
	index    int // of a tensor, as in Step.Inputs
	tensor   *Tensor
	constant *onnx.Tensor
	values   []int64 // of the constant
	exponent int
}

// pending is a step that waits for its QuantizeLinear: what it computes so far, in real numbers.
type pending struct {
	node      *onnx.Node
	operation Operation
	inputs    []int
	shape     []int
	exponent  int
	relu      bool
}

type reader struct {
	graph       *onnx.Graph
	model       *Model
	constants   map[string]*onnx.Tensor
	uses        map[string]int
	activations map[string]int     // indices as in Step.Inputs
	values      map[string][]int64 // of constants that are read
	operands    map[string]*operand
	pendings    map[string]*pending
	inputSeen   bool
	products    int
}

// Read decodes a file and reads its graph.
func Read(raw []byte) (*Model, error) {
	decoded, err := onnx.Decode(raw)
	if err != nil {
		return nil, err
	}
	version := int64(0)
	for _, opset := range decoded.Opsets {
		if opset.Domain != "" && opset.Domain != "ai.onnx" {
			return nil, notProvable("the graph imports the operator domain %q", opset.Domain)
		}
		version = opset.Version
	}
	if len(decoded.Opsets) > 1 || version < minOpset || decoded.IRVersion > maxIR {
		return nil, notProvable("the graph has operator set %d and IR version %d, where %d or more and %d or less are needed",
			version, decoded.IRVersion, minOpset, maxIR)
	}
	r := &reader{
		graph: &decoded.Graph, model: &Model{},
		constants: map[string]*onnx.Tensor{}, uses: map[string]int{}, activations: map[string]int{},
		values:   map[string][]int64{},
		operands: map[string]*operand{}, pendings: map[string]*pending{},
	}
	return r.read()
}

func declared(values []*onnx.Value, what string) (string, []int, error) {
	if len(values) != 1 {
		return "", nil, notProvable("the graph has %d %ss instead of one", len(values), what)
	}
	if values[0].Type != onnx.Int8 {
		return "", nil, notProvable("the graph's %s is not int8", what)
	}
	shape := make([]int, 0, len(values[0].Dims))
	for _, dim := range values[0].Dims {
		if dim < 1 || dim > MaxElements {
			shape = nil
			break
		}
		shape = append(shape, int(dim))
	}
	if len(shape) == 0 || shape[0] != 1 {
		return "", nil, notProvable("the graph's %s has no fixed shape that begins with 1", what)
	}
	if product(shape) > MaxElements {
		return "", nil, notProvable("the graph's %s has more than %d elements", what, MaxElements)
	}
	return values[0].Name, shape, nil
}

func (r *reader) start() error {
	for i := range r.graph.Initializers {
		tensor := &r.graph.Initializers[i]
		if r.constants[tensor.Name] != nil {
			return notProvable("the graph has two constants %q", tensor.Name)
		}
		r.constants[tensor.Name] = tensor
	}
	var inputs []*onnx.Value
	for i := range r.graph.Inputs {
		if r.constants[r.graph.Inputs[i].Name] == nil {
			inputs = append(inputs, &r.graph.Inputs[i])
		}
	}
	name, shape, err := declared(inputs, "input")
	r.model.Input = Tensor{Name: name, Shape: shape}
	for i := range r.graph.Nodes {
		for _, input := range r.graph.Nodes[i].Inputs {
			r.uses[input]++
		}
	}
	return err
}

func (r *reader) known(name string) bool {
	_, activation := r.activations[name]
	return activation || r.operands[name] != nil || r.pendings[name] != nil || r.constants[name] != nil ||
		name == r.model.Input.Name
}

func (r *reader) read() (*Model, error) {
	if err := r.start(); err != nil {
		return nil, err
	}
	for i := range r.graph.Nodes {
		node := &r.graph.Nodes[i]
		if len(node.Outputs) != 1 || node.Outputs[0] == "" || r.known(node.Outputs[0]) {
			return nil, refuse(node, "does not make one tensor of its own")
		}
		if node.Domain != "" && node.Domain != "ai.onnx" {
			return nil, refuse(node, "is of the operator domain %q", node.Domain)
		}
		var err error
		switch node.OpType {
		case "DequantizeLinear":
			err = r.dequantise(node)
		case "QuantizeLinear":
			err = r.quantise(node)
		default:
			err = r.operate(node)
		}
		if err != nil {
			return nil, err
		}
	}
	return r.model, r.finish()
}

func (r *reader) finish() error {
	outputs := make([]*onnx.Value, len(r.graph.Outputs))
	for i := range outputs {
		outputs[i] = &r.graph.Outputs[i]
	}
	name, shape, err := declared(outputs, "output")
	if err != nil {
		return err
	}
	index := r.activations[name]
	if index == 0 {
		return notProvable("the graph's output %q is not made by a QuantizeLinear", name)
	}
	if made := r.model.Tensor(index).Shape; !equal(made, shape) {
		return notProvable("the graph's output is declared as %v and computed as %v", shape, made)
	}
	r.model.Output = index
	for i := range r.graph.Nodes {
		if made := r.graph.Nodes[i].Outputs[0]; made != name && r.uses[made] == 0 {
			return notProvable("the graph makes the tensor %q and does not use it", made)
		}
	}
	return nil
}

// scale returns the exponent of a node's scale; its zero point must be 0 of the type kind.
func (r *reader) scale(node *onnx.Node, kind int64) (int, error) {
	found, err := newAttributes(node)
	if err != nil {
		return 0, err
	}
	found.take("axis")     // of a scale for each channel
	found.take("saturate") // of floats of eight bits
	if err := found.done(); err != nil {
		return 0, err
	}
	if len(node.Inputs) < 2 || len(node.Inputs) > 3 || r.constants[node.Inputs[1]] == nil {
		return 0, refuse(node, "has a scale that is not one float32 constant")
	}
	scale, is := r.constants[node.Inputs[1]].Scalar()
	if !is {
		return 0, refuse(node, "has a scale that is not one float32 constant")
	}
	mantissa, power := math.Frexp(float64(scale))
	if mantissa != 0.5 {
		return 0, refuse(node, "has the scale %g, which is not a power of two", scale)
	}
	if len(node.Inputs) == 3 {
		zero := r.constants[node.Inputs[2]]
		if zero == nil || zero.Type != kind || len(zero.Dims) != 0 {
			return 0, refuse(node, "has a zero point that is not the constant %s 0", typeName(kind))
		}
		if value, err := zero.Integers(); err != nil || value[0] != 0 {
			return 0, refuse(node, "has a zero point that is not the constant %s 0", typeName(kind))
		}
	} else if node.OpType == "QuantizeLinear" {
		return 0, refuse(node, "has no zero point, and would make uint8")
	}
	return 1 - power, nil
}

func typeName(kind int64) string {
	if kind == onnx.Int32 {
		return "int32"
	}
	return "int8"
}
