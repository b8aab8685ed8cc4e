package types

import (
	"bytes"
	"encoding/json"
	"slices"
	"unicode/utf16"

	"cosmossdk.io/errors"
)

// maxOptionsDepth bounds the nesting of options.
const maxOptionsDepth = 16

// validateOptions checks that options are a JSON object in one spelling: no white space, each object's keys in order
// and only once (RFC 8785). How numbers and strings are spelt, and whether the model knows them, is for the manifest's
// schema, which miners apply.
func validateOptions(options []byte) error {
	switch {
	case len(options) == 0:
		return nil
	case len(options) > MaxOptionsBytes:
		return errors.Wrapf(ErrInvalidRequest, "options of %d bytes exceed %d", len(options), MaxOptionsBytes)
	case !json.Valid(options):
		return errors.Wrap(ErrInvalidRequest, "options are not JSON")
	case options[0] != '{':
		return errors.Wrap(ErrInvalidRequest, "options are not a JSON object")
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, options); err != nil || !bytes.Equal(compact.Bytes(), options) {
		return errors.Wrap(ErrInvalidRequest, "options contain white space")
	}
	if !sortedKeys(options) {
		return errors.Wrap(ErrInvalidRequest, "keys of options are not in order, appear twice or nest too deep")
	}
	return nil
}

// sortedKeys says whether the keys of every object of a valid JSON text strictly ascend by UTF-16 code units.
func sortedKeys(text []byte) bool {
	type level struct {
		object, value bool // value: a key was read, its value comes next
		last          []uint16
	}
	var open []level
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	for {
		token, err := decoder.Token()
		if err != nil {
			return len(open) == 0
		}
		if token == json.Delim('}') || token == json.Delim(']') {
			open = open[:len(open)-1]
			continue
		}
		if top := len(open) - 1; top >= 0 && open[top].object {
			if !open[top].value {
				key, _ := token.(string)
				units := utf16.Encode([]rune(key))
				if open[top].last != nil && slices.Compare(units, open[top].last) <= 0 {
					return false
				}
				open[top].last, open[top].value = append([]uint16{}, units...), true
				continue
			}
			open[top].value = false
		}
		if token == json.Delim('{') || token == json.Delim('[') {
			open = append(open, level{object: token == json.Delim('{')})
			if len(open) > maxOptionsDepth {
				return false
			}
		}
	}
}
