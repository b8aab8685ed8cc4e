package onnx

func decodeOpset(raw []byte) (Opset, error) {
	var made Opset
	err := walk(raw, func(f field) (err error) {
		switch f.number {
		case 1:
			made.Domain, err = f.text()
		case 2:
			made.Version, err = f.integer()
		}
		return err
	})
	return made, err
}

func decodeGraph(from field) (Graph, error) {
	raw, err := from.message()
	if err != nil {
		return Graph{}, err
	}
	var made Graph
	err = walk(raw, func(f field) error {
		switch f.number {
		case 1:
			return collect(&made.Nodes, f, decodeNode)
		case 5:
			return collect(&made.Initializers, f, decodeTensor)
		case 11:
			return collect(&made.Inputs, f, decodeValue)
		case 12:
			return collect(&made.Outputs, f, decodeValue)
		case 15:
			return refused("it has sparse constants")
		}
		return nil
	})
	return made, err
}

func collect[T any](to *[]T, f field, decode func([]byte) (T, error)) error {
	raw, err := f.message()
	if err != nil {
		return err
	}
	if len(*to) == maxItems {
		return refused("it has a list of more than %d items", maxItems)
	}
	made, err := decode(raw)
	if err != nil {
		return err
	}
	*to = append(*to, made)
	return nil
}

func decodeNode(raw []byte) (Node, error) {
	var made Node
	err := walk(raw, func(f field) (err error) {
		switch f.number {
		case 1:
			err = collect(&made.Inputs, f, decodeText)
		case 2:
			err = collect(&made.Outputs, f, decodeText)
		case 3:
			made.Name, err = f.text()
		case 4:
			made.OpType, err = f.text()
		case 5:
			err = collect(&made.Attributes, f, decodeAttribute)
		case 7:
			made.Domain, err = f.text()
		case 8:
			err = refused("a node names one of several overloads")
		}
		return err
	})
	return made, err
}

func decodeText(raw []byte) (string, error) {
	return field{kind: 2, bytes: raw}.text()
}

func decodeAttribute(raw []byte) (Attribute, error) {
	var made Attribute
	err := walk(raw, func(f field) (err error) {
		switch f.number {
		case 1:
			made.Name, err = f.text()
		case 2:
			made.Float, err = f.float()
		case 3:
			made.Int, err = f.integer()
		case 4:
			made.Bytes, err = f.message()
		case 8:
			made.Ints, err = f.integers(made.Ints)
		case 20:
			made.Kind, err = f.integer()
		case 6, 11, 21, 22, 23:
			err = refused("a node holds another graph, a sparse constant or a reference")
		}
		return err
	})
	return made, err
}

func decodeValue(raw []byte) (Value, error) {
	var made Value
	typed := false
	err := walk(raw, func(f field) (err error) {
		switch f.number {
		case 1:
			made.Name, err = f.text()
		case 2:
			if typed {
				return refused("an input or output has two types")
			}
			typed = true
			var inner []byte
			if inner, err = f.message(); err == nil {
				err = decodeType(inner, &made)
			}
		}
		return err
	})
	return made, err
}

func decodeType(raw []byte, to *Value) error {
	seen := false
	return walk(raw, func(f field) error {
		if f.number != 1 {
			return nil
		}
		if seen {
			return refused("an input or output has two types")
		}
		seen = true
		inner, err := f.message()
		if err != nil {
			return err
		}
		return decodeTensorType(inner, to)
	})
}

func decodeTensorType(raw []byte, to *Value) error {
	seen := false
	return walk(raw, func(f field) (err error) {
		switch f.number {
		case 1:
			to.Type, err = f.integer()
		case 2:
			if seen {
				return refused("an input or output has two shapes")
			}
			seen = true
			var inner []byte
			if inner, err = f.message(); err != nil {
				return err
			}
			err = walk(inner, func(dim field) error {
				if dim.number != 1 {
					return nil
				}
				return collect(&to.Dims, dim, decodeDim)
			})
		}
		return err
	})
}

// decodeDim returns an axis' size, or 0 where it has a name or nothing. The last member of a oneof counts.
func decodeDim(raw []byte) (int64, error) {
	var size int64
	err := walk(raw, func(f field) (err error) {
		switch f.number {
		case 1:
			size, err = f.integer()
		case 2:
			size = 0
		}
		return err
	})
	return size, err
}
