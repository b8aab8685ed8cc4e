package model

// Term is one summand of an accumulator: an element of an operand times a constant.
type Term struct {
	Operand, Index int
	Weight         int64
}

// Operation says of which terms a step's accumulators consist: their sum and a bias, or for Maximum their largest.
type Operation interface {
	// rows calls yield for each element of the output, in order; terms are valid until yield returns.
	rows(inputs []*Tensor, output *Tensor, yield func(terms []Term, bias int64))
	// bound returns the largest absolute value of an accumulator, whatever the input.
	bound() int64
	// width returns the largest number of terms.
	width() int
}

// Dense is acc[m] = Σ w[m, n] · x[n] + b[m]. Weights stand row by row.
type Dense struct {
	Weights []int8
	Bias    []int32
	Columns int
}

// Convolution is two-dimensional, with zero padding: weights [M, Depth, Kernel], pads top, left, bottom, right.
type Convolution struct {
	Weights                    []int8
	Bias                       []int32
	Depth, Group               int
	Kernel, Strides, Dilations [2]int
	Pads                       [4]int
}

// Maximum is the largest value of each window; windows do not leave the tensor.
type Maximum struct{ Kernel, Strides [2]int }

// Average is the sum of each window, of 2^n elements; the step's shift divides it.
type Average struct{ Kernel, Strides [2]int }

// Add is x · 2^Left + y · 2^Right.
type Add struct{ Left, Right int }

// Identity is the input itself: a Reshape, a Flatten, or a Relu of its own.
type Identity struct{}

// Rows calls yield for each accumulator of a step, in the order of the output's elements.
func (m *Model) Rows(step *Step, yield func(terms []Term, bias int64)) {
	inputs := make([]*Tensor, len(step.Inputs))
	for i, index := range step.Inputs {
		inputs[i] = m.Tensor(index)
	}
	step.Operation.rows(inputs, &step.Output, yield)
}

// IsMaximum tells whether accumulators are the largest of their terms instead of the sum.
func (s *Step) IsMaximum() bool {
	_, is := s.Operation.(*Maximum)
	return is
}

func (d *Dense) rows(_ []*Tensor, _ *Tensor, yield func([]Term, int64)) {
	terms := make([]Term, 0, d.Columns)
	for row, bias := range d.Bias {
		terms = terms[:0]
		for column, weight := range d.Weights[row*d.Columns : (row+1)*d.Columns] {
			if weight != 0 {
				terms = append(terms, Term{Index: column, Weight: int64(weight)})
			}
		}
		yield(terms, int64(bias))
	}
}

func (c *Convolution) rows(inputs []*Tensor, output *Tensor, yield func([]Term, int64)) {
	height, width := inputs[0].Shape[2], inputs[0].Shape[3]
	area := c.Kernel[0] * c.Kernel[1]
	perGroup := len(c.Bias) / c.Group
	terms := make([]Term, 0, c.width())
	for channel, bias := range c.Bias {
		first := channel / perGroup * c.Depth // the group's first input channel
		weights := c.Weights[channel*c.Depth*area : (channel+1)*c.Depth*area]
		for y := range output.Shape[2] {
			for x := range output.Shape[3] {
				terms = terms[:0]
				for at, weight := range weights {
					row := y*c.Strides[0] - c.Pads[0] + at%area/c.Kernel[1]*c.Dilations[0]
					column := x*c.Strides[1] - c.Pads[1] + at%c.Kernel[1]*c.Dilations[1]
					if weight == 0 || row < 0 || row >= height || column < 0 || column >= width {
						continue
					}
					index := ((first+at/area)*height+row)*width + column
					terms = append(terms, Term{Index: index, Weight: int64(weight)})
				}
				yield(terms, int64(bias))
			}
		}
	}
}

func windows(input, output *Tensor, kernel, strides [2]int, yield func([]Term, int64)) {
	height, width := input.Shape[2], input.Shape[3]
	terms := make([]Term, 0, kernel[0]*kernel[1])
	for channel := range output.Shape[1] {
		for y := range output.Shape[2] {
			for x := range output.Shape[3] {
				terms = terms[:0]
				for row := range kernel[0] {
					for column := range kernel[1] {
						index := (channel*height+y*strides[0]+row)*width + x*strides[1] + column
						terms = append(terms, Term{Index: index, Weight: 1})
					}
				}
				yield(terms, 0)
			}
		}
	}
}

func (p *Maximum) rows(inputs []*Tensor, output *Tensor, yield func([]Term, int64)) {
	windows(inputs[0], output, p.Kernel, p.Strides, yield)
}

func (p *Average) rows(inputs []*Tensor, output *Tensor, yield func([]Term, int64)) {
	windows(inputs[0], output, p.Kernel, p.Strides, yield)
}

func (a *Add) rows(_ []*Tensor, output *Tensor, yield func([]Term, int64)) {
	for i := range output.Size() {
		yield([]Term{{Index: i, Weight: 1 << a.Left}, {Operand: 1, Index: i, Weight: 1 << a.Right}}, 0)
	}
}

func (*Identity) rows(_ []*Tensor, output *Tensor, yield func([]Term, int64)) {
	for i := range output.Size() {
		yield([]Term{{Index: i, Weight: 1}}, 0)
	}
}

func linearBound(weights []int8, bias []int32) int64 {
	largest, columns := int64(0), len(weights)/len(bias)
	for row, offset := range bias {
		sum := int64(0)
		for _, weight := range weights[row*columns : (row+1)*columns] {
			sum += max(int64(weight), -int64(weight))
		}
		largest = max(largest, sum*128+max(int64(offset), -int64(offset)))
	}
	return largest
}

func (d *Dense) bound() int64       { return linearBound(d.Weights, d.Bias) }
func (c *Convolution) bound() int64 { return linearBound(c.Weights, c.Bias) }
func (*Maximum) bound() int64       { return 128 }
func (p *Average) bound() int64     { return 128 * int64(p.width()) }
func (*Identity) bound() int64      { return 128 }

func (a *Add) bound() int64 {
	if max(a.Left, a.Right) >= 24 {
		return AccumulatorBound
	}
	return 128<<a.Left + 128<<a.Right
}

func (d *Dense) width() int       { return d.Columns }
func (c *Convolution) width() int { return c.Depth * c.Kernel[0] * c.Kernel[1] }
func (p *Maximum) width() int     { return p.Kernel[0] * p.Kernel[1] }
func (p *Average) width() int     { return p.Kernel[0] * p.Kernel[1] }
func (*Add) width() int           { return 2 }
func (*Identity) width() int      { return 1 }
