package ceremony

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math/bits"
	"regexp"
	"strconv"
	"strings"

	"github.com/nesa-network/nesa/zk/prove"
)

// Version is the first line of every transcript.
const Version = "nesa-ceremony/v1"

// maxDomain bounds what a transcript makes a reader allocate: 2^22 constraints.
const maxDomain = 1 << 22

// maxTranscript bounds a transcript's bytes.
const maxTranscript = 1 << 20

// Contribution is one file of a ceremony.
type Contribution struct {
	Digest [32]byte // SHA-256 of the file
	Name   string   // of whoever contributed, for people
}

// Transcript says what happened in a ceremony. Its text's digest is what a chain admits a verifying key with.
type Transcript struct {
	Model   [32]byte // SHA-256 of the ONNX file
	Private bool     // kind of the circuit
	Circuit [32]byte // of the constraint system
	Domain  uint64
	Phase1  []Contribution
	Beacon1 []byte // nil while phase 1 goes on
	Initial [32]byte
	Phase2  []Contribution
	Beacon2 []byte // nil while phase 2 goes on
	Key     [32]byte
}

// Stage is 1 or 2 while contributions are taken, and 3 when the ceremony is over.
func (t *Transcript) Stage() int {
	switch {
	case t.Beacon1 == nil:
		return 1
	case t.Beacon2 == nil:
		return 2
	}
	return 3
}

// String returns the transcript's text: lines of words that single spaces part, each line ended by a line feed.
func (t *Transcript) String() string {
	var out strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&out, format+"\n", args...) }
	line("%s", Version)
	line("model %x", t.Model)
	line("kind %s", prove.Kind(t.Private))
	line("circuit %x", t.Circuit)
	line("domain %d", t.Domain)
	for _, c := range t.Phase1 {
		line("phase1 %x %s", c.Digest, c.Name)
	}
	if t.Stage() > 1 {
		line("beacon1 %x", t.Beacon1)
		line("initial %x", t.Initial)
	}
	for _, c := range t.Phase2 {
		line("phase2 %x %s", c.Digest, c.Name)
	}
	if t.Stage() > 2 {
		line("beacon2 %x", t.Beacon2)
		line("vk %x", t.Key)
	}
	return out.String()
}

// Digest is the SHA-256 of the transcript's text.
func (t *Transcript) Digest() [32]byte { return sha256.Sum256([]byte(t.String())) }

var nameForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}$`)

// CheckName refuses names that a transcript cannot hold.
func CheckName(name string) error {
	if !nameForm.MatchString(name) {
		return fmt.Errorf("the name %q is not made of 1 to 64 letters, digits and . _ @ + -", name)
	}
	return nil
}

// CheckBeacon refuses beacons too short to be unpredictable, and too long for a line.
func CheckBeacon(beacon []byte) error {
	if len(beacon) < 16 || len(beacon) > 64 {
		return fmt.Errorf("a beacon has 16 to 64 bytes, not %d", len(beacon))
	}
	return nil
}

// ParseTranscript reads a transcript's text; only the text that String writes is accepted.
func ParseTranscript(text string) (*Transcript, error) {
	t := new(Transcript)
	for i, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		words := strings.Split(line, " ")
		if i == 0 {
			continue // compared with the rest below
		}
		if err := t.parseLine(words); err != nil {
			return nil, fmt.Errorf("%w: line %d of the transcript: %w", ErrCeremony, i+1, err)
		}
	}
	if t.String() != text {
		return nil, fmt.Errorf("%w: the transcript is not in the form of %s", ErrCeremony, Version)
	}
	if t.Domain < 2 || t.Domain > maxDomain || bits.OnesCount64(t.Domain) != 1 {
		return nil, fmt.Errorf("%w: the domain %d is no power of two up to %d", ErrCeremony, t.Domain, maxDomain)
	}
	if t.Stage() > 1 && len(t.Phase1) == 0 || t.Stage() > 2 && len(t.Phase2) == 0 {
		return nil, fmt.Errorf("%w: a phase ended without a contribution", ErrCeremony)
	}
	return t, nil
}

func (t *Transcript) parseLine(words []string) (err error) {
	if len(words) < 2 || len(words) > 3 {
		return errors.New("it has another number of words")
	}
	value := words[1]
	contribution := func(into *[]Contribution) error {
		if len(words) != 3 {
			return errors.New("it has no name")
		}
		var c Contribution
		c.Name = words[2]
		*into = append(*into, c)
		if err := CheckName(c.Name); err != nil {
			return err
		}
		return parseDigest(value, &(*into)[len(*into)-1].Digest)
	}
	switch words[0] {
	case "model":
		return parseDigest(value, &t.Model)
	case "kind":
		t.Private = value == prove.Kind(true) // another word makes another text
	case "circuit":
		return parseDigest(value, &t.Circuit)
	case "domain":
		t.Domain, err = strconv.ParseUint(value, 10, 32)
	case "phase1":
		return contribution(&t.Phase1)
	case "beacon1":
		t.Beacon1, err = parseBeacon(value)
	case "initial":
		return parseDigest(value, &t.Initial)
	case "phase2":
		return contribution(&t.Phase2)
	case "beacon2":
		t.Beacon2, err = parseBeacon(value)
	case "vk":
		return parseDigest(value, &t.Key)
	default:
		return fmt.Errorf("%q is unknown", words[0])
	}
	return err
}

func parseDigest(text string, into *[32]byte) error {
	raw, err := hex.DecodeString(text)
	if err != nil || len(raw) != 32 {
		return errors.New("its digest is not 32 bytes of hex")
	}
	*into = [32]byte(raw)
	return nil
}

func parseBeacon(text string) ([]byte, error) {
	raw, err := hex.DecodeString(text)
	if err != nil {
		return nil, errors.New("its beacon is not hex")
	}
	return raw, CheckBeacon(raw)
}
