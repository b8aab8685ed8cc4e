package circuit

import (
	"math/big"

	"github.com/consensys/gnark/constraint/solver"

	"github.com/nesa-network/nesa/zk/packing"
)

func init() { solver.RegisterHint(bitsHint, bytesHint) }

func power(of int) *big.Int { return new(big.Int).Lsh(big.NewInt(1), uint(of)) }

// bitsHint returns the bits of its first input from the position that the second says.
func bitsHint(_ *big.Int, inputs, outputs []*big.Int) error {
	from := int(inputs[1].Int64())
	for i := range outputs {
		outputs[i].SetUint64(uint64(inputs[0].Bit(from + i)))
	}
	return nil
}

// bytesHint returns, for each byte of a packed element, its signed value and its bits but the lowest.
func bytesHint(_ *big.Int, inputs, outputs []*big.Int) error {
	for i := 0; 8*i < len(outputs); i++ {
		shift := 8 * (packing.Chunk - 1 - i)
		octet := byte(new(big.Int).Rsh(inputs[0], uint(shift)).Uint64())
		outputs[8*i].SetInt64(int64(int8(octet)))
		for bit := 1; bit < 8; bit++ {
			outputs[8*i+bit].SetUint64(uint64(octet >> bit & 1))
		}
	}
	return nil
}
