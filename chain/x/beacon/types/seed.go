package types

import "github.com/nesa-network/nesa/chain/hashing"

// SeedSize is the length of a seed in bytes.
const SeedSize = hashing.Size

// Alpha returns what the proposer of a height proves. It leaves the round out, so that a proposer of two rounds cannot
// choose between two outputs.
func Alpha(chainID string, height uint64, previous []byte) []byte {
	alpha := hashing.Sum("vrf", chainID, hashing.U64(height), previous)
	return alpha[:]
}

// Contributed returns the seed that follows previous with a proposer's VRF output.
func Contributed(chainID string, previous, output []byte) []byte {
	seed := hashing.Sum("beacon", chainID, previous, output)
	return seed[:]
}

// Missed returns the seed that follows previous at a height without a valid proof.
func Missed(chainID string, previous []byte, height uint64) []byte {
	seed := hashing.Sum("beacon-missed", chainID, previous, hashing.U64(height))
	return seed[:]
}

// First returns the seed before a network's first block.
func First(chainID string) []byte {
	seed := hashing.Sum("beacon-genesis", chainID)
	return seed[:]
}

// PossessionAlpha returns what a key proves at its registration: only its holder can, for one operator of one network.
func PossessionAlpha(chainID string, operator, publicKey []byte) []byte {
	alpha := hashing.Sum("vrf-possession", chainID, operator, publicKey)
	return alpha[:]
}

// Decides says whether seed decides a draw that was fixed at a height by that height's proposer: another validator
// contributed, or none can, or the draw has waited long enough.
func (s Seed) Decides(fixed uint64, proposer []byte) bool {
	other := s.Contributed && string(s.Proposer) != string(proposer)
	return s.Height > fixed && (other || s.Sole || s.Height >= fixed+DrawWait)
}
