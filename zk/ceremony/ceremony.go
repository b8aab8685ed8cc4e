// Package ceremony makes the keys of a circuit by several parties, none of whom can forge proofs unless all of them keep
// their secrets and work together. Contributions and the proofs that they are ones are gnark's mpcsetup; the start of
// phase 2 is this package's own; a transcript says what happened.
//
// All of a ceremony's files are public. The secrets of a contribution are in memory while Contribute runs, and nowhere
// else.
package ceremony

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	bn254 "github.com/consensys/gnark/backend/groth16/bn254"
	"github.com/consensys/gnark/backend/groth16/bn254/mpcsetup"

	"github.com/nesa-network/nesa/zk/internal/disk"
	"github.com/nesa-network/nesa/zk/prove"
)

// ErrCeremony is wrapped where a transcript or a contribution is refused.
var ErrCeremony = errors.New("the ceremony is refused")

// Ceremony is a folder in which one is held.
type Ceremony struct {
	folder string
	say    func(format string, args ...any)
}

// New returns the ceremony of a folder, which need not exist. Progress is told to say.
func New(folder string, say func(format string, args ...any)) *Ceremony {
	return &Ceremony{folder: folder, say: say}
}

// Init starts a ceremony for a circuit, in a folder that holds none.
func (c *Ceremony) Init(circuit *Circuit) (*Transcript, error) {
	t := &Transcript{
		Model: sha256.Sum256(circuit.Graph), Private: circuit.Private, Circuit: circuit.Digest(), Domain: circuit.domain(),
	}
	if t.Domain > maxDomain {
		return nil, fmt.Errorf("the circuit has more than %d constraints", maxDomain)
	}
	if err := os.MkdirAll(c.folder, 0o755); err != nil { //nolint:gosec // all of a ceremony is public
		return nil, err
	}
	if _, err := os.Stat(filepath.Join(c.folder, TranscriptFile)); !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("%s holds a ceremony already", c.folder)
	}
	return t, c.save(t)
}

// Contribute adds randomness to the phase that goes on. It checks that the file before is the one that the transcript
// names; whether all of them are sound is Verify's question.
func (c *Ceremony) Contribute(name string) (*Transcript, error) {
	if err := CheckName(name); err != nil {
		return nil, err
	}
	t, err := c.Load()
	if err != nil {
		return nil, err
	}
	made := Contribution{Name: name}
	switch t.Stage() {
	case 1:
		count := len(t.Phase1)
		phase := mpcsetup.NewPhase1(t.Domain)
		if count > 0 {
			if phase, err = c.readPhase1(t, count); err != nil {
				return nil, err
			}
		}
		c.say("contribution %d to phase 1", count+1)
		phase.Contribute()
		made.Digest, err = writeNew(c.contribution(1, count+1), phase)
		t.Phase1 = append(t.Phase1, made)
	case 2:
		count := len(t.Phase2)
		var phase *mpcsetup.Phase2
		if phase, err = c.readPhase2(t, count); err != nil {
			return nil, err
		}
		c.say("contribution %d to phase 2", count+1)
		phase.Contribute()
		made.Digest, err = writeNew(c.contribution(2, count+1), phase)
		t.Phase2 = append(t.Phase2, made)
	default:
		err = errOver
	}
	if err != nil {
		return nil, err
	}
	return t, c.save(t)
}

var errOver = fmt.Errorf("%w: it is over", ErrCeremony)

// Finish checks all contributions and ends the phase that goes on with a beacon, a public value that nobody could know
// before the last contribution. After phase 1 it starts phase 2; after phase 2 it writes the keys. The transcript is
// written last, so a run that was interrupted can be repeated.
func (c *Ceremony) Finish(circuit *Circuit, beacon []byte) (*Transcript, error) {
	if err := CheckBeacon(beacon); err != nil {
		return nil, err
	}
	t, err := c.Load()
	if err != nil {
		return nil, err
	}
	if err := t.about(circuit); err != nil {
		return nil, err
	}
	switch stage := t.Stage(); {
	case stage == 1 && len(t.Phase1) == 0, stage == 2 && len(t.Phase2) == 0:
		return nil, fmt.Errorf("%w: nobody has contributed to phase %d", ErrCeremony, stage)
	case stage == 1:
		t.Beacon1 = beacon
		start, err := c.replayPhase1(t, circuit)
		if err != nil {
			return nil, err
		}
		if t.Initial, err = write(c.contribution(2, 0), start.phase); err != nil {
			return nil, err
		}
	case stage == 2:
		t.Beacon2 = beacon
		keys, err := c.replay(t, circuit)
		if err != nil {
			return nil, err
		}
		raw, err := prove.EncodeVerifyingKey(keys.Verifying)
		if err != nil {
			return nil, err
		}
		t.Key = sha256.Sum256(raw)
		if err := c.saveKeys(keys, circuit, raw); err != nil {
			return nil, err
		}
	default:
		return nil, errOver
	}
	return t, c.save(t)
}

func (c *Ceremony) saveKeys(keys *prove.Keys, circuit *Circuit, verifying []byte) error {
	err := disk.Save(filepath.Join(c.folder, ProvingKeyFile), disk.ForAll, func(to io.Writer) error {
		return keys.Write(to, circuit.Graph)
	})
	if err != nil {
		return err
	}
	return disk.SaveBytes(filepath.Join(c.folder, VerifyingKeyFile), disk.ForAll, verifying)
}

// seal ends phase 2. The library's words for the keys are interfaces of every curve.
func seal(start *phase2, last *mpcsetup.Phase2, circuit *Circuit, beacon []byte) (*prove.Keys, error) {
	proving, made := last.Seal(start.commons, start.evaluations, beacon)
	verifying, is := made.(*bn254.VerifyingKey)
	if !is {
		return nil, errors.New("the keys are of another curve")
	}
	return &prove.Keys{Private: circuit.Private, System: circuit.System, Proving: proving, Verifying: verifying}, nil
}
