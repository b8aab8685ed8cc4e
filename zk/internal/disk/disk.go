// Package disk reads files up to a size, and writes them as a whole or not at all.
package disk

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

const (
	// ForAll is the mode of a file that everybody may read.
	ForAll os.FileMode = 0o644
	// Private is the mode of a file that its owner alone may read.
	Private os.FileMode = 0o600
)

// Read returns a file of at most some bytes.
func Read(path string, most int64) ([]byte, error) {
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

// Save writes a file as a whole or not at all.
func Save(path string, mode os.FileMode, write func(io.Writer) error) (err error) {
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

// SaveBytes writes bytes to a file as a whole or not at all.
func SaveBytes(path string, mode os.FileMode, raw []byte) error {
	return Save(path, mode, func(to io.Writer) error {
		_, err := to.Write(raw)
		return err
	})
}
