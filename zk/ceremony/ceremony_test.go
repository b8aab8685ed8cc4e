package ceremony

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nesa-network/nesa/zk/internal/disk"
	"github.com/nesa-network/nesa/zk/internal/sample"
	"github.com/nesa-network/nesa/zk/model"
	"github.com/nesa-network/nesa/zk/prove"
)

var beacon = bytes.Repeat([]byte{7}, 32)

// hall is a ceremony with a test's ways to hold it.
type hall struct {
	*Ceremony
	t *testing.T
}

func open(t *testing.T) *hall {
	return &hall{New(filepath.Join(t.TempDir(), "hall"), func(string, ...any) {}), t}
}

func (h *hall) must(transcript *Transcript, err error) *Transcript {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
	return transcript
}

func (h *hall) refused(sentence string) func(*Transcript, error) {
	return func(_ *Transcript, err error) {
		h.t.Helper()
		if err == nil || !strings.Contains(err.Error(), sentence) {
			h.t.Errorf("%v instead of %q", err, sentence)
		}
	}
}

func (h *hall) read(path string) []byte {
	h.t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		h.t.Fatal(err)
	}
	return raw
}

func (h *hall) write(path string, raw []byte) {
	h.t.Helper()
	if err := disk.SaveBytes(path, disk.ForAll, raw); err != nil {
		h.t.Fatal(err)
	}
}

// replace puts other bytes in the place of a contribution, and names them in the transcript.
func (h *hall) replace(phase, index int, raw []byte) {
	h.t.Helper()
	t := h.must(h.Load())
	if phase == 1 {
		t.Phase1[index-1].Digest = sha256.Sum256(raw)
	} else {
		t.Phase2[index-1].Digest = sha256.Sum256(raw)
	}
	h.write(h.contribution(phase, index), raw)
	h.must(t, h.save(t))
}

// hold runs a whole ceremony of two contributions to each phase.
func (h *hall) hold(circuit *Circuit) *Transcript {
	h.t.Helper()
	h.must(h.Init(circuit))
	for phase := 1; phase <= 2; phase++ {
		h.refused("nobody has contributed")(h.Finish(circuit, beacon))
		h.must(h.Contribute("ada"))
		h.must(h.Contribute("grace"))
		h.must(h.Verify(circuit))
		h.must(h.Finish(circuit, beacon))
	}
	return h.must(h.Verify(circuit))
}

func TestKeysOfACeremonyProve(t *testing.T) {
	h := open(t)
	m := sample.MLP(5, 2, 1)
	circuit := compile(t, m, false)
	transcript := h.hold(circuit)
	verifying := h.read(filepath.Join(h.folder, VerifyingKeyFile))
	if transcript.Stage() != 3 || transcript.Key != sha256.Sum256(verifying) {
		t.Error(transcript)
	}
	keys, err := prove.ReadKeys(bytes.NewReader(h.read(filepath.Join(h.folder, ProvingKeyFile))), circuit.Graph)
	if err != nil || keys.Private {
		t.Fatal(keys, err)
	}
	proven, err := prove.Prove(m, keys, big.NewInt(5), []byte{1, 2}, nil)
	if err != nil {
		t.Fatal(err)
	}
	key, err := prove.DecodeVerifyingKey(verifying)
	if err != nil {
		t.Fatal(err)
	}
	if err := prove.Verify(key, proven.Proof, proven.Public); err != nil {
		t.Error(err)
	}
	proven.Public[0] = big.NewInt(6)
	if err := prove.Verify(key, proven.Proof, proven.Public); !errors.Is(err, prove.ErrProof) {
		t.Error("a proof moved to another context: ", err)
	}
	h.refused("it is over")(h.Contribute("late"))
	h.refused("it is over")(h.Finish(circuit, beacon))
	h.refused("holds a ceremony already")(h.Init(circuit))
	h.refused("another model")(h.Verify(compile(t, sample.MLP(6, 2, 1), false)))
	h.refused("it is about the")(h.Verify(compile(t, m, true)))
}

// A transcript that names a changed file must be refused by the contributions' own proofs, not by digests only.
func TestThreat43ChangedContributionsAreRefused(t *testing.T) {
	h := open(t)
	circuit := compile(t, sample.MLP(5, 2, 1), false)
	transcript := h.hold(circuit)
	original := transcript.String()
	restore := func() { h.write(filepath.Join(h.folder, TranscriptFile), []byte(original)) }
	for phase := 1; phase <= 2; phase++ {
		for index := 1; index <= 2; index++ {
			path := h.contribution(phase, index)
			kept := h.read(path)
			for name, changed := range changes(kept, phase) {
				h.replace(phase, index, changed)
				// What comes later would not fit either, so it must be this contribution that is named.
				if _, err := h.Verify(circuit); !errors.Is(err, ErrCeremony) ||
					!strings.Contains(err.Error(), path) && !strings.Contains(err.Error(), fmt.Sprintf("contribution %d to phase %d", index, phase)) {
					t.Errorf("%s of %s: %v", name, path, err)
				}
				h.write(path, kept)
				restore()
			}
		}
	}
	for name, change := range map[string]func(*Transcript){
		"phase 1 in another order": func(t *Transcript) { t.Phase1[0], t.Phase1[1] = t.Phase1[1], t.Phase1[0] },
		"phase 2 in another order": func(t *Transcript) { t.Phase2[0], t.Phase2[1] = t.Phase2[1], t.Phase2[0] },
		"no first contribution":    func(t *Transcript) { t.Phase1 = t.Phase1[1:] },
		"no last contribution":     func(t *Transcript) { t.Phase2 = t.Phase2[:1] },
		"another first beacon":     func(t *Transcript) { t.Beacon1 = beacon[1:] },
		"another second beacon":    func(t *Transcript) { t.Beacon2 = beacon[1:] },
		"another start":            func(t *Transcript) { t.Initial[0]++ },
		"another key":              func(t *Transcript) { t.Key[0]++ },
		"another circuit":          func(t *Transcript) { t.Circuit[0]++ },
	} {
		changed := h.must(h.Load())
		change(changed)
		h.must(changed, h.save(changed))
		if _, err := h.Verify(circuit); !errors.Is(err, ErrCeremony) {
			t.Errorf("%s: %v", name, err)
		}
		restore()
	}
	damaged := h.read(h.contribution(1, 2))
	h.write(h.contribution(1, 2), damaged[1:])
	h.refused("bytes instead of")(h.Verify(circuit))
	damaged[0] ^= 1
	h.write(h.contribution(1, 2), damaged)
	h.refused("is not the file that the transcript names")(h.Verify(circuit))
	damaged[0] ^= 1
	h.write(h.contribution(1, 2), damaged)
	// Files that change places with their names in the transcript.
	first, second := h.read(h.contribution(2, 1)), h.read(h.contribution(2, 2))
	h.replace(2, 1, second)
	h.replace(2, 2, first)
	h.refused("of ada")(h.Verify(circuit))
	h.write(h.contribution(2, 1), first)
	h.write(h.contribution(2, 2), second)
	restore()
	for _, name := range []string{ProvingKeyFile, VerifyingKeyFile} {
		path := filepath.Join(h.folder, name)
		kept := h.read(path)
		for _, at := range []int{100, len(kept) / 2} {
			changed := bytes.Clone(kept)
			changed[at] ^= 1
			h.write(path, changed)
			h.refused("is not the key that its contributions make")(h.Verify(circuit))
		}
		h.write(path, kept)
	}
	h.must(h.Verify(circuit))
}

// changes are ways in which a contribution can be a little wrong, most of which decode.
func changes(raw []byte, phase int) map[string][]byte {
	points := 3*updateBytes + 8 + g2Bytes // where a list of points of G1 begins
	if phase == 2 {
		points = 2 + g1Bytes + 4
	}
	swapped := bytes.Clone(raw)
	copy(swapped[points:], raw[points+g1Bytes:][:g1Bytes])
	copy(swapped[points+g1Bytes:], raw[points:][:g1Bytes])
	negative := bytes.Clone(raw)
	negative[points+2*g1Bytes] ^= 0x40 // the other root of a compressed point
	challenge := bytes.Clone(raw)
	challenge[len(raw)-1] ^= 1
	forgotten := append(bytes.Clone(raw[:len(raw)-challengeBytes-1]), 0)
	hidden := bytes.Clone(raw) // the library takes no challenge for any
	hidden[len(raw)-challengeBytes-1] = 0
	return map[string][]byte{
		"a hidden challenge": hidden,
		"swapped points":     swapped, "a negated point": negative, "another challenge": challenge,
		"no challenge": forgotten, "a byte more": append(bytes.Clone(raw), 0), "nothing": nil,
	}
}

// A contribution that is not built on the last one, as of somebody who starts anew with secrets of their own, is refused.
func TestThreat43ContributionThatDropsTheOthers(t *testing.T) {
	circuit := compile(t, sample.MLP(5, 2, 1), false)
	h, fresh := open(t), open(t)
	for _, each := range []*hall{h, fresh} {
		each.must(each.Init(circuit))
		each.must(each.Contribute("ada"))
	}
	transcript := h.must(h.Load())
	transcript.Phase1 = append(transcript.Phase1, Contribution{Name: "mallory"})
	h.must(transcript, h.save(transcript))
	h.replace(1, 2, fresh.read(fresh.contribution(1, 1)))
	h.refused("of mallory")(h.Verify(circuit))
	h.refused("of mallory")(h.Finish(circuit, beacon))
}

func TestContributionsOverwriteNothing(t *testing.T) {
	h := open(t)
	circuit := compile(t, sample.MLP(5, 2, 1), false)
	h.refused("no such file")(h.Contribute("ada"))
	h.must(h.Init(circuit))
	h.refused("is not made of")(h.Contribute("a da"))
	h.refused("a beacon has 16 to 64 bytes")(h.Finish(circuit, beacon[:15]))
	old := h.read(filepath.Join(h.folder, TranscriptFile))
	h.must(h.Contribute("ada"))
	first := h.read(h.contribution(1, 1))
	h.write(filepath.Join(h.folder, TranscriptFile), old)
	h.refused("the transcript does not name it")(h.Contribute("grace"))
	if !bytes.Equal(first, h.read(h.contribution(1, 1))) {
		t.Error("a contribution is overwritten")
	}
}

func TestDigestIsOfEveryConstraint(t *testing.T) {
	m := sample.MLP(5, 2, 1)
	circuit, again := compile(t, m, false), compile(t, m, false)
	if circuit.Digest() != again.Digest() {
		t.Error("a model has two circuits")
	}
	dense, _ := m.Steps[0].Operation.(*model.Dense)
	dense.Weights[0]++
	if circuit.Digest() == compile(t, m, false).Digest() || circuit.Digest() == compile(t, m, true).Digest() {
		t.Error("two circuits have one digest")
	}
}
