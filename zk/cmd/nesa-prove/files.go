package main

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"os"
	"path/filepath"
	"strings"

	"github.com/nesa-network/nesa/zk/packing"
)

const (
	forAll  = 0o644
	private = 0o600
)

// read returns a file of at most some bytes.
func read(path string, most int64) ([]byte, error) {
	file, err := os.Open(path) //nolint:gosec // the user names the file
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	raw, err := io.ReadAll(io.LimitReader(file, most+1))
	if err != nil {
		return nil, err
	}
	if int64(len(raw)) > most {
		return nil, fmt.Errorf("the file %s has more than %d bytes", path, most)
	}
	return raw, nil
}

// save writes a file as a whole or not at all.
func save(path string, mode os.FileMode, write func(io.Writer) error) (err error) {
	file, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*") // 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(file.Name()))
		}
	}()
	buffered := bufio.NewWriterSize(file, 1<<20)
	err = errors.Join(write(buffered), buffered.Flush(), file.Chmod(mode), file.Sync(), file.Close())
	if err != nil {
		return err
	}
	return os.Rename(file.Name(), path)
}

func saveBytes(path string, mode os.FileMode, raw []byte) error {
	return save(path, mode, func(to io.Writer) error {
		_, err := to.Write(raw)
		return err
	})
}

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
		raw, err := read(path, 1<<10)
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
		if raw, err = read(text, 16<<20); err != nil {
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
