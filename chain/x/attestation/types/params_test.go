package types_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nesa-network/nesa/chain/x/attestation/types"
)

func TestParamsValidate(t *testing.T) {
	require.NoError(t, types.DefaultParams().Validate())
	require.False(t, types.DefaultParams().AllowSimulated)
	require.NoError(t, types.LocalnetParams().Validate())
	for name, change := range map[string]func(*types.Params){
		"keys for a moment":   func(p *types.Params) { p.MaxKeyLife = 59 },
		"keys for ever":       func(p *types.Params) { p.MaxKeyLife = 1 << 40 },
		"a life in the past":  func(p *types.Params) { p.MaxKeyLife = -1 },
		"no keys":             func(p *types.Params) { p.MaxKeys = 0 },
		"unbounded keys":      func(p *types.Params) { p.MaxKeys = 65 },
		"free quotes":         func(p *types.Params) { p.GasQuote = 0 },
		"free GPU reports":    func(p *types.Params) { p.GasGpu = 0 },
		"free signatures":     func(p *types.Params) { p.GasSignature = 999 },
		"free proofs":         func(p *types.Params) { p.GasProof = 0 },
		"free public values":  func(p *types.Params) { p.GasPublicValue = 0 },
		"free further proofs": func(p *types.Params) { p.GasFurtherProof = 0 },
		"dear further proofs": func(p *types.Params) { p.GasFurtherProof = p.GasProof + 1 },
		"proofs beyond reach": func(p *types.Params) { p.GasProof = 10_000_001 },
		"no quotes":           func(p *types.Params) { p.MaxQuoteBytes = 1_023 },
		"unbounded quotes":    func(p *types.Params) { p.MaxQuoteBytes = 128<<10 + 1 },
	} {
		params := types.DefaultParams()
		change(&params)
		require.ErrorIs(t, params.Validate(), types.ErrInvalidParams, name)
	}
}
