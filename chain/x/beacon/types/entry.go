package types

import (
	"encoding/base64"
	"strings"

	"github.com/nesa-network/nesa/chain/x/beacon/vrf"
)

// MemoPrefix starts the memo of a beacon entry. Transactions from outside may not use it.
const MemoPrefix = "beacon/"

// An entry is a TxRaw whose body holds a memo and nothing else, so that explorers decode it like any transaction. Its
// bytes are fixed but for the proof: field 1 of TxRaw (body), field 2 of TxBody (memo).
const (
	entryMemo    = MemoPrefix + "1:"
	entryHeader  = "\x0a\x77\x12\x75" + entryMemo
	proofLetters = (vrf.ProofSize + 2) / 3 * 4

	// EntrySize is the length of an entry in bytes.
	EntrySize = len(entryHeader) + proofLetters
)

// NewEntry returns the entry that carries a proof.
func NewEntry(proof []byte) []byte {
	return []byte(entryHeader + base64.StdEncoding.EncodeToString(proof))
}

// ParseEntry returns the proof that an entry carries, and whether bytes are an entry at all. Any other form of the
// same transaction is none: an entry has one encoding.
func ParseEntry(tx []byte) (proof []byte, ok bool) {
	if len(tx) != EntrySize || string(tx[:len(entryHeader)]) != entryHeader {
		return nil, false
	}
	proof, err := base64.StdEncoding.Strict().DecodeString(string(tx[len(entryHeader):]))
	if err != nil || len(proof) != vrf.ProofSize {
		return nil, false
	}
	return proof, true
}

// IsEntryMemo says whether a memo is kept for beacon entries.
func IsEntryMemo(memo string) bool { return strings.HasPrefix(memo, MemoPrefix) }
