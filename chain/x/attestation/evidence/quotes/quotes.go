// Package quotes verifies quotes of every platform under what the chain stores.
package quotes

import (
	"encoding/binary"
	stderrors "errors"
	"time"

	"cosmossdk.io/errors"

	"github.com/nesa-network/nesa/chain/x/attestation/evidence"
	"github.com/nesa-network/nesa/chain/x/attestation/evidence/snp"
	"github.com/nesa-network/nesa/chain/x/attestation/types"
)

// Verifier implements types.QuoteVerifier.
type Verifier struct{}

// VerifyQuote verifies a quote of an anchor's platform at a block's time.
func (Verifier) VerifyQuote(
	anchor types.Anchor, collateral types.Collateral, quote types.Quote, now time.Time,
) (types.Claims, error) {
	switch quote.Platform {
	case types.Platform_PLATFORM_SEV_SNP:
		return verifySNP(anchor, collateral, quote, now)
	default:
		return types.Claims{}, errors.Wrapf(types.ErrPlatform, "%s", quote.Platform)
	}
}

// Where the launch measurement is in a report of SEV-SNP.
const (
	snpMeasurementAt  = 0x90
	snpMeasurementEnd = 0xc0
)

func verifySNP(anchor types.Anchor, collateral types.Collateral, quote types.Quote, now time.Time) (types.Claims, error) {
	if len(quote.Report) < snpMeasurementEnd {
		return types.Claims{}, errors.Wrapf(types.ErrMalformed, "report of %d bytes", len(quote.Report))
	}
	line := snp.Line{
		Name: anchor.Product, ARK: anchor.Certificates[0], Intermediates: anchor.Certificates[1:],
		MinTCB: binary.BigEndian.Uint64(anchor.MinTcb),
	}
	if len(collateral.RootCrl) > 0 {
		line.CRLs = [][]byte{collateral.RootCrl}
	}
	// Which measurements are accepted is in the state, for the keeper to look up.
	policy := snp.Policy{Measurements: [][]byte{quote.Report[snpMeasurementAt:snpMeasurementEnd]}}
	found, err := snp.Verify(quote.Report, quote.Certificates, snp.Roots{line}, policy, now)
	if err != nil {
		return types.Claims{}, kind(err)
	}
	return types.Claims{
		ReportData: found.ReportData, Measurement: found.Measurement, TCB: binary.BigEndian.AppendUint64(nil, found.TCB),
	}, nil
}

// kinds maps reasons to the module's codes. The words around a reason are for logs: they are not part of what nodes agree on.
var kinds = []struct{ reason, code error }{
	{evidence.ErrMalformed, types.ErrMalformed},
	{evidence.ErrChain, types.ErrChain},
	{evidence.ErrExpired, types.ErrCertificateTime},
	{evidence.ErrRevoked, types.ErrRevoked},
	{evidence.ErrSignature, types.ErrSignature},
	{evidence.ErrDebug, types.ErrDebug},
	{evidence.ErrPolicy, types.ErrDebug},
	{evidence.ErrOldTCB, types.ErrOldTCB},
	{evidence.ErrCollateral, types.ErrNoCollateral},
	{evidence.ErrPlatform, types.ErrPlatform},
	{evidence.ErrNonce, types.ErrGPU},
}

func kind(err error) error {
	for _, k := range kinds {
		if stderrors.Is(err, k.reason) {
			return errors.Wrap(k.code, err.Error())
		}
	}
	return errors.Wrap(types.ErrMalformed, err.Error())
}
