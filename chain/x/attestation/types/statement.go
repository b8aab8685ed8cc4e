package types

import (
	"crypto/sha256"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/hashing"
)

const (
	// KeyBytes is the size of an attested key.
	KeyBytes = 32
	// ReportDataBytes is what a quote's report leaves to the enclave.
	ReportDataBytes = 64
	// AccountBytes is the size of an address in what is hashed.
	AccountBytes = 20
	// OutcomeOK is the number of the outcome of a run that has an output.
	OutcomeOK = 1
	// LabelBytes is the size of a decision's label.
	LabelBytes = 32
)

// Statement is what evidence for a delivery is about.
type Statement struct {
	JobID, VersionID     uint64
	Miner                sdk.AccAddress
	Input, InputDigest   []byte
	Options, Seed        []byte
	Outcome              uint64
	Output, OutputDigest []byte
	Units                uint64
}

// Delivered is a delivery's evidence with what it is about.
type Delivered struct {
	Statement
	Evidence Evidence
}

// Proven says of which deliveries of a message the proofs hold. It is filled once for the message and read for each delivery.
type Proven map[[hashing.Size]byte]struct{}

// Has says whether a proof about a delivery is known to hold.
func (p Proven) Has(about [hashing.Size]byte, proof []byte) bool {
	_, held := p[provenKey(about, proof)]
	return held
}

// Add says that a proof about a delivery holds.
func (p Proven) Add(about [hashing.Size]byte, proof []byte) { p[provenKey(about, proof)] = struct{}{} }

func provenKey(about [hashing.Size]byte, proof []byte) [hashing.Size]byte {
	return sha256.Sum256(append(about[:], proof...))
}

// Digest binds the evidence for a delivery. A delivery without an output has zeros for its digest.
func (s Statement) Digest(chainID string) [hashing.Size]byte {
	options := sha256.Sum256(s.Options)
	output := s.OutputDigest
	if len(output) == 0 {
		output = make([]byte, hashing.Size)
	}
	return hashing.Sum("delivery", chainID, hashing.U64(s.JobID), hashing.U64(s.VersionID), s.Miner, s.InputDigest,
		options[:], s.Seed, hashing.U64(s.Outcome), output, hashing.U64(s.Units))
}

// KeyDigest binds a quote to the key that an enclave of a miner made, and to the time at which it expires.
func KeyDigest(chainID string, miner sdk.AccAddress, key []byte, expires int64) [hashing.Size]byte {
	return hashing.Sum("attested-key", chainID, miner, key, hashing.U64(uint64(expires)))
}

// DecisionDigest binds a proof about private data to who shows it, and to a label of its choice.
func DecisionDigest(chainID string, versionID uint64, prover sdk.AccAddress, label []byte) [hashing.Size]byte {
	return hashing.Sum("decision", chainID, hashing.U64(versionID), prover, label)
}

// ReportData is what a quote about a digest carries.
func ReportData(digest [hashing.Size]byte) [ReportDataBytes]byte {
	var data [ReportDataBytes]byte
	copy(data[:], digest[:])
	return data
}
