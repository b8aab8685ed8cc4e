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

const (
	context = "ff00000000000000000000000000000000000000000000000000000000000007"
	salt    = "0000000000000000000000000000000000000000000000000000000000000063"
)

type folder struct {
	t    *testing.T
	path string
}

func (f *folder) file(name string, raw []byte) string {
	f.t.Helper()
	path := filepath.Join(f.path, name)
	if raw != nil {
		if err := os.WriteFile(path, raw, 0o600); err != nil {
			f.t.Fatal(err)
		}
	}
	return path
}

func (f *folder) fails(sentence string, args ...string) {
	f.t.Helper()
	var out, log bytes.Buffer
	if err := run(args, &out, &log); err == nil || !strings.Contains(err.Error(), sentence) || out.Len() > 0 {
		f.t.Errorf("%v: %v, and %q", args, err, out.String())
	}
}

func (f *folder) succeeds(args ...string) map[string]any {
	f.t.Helper()
	var out, log bytes.Buffer
	if err := run(append(args, "--json"), &out, &log); err != nil {
		f.t.Fatalf("%v: %v", args, err)
	}
	found := map[string]any{}
	if err := json.Unmarshal(out.Bytes(), &found); err != nil {
		f.t.Fatalf("%v: %s", args, out.String())
	}
	if warned := strings.Contains(log.String(), "WARNING"); warned != (args[0] == "setup") {
		f.t.Errorf("%v: %q", args, log.String())
	}
	return found
}

func TestFromModelToVerifiedProof(t *testing.T) {
	for _, kind := range []string{"public", "private"} {
		f := &folder{t, t.TempDir()}
		graph := f.file("model.onnx", sample.Encode(sample.MLP(5, 9, 4, 2)))
		input := f.file("input", []byte{1, 2, 3, 250, 128, 127, 0, 9, 8})
		pk, vk, proof, output := f.file("pk", nil), f.file("vk", nil), f.file("proof", nil), f.file("output", nil)
		setup, with := []string{"setup", graph, "--pk", pk, "--vk", vk}, []string{}
		if kind == "private" {
			setup, with = append(setup, "--private"), []string{"--salt", "@" + f.file("salt", []byte(salt+"\n"))}
		}
		if f.succeeds(setup...)["kind"] != kind {
			t.Fatal(kind)
		}
		proving := append([]string{"prove", "--pk", pk, graph, "--input", input, "--context", context, "-o", proof}, with...)
		proven := f.succeeds(proving...)
		if f.succeeds("run", graph, "--input", input, "-o", output)["output"] != proven["output"] {
			t.Fatal("another output")
		}
		if kind == "private" {
			committed := f.succeeds("commit", "--input", input, "--salt", salt)
			if committed["commitment"] != proven["commitment"] || committed["salt"] != salt {
				t.Fatal(committed)
			}
		}
		public, err := json.Marshal(proven)
		if err != nil {
			t.Fatal(err)
		}
		list, err := json.Marshal(proven["public"])
		if err != nil {
			t.Fatal(err)
		}
		f.succeeds("verify", "--vk", vk, "--proof", proof, "--public", f.file("public.json", public))
		f.succeeds("verify", "--vk", vk, "--proof", proof, "--public", string(list))
		if values := proven["public"].([]any); values[0] != "7" {
			t.Fatal("of the context the low 248 bits count", values)
		}
		other := strings.Replace(string(list), `"7"`, `"8"`, 1)
		f.fails("the proof is refused", "verify", "--vk", vk, "--proof", proof, "--public", other)
		f.fails("the proof is refused: it has", "verify", "--vk", vk, "--proof", input, "--public", string(list))
		f.fails("the key is refused", "verify", "--vk", input, "--proof", proof, "--public", string(list))
		ownOnly(t, pk, output)
		changed := f.file("other.onnx", sample.Encode(sample.MLP(6, 9, 4, 2)))
		f.fails("belongs to another model", "prove", changed, "--pk", pk, "--input", input, "--context", context, "-o", proof)
		if kind == "public" {
			f.fails("a salt is needed for keys of the private kind, and for no others", append(proving, "--salt", salt)...)
		} else {
			f.fails("a salt is needed for keys of the private kind", proving[:len(proving)-2]...)
		}
		entries, err := os.ReadDir(f.path)
		if err != nil {
			t.Fatal(err)
		}
		for _, entry := range entries {
			if strings.HasPrefix(entry.Name(), ".") {
				t.Errorf("the temporary file %s is left", entry.Name())
			}
		}
	}
}

func ownOnly(t *testing.T, paths ...string) {
	t.Helper()
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", path, info.Mode(), err)
		}
	}
}

func TestArgumentsAreRefusedWithASentence(t *testing.T) {
	f := &folder{t, t.TempDir()}
	graph := f.file("model.onnx", sample.Encode(sample.MLP(5, 9, 4, 2)))
	input := f.file("input", []byte{1})
	f.fails("no command")
	f.fails(`there is no command "fly"`, "fly")
	f.fails("MODEL is missing", "inspect")
	f.fails("--input is missing", "run", graph, "-o", "x")
	f.fails(`"b" is one too many`, "inspect", graph, "b")
	f.fails("flag provided but not defined: -pk", "inspect", graph, "--pk", "x")
	f.fails("no such file", "inspect", f.file("missing", nil))
	f.fails("the model's file is refused: it is not ONNX", "inspect", input)
	f.fails("the input does not fit the model: it needs 9 bytes, not 1", "run", graph, "--input", input, "-o", f.file("output", nil))
	f.fails("no proving key of nesa-prove", "prove", graph, "--pk", input, "--input", input, "--context", context, "-o", "x")
	f.fails("the context is not 64", "prove", graph, "--pk", input, "--input", input, "--context", "77", "-o", "x")
	f.fails("the salt is not 64", "commit", "--input", input, "--salt", "77")
	f.fails("a zero byte", "commit", "--input", input, "--salt", context)
	for _, public := range []string{"[7]", `["07"]`, `["-7"]`, `["0x7"]`, `[""]`, "{}", "[", `["` + strings.Repeat("9", 81) + `"]`} {
		f.fails("public value", "verify", "--vk", input, "--proof", input, "--public", public)
	}
	if found := f.succeeds("inspect", graph, "--private"); found["public_values"] != 3.0 || found["kind"] != "private" {
		t.Error(found)
	}
	if salted := f.succeeds("commit", "--input", input); len(salted["salt"].(string)) != 64 || salted["salt"].(string)[:2] != "00" {
		t.Error(salted)
	}
}
