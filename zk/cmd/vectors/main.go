// Command vectors writes tests/vectors/groth16.json and tests/vectors/provable.json, the same bytes each time.
package main

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	chacha "math/rand/v2"
	"os"
	"path/filepath"
)

// dice replaces the system's randomness in this process, so that keys and proofs come out the same each time.
type dice struct{ source *chacha.ChaCha8 }

func (d dice) Read(to []byte) (int, error) { return d.source.Read(to) }

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: vectors DIRECTORY")
		os.Exit(2)
	}
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(folder string) error {
	rand.Reader = dice{chacha.NewChaCha8([32]byte{'n', 'e', 's', 'a'})}
	proofs, err := groth16Vectors()
	if err != nil {
		return err
	}
	if err := write(folder, "groth16.json", proofs); err != nil {
		return err
	}
	forms, err := provableVectors()
	if err != nil {
		return err
	}
	return write(folder, "provable.json", forms)
}

func write(folder, name string, value any) error {
	raw, err := json.MarshalIndent(value, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, name), append(raw, '\n'), 0o644)
}
