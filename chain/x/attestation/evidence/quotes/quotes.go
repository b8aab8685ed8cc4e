// Package quotes verifies quotes of every platform under what the chain stores.
package quotes

import (
	"crypto/sha256"
	"encoding/binary"
	stderrors "errors"
	"strings"
	"time"

	"cosmossdk.io/errors"

	"github.com/nesa-network/nesa/chain/x/attestation/evidence"
	"github.com/nesa-network/nesa/chain/x/attestation/evidence/gpu"
	"github.com/nesa-network/nesa/chain/x/attestation/evidence/snp"
	"github.com/nesa-network/nesa/chain/x/attestation/evidence/tdx"
	"github.com/nesa-network/nesa/chain/x/attestation/types"
)

// Verifier implements types.QuoteVerifier.
type Verifier struct{}

// Product returns the product line that a quote of SEV-SNP names. One of TDX says what it is itself: the model of its platform,
// FMSPC, to which Intel's collateral belongs.
func (Verifier) Product(quote types.Quote) (string, error) {
	if quote.Platform != types.Platform_PLATFORM_TDX {
		return quote.Product, nil
	}
	model, _, err := tdx.Platform(quote.Report)
	if err != nil {
		return "", kind(err)
	}
	return strings.ToUpper(model), nil
}

// VerifyQuote verifies a quote of an anchor's platform at a block's time.
func (Verifier) VerifyQuote(
	anchor types.Anchor, collateral types.Collateral, quote types.Quote, now time.Time,
) (types.Claims, error) {
	verify := verifySNP
	switch quote.Platform {
	case types.Platform_PLATFORM_SEV_SNP:
	case types.Platform_PLATFORM_TDX:
		verify = verifyTDX
	default:
		return types.Claims{}, errors.Wrapf(types.ErrPlatform, "%s", quote.Platform)
	}
	claims, err := verify(anchor, collateral, quote, now)
	if err != nil || len(quote.GpuReport) == 0 {
		return claims, err
	}
	return claims, verifyGPU(anchor, quote, claims, now)
}

// verifyGPU verifies the report of a GPU. Its nonce ties it to this very quote: whoever made the one asked for the other.
func verifyGPU(anchor types.Anchor, quote types.Quote, claims types.Claims, now time.Time) error {
	if len(anchor.GpuRoot) == 0 {
		return errors.Wrap(types.ErrGPU, "no root of its vendor is trusted")
	}
	nonce := sha256.Sum256(claims.ReportData[:])
	if err := gpu.Verify(quote.GpuReport, quote.GpuCertificates, anchor.GpuRoot, nonce, now); err != nil {
		return errors.Wrap(types.ErrGPU, err.Error())
	}
	return nil
}

func verifyTDX(anchor types.Anchor, collateral types.Collateral, quote types.Quote, now time.Time) (types.Claims, error) {
	if len(collateral.SigningChain) == 0 {
		return types.Claims{}, errors.Wrapf(types.ErrNoCollateral, "of %s", anchor.Product)
	}
	measurement, err := tdx.MeasurementOf(quote.Report)
	if err != nil {
		return types.Claims{}, kind(err)
	}
	signer := collateral.SigningChain[0]
	found, err := tdx.Verify(quote.Report, tdx.Roots{SGX: anchor.Certificates[0]}, tdx.Collateral{
		TCBInfo:    tdx.Signed{Body: collateral.TcbInfo, Signer: signer},
		QEIdentity: tdx.Signed{Body: collateral.QeIdentity, Signer: signer},
		PCKCRL:     collateral.PckCrl, RootCRL: collateral.RootCrl,
	}, tdx.Policy{Measurements: [][]byte{measurement}}, now)
	if err != nil {
		return types.Claims{}, kind(err)
	}
	return types.Claims{ReportData: found.ReportData, Measurement: found.Measurement, Machine: found.PPID}, nil
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
		ReportData: found.ReportData, Measurement: found.Measurement, TCB: binary.BigEndian.AppendUint64(nil, found.LeastTCB),
		Machine: found.ChipID,
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
