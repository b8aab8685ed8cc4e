package model

import (
	"slices"
	"strings"

	"github.com/nesa-network/nesa/zk/onnx"
)

// attributes are a node's; done refuses those that nobody asked for.
type attributes struct {
	node   *onnx.Node
	values map[string]*onnx.Attribute
}

func refuse(node *onnx.Node, format string, values ...any) error {
	name := node.Name
	if name == "" {
		name = strings.Join(node.Outputs, "/")
	}
	return notProvable("the node %q (%s) "+format, append([]any{name, node.OpType}, values...)...)
}

func newAttributes(node *onnx.Node) (*attributes, error) {
	made := &attributes{node: node, values: make(map[string]*onnx.Attribute, len(node.Attributes))}
	for i := range node.Attributes {
		attribute := &node.Attributes[i]
		if made.values[attribute.Name] != nil {
			return nil, refuse(node, "has two attributes %q", attribute.Name)
		}
		made.values[attribute.Name] = attribute
	}
	return made, nil
}

func (a *attributes) take(name string) *onnx.Attribute {
	found := a.values[name]
	delete(a.values, name)
	return found
}

func (a *attributes) integer(name string, otherwise int64) (int64, error) {
	found := a.take(name)
	if found == nil {
		return otherwise, nil
	}
	if found.Kind != onnx.KindInt {
		return 0, refuse(a.node, "has an attribute %s that is not an integer", name)
	}
	return found.Int, nil
}

// one refuses a factor other than 1, which is the default as well.
func (a *attributes) one(name string) error {
	found := a.take(name)
	if found == nil || found.Kind == onnx.KindFloat && found.Float == 1 || found.Kind == onnx.KindInt && found.Int == 1 {
		return nil
	}
	return refuse(a.node, "scales by an alpha or beta other than 1")
}

// integers fills to, which holds the defaults, with as many integers from low up.
func (a *attributes) integers(name string, to []int, low int64) error {
	found := a.take(name)
	if found == nil {
		return nil
	}
	fits := found.Kind == onnx.KindInts && len(found.Ints) == len(to)
	for i := 0; fits && i < len(to); i++ {
		fits = found.Ints[i] >= low && found.Ints[i] <= MaxElements
		to[i] = int(found.Ints[i])
	}
	if !fits {
		return refuse(a.node, "has an attribute %s that is not %d integers from %d up", name, len(to), low)
	}
	return nil
}

// zero refuses any integer but 0, which is the default as well.
func (a *attributes) zero(name string) error {
	found := a.take(name)
	if found != nil && (found.Kind != onnx.KindInt || found.Int != 0) {
		return refuse(a.node, "has an attribute %s other than 0", name)
	}
	return nil
}

func (a *attributes) notPadded() error {
	found := a.take("auto_pad")
	if found != nil && (found.Kind != onnx.KindString || string(found.Bytes) != "NOTSET") {
		return refuse(a.node, "has an attribute auto_pad other than NOTSET")
	}
	return nil
}

func (a *attributes) done() error {
	if len(a.values) == 0 {
		return nil
	}
	names := make([]string, 0, len(a.values))
	for name := range a.values {
		names = append(names, name)
	}
	return refuse(a.node, "has the attribute %q, which is not supported", slices.Min(names))
}

// none refuses any attribute.
func none(node *onnx.Node) error {
	found, err := newAttributes(node)
	if err != nil {
		return err
	}
	return found.done()
}

// first returns the first of some errors.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// sides returns height and width of what a window makes that moves over [1, C, H, W].
func sides(node *onnx.Node, shape []int, kernel, strides, dilations [2]int, pads [4]int) ([2]int, error) {
	var made [2]int
	if len(shape) != 4 {
		return made, refuse(node, "reads a tensor of %d axes, and only four are supported", len(shape))
	}
	for axis := range made {
		room := shape[2+axis] + pads[axis] + pads[2+axis] - (kernel[axis]-1)*dilations[axis] - 1
		if room < 0 {
			return made, refuse(node, "has a window larger than what it reads")
		}
		made[axis] = room/strides[axis] + 1
	}
	return made, nil
}
