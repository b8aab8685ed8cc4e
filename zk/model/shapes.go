package model

import "github.com/nesa-network/nesa/zk/onnx"

func flatten(node *onnx.Node, operands []*operand) (*pending, error) {
	found, err := newAttributes(node)
	if err != nil {
		return nil, err
	}
	axis, err := found.integer("axis", 1)
	if err := first(err, found.done()); err != nil {
		return nil, err
	}
	shape := operands[0].tensor.Shape
	rank := int64(len(shape))
	if axis < -rank || axis > rank {
		return nil, refuse(node, "has the axis %d, which its input lacks", axis)
	}
	if axis < 0 {
		axis += rank
	}
	return shaped(node, operands[0], []int64{int64(product(shape[:axis])), int64(product(shape[axis:]))})
}

func (r *reader) reshape(node *onnx.Node, operands []*operand) (*pending, error) {
	if len(node.Inputs) != 2 || r.constants[node.Inputs[1]] == nil || r.constants[node.Inputs[1]].Type != onnx.Int64 {
		return nil, refuse(node, "takes its shape from something that is not an int64 constant")
	}
	target, err := r.constants[node.Inputs[1]].Integers()
	if err != nil {
		return nil, err
	}
	found, err := newAttributes(node)
	if err != nil {
		return nil, err
	}
	if err := first(found.zero("allowzero"), found.done()); err != nil {
		return nil, err
	}
	source := operands[0].tensor.Shape
	sizes := make([]int64, len(target))
	free, count := -1, int64(1)
	for axis, size := range target {
		if size == 0 && axis < len(source) {
			size = int64(source[axis])
		}
		if sizes[axis] = size; size == -1 && free < 0 {
			free = axis
			continue
		}
		if size < 1 || size > MaxElements || count > MaxElements {
			return nil, refuse(node, "cannot make the shape %v of %v", target, source)
		}
		count *= size
	}
	if free >= 0 {
		sizes[free] = int64(product(source)) / count
	}
	return shaped(node, operands[0], sizes)
}

func shaped(node *onnx.Node, source *operand, sizes []int64) (*pending, error) {
	shape := make([]int, len(sizes))
	for i, size := range sizes {
		shape[i] = int(size)
	}
	if len(shape) == 0 || shape[0] != 1 || product(shape) != product(source.tensor.Shape) {
		return nil, refuse(node, "cannot make the shape %v of %v", sizes, source.tensor.Shape)
	}
	return single(node, source, &Identity{}, shape, source.exponent), nil
}
