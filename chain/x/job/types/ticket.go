package types

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"math/bits"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/hashing"
)

// BasisPoints are one whole.
const BasisPoints = 10_000

// Ticket returns a slot's number in a draw, big-endian; the lowest wins. Whoever has n of N slots has the lowest with
// probability n/N, however the n are spread over miners.
func Ticket(chainID string, seed [32]byte, job uint64, round uint32, miner sdk.AccAddress, slot uint32) [32]byte {
	return hashing.Sum("ticket", chainID,
		seed[:], hashing.U64(job), hashing.U64(uint64(round)), miner, hashing.U32(slot))
}

// CompareTickets orders tickets: negative when a beats b.
func CompareTickets(a, b []byte) int { return bytes.Compare(a, b) }

// LotteryDrawn says whether a delivery is checked, with probability checkBps.
func LotteryDrawn(chainID string, seed [32]byte, job uint64, checkBps uint32) bool {
	sum := hashing.Sum("lottery", chainID, seed[:], hashing.U64(job))
	share, _ := bits.Mul64(binary.BigEndian.Uint64(sum[:8]), BasisPoints)
	return share < uint64(checkBps)
}

// FingerprintSeed returns the seed of the fingerprints made in a round.
func FingerprintSeed(chainID string, seed [32]byte, job uint64, round uint32) [32]byte {
	return hashing.Sum("fingerprint-seed", chainID, seed[:], hashing.U64(job), hashing.U64(uint64(round)))
}

// Commitment returns what a verifier commits to. It binds chain, job, round and miner, so that a copied commitment
// cannot be revealed, and the salt hides the result until then.
func Commitment(chainID string, job uint64, round uint32, miner sdk.AccAddress, result Result, salt []byte) [32]byte {
	digest := sha256.Sum256(result.Encode())
	return hashing.Sum("commitment", chainID,
		hashing.U64(job), hashing.U64(uint64(round)), miner, digest[:], salt)
}
