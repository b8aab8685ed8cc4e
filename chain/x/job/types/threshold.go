package types

import "math/big"

// ticketBits is the size of a ticket.
const ticketBits = 256

// ClaimThreshold returns what a ticket must be below to be claimed when claims have been open for blocksOpen blocks,
// 0 in the first, and the miners of the version have so many slots: one such ticket is expected at first, twice as
// many in each further block, and in the end all.
func ClaimThreshold(slots, blocksOpen uint64) [32]byte {
	var threshold [32]byte
	for i := range threshold {
		threshold[i] = 0xff
	}
	// With 2^blocksOpen >= slots every ticket is admitted, and 64 doublings admit those of any number of slots.
	if slots == 0 || blocksOpen >= 64 || uint64(1)<<blocksOpen >= slots {
		return threshold
	}
	limit := new(big.Int).Lsh(big.NewInt(1), ticketBits+uint(blocksOpen))
	limit.Div(limit, new(big.Int).SetUint64(slots))
	limit.FillBytes(threshold[:])
	return threshold
}

// Admits says whether a ticket may be claimed under a threshold.
func Admits(threshold, ticket [32]byte) bool { return CompareTickets(ticket[:], threshold[:]) < 0 }
