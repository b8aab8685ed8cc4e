package prove

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"

	"github.com/consensys/gnark-crypto/ecc"
	"github.com/consensys/gnark/backend/groth16"
	bn254 "github.com/consensys/gnark/backend/groth16/bn254"
	"github.com/consensys/gnark/constraint"
)

// magic begins a proving key's file: magic ‖ kind u8 ‖ SHA-256 of the model's file ‖ u32 ‖ verifying key ‖ u32 ‖ constraints ‖
// proving key. The constraints follow from the model; to read them takes a fraction of the time that it takes to make them.
const (
	magic = "NESAPK2\x00"
	older = "NESAPK1\x00"
)

// maxConstraints bounds the constraints' bytes: some sixty for each of a million.
const maxConstraints = 1 << 28

// Write writes a proving key's file for the model whose bytes are given.
func (k *Keys) Write(to io.Writer, graph []byte) error {
	verifying, err := EncodeVerifyingKey(k.Verifying)
	if err != nil {
		return err
	}
	digest := sha256.Sum256(graph)
	kind := byte(0)
	if k.Private {
		kind = 1
	}
	head := append([]byte(magic), kind)
	head = append(head, digest[:]...)
	head = binary.BigEndian.AppendUint32(head, uint32(len(verifying)))
	var system bytes.Buffer
	if _, err := k.System.WriteTo(&system); err != nil {
		return err
	}
	head = binary.BigEndian.AppendUint32(append(head, verifying...), uint32(system.Len()))
	if _, err := to.Write(append(head, system.Bytes()...)); err != nil {
		return err
	}
	_, err = k.Proving.WriteRawTo(to)
	return err
}

// ReadKeys reads a proving key's file, which must belong to the model whose bytes are given. The proving key's points
// are not checked to be in the subgroup: Prove verifies each proof before it returns it.
func ReadKeys(from io.Reader, graph []byte) (*Keys, error) {
	buffered := bufio.NewReaderSize(from, 1<<20)
	head := make([]byte, len(magic)+1+sha256.Size+4)
	_, err := io.ReadFull(buffered, head)
	switch found := string(head[:len(magic)]); {
	case found == older:
		return nil, fmt.Errorf("%w: an older nesa-prove made it; make it again", ErrKey)
	case err != nil, found != magic:
		return nil, fmt.Errorf("%w: this is no proving key of nesa-prove", ErrKey)
	}
	kind, digest := head[len(magic)], sha256.Sum256(graph)
	if kind > 1 || !bytes.Equal(head[len(magic)+1:][:sha256.Size], digest[:]) {
		return nil, fmt.Errorf("%w: it belongs to another model", ErrKey)
	}
	length := binary.BigEndian.Uint32(head[len(head)-4:])
	if length > countAt+4+(MaxPublic+1)*pointBytes+tailBytes {
		return nil, fmt.Errorf("%w: its verifying key is too long", ErrKey)
	}
	raw := make([]byte, length)
	if _, err := io.ReadFull(buffered, raw); err != nil {
		return nil, fmt.Errorf("%w: it ends too early", ErrKey)
	}
	verifying, err := DecodeVerifyingKey(raw)
	if err != nil {
		return nil, err
	}
	system, err := readSystem(buffered)
	if err != nil {
		return nil, err
	}
	proving := groth16.NewProvingKey(ecc.BN254)
	if _, err := proving.UnsafeReadFrom(buffered); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKey, err)
	}
	keys := &Keys{Private: kind == 1, System: system, Proving: proving, Verifying: verifying}
	return keys, keys.fit()
}

// readSystem reads the constraints, which gnark writes as CBOR behind its own header.
func readSystem(from io.Reader) (system constraint.ConstraintSystem, err error) {
	defer func() { // the library takes the bytes' word for what they are
		if problem := recover(); problem != nil {
			err = fmt.Errorf("%w: its constraints cannot be read: %v", ErrKey, problem)
		}
	}()
	var length uint32
	if err := binary.Read(from, binary.BigEndian, &length); err != nil || length > maxConstraints {
		return nil, fmt.Errorf("%w: it ends too early, or its constraints are too many", ErrKey)
	}
	raw := make([]byte, length)
	if _, err := io.ReadFull(from, raw); err != nil {
		return nil, fmt.Errorf("%w: it ends too early", ErrKey)
	}
	system = groth16.NewCS(ecc.BN254)
	if _, err := system.ReadFrom(bytes.NewReader(raw)); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKey, err)
	}
	return system, nil
}

// fit refuses keys that do not belong together, with which gnark's prover would panic.
func (k *Keys) fit() error {
	compiled := k.System
	key, is := k.Proving.(*bn254.ProvingKey)
	if !is {
		return fmt.Errorf("%w: it is of another curve", ErrKey)
	}
	internal, secret, public := compiled.GetNbVariables()
	wires, size := internal+secret+public, ecc.NextPowerOfTwo(uint64(compiled.GetNbConstraints()))
	infiniteA, infiniteB := count(key.InfinityA), count(key.InfinityB)
	if key.Domain.Cardinality != size || len(key.G1.Z) != int(size)-1 || len(key.G1.K) != wires-public ||
		len(key.InfinityA) != wires || len(key.InfinityB) != wires ||
		key.NbInfinityA != infiniteA || key.NbInfinityB != infiniteB ||
		len(key.G1.A) != wires-int(infiniteA) || len(key.G1.B) != wires-int(infiniteB) ||
		len(key.G2.B) != len(key.G1.B) || len(key.CommitmentKeys) != 0 || len(k.Verifying.G1.K) != public {
		return fmt.Errorf("%w: it does not fit the circuit", ErrKey)
	}
	return nil
}

func count(flags []bool) uint64 {
	made := uint64(0)
	for _, is := range flags {
		if is {
			made++
		}
	}
	return made
}
