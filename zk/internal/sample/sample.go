// Package sample makes provable models for tests, golden vectors and measurements.
package sample

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/nesa-network/nesa/zk/model"
)

func equal(one, other []int) bool { return slices.Equal(one, other) }

// Builder adds random steps to a model.
type Builder struct {
	Random *rand.Rand
	Model  *model.Model
}

// NewBuilder starts a model whose input has a shape.
func NewBuilder(random *rand.Rand, shape ...int) *Builder {
	return &Builder{random, &model.Model{Input: model.Tensor{Name: "x", Shape: shape, Exponent: 6}}}
}

// Last returns the newest tensor.
func (b *Builder) Last() *model.Tensor { return b.Model.Tensor(b.Model.Output) }

// Append adds a step that reads the newest tensor and perhaps another; exponent is the accumulator's.
func (b *Builder) Append(operation model.Operation, shape []int, exponent, shift int, relu bool, others ...int) {
	number := len(b.Model.Steps)
	b.Model.Steps = append(b.Model.Steps, model.Step{
		Name: fmt.Sprintf("s%d", number), Operation: operation, Inputs: append([]int{b.Model.Output}, others...),
		Output: model.Tensor{Name: fmt.Sprintf("t%d", number), Shape: shape, Exponent: exponent - shift},
		Relu:   relu, Shift: shift,
	})
	b.Model.Output = number + 1
}

func (b *Builder) numbers(count, most int) []int8 {
	made := make([]int8, count)
	for i := range made {
		made[i] = int8(b.Random.IntN(2*most+1) - most)
	}
	return made
}

func (b *Builder) biases(count, most int) []int32 {
	made := make([]int32, count)
	for i := range made {
		made[i] = int32(b.Random.IntN(2*most+1) - most)
	}
	return made
}

// Flat reshapes the newest tensor to one row.
func (b *Builder) Flat() {
	if last := b.Last(); len(last.Shape) != 2 {
		b.Append(&model.Identity{}, []int{1, last.Size()}, last.Exponent, 0, false)
	}
}

// Dense adds a layer with weights up to most.
func (b *Builder) Dense(outputs, most, bias, shift int, relu bool) {
	b.Flat()
	columns := b.Last().Size()
	operation := &model.Dense{Weights: b.numbers(outputs*columns, most), Bias: b.biases(outputs, bias), Columns: columns}
	b.Append(operation, []int{1, outputs}, b.Last().Exponent+6, shift, relu)
}

// Convolution adds a layer with windows of 3 by 3 and padding around.
func (b *Builder) Convolution(channels, stride, most, bias, shift int, relu bool) {
	shape := b.Last().Shape
	operation := &model.Convolution{
		Weights: b.numbers(channels*shape[1]*9, most), Bias: b.biases(channels, bias), Depth: shape[1], Group: 1,
		Kernel: [2]int{3, 3}, Strides: [2]int{stride, stride}, Dilations: [2]int{1, 1}, Pads: [4]int{1, 1, 1, 1},
	}
	b.Append(operation, []int{1, channels, (shape[2]-1)/stride + 1, (shape[3]-1)/stride + 1}, b.Last().Exponent+6, shift, relu)
}

// MaxPool halves height and width.
func (b *Builder) MaxPool() {
	shape := b.Last().Shape
	operation := &model.Maximum{Kernel: [2]int{2, 2}, Strides: [2]int{2, 2}}
	b.Append(operation, []int{1, shape[1], shape[2] / 2, shape[3] / 2}, b.Last().Exponent, 0, false)
}

// MLP returns a network of dense layers with Relu between them.
func MLP(seed uint64, sizes ...int) *model.Model {
	b := NewBuilder(rand.New(rand.NewPCG(seed, 1)), 1, sizes[0])
	for i, outputs := range sizes[1:] {
		b.Dense(outputs, 40, 2000, 9, i < len(sizes)-2)
	}
	return b.Model
}

// CNN returns a network for images of 28 by 28: two convolutions, a pool and two dense layers.
func CNN(seed uint64) *model.Model {
	b := NewBuilder(rand.New(rand.NewPCG(seed, 2)), 1, 1, 28, 28)
	b.Convolution(4, 2, 40, 500, 7, true)
	b.Convolution(8, 1, 30, 500, 8, true)
	b.MaxPool()
	b.Dense(32, 30, 500, 10, true)
	b.Dense(10, 40, 500, 8, false)
	return b.Model
}

// Payload returns a random input.
func Payload(random *rand.Rand, m *model.Model) []byte {
	made := make([]byte, m.Input.Size())
	for i := range made {
		made[i] = byte(random.IntN(256))
	}
	return made
}
