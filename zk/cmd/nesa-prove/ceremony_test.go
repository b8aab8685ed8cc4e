package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nesa-network/nesa/zk/internal/sample"
)

const beacon = "2d2d2d2d2d2d2d2d2d2d2d2d2d2d2d2d"

// Two people hold a ceremony from the command line; its keys prove and verify, and what somebody changes is refused.
func TestThreat43CeremonyFromTheCommandLine(t *testing.T) {
	f := &folder{t, t.TempDir()}
	graph := f.file("model.onnx", sample.Encode(sample.MLP(5, 3, 1)))
	input := f.file("input", []byte{1, 2, 250})
	dir := f.file("ceremony", nil)
	file := func(name string) string { return filepath.Join(dir, name) }
	contribute := func(name string) map[string]any {
		return f.succeeds("ceremony", "contribute", "--dir", dir, "--name", name)
	}
	verify := []string{"ceremony", "verify", graph, "--dir", dir}
	finish := []string{"ceremony", "finish", graph, "--dir", dir, "--beacon", beacon}

	if found := f.succeeds("ceremony", "init", graph, "--dir", dir); found["phase"] != 1.0 || found["kind"] != "public" {
		t.Error(found)
	}
	f.fails("holds a ceremony already", "ceremony", "init", graph, "--dir", dir)
	f.fails("nobody has contributed to phase 1", finish...)
	if one, two := contribute("ada"), contribute("grace"); one["contribution"] == two["contribution"] {
		t.Error("two contributions are the same")
	}
	if found := f.succeeds(finish...); found["phase"] != 2.0 {
		t.Error(found)
	}
	contribute("ada")
	contribute("grace")
	f.succeeds(verify...)
	made := f.succeeds(finish...)
	found := f.succeeds(verify...)
	if made["phase"] != "over" || found["transcript"] != made["transcript"] || found["valid"] != true {
		t.Error(made, found)
	}
	f.fails("it is over", "ceremony", "contribute", "--dir", dir, "--name", "late")

	proof := f.file("proof", nil)
	proven := f.succeeds("prove", graph, "--pk", file("proving.key"), "--input", input, "--context", context, "-o", proof)
	list, err := json.Marshal(proven["public"])
	if err != nil {
		t.Fatal(err)
	}
	f.succeeds("verify", "--vk", file("verifying.key"), "--proof", proof, "--public", string(list))

	transcript := f.bytes(file("transcript.txt"))
	lines := bytes.SplitAfter(transcript, []byte("\n"))
	lines[5], lines[6] = lines[6], lines[5]
	f.file("ceremony/transcript.txt", bytes.Join(lines, nil))
	f.fails("is not the file that the transcript names", verify...)
	one, two := f.bytes(file("phase1-0001.bin")), f.bytes(file("phase1-0002.bin"))
	f.file("ceremony/phase1-0001.bin", two)
	f.file("ceremony/phase1-0002.bin", one)
	f.fails("contribution 1 to phase 1, of grace", verify...)
	f.file("ceremony/phase1-0001.bin", one)
	f.file("ceremony/phase1-0002.bin", two)
	f.file("ceremony/transcript.txt", transcript)
	last := f.bytes(file("phase2-0002.bin"))
	tampered := bytes.Clone(last)
	tampered[200] ^= 1
	f.file("ceremony/phase2-0002.bin", tampered)
	f.fails("is not the file that the transcript names", verify...)
	f.file("ceremony/phase2-0002.bin", last)
	f.succeeds(verify...)
	if entries, err := filepath.Glob(file(".*")); err != nil || len(entries) > 0 {
		t.Error("temporary files are left: ", entries, err)
	}
}

func TestCeremonyArgumentsAreRefusedWithASentence(t *testing.T) {
	f := &folder{t, t.TempDir()}
	graph := f.file("model.onnx", sample.Encode(sample.MLP(5, 3, 1)))
	dir := f.file("ceremony", nil)
	f.fails(`there is no command "ceremony"`, "ceremony")
	f.fails(`there is no command "ceremony fly"`, "ceremony", "fly")
	f.fails("--dir is missing", "ceremony", "init", graph)
	f.fails("MODEL is missing", "ceremony", "verify", "--dir", dir)
	f.fails("no such file", "ceremony", "verify", graph, "--dir", dir)
	f.fails("flag provided but not defined: -pk", "ceremony", "verify", graph, "--dir", dir, "--pk", "x")
	f.succeeds("ceremony", "init", graph, "--dir", dir, "--private")
	f.fails("is not made of 1 to 64 letters", "ceremony", "contribute", "--dir", dir, "--name", "two words")
	f.fails("the beacon is not hexadecimal", "ceremony", "finish", graph, "--dir", dir, "--beacon", "0x7")
	f.fails("a beacon has 16 to 64 bytes", "ceremony", "finish", graph, "--dir", dir, "--beacon", "07")
	other := f.file("other.onnx", sample.Encode(sample.MLP(6, 3, 1)))
	f.fails("it is about another model", "ceremony", "verify", other, "--dir", dir)
	f.file("ceremony/transcript.txt", []byte(strings.Replace(string(f.bytes(filepath.Join(dir, "transcript.txt"))), "private", "public", 1)))
	f.fails("compiles the model to another circuit", "ceremony", "verify", graph, "--dir", dir)
}

func (f *folder) bytes(path string) []byte {
	f.t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		f.t.Fatal(err)
	}
	return raw
}
