package snp

import (
	"crypto/x509"
	"encoding/binary"
	"testing"
	"time"

	"github.com/google/go-sev-guest/abi"
	spb "github.com/google/go-sev-guest/proto/sevsnp"
	"github.com/google/go-sev-guest/verify"
	"github.com/google/go-sev-guest/verify/trust"
	"github.com/stretchr/testify/require"

	"github.com/nesa-network/nesa/chain/x/attestation/evidence"
	"github.com/nesa-network/nesa/chain/x/attestation/evidence/vendors"
)

func TestRealReportIsAuthentic(t *testing.T) {
	line := vendors.AMDLines()[0]
	for name, certificates := range map[string][][]byte{
		"key alone":     {milanVCEK},
		"with the ASK":  {milanVCEK, line.ASK},
		"with the root": {milanVCEK, line.ASK, line.ARK},
	} {
		t.Run(name, func(t *testing.T) {
			verified, err := authenticate(milanReport, certificates, milanRoots(), sampleTime)
			require.NoError(t, err)
			require.Equal(t, uint64(0x4405000000000002), verified.claims().TCB)
			require.Equal(t, "Milan", verified.claims().Line)
			require.Equal(t, milanReport[0x50:0x90], append([]byte{}, verified.report.GetReportData()...))
		})
	}
	t.Run("the ASK comes with the evidence only", func(t *testing.T) {
		roots := Roots{{Name: "Milan", ARK: line.ARK}}
		_, err := authenticate(milanReport, [][]byte{milanVCEK, line.ASK}, roots, sampleTime)
		require.NoError(t, err)
		_, err = authenticate(milanReport, [][]byte{milanVCEK}, roots, sampleTime)
		require.ErrorIs(t, err, evidence.ErrChain)
	})
}

func TestThreat44RealDebugGuestIsRefused(t *testing.T) {
	policy := Policy{Measurements: [][]byte{milanReport[0x90:0xC0]}}
	_, err := Verify(milanReport, [][]byte{milanVCEK}, milanRoots(), policy, sampleTime)
	require.ErrorIs(t, err, evidence.ErrDebug)
}

func TestSyntheticReportIsAccepted(t *testing.T) {
	m := newMachine(t, nil)
	report := m.report(nil)
	claims, err := Verify(report, m.certificates(), m.roots(), m.policy(), sampleTime)
	require.NoError(t, err)
	require.Equal(t, report[0x50:0x90], claims.ReportData[:])
	require.Equal(t, report[0x90:0xC0], claims.Measurement)
	require.Equal(t, m.hwid, claims.ChipID)
	require.Equal(t, goodTCB, claims.TCB)
	require.False(t, claims.VLEK)
}

// Whoever stores what a report said asks a higher least of it later, as of a new report: of all four levels, not of one.
func TestThreat44TheLeastTCBIsOfAllLevels(t *testing.T) {
	m := newMachine(t, nil)
	roots := m.roots()
	roots[0].MinTCB = 0
	for _, at := range []int{0x38, 0x1E0, 0x1F0} { // current, committed, launch
		claims, err := Verify(m.report(func(r []byte) { r[at+7], r[at+6] = 0x43, 0x06 }), m.certificates(), roots, m.policy(), sampleTime)
		require.NoError(t, err)
		require.Equal(t, goodTCB, claims.TCB)
		require.Equal(t, goodTCB-1<<56, claims.LeastTCB, "microcode of one level, the rest of the others")
	}
}

func TestVersionsOfTheReport(t *testing.T) {
	m := newMachine(t, nil)
	for version, want := range map[uint32]error{1: evidence.ErrMalformed, 2: nil, 3: nil, 5: nil, 6: evidence.ErrMalformed} {
		report := m.report(func(r []byte) {
			binary.LittleEndian.PutUint32(r, version)
			if version >= 3 {
				r[0x188], r[0x189], r[0x18A] = 0x19, 0x01, 0x01
			}
		})
		_, err := Verify(report, m.certificates(), m.roots(), m.policy(), sampleTime)
		require.ErrorIs(t, err, want, version)
	}
}

// The library verifies with its own code; where ours authenticates a report, so does it, and the other way round.
func TestAgreesWithTheLibrary(t *testing.T) {
	library := func(report []byte) error {
		parsed, err := abi.ReportToProto(report)
		if err != nil {
			return err
		}
		attestation := &spb.Attestation{Report: parsed, CertificateChain: &spb.CertificateChain{VcekCert: milanVCEK}}
		root, err := trust.GetDefaultRootCerts("Milan")
		require.NoError(t, err)
		return verify.SnpAttestation(attestation, &verify.Options{
			DisableCertFetching: true, Now: sampleTime, TrustedRoots: map[string][]*trust.AMDRootCerts{"Milan": {root}},
		})
	}
	require.NoError(t, library(milanReport))
	for at := 0; at < len(milanReport); at += 7 {
		changed := append([]byte{}, milanReport...)
		changed[at] ^= 0x10
		_, err := authenticate(changed, [][]byte{milanVCEK}, milanRoots(), sampleTime)
		require.Equal(t, library(changed) == nil, err == nil, at)
	}
}

func TestEveryCertificateIsChecked(t *testing.T) {
	m := newMachine(t, nil)
	parsed, err := x509.ParseCertificate(milanVCEK)
	require.NoError(t, err)
	require.Equal(t, "SEV-VCEK", parsed.Subject.CommonName)
	for name, c := range map[string]struct {
		certificates [][]byte
		want         error
	}{
		"none":              {nil, evidence.ErrMalformed},
		"four":              {[][]byte{m.key.Raw, m.ask.Raw, m.ark.Raw, m.ark.Raw}, evidence.ErrMalformed},
		"no certificate":    {[][]byte{{1, 2, 3}}, evidence.ErrMalformed},
		"huge":              {[][]byte{make([]byte, 1<<20)}, evidence.ErrMalformed},
		"huge intermediate": {[][]byte{m.key.Raw, make([]byte, 1<<20)}, evidence.ErrMalformed},
		"another root":      {[][]byte{m.key.Raw, m.ask.Raw, vendors.AMDLines()[0].ARK}, evidence.ErrChain},
		"the ASK first":     {[][]byte{m.ask.Raw}, evidence.ErrPlatform},
	} {
		_, err := Verify(m.report(nil), c.certificates, m.roots(), m.policy(), sampleTime)
		require.ErrorIs(t, err, c.want, name)
	}
}

func BenchmarkVerify(b *testing.B) {
	m := newMachine(b, nil)
	report, roots, policy := m.report(nil), m.roots(), m.policy()
	roots[0].CRLs = [][]byte{list(b, m.ark, m.keys.Ark, sampleTime.Add(-time.Hour), sampleTime.Add(time.Hour), 99)}
	for b.Loop() {
		if _, err := Verify(report, m.certificates(), roots, policy, sampleTime); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkRealReport has a chip's report, with AMD's keys; its guest is one for debugging, so no policy accepts it.
func BenchmarkRealReport(b *testing.B) {
	roots := milanRoots()
	for b.Loop() {
		if _, err := authenticate(milanReport, [][]byte{milanVCEK}, roots, sampleTime); err != nil {
			b.Fatal(err)
		}
	}
}
