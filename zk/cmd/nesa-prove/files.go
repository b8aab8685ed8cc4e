package main

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strings"

	"github.com/nesa-network/nesa/zk/internal/disk"
	"github.com/nesa-network/nesa/zk/packing"
)

// digest reads the low 248 bits of 32 bytes in hexadecimal digits.
func digest(text string) (*big.Int, error) {
	raw, err := hex.DecodeString(text)
	if err != nil || len(raw) != 32 {
		return nil, errors.New("the context is not 64 hexadecimal digits")
	}
	return new(big.Int).SetBytes(raw[1:]), nil
}

// readSalt reads a salt in hexadecimal digits, or from a file.
func readSalt(text string) (*big.Int, error) {
	if path, is := strings.CutPrefix(text, "@"); is {
		raw, err := disk.Read(path, 1<<10)
		if err != nil {
			return nil, err
		}
		text = strings.TrimSpace(string(raw))
	}
	raw, err := hex.DecodeString(text)
	if err == nil && len(raw) == packing.Chunk {
		raw = append([]byte{0}, raw...)
	}
	if err != nil || len(raw) != 32 {
		return nil, errors.New("the salt is not 64 hexadecimal digits")
	}
	return packing.Short(raw, "salt")
}

// readPublic reads public values: a list of decimal numbers, or an object with such a list under "public".
func readPublic(text string) ([]*big.Int, error) {
	raw := []byte(text)
	if !strings.HasPrefix(text, "[") && !strings.HasPrefix(text, "{") {
		var err error
		if raw, err = disk.Read(text, 16<<20); err != nil {
			return nil, err
		}
	}
	var texts []string
	if err := json.Unmarshal(raw, &texts); err != nil {
		var object struct {
			Public []string `json:"public"`
		}
		if err := json.Unmarshal(raw, &object); err != nil || object.Public == nil {
			return nil, errors.New("the public values are no JSON list of decimal numbers in quotes")
		}
		texts = object.Public
	}
	values := make([]*big.Int, len(texts))
	for i, text := range texts {
		if text == "" || len(text) > 80 || strings.Trim(text, "0123456789") != "" || len(text) > 1 && text[0] == '0' {
			return nil, fmt.Errorf("the public value %d is no decimal number", i)
		}
		values[i], _ = new(big.Int).SetString(text, 10)
	}
	return values, nil
}
