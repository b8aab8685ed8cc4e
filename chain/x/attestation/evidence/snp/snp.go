package snp

import (
	"bytes"
	"crypto/x509"
	"fmt"
	"time"

	"github.com/google/go-sev-guest/abi"
	spb "github.com/google/go-sev-guest/proto/sevsnp"

	"github.com/nesa-network/nesa/chain/x/attestation/evidence"
)

// maxCertificates is endorsement key, intermediate, root.
const maxCertificates = 3

// Verify checks a report of 1184 bytes and its certificates: the VCEK or VLEK first, then optionally the intermediate
// that signed it and the root. It returns what the report says, or an error that wraps one of package evidence's.
//
// Every byte of the report is covered: by the signature, or because it must be zero, or because it is the signature.
// (r, n-s) verifies wherever (r, s) does, as everywhere in ECDSA: a report is not its own unique name.
func Verify(report []byte, certificates [][]byte, roots Roots, policy Policy, now time.Time) (Claims, error) {
	verified, err := authenticate(report, certificates, roots, now)
	if err != nil {
		return Claims{}, err
	}
	if err := policy.admit(verified); err != nil {
		return Claims{}, err
	}
	return verified.claims(), nil
}

// authentic is a report that a genuine chip has signed, whatever it says.
type authentic struct {
	endorsement
	report *spb.Report
	info   abi.SignerInfo
}

// authenticate verifies form, certificates and signature, and that the key is for the chip and firmware of the report.
func authenticate(report []byte, certificates [][]byte, roots Roots, now time.Time) (authentic, error) {
	if len(report) != abi.ReportSize {
		return authentic{}, fmt.Errorf("%w: report of %d bytes, want %d", evidence.ErrMalformed, len(report), abi.ReportSize)
	}
	if err := abi.ValidateReportFormat(report); err != nil {
		return authentic{}, fmt.Errorf("%w: %w", evidence.ErrMalformed, err)
	}
	parsed, err := abi.ReportToProto(report)
	if err != nil {
		return authentic{}, fmt.Errorf("%w: %w", evidence.ErrMalformed, err)
	}
	info, err := abi.ParseSignerInfo(parsed.GetSignerInfo())
	if err != nil {
		return authentic{}, fmt.Errorf("%w: %w", evidence.ErrMalformed, err)
	}
	der, err := abi.ReportToSignatureDER(report)
	if err != nil {
		return authentic{}, fmt.Errorf("%w: %w", evidence.ErrMalformed, err)
	}
	endorsement, err := endorse(certificates, info, parsed, roots, now)
	if err != nil {
		return authentic{}, err
	}
	if err := endorsement.key.CheckSignature(x509.ECDSAWithSHA384, abi.SignedComponent(report), der); err != nil {
		return authentic{}, fmt.Errorf("%w: report: %w", evidence.ErrSignature, err)
	}
	verified := authentic{endorsement: endorsement, report: parsed, info: info}
	return verified, verified.match()
}

// match compares what the certificate says of chip and firmware with the report.
func (a authentic) match() error {
	if tcb := uint64(a.extensions.TCBVersion); tcb != a.report.GetReportedTcb() {
		return fmt.Errorf("%w: key is for TCB %016x, report for %016x", evidence.ErrPlatform, tcb, a.report.GetReportedTcb())
	}
	if a.info.SigningKey == abi.VcekReportSigner && !bytes.Equal(a.extensions.HWID, a.report.GetChipId()) {
		return fmt.Errorf("%w: key is for another chip", evidence.ErrPlatform)
	}
	return nil
}

func (a authentic) claims() Claims {
	return Claims{
		ReportData:  [64]byte(a.report.GetReportData()),
		Measurement: a.report.GetMeasurement(),
		HostData:    a.report.GetHostData(),
		ChipID:      a.report.GetChipId(),
		Line:        a.line.Name,
		TCB:         a.report.GetReportedTcb(),
		LeastTCB:    a.leastTCB(),
		GuestPolicy: a.report.GetPolicy(),
		GuestSVN:    a.report.GetGuestSvn(),
		VMPL:        a.report.GetVmpl(),
		VLEK:        a.info.SigningKey == abi.VlekReportSigner,
	}
}
