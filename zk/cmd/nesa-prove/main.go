// Command nesa-prove makes keys and proofs for provable models, and verifies them. README.md describes its files.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
)

const usage = `nesa-prove inspect MODEL [--private]
nesa-prove run     MODEL --input FILE -o OUTPUT
nesa-prove setup   MODEL --pk FILE --vk FILE [--private]     for tests and local networks only
nesa-prove commit  --input FILE [--salt HEX]
nesa-prove prove   MODEL --pk FILE --input FILE --context HEX64 [--salt HEX] -o PROOF
nesa-prove verify  --vk FILE --proof FILE --public JSON

nesa-prove ceremony init       MODEL --dir DIR [--private]    keys by several parties: docs/guides/ceremony.md
nesa-prove ceremony contribute --dir DIR --name NAME
nesa-prove ceremony finish     MODEL --dir DIR --beacon HEX
nesa-prove ceremony verify     MODEL --dir DIR

MODEL is an ONNX graph in provable form; inputs and outputs are files of int8 tensors, byte by byte. --context is a
digest, of which the low 248 bits count. A salt of @FILE is read from a file, which other users' process lists do not show.
--public is a JSON list of decimal numbers, what prove printed, or a file with either. --json prints JSON.
`

var errUsage = errors.New("the arguments are not understood")

func main() {
	err := run(os.Args[1:], os.Stdout, os.Stderr)
	if err == nil {
		return
	}
	fmt.Fprintf(os.Stderr, "nesa-prove: %s\n", strings.Join(strings.Fields(err.Error()), " "))
	if errors.Is(err, errUsage) {
		fmt.Fprint(os.Stderr, usage)
		os.Exit(2)
	}
	os.Exit(1)
}

// options are what a command may be told.
type options struct {
	model, proving, verifying, input, output, context, salt, proof, public string
	folder, name, beacon                                                   string
	private, json                                                          bool
	log                                                                    io.Writer
}

type command struct {
	run   func(*options) (*result, error)
	needs []string // of the options, by name; "model" is the one without a dash
	may   []string
}

var commands = map[string]command{
	"inspect": {inspect, []string{"model"}, []string{"private"}},
	"run":     {runModel, []string{"model", "input", "o"}, nil},
	"setup":   {setup, []string{"model", "pk", "vk"}, []string{"private"}},
	"commit":  {commit, []string{"input"}, []string{"salt"}},
	"prove":   {proveRun, []string{"model", "pk", "input", "context", "o"}, []string{"salt"}},
	"verify":  {verify, []string{"vk", "proof", "public"}, nil},

	"ceremony init":       {ceremonyInit, []string{"model", "dir"}, []string{"private"}},
	"ceremony contribute": {ceremonyContribute, []string{"dir", "name"}, nil},
	"ceremony finish":     {ceremonyFinish, []string{"model", "dir", "beacon"}, nil},
	"ceremony verify":     {ceremonyVerify, []string{"model", "dir"}, nil},
}

func run(args []string, out, log io.Writer) error {
	if len(args) == 1 && (args[0] == "help" || args[0] == "--help" || args[0] == "-h") {
		_, err := io.WriteString(out, usage)
		return err
	}
	if len(args) == 0 {
		return fmt.Errorf("%w: no command is given", errUsage)
	}
	name, rest := args[0], args[1:]
	if name == "ceremony" && len(rest) > 0 {
		name, rest = name+" "+rest[0], rest[1:]
	}
	chosen, is := commands[name]
	if !is {
		return fmt.Errorf("%w: there is no command %q", errUsage, name)
	}
	o, err := parse(chosen, rest)
	if err != nil {
		return err
	}
	o.log = log
	found, err := chosen.run(o)
	if err != nil {
		return err
	}
	return found.write(out, o.json)
}

func parse(chosen command, args []string) (*options, error) {
	o := &options{}
	flags := flag.NewFlagSet("", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	values := map[string]*string{
		"pk": &o.proving, "vk": &o.verifying, "input": &o.input, "o": &o.output, "context": &o.context,
		"salt": &o.salt, "proof": &o.proof, "public": &o.public, "model": &o.model,
		"dir": &o.folder, "name": &o.name, "beacon": &o.beacon,
	}
	for _, name := range append(append([]string{}, chosen.needs...), chosen.may...) {
		switch {
		case name == "private":
			flags.BoolVar(&o.private, name, false, "")
		case name != "model":
			flags.StringVar(values[name], name, "", "")
		}
	}
	flags.BoolVar(&o.json, "json", false, "")
	for rest := args; len(rest) > 0; {
		if err := flags.Parse(rest); err != nil {
			return nil, fmt.Errorf("%w: %w", errUsage, err)
		}
		if rest = flags.Args(); len(rest) == 0 {
			break
		}
		if o.model != "" {
			return nil, fmt.Errorf("%w: %q is one too many", errUsage, rest[0])
		}
		o.model, rest = rest[0], rest[1:]
	}
	for _, name := range chosen.needs {
		if *values[name] == "" {
			return nil, fmt.Errorf("%w: %s is missing", errUsage, strings.Replace("--"+name, "--model", "MODEL", 1))
		}
	}
	return o, nil
}

// result is what a command found, in order.
type result struct {
	names  []string
	values map[string]any
	json   bool // whatever the options say
}

func (r *result) set(name string, value any) *result {
	if r.values == nil {
		r.values = map[string]any{}
	}
	r.names = append(r.names, name)
	r.values[name] = value
	return r
}

func (r *result) write(out io.Writer, asJSON bool) error {
	if asJSON || r.json {
		return json.NewEncoder(out).Encode(r.values)
	}
	for _, name := range r.names {
		if _, err := fmt.Fprintf(out, "%s: %v\n", strings.ReplaceAll(name, "_", " "), r.values[name]); err != nil {
			return err
		}
	}
	return nil
}
