package types

import (
	"cosmossdk.io/errors"
	"cosmossdk.io/math"

	jobtypes "github.com/nesa-network/nesa/chain/x/job/types"
)

const (
	// MaxGasLimit bounds the parameter max_gas_limit: a tenth of a block.
	MaxGasLimit = 10_000_000
	// MaxDuePerBlock bounds the parameter max_due.
	MaxDuePerBlock = 10_000
	// maxPriceBits bounds prices, so that no product of gas and price overflows.
	maxPriceBits = 128
)

// DefaultParams are those of every network.
func DefaultParams() Params {
	return Params{
		GasPrice:    math.NewInt(1_000_000_000), // the least at which a transaction is taken
		OverheadGas: 250_000,
		Tip:         math.NewInt(20_000_000_000_000), // a tenth of what a callback of 100,000 gas costs to send
		MaxGasLimit: 2_000_000,
		MaxOutput:   16 << 10,
		MaxDue:      1_000,
	}
}

// Validate checks parameters.
func (p Params) Validate() error {
	switch {
	case p.GasPrice.IsNil() || p.GasPrice.IsNegative() || p.GasPrice.BigInt().BitLen() > maxPriceBits:
		return errors.Wrap(ErrInvalidParams, "gas_price")
	case p.Tip.IsNil() || p.Tip.IsNegative() || p.Tip.BigInt().BitLen() > maxPriceBits:
		return errors.Wrap(ErrInvalidParams, "tip")
	case p.MaxGasLimit == 0 || p.MaxGasLimit > MaxGasLimit:
		return errors.Wrapf(ErrInvalidParams, "max_gas_limit %d is not in 1 to %d", p.MaxGasLimit, MaxGasLimit)
	case p.OverheadGas > MaxGasLimit:
		return errors.Wrapf(ErrInvalidParams, "overhead_gas %d exceeds %d", p.OverheadGas, MaxGasLimit)
	case p.MaxOutput > jobtypes.MaxInlineBytes:
		return errors.Wrapf(ErrInvalidParams, "max_output %d exceeds %d", p.MaxOutput, jobtypes.MaxInlineBytes)
	case p.MaxDue == 0 || p.MaxDue > MaxDuePerBlock:
		return errors.Wrapf(ErrInvalidParams, "max_due %d is not in 1 to %d", p.MaxDue, MaxDuePerBlock)
	}
	return nil
}

// Fee is what a callback of a gas limit costs its contract: the gas of the transaction that makes it, which whoever
// sends it pays for in full, and the tip. Without a callback it is nothing.
func (p Params) Fee(gasLimit uint64) math.Int {
	if gasLimit == 0 {
		return math.ZeroInt()
	}
	return p.GasPrice.Mul(math.NewIntFromUint64(gasLimit + p.OverheadGas)).Add(p.Tip)
}
