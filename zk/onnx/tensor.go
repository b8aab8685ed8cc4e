package onnx

import (
	"encoding/binary"
	"math"
)

func decodeTensor(raw []byte) (Tensor, error) {
	var made Tensor
	err := walk(raw, func(f field) (err error) {
		switch f.number {
		case 1:
			made.Dims, err = f.integers(made.Dims)
		case 2:
			made.Type, err = f.integer()
		case 3:
			err = refused("a constant comes in segments")
		case 4:
			made.Floats, err = f.floats(made.Floats)
		case 5, 7:
			made.Ints, err = f.integers(made.Ints)
		case 8:
			made.Name, err = f.text()
		case 9:
			made.HasRaw = true
			made.Raw, err = f.message()
		case 13:
			err = refused("it keeps constants outside its file")
		case 14:
			var place int64
			if place, err = f.integer(); err == nil && place != 0 {
				err = refused("it keeps constants outside its file")
			}
		}
		return err
	})
	if len(made.Dims) > 8 {
		return made, refused("the constant %q has %d axes", made.Name, len(made.Dims))
	}
	return made, err
}

// Count returns the number of elements that the shape says, at most MaxBytes.
func (t *Tensor) Count() (int, error) {
	count := int64(1)
	for _, dim := range t.Dims {
		if dim < 0 || dim > MaxBytes || count*max(dim, 1) > MaxBytes {
			return 0, refused("the constant %q has an impossible shape", t.Name)
		}
		count *= dim
	}
	return int(count), nil
}

// Integers returns the elements of an int8, uint8, int32 or int64 constant.
func (t *Tensor) Integers() ([]int64, error) {
	count, err := t.Count()
	if err != nil {
		return nil, err
	}
	width, low, high := 0, int64(math.MinInt64), int64(math.MaxInt64)
	switch t.Type {
	case Int8:
		width, low, high = 1, math.MinInt8, math.MaxInt8
	case Uint8:
		width, low, high = 1, 0, math.MaxUint8
	case Int32:
		width, low, high = 4, math.MinInt32, math.MaxInt32
	case Int64:
		width = 8
	default:
		return nil, refused("the constant %q holds no integers", t.Name)
	}
	if !t.HasRaw {
		if len(t.Ints) != count {
			return nil, refused("the constant %q has %d elements, and its shape %d", t.Name, len(t.Ints), count)
		}
		for _, value := range t.Ints {
			if value < low || value > high {
				return nil, refused("the constant %q has the element %d, outside its type", t.Name, value)
			}
		}
		return t.Ints, nil
	}
	if len(t.Raw) != count*width {
		return nil, refused("the constant %q has %d bytes, and its shape %d", t.Name, len(t.Raw), count*width)
	}
	values := make([]int64, count)
	for i := range values {
		at := t.Raw[i*width:]
		switch t.Type {
		case Int8:
			values[i] = int64(int8(at[0]))
		case Uint8:
			values[i] = int64(at[0])
		case Int32:
			values[i] = int64(int32(binary.LittleEndian.Uint32(at)))
		default:
			values[i] = int64(binary.LittleEndian.Uint64(at))
		}
	}
	return values, nil
}

// Scalar returns the element of a float32 constant without axes.
func (t *Tensor) Scalar() (float32, bool) {
	switch {
	case t.Type != Float32 || len(t.Dims) != 0:
		return 0, false
	case t.HasRaw && len(t.Raw) == 4:
		return math.Float32frombits(binary.LittleEndian.Uint32(t.Raw)), true
	case !t.HasRaw && len(t.Floats) == 1:
		return t.Floats[0], true
	}
	return 0, false
}
