package onnx

import (
	"math"
	"unicode/utf8"

	"google.golang.org/protobuf/encoding/protowire"
)

// field is one field of a message: its number, its wire type, and its value in the member that fits the type.
type field struct {
	number protowire.Number
	kind   protowire.Type
	varint uint64
	fixed  uint32
	bytes  []byte
}

// walk calls visit for each field of a message.
func walk(raw []byte, visit func(field) error) error {
	for len(raw) > 0 {
		number, kind, n := protowire.ConsumeTag(raw)
		if n < 0 {
			return refused("it is not ONNX")
		}
		raw = raw[n:]
		found := field{number: number, kind: kind}
		switch kind {
		case protowire.VarintType:
			found.varint, n = protowire.ConsumeVarint(raw)
		case protowire.BytesType:
			found.bytes, n = protowire.ConsumeBytes(raw)
		case protowire.Fixed32Type:
			found.fixed, n = protowire.ConsumeFixed32(raw)
		case protowire.Fixed64Type:
			_, n = protowire.ConsumeFixed64(raw)
		default: // groups, which ONNX does not have
			n = -1
		}
		if n < 0 {
			return refused("it is not ONNX")
		}
		raw = raw[n:]
		if err := visit(found); err != nil {
			return err
		}
	}
	return nil
}

func (f field) mistyped() error {
	return refused("the field %d has another type than in ONNX", f.number)
}

func (f field) integer() (int64, error) {
	if f.kind != protowire.VarintType {
		return 0, f.mistyped()
	}
	return int64(f.varint), nil
}

func (f field) message() ([]byte, error) {
	if f.kind != protowire.BytesType {
		return nil, f.mistyped()
	}
	return f.bytes, nil
}

func (f field) text() (string, error) {
	raw, err := f.message()
	if err != nil {
		return "", err
	}
	if !utf8.Valid(raw) {
		return "", refused("a name is not UTF-8")
	}
	return string(raw), nil
}

func (f field) float() (float32, error) {
	if f.kind != protowire.Fixed32Type {
		return 0, f.mistyped()
	}
	return math.Float32frombits(f.fixed), nil
}

// integers appends a repeated field's values, packed or not.
func (f field) integers(to []int64) ([]int64, error) {
	if f.kind == protowire.VarintType {
		return append(to, int64(f.varint)), nil
	}
	raw, err := f.message()
	for err == nil && len(raw) > 0 {
		value, n := protowire.ConsumeVarint(raw)
		if n < 0 {
			return nil, refused("it is not ONNX")
		}
		to, raw = append(to, int64(value)), raw[n:]
	}
	return to, err
}

// floats appends a repeated field's values, packed or not.
func (f field) floats(to []float32) ([]float32, error) {
	if f.kind == protowire.Fixed32Type {
		return append(to, math.Float32frombits(f.fixed)), nil
	}
	raw, err := f.message()
	for err == nil && len(raw) > 0 {
		value, n := protowire.ConsumeFixed32(raw)
		if n < 0 {
			return nil, refused("it is not ONNX")
		}
		to, raw = append(to, math.Float32frombits(value)), raw[n:]
	}
	return to, err
}
