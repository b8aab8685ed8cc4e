package ceremony

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"

	"github.com/consensys/gnark/backend/groth16/bn254/mpcsetup"
	cs "github.com/consensys/gnark/constraint/bn254"

	"github.com/nesa-network/nesa/zk/internal/disk"
	"github.com/nesa-network/nesa/zk/prove"
)

// Verify computes a ceremony again from its first contribution to its last. If it is over, the folder's two keys must be
// the ones that it makes.
func (c *Ceremony) Verify(circuit *Circuit) (*Transcript, error) {
	t, err := c.Load()
	if err != nil {
		return nil, err
	}
	if err := t.about(circuit); err != nil {
		return nil, err
	}
	if t.Stage() == 1 {
		_, err := c.contributions(t)
		return t, err
	}
	keys, err := c.replay(t, circuit)
	if err != nil || keys == nil {
		return t, err
	}
	raw, err := prove.EncodeVerifyingKey(keys.Verifying)
	if err != nil {
		return nil, err
	}
	if t.Key != sha256.Sum256(raw) {
		return nil, fmt.Errorf("%w: its transcript names another verifying key than its contributions make", ErrCeremony)
	}
	return t, c.compareKeys(keys, circuit, raw)
}

func (c *Ceremony) compareKeys(keys *prove.Keys, circuit *Circuit, verifying []byte) error {
	path := filepath.Join(c.folder, VerifyingKeyFile)
	found, err := disk.Read(path, int64(len(verifying)))
	if err != nil {
		return err
	}
	if !bytes.Equal(found, verifying) {
		return fmt.Errorf("%w: %s is not the key that its contributions make", ErrCeremony, path)
	}
	path = filepath.Join(c.folder, ProvingKeyFile)
	file, err := os.Open(path) //nolint:gosec // the user names the folder
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	stored, err := prove.ReadKeys(file, circuit.Graph)
	if err != nil {
		return fmt.Errorf("%w: %s is not the key that its contributions make: %w", ErrCeremony, path, err)
	}
	same, err := sameKeys(keys, stored, circuit)
	if err != nil {
		return err
	}
	if !same {
		return fmt.Errorf("%w: %s is not the key that its contributions make", ErrCeremony, path)
	}
	return nil
}

// sameKeys compares what keys are, not how a library's version writes constraints down.
func sameKeys(made, stored *prove.Keys, circuit *Circuit) (bool, error) {
	system, is := stored.System.(*cs.R1CS)
	if !is || made.Private != stored.Private || (&Circuit{System: system}).Digest() != circuit.Digest() {
		return false, nil
	}
	var sums [2][]byte
	for i, keys := range []*prove.Keys{made, stored} {
		verifying, err := prove.EncodeVerifyingKey(keys.Verifying)
		if err != nil {
			return false, err
		}
		sum := sha256.New()
		sum.Write(verifying)
		if _, err := keys.Proving.WriteRawTo(sum); err != nil {
			return false, err
		}
		sums[i] = sum.Sum(nil)
	}
	return bytes.Equal(sums[0], sums[1]), nil
}

// contributions checks those of phase 1 and returns the last.
func (c *Ceremony) contributions(t *Transcript) (*mpcsetup.Phase1, error) {
	last := mpcsetup.NewPhase1(t.Domain)
	for i, by := range t.Phase1 {
		c.say("check contribution %d of %d to phase 1, of %s", i+1, len(t.Phase1), by.Name)
		next, err := c.readPhase1(t, i+1)
		if err != nil {
			return nil, err
		}
		if err := last.Verify(next); err != nil {
			return nil, fmt.Errorf("%w: contribution %d to phase 1, of %s: %w", ErrCeremony, i+1, by.Name, err)
		}
		last = next
	}
	return last, nil
}

// phase2 is the start of phase 2, and what the keys need beside its end.
type phase2 struct {
	phase       *mpcsetup.Phase2
	evaluations *mpcsetup.Phase2Evaluations
	commons     *mpcsetup.SrsCommons
}

// replayPhase1 checks phase 1 and computes how phase 2 starts.
func (c *Ceremony) replayPhase1(t *Transcript, circuit *Circuit) (*phase2, error) {
	last, err := c.contributions(t)
	if err != nil {
		return nil, err
	}
	c.say("compute the start of phase 2, for %d constraints", circuit.System.GetNbConstraints())
	commons := last.Seal(t.Beacon1)
	phase, evaluations, err := initialise(circuit.System, &commons)
	return &phase2{phase, evaluations, &commons}, err
}

// replay checks both phases and returns the keys, or nil while phase 2 goes on.
func (c *Ceremony) replay(t *Transcript, circuit *Circuit) (*prove.Keys, error) {
	start, err := c.replayPhase1(t, circuit)
	if err != nil {
		return nil, err
	}
	digest := sha256.New()
	if _, err := start.phase.WriteTo(digest); err != nil {
		return nil, err
	}
	if [32]byte(digest.Sum(nil)) != t.Initial {
		return nil, fmt.Errorf("%w: phase 2 did not start from the end of phase 1", ErrCeremony)
	}
	last := start.phase
	for i, by := range t.Phase2 {
		c.say("check contribution %d of %d to phase 2, of %s", i+1, len(t.Phase2), by.Name)
		next, err := c.readPhase2(t, i+1)
		if err != nil {
			return nil, err
		}
		if err := last.Verify(next); err != nil {
			return nil, fmt.Errorf("%w: contribution %d to phase 2, of %s: %w", ErrCeremony, i+1, by.Name, err)
		}
		last = next
	}
	if t.Stage() < 3 {
		return nil, nil
	}
	c.say("compute the keys")
	return seal(start, last, circuit, t.Beacon2)
}
