package sample

import (
	"math/bits"
	"math/rand/v2"

	"github.com/nesa-network/nesa/zk/model"
)

// Random returns a small model of random steps of every kind, with shifts that saturate and round.
func Random(random *rand.Rand, steps int) *model.Model {
	shape := []int{1, 1 + random.IntN(12)}
	if random.IntN(2) == 0 {
		shape = []int{1, 1 + random.IntN(3), 1 + random.IntN(5), 1 + random.IntN(5)}
	}
	b := NewBuilder(random, shape...)
	for range steps {
		if exponent := b.Last().Exponent; exponent < -14 || exponent > 20 {
			break
		}
		image := len(b.Last().Shape) == 4
		switch kind := random.IntN(8); {
		case kind == 0 && image:
			b.convolution()
		case kind == 1 && image:
			b.pool()
		case kind == 2 && image:
			b.average()
		case kind == 3:
			b.add()
		case kind == 4:
			b.Append(&model.Identity{}, b.Last().Shape, b.Last().Exponent, random.IntN(3), true)
		case kind == 5 && image:
			shape := b.Last().Shape
			b.Append(&model.Identity{}, []int{1, shape[3], shape[1], shape[2]}, b.Last().Exponent, random.IntN(2), false)
		default:
			b.Flat()
			b.linear(1+random.IntN(6), func(outputs int, weights []int8, bias []int32) (model.Operation, []int) {
				return &model.Dense{Weights: weights, Bias: bias, Columns: b.Last().Size()}, []int{1, outputs}
			}, b.Last().Size())
		}
	}
	if b.Model.Output == 0 {
		b.add()
	}
	return b.Model
}

// linear draws weights and biases of random size, and a shift that keeps some of the accumulator or nearly none.
func (b *Builder) linear(outputs int, make func(int, []int8, []int32) (model.Operation, []int), width int) {
	most := []int{1, 8, model.WeightMax}[b.Random.IntN(3)]
	weights := b.numbers(outputs*width, most)
	room := model.AccumulatorBound - 1 - 128*most*width
	bias := b.biases(outputs, min(room, 1<<b.Random.IntN(23)))
	operation, shape := make(outputs, weights, bias)
	shift := b.Random.IntN(bits.Len(uint(128*most*width)) - 3)
	b.Append(operation, shape, b.Last().Exponent+6, shift, b.Random.IntN(3) == 0)
}

// window draws a kernel and strides that fit a side.
func (b *Builder) window(powers bool) (kernel, strides, sides [2]int) {
	for axis, side := range b.Last().Shape[2:] {
		kernel[axis] = 1 + b.Random.IntN(min(3, side))
		if powers {
			kernel[axis] = 1 << (bits.Len(uint(kernel[axis])) - 1)
		}
		strides[axis] = 1 + b.Random.IntN(2)
		sides[axis] = (side-kernel[axis])/strides[axis] + 1
	}
	return kernel, strides, sides
}

func (b *Builder) pool() {
	kernel, strides, sides := b.window(false)
	shape := []int{1, b.Last().Shape[1], sides[0], sides[1]}
	b.Append(&model.Maximum{Kernel: kernel, Strides: strides}, shape, b.Last().Exponent, b.Random.IntN(2), b.Random.IntN(3) == 0)
}

func (b *Builder) average() {
	kernel, strides, sides := b.window(true)
	shape := []int{1, b.Last().Shape[1], sides[0], sides[1]}
	power := bits.Len(uint(kernel[0]*kernel[1])) - 1
	b.Append(&model.Average{Kernel: kernel, Strides: strides}, shape, b.Last().Exponent+power, b.Random.IntN(power+2), b.Random.IntN(3) == 0)
}

func (b *Builder) add() {
	last := b.Last()
	var partners []int
	for index := range len(b.Model.Steps) + 1 {
		tensor := b.Model.Tensor(index)
		gap := tensor.Exponent - last.Exponent
		if equal(tensor.Shape, last.Shape) && -10 < gap && gap < 10 {
			partners = append(partners, index)
		}
	}
	partner := partners[b.Random.IntN(len(partners))]
	other := b.Model.Tensor(partner).Exponent
	exponent := max(last.Exponent, other)
	operation := &model.Add{Left: exponent - last.Exponent, Right: exponent - other}
	b.Append(operation, last.Shape, exponent, b.Random.IntN(3), b.Random.IntN(2) == 0, partner)
}

func (b *Builder) convolution() {
	shape := b.Last().Shape
	operation := &model.Convolution{Depth: shape[1], Group: 1}
	if b.Random.IntN(3) == 0 {
		operation.Depth, operation.Group = 1, shape[1]
	}
	var sides [2]int
	for axis, side := range shape[2:] {
		operation.Pads[axis], operation.Pads[axis+2] = b.Random.IntN(2), b.Random.IntN(3)
		room := side + operation.Pads[axis] + operation.Pads[axis+2]
		size := 1 + b.Random.IntN(min(3, room))
		gap := 1 + b.Random.IntN(2)
		if (size-1)*gap+1 > room {
			gap = 1
		}
		operation.Kernel[axis], operation.Dilations[axis], operation.Strides[axis] = size, gap, 1+b.Random.IntN(2)
		sides[axis] = (room-(size-1)*gap-1)/operation.Strides[axis] + 1
	}
	outputs := operation.Group * (1 + b.Random.IntN(2))
	b.linear(outputs, func(outputs int, weights []int8, bias []int32) (model.Operation, []int) {
		operation.Weights, operation.Bias = weights, bias
		return operation, []int{1, outputs, sides[0], sides[1]}
	}, operation.Depth*operation.Kernel[0]*operation.Kernel[1])
}
