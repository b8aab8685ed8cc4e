package model

import (
	"slices"

	"github.com/nesa-network/nesa/zk/onnx"
)

func equal(one, other []int) bool { return slices.Equal(one, other) }

func (r *reader) dequantise(node *onnx.Node) error {
	if len(node.Inputs) == 0 {
		return refuse(node, "reads nothing")
	}
	source := node.Inputs[0]
	if constant := r.constants[source]; constant != nil {
		return r.constant(node, constant)
	}
	exponent, err := r.scale(node, onnx.Int8)
	if err != nil {
		return err
	}
	if err := checkExponent(node, exponent); err != nil {
		return err
	}
	if source == r.model.Input.Name && !r.inputSeen {
		r.inputSeen = true
		r.activations[source] = 0
		r.model.Input.Exponent = exponent
	}
	index, is := r.activations[source]
	if !is {
		return refuse(node, "reads %q, which is no int8 tensor", source)
	}
	tensor := r.model.Tensor(index)
	if tensor.Exponent != exponent {
		return refuse(node, "reads %q with the scale 2^%d instead of 2^%d", source, -exponent, -tensor.Exponent)
	}
	copied := *tensor // the slice of steps that holds it may move
	r.operands[node.Outputs[0]] = &operand{index: index, tensor: &copied, exponent: exponent}
	return nil
}

func (r *reader) constant(node *onnx.Node, constant *onnx.Tensor) error {
	if constant.Type != onnx.Int8 && constant.Type != onnx.Int32 {
		return refuse(node, "reads a constant that is neither int8 nor int32")
	}
	exponent, err := r.scale(node, constant.Type)
	if err != nil {
		return err
	}
	if constant.Type == onnx.Int8 {
		if err := checkExponent(node, exponent); err != nil {
			return err
		}
	}
	if r.values[constant.Name] == nil {
		if r.values[constant.Name], err = constant.Integers(); err != nil {
			return err
		}
	}
	r.operands[node.Outputs[0]] = &operand{constant: constant, values: r.values[constant.Name], exponent: exponent}
	return nil
}

func checkExponent(node *onnx.Node, exponent int) error {
	if exponent < -MaxExponent || exponent > MaxExponent {
		return refuse(node, "has the scale 2^%d, outside 2^±%d", -exponent, MaxExponent)
	}
	return nil
}

// alone refuses a tensor that another node reads as well before it is quantised.
func (r *reader) alone(node *onnx.Node, name string) error {
	if r.uses[name] != 1 {
		return refuse(node, "shares %q with another node before it is quantised", name)
	}
	return nil
}

func (r *reader) operate(node *onnx.Node) error {
	if node.OpType == "Relu" && len(node.Inputs) == 1 && r.pendings[node.Inputs[0]] != nil {
		return r.rectify(node, r.pendings[node.Inputs[0]])
	}
	names := node.Inputs
	if node.OpType == "Reshape" && len(names) > 1 {
		names = names[:1]
	}
	operands := make([]*operand, len(names))
	for i, name := range names {
		if operands[i] = r.operands[name]; operands[i] == nil {
			return refuse(node, "reads %q, which is not dequantised", name)
		}
	}
	made, err := r.operator(node, operands)
	if err != nil {
		return err
	}
	if product(made.shape) > MaxElements {
		return refuse(node, "makes more than %d elements", MaxElements)
	}
	if r.products += product(made.shape) * made.operation.width(); r.products > MaxProducts {
		return refuse(node, "takes the model above %d multiplications", MaxProducts)
	}
	if bound := made.operation.bound(); bound >= AccumulatorBound {
		return refuse(node, "may reach %d, and only sums below 2^24 are exact everywhere", bound)
	}
	r.pendings[node.Outputs[0]] = made
	return nil
}

func (r *reader) rectify(node *onnx.Node, found *pending) error {
	if err := r.alone(node, node.Inputs[0]); err != nil {
		return err
	}
	if found.relu {
		return refuse(node, "follows another Relu")
	}
	if err := none(node); err != nil {
		return err
	}
	made := *found
	made.relu = true
	r.pendings[node.Outputs[0]] = &made
	return nil
}

func (r *reader) quantise(node *onnx.Node) error {
	if len(node.Inputs) == 0 {
		return refuse(node, "reads nothing")
	}
	found := r.pendings[node.Inputs[0]]
	if found == nil {
		return refuse(node, "quantises %q, which no operator made", node.Inputs[0])
	}
	if err := r.alone(node, node.Inputs[0]); err != nil {
		return err
	}
	exponent, err := r.scale(node, onnx.Int8)
	if err != nil {
		return err
	}
	if err := checkExponent(node, exponent); err != nil {
		return err
	}
	shift := found.exponent - exponent
	if shift < 0 || shift > MaxShift {
		return refuse(node, "shifts by %d bits, and only 0 to %d are supported", shift, MaxShift)
	}
	name := found.node.Name
	if name == "" {
		name = found.node.Outputs[0]
	}
	output := Tensor{Name: node.Outputs[0], Shape: found.shape, Exponent: exponent}
	r.model.Steps = append(r.model.Steps, Step{
		Name: name, Operation: found.operation, Inputs: found.inputs, Output: output, Relu: found.relu, Shift: shift,
	})
	r.activations[output.Name] = len(r.model.Steps)
	return nil
}
