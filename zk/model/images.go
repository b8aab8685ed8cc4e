package model

import "github.com/nesa-network/nesa/zk/onnx"

func conv(node *onnx.Node, operands []*operand) (*pending, error) {
	values, shape, err := weights(node, operands[1], 4)
	if err != nil {
		return nil, err
	}
	found, err := newAttributes(node)
	if err != nil {
		return nil, err
	}
	operation := &Convolution{
		Weights: values, Depth: shape[1], Kernel: [2]int{shape[2], shape[3]},
		Strides: [2]int{1, 1}, Dilations: [2]int{1, 1},
	}
	kernel := operation.Kernel
	group, groupErr := found.integer("group", 1)
	err = first(
		found.notPadded(),
		found.integers("kernel_shape", kernel[:], 1),
		found.integers("strides", operation.Strides[:], 1),
		found.integers("dilations", operation.Dilations[:], 1),
		found.integers("pads", operation.Pads[:], 0),
		groupErr,
		found.done(),
	)
	if err != nil {
		return nil, err
	}
	if kernel != operation.Kernel {
		return nil, refuse(node, "has a kernel_shape that is not its weights'")
	}
	source := operands[0]
	made, err := sides(node, source.tensor.Shape, kernel, operation.Strides, operation.Dilations, operation.Pads)
	if err != nil {
		return nil, err
	}
	channels := source.tensor.Shape[1]
	if group < 1 || group > int64(channels) || shape[0]%int(group) != 0 || shape[1]*int(group) != channels {
		return nil, refuse(node, "has weights for %d channels in %d groups, not %d", shape[1], group, channels)
	}
	operation.Group = int(group)
	exponent := source.exponent + operands[1].exponent
	if operation.Bias, err = bias(node, operands, shape[0], exponent); err != nil {
		return nil, err
	}
	return single(node, source, operation, []int{1, shape[0], made[0], made[1]}, exponent), nil
}

func pool(node *onnx.Node, operands []*operand) (*pending, error) {
	source := operands[0]
	var kernel [2]int
	strides, dilations, pads := [2]int{1, 1}, [2]int{1, 1}, [4]int{}
	if node.OpType == "GlobalAveragePool" {
		if err := none(node); err != nil {
			return nil, err
		}
		if len(source.tensor.Shape) == 4 {
			copy(kernel[:], source.tensor.Shape[2:])
		}
	} else {
		found, err := newAttributes(node)
		if err != nil {
			return nil, err
		}
		if found.values["kernel_shape"] == nil {
			return nil, refuse(node, "has no attribute kernel_shape")
		}
		found.take("count_include_pad") // there is no padding
		err = first(
			found.notPadded(),
			found.zero("ceil_mode"),
			found.zero("storage_order"),
			found.integers("kernel_shape", kernel[:], 1),
			found.integers("strides", strides[:], 1),
			found.integers("pads", pads[:], 0),
			found.integers("dilations", dilations[:], 1),
			found.done(),
		)
		if err != nil {
			return nil, err
		}
	}
	if pads != [4]int{} {
		return nil, refuse(node, "pads a pool, which is not supported")
	}
	if dilations != [2]int{1, 1} {
		return nil, refuse(node, "dilates a pool, which is not supported")
	}
	made, err := sides(node, source.tensor.Shape, kernel, strides, dilations, pads)
	if err != nil {
		return nil, err
	}
	shape := []int{1, source.tensor.Shape[1], made[0], made[1]}
	if node.OpType == "MaxPool" {
		return single(node, source, &Maximum{Kernel: kernel, Strides: strides}, shape, source.exponent), nil
	}
	return average(node, source, &Average{Kernel: kernel, Strides: strides}, shape)
}
