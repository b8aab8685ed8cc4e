package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

func TestTheVectorsAreWhatThisCommandWrites(t *testing.T) {
	folder := t.TempDir()
	if err := run(folder); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"groth16.json", "provable.json"} {
		found, err := os.ReadFile(filepath.Join("../../../tests/vectors", name))
		if err != nil {
			t.Fatal(err)
		}
		made, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(found, made) {
			t.Errorf("%s differs; run make vectors and commit", name)
		}
	}
}
