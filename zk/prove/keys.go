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

// magic begins a proving key's file: magic ‖ kind u8 ‖ SHA-256 of the model's file ‖ u32 ‖ verifying key ‖ proving key.
const magic = "NESAPK1\x00"

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
	if _, err := to.Write(append(head, verifying...)); err != nil {
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
	if _, err := io.ReadFull(buffered, head); err != nil || string(head[:len(magic)]) != magic {
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
	proving := groth16.NewProvingKey(ecc.BN254)
	if _, err := proving.UnsafeReadFrom(buffered); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKey, err)
	}
	return &Keys{Private: kind == 1, Proving: proving, Verifying: verifying}, nil
}

// fit refuses keys of another circuit, with which gnark's prover would panic.
func (k *Keys) fit(compiled constraint.ConstraintSystem) error {
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
