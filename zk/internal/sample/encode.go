package sample

import (
	"encoding/binary"
	"fmt"
	"math"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/nesa-network/nesa/zk/model"
	"github.com/nesa-network/nesa/zk/onnx"
)

// message builds a protobuf message.
type message []byte

func (m *message) bytes(number int, raw []byte) {
	*m = protowire.AppendBytes(protowire.AppendTag(*m, protowire.Number(number), protowire.BytesType), raw)
}
func (m *message) text(number int, value string) { m.bytes(number, []byte(value)) }
func (m *message) integer(number int, value int64) {
	*m = protowire.AppendVarint(protowire.AppendTag(*m, protowire.Number(number), protowire.VarintType), uint64(value))
}

type encoder struct {
	model     *model.Model
	nodes     []message
	constants []message
	known     map[string]bool
}

// Encode writes a model as an ONNX graph: DequantizeLinear, one operator, perhaps a Relu, QuantizeLinear.
func Encode(m *model.Model) []byte {
	e := &encoder{model: m, known: map[string]bool{}}
	for i := range m.Steps {
		e.step(&m.Steps[i])
	}
	var graph, opset, made message
	for _, node := range e.nodes {
		graph.bytes(1, node)
	}
	graph.text(2, "provable")
	for _, constant := range e.constants {
		graph.bytes(5, constant)
	}
	graph.bytes(11, declare(&m.Input))
	graph.bytes(12, declare(m.Tensor(m.Output)))
	opset.integer(2, 17)
	made.integer(1, 8)
	made.bytes(7, graph)
	made.bytes(8, opset)
	return made
}

func declare(tensor *model.Tensor) []byte {
	var shape, kind, holder, made message
	for _, size := range tensor.Shape {
		var dim message
		dim.integer(1, int64(size))
		shape.bytes(1, dim)
	}
	kind.integer(1, onnx.Int8)
	kind.bytes(2, shape)
	holder.bytes(1, kind)
	made.text(1, tensor.Name)
	made.bytes(2, holder)
	return made
}

func (e *encoder) constant(name string, kind int64, dims []int, raw []byte) string {
	if e.known[name] {
		return name
	}
	e.known[name] = true
	var made message
	for _, dim := range dims {
		made.integer(1, int64(dim))
	}
	made.integer(2, kind)
	made.text(8, name)
	made.bytes(9, raw)
	e.constants = append(e.constants, made)
	return name
}

func (e *encoder) scale(exponent int) string {
	raw := binary.LittleEndian.AppendUint32(nil, math.Float32bits(float32(math.Ldexp(1, -exponent))))
	return e.constant(fmt.Sprintf("2^%d", -exponent), onnx.Float32, nil, raw)
}

func (e *encoder) node(kind string, inputs []string, output string, attributes ...[]byte) string {
	var made message
	for _, input := range inputs {
		made.text(1, input)
	}
	made.text(2, output)
	made.text(3, output)
	made.text(4, kind)
	for _, attribute := range attributes {
		made.bytes(5, attribute)
	}
	e.nodes = append(e.nodes, made)
	return output
}

func (e *encoder) real(name string, exponent int, kind int64, suffix string) string {
	zero := e.constant("zero8", onnx.Int8, nil, []byte{0})
	if kind == onnx.Int32 {
		zero = e.constant("zero32", onnx.Int32, nil, make([]byte, 4))
	}
	return e.node("DequantizeLinear", []string{name, e.scale(exponent), zero}, name+suffix)
}

func integers(name string, values ...int) []byte {
	var made message
	made.text(1, name)
	for _, value := range values {
		made.integer(8, int64(value))
	}
	made.integer(20, onnx.KindInts)
	return made
}

func integer(name string, value int) []byte {
	var made message
	made.text(1, name)
	made.integer(3, int64(value))
	made.integer(20, onnx.KindInt)
	return made
}

func (e *encoder) step(step *model.Step) {
	inputs := make([]string, len(step.Inputs))
	for i, index := range step.Inputs {
		tensor := e.model.Tensor(index)
		inputs[i] = e.real(tensor.Name, tensor.Exponent, onnx.Int8, fmt.Sprintf(".for.%s.%d", step.Name, i))
	}
	linear := func(weights []int8, bias []int32, dims ...int) []string {
		exponent := step.Output.Exponent + step.Shift - e.model.Tensor(step.Inputs[0]).Exponent
		raw, offsets := make([]byte, len(weights)), []byte(nil)
		for i, weight := range weights {
			raw[i] = byte(weight)
		}
		for _, offset := range bias {
			offsets = binary.LittleEndian.AppendUint32(offsets, uint32(offset))
		}
		w := e.real(e.constant(step.Name+".w", onnx.Int8, dims, raw), exponent, onnx.Int8, ".real")
		b := e.real(e.constant(step.Name+".b", onnx.Int32, []int{len(bias)}, offsets), step.Output.Exponent+step.Shift, onnx.Int32, ".real")
		return []string{inputs[0], w, b}
	}
	made := step.Name
	switch operation := step.Operation.(type) {
	case *model.Dense:
		e.node("Gemm", linear(operation.Weights, operation.Bias, len(operation.Bias), operation.Columns), made, integer("transB", 1))
	case *model.Convolution:
		dims := []int{len(operation.Bias), operation.Depth, operation.Kernel[0], operation.Kernel[1]}
		e.node("Conv", linear(operation.Weights, operation.Bias, dims...), made,
			integers("strides", operation.Strides[:]...), integers("pads", operation.Pads[:]...),
			integers("dilations", operation.Dilations[:]...), integer("group", operation.Group))
	case *model.Maximum:
		e.node("MaxPool", inputs, made, integers("kernel_shape", operation.Kernel[:]...), integers("strides", operation.Strides[:]...))
	case *model.Average:
		e.node("AveragePool", inputs, made, integers("kernel_shape", operation.Kernel[:]...), integers("strides", operation.Strides[:]...))
	case *model.Add:
		e.node("Add", inputs, made)
	default:
		if step.Relu && equal(e.model.Tensor(step.Inputs[0]).Shape, step.Output.Shape) {
			made = inputs[0]
			break
		}
		var raw []byte
		for _, size := range step.Output.Shape {
			raw = binary.LittleEndian.AppendUint64(raw, uint64(size))
		}
		shape := e.constant(step.Name+".shape", onnx.Int64, []int{len(step.Output.Shape)}, raw)
		e.node("Reshape", append(inputs, shape), made)
	}
	if step.Relu {
		made = e.node("Relu", []string{made}, step.Name+".relu")
	}
	zero := e.constant("zero8", onnx.Int8, nil, []byte{0})
	e.node("QuantizeLinear", []string{made, e.scale(step.Output.Exponent), zero}, step.Output.Name)
}
