package model

import (
	"math/bits"

	"github.com/nesa-network/nesa/zk/onnx"
)

// operator reads one operator.
func (r *reader) operator(node *onnx.Node, operands []*operand) (*pending, error) {
	least, most := 1, 1
	var read func(*onnx.Node, []*operand) (*pending, error)
	switch node.OpType {
	case "Gemm":
		read, least, most = gemm, 2, 3
	case "MatMul":
		read, least, most = matmul, 2, 2
	case "Conv":
		read, least, most = conv, 2, 3
	case "MaxPool", "AveragePool", "GlobalAveragePool":
		read = pool
	case "Add":
		read, least, most = add, 2, 2
	case "Relu":
		read = relu
	case "Flatten":
		read = flatten
	case "Reshape":
		read = r.reshape
	default:
		return nil, refuse(node, "is no operator of the provable form")
	}
	if len(operands) < least || len(operands) > most {
		return nil, refuse(node, "reads or makes another number of tensors than supported")
	}
	if operands[0].tensor == nil {
		return nil, refuse(node, "computes with a constant where a tensor is needed")
	}
	return read(node, operands)
}

// weights returns int8 constants within ±WeightMax.
func weights(node *onnx.Node, from *operand, rank int) ([]int8, []int, error) {
	if from.constant == nil || from.constant.Type != onnx.Int8 || len(from.constant.Dims) != rank {
		return nil, nil, refuse(node, "has weights that are not an int8 constant of %d axes", rank)
	}
	made := make([]int8, len(from.values))
	for i, value := range from.values {
		if value < -WeightMax || value > WeightMax {
			return nil, nil, refuse(node, "has weights outside [-%d, %d]", WeightMax, WeightMax)
		}
		made[i] = int8(value)
	}
	if len(made) == 0 {
		return nil, nil, refuse(node, "has no weights")
	}
	shape := make([]int, rank)
	for i, dim := range from.constant.Dims {
		shape[i] = int(dim)
	}
	return made, shape, nil
}

func bias(node *onnx.Node, operands []*operand, count, exponent int) ([]int32, error) {
	made := make([]int32, count)
	if len(operands) < 3 {
		return made, nil
	}
	from := operands[2]
	fits := from.constant != nil && from.constant.Type == onnx.Int32 && len(from.values) == count
	if fits {
		dims := from.constant.Dims
		fits = len(dims) == 1 || len(dims) == 2 && dims[0] == 1
	}
	if !fits {
		return nil, refuse(node, "has a bias that is not an int32 constant of %d values", count)
	}
	if from.exponent != exponent {
		return nil, refuse(node, "has a bias with the scale 2^%d instead of 2^%d", -from.exponent, -exponent)
	}
	for i, value := range from.values {
		made[i] = int32(value)
	}
	return made, nil
}

func gemm(node *onnx.Node, operands []*operand) (*pending, error) {
	found, err := newAttributes(node)
	if err != nil {
		return nil, err
	}
	if err := first(found.one("alpha"), found.one("beta"), found.zero("transA")); err != nil {
		return nil, err
	}
	transposed, err := found.integer("transB", 0)
	if err := first(err, found.done()); err != nil {
		return nil, err
	}
	return dense(node, operands, transposed != 0)
}

func matmul(node *onnx.Node, operands []*operand) (*pending, error) {
	if err := none(node); err != nil {
		return nil, err
	}
	return dense(node, operands, false)
}

func dense(node *onnx.Node, operands []*operand, transposed bool) (*pending, error) {
	values, shape, err := weights(node, operands[1], 2)
	if err != nil {
		return nil, err
	}
	rows, columns := shape[0], shape[1]
	if !transposed {
		rows, columns = columns, rows
		turned := make([]int8, len(values))
		for row := range rows {
			for column := range columns {
				turned[row*columns+column] = values[column*rows+row]
			}
		}
		values = turned
	}
	source := operands[0]
	if !equal(source.tensor.Shape, []int{1, columns}) {
		return nil, refuse(node, "reads a tensor of shape %v, not [1 %d]", source.tensor.Shape, columns)
	}
	exponent := source.exponent + operands[1].exponent
	offsets, err := bias(node, operands, rows, exponent)
	if err != nil {
		return nil, err
	}
	operation := &Dense{Weights: values, Bias: offsets, Columns: columns}
	return single(node, source, operation, []int{1, rows}, exponent), nil
}

func single(node *onnx.Node, source *operand, operation Operation, shape []int, exponent int) *pending {
	return &pending{node: node, operation: operation, inputs: []int{source.index}, shape: shape, exponent: exponent}
}

func add(node *onnx.Node, operands []*operand) (*pending, error) {
	if err := none(node); err != nil {
		return nil, err
	}
	left, right := operands[0], operands[1]
	if right.tensor == nil {
		return nil, refuse(node, "computes with a constant where a tensor is needed")
	}
	if !equal(left.tensor.Shape, right.tensor.Shape) {
		return nil, refuse(node, "adds tensors of shapes %v and %v", left.tensor.Shape, right.tensor.Shape)
	}
	exponent := max(left.exponent, right.exponent)
	operation := &Add{Left: exponent - left.exponent, Right: exponent - right.exponent}
	made := single(node, left, operation, left.tensor.Shape, exponent)
	made.inputs = []int{left.index, right.index}
	return made, nil
}

func relu(node *onnx.Node, operands []*operand) (*pending, error) {
	made := single(node, operands[0], &Identity{}, operands[0].tensor.Shape, operands[0].exponent)
	made.relu = true
	return made, none(node)
}

func average(node *onnx.Node, source *operand, operation *Average, shape []int) (*pending, error) {
	count := operation.width()
	if count&(count-1) != 0 {
		return nil, refuse(node, "averages %d values, which is not a power of two", count)
	}
	return single(node, source, operation, shape, source.exponent+bits.Len(uint(count))-1), nil
}
