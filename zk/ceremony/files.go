package ceremony

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/consensys/gnark/backend/groth16/bn254/mpcsetup"

	"github.com/nesa-network/nesa/zk/internal/disk"
)

// Names of files in a ceremony's folder, beside those of contributions.
const (
	TranscriptFile   = "transcript.txt"
	ProvingKeyFile   = "proving.key"
	VerifyingKeyFile = "verifying.key"
)

// Sizes of the library's encodings: compressed points of 32 and 64 bytes, and a proof of an update of both.
const (
	g1Bytes     = 32
	g2Bytes     = 64
	updateBytes = g1Bytes + g2Bytes
	// A contribution ends with a length byte and the hash of the one before it.
	challengeBytes = 32
)

// contribution names the file of a contribution; 0 of phase 2 is its start.
func (c *Ceremony) contribution(phase, index int) string {
	return filepath.Join(c.folder, fmt.Sprintf("phase%d-%04d.bin", phase, index))
}

func phase1Bytes(n int64) int64 {
	return 3*updateBytes + 8 + g2Bytes + (2*n-2)*g1Bytes + (n-1)*g2Bytes + 2*n*g1Bytes + 1 + challengeBytes
}

// readPhase1 reads a contribution to phase 1, whose size is known before anything is decoded.
func (c *Ceremony) readPhase1(t *Transcript, index int) (*mpcsetup.Phase1, error) {
	path := c.contribution(1, index)
	raw, err := readNamed(path, phase1Bytes(int64(t.Domain)), t.Phase1[index-1].Digest)
	if err != nil {
		return nil, err
	}
	if binary.BigEndian.Uint64(raw[3*updateBytes:]) != t.Domain {
		return nil, fmt.Errorf("%w: %s is no contribution for a domain of %d", ErrCeremony, path, t.Domain)
	}
	phase := new(mpcsetup.Phase1)
	return phase, decode(path, phase, raw)
}

// readPhase2 reads a contribution to phase 2, or its start. How many private wires the circuit has follows from the
// file's size, so that contributors need no model; Verify compares it with the circuit's.
func (c *Ceremony) readPhase2(t *Transcript, index int) (*mpcsetup.Phase2, error) {
	path, digest, tail := c.contribution(2, index), t.Initial, int64(1)
	if index > 0 {
		digest, tail = t.Phase2[index-1].Digest, 1+challengeBytes
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	others := 2 + g1Bytes + 4 + 4 + int64(t.Domain-1)*g1Bytes + g2Bytes + updateBytes + tail
	wires := (info.Size() - others) / g1Bytes
	if wires < 0 || wires > 4*maxDomain {
		return nil, fmt.Errorf("%w: %s has another size than a contribution", ErrCeremony, path)
	}
	raw, err := readNamed(path, others+wires*g1Bytes, digest)
	if err != nil {
		return nil, err
	}
	keys := int64(2 + g1Bytes)
	z := keys + 4 + wires*g1Bytes
	if binary.BigEndian.Uint16(raw) != 0 || int64(binary.BigEndian.Uint32(raw[keys:])) != wires ||
		uint64(binary.BigEndian.Uint32(raw[z:])) != t.Domain-1 {
		return nil, fmt.Errorf("%w: %s is no contribution for such a circuit", ErrCeremony, path)
	}
	phase := new(mpcsetup.Phase2)
	return phase, decode(path, phase, raw)
}

func decode(path string, into io.ReaderFrom, raw []byte) error {
	reader := bytes.NewReader(raw)
	if _, err := into.ReadFrom(reader); err != nil {
		return fmt.Errorf("%w: %s cannot be read: %w", ErrCeremony, path, err)
	}
	if reader.Len() != 0 {
		return fmt.Errorf("%w: %s holds more than a contribution", ErrCeremony, path)
	}
	return nil
}

// readNamed reads the file of a known size that the transcript names.
func readNamed(path string, size int64, digest [32]byte) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() != size {
		return nil, fmt.Errorf("%w: %s has %d bytes instead of %d", ErrCeremony, path, info.Size(), size)
	}
	raw, err := disk.Read(path, size)
	if err != nil {
		return nil, err
	}
	if int64(len(raw)) != size || sha256.Sum256(raw) != digest {
		return nil, fmt.Errorf("%w: %s is not the file that the transcript names", ErrCeremony, path)
	}
	return raw, nil
}

// writeNew writes a contribution, never over another, and returns its digest.
func writeNew(path string, value io.WriterTo) ([32]byte, error) {
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		return [32]byte{}, fmt.Errorf("%s exists, and the transcript does not name it; take a newer transcript, or remove "+
			"the file if a run was interrupted", path)
	}
	return write(path, value)
}

func write(path string, value io.WriterTo) ([32]byte, error) {
	var out bytes.Buffer
	if _, err := value.WriteTo(&out); err != nil {
		return [32]byte{}, err
	}
	return sha256.Sum256(out.Bytes()), disk.SaveBytes(path, disk.ForAll, out.Bytes())
}

// Load reads the transcript.
func (c *Ceremony) Load() (*Transcript, error) {
	raw, err := disk.Read(filepath.Join(c.folder, TranscriptFile), maxTranscript)
	if err != nil {
		return nil, err
	}
	return ParseTranscript(string(raw))
}

func (c *Ceremony) save(t *Transcript) error {
	return disk.SaveBytes(filepath.Join(c.folder, TranscriptFile), disk.ForAll, []byte(t.String()))
}
