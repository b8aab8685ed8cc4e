package snp

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha512"
	"crypto/x509"
	"crypto/x509/pkix"
	_ "embed"
	"encoding/asn1"
	"encoding/binary"
	"math/big"
	"testing"
	"time"

	"github.com/google/go-sev-guest/abi"
	"github.com/google/go-sev-guest/kds"
	fake "github.com/google/go-sev-guest/testing"
	"github.com/stretchr/testify/require"

	"github.com/nesa-network/nesa/chain/x/attestation/evidence/vendors"
)

var (
	//go:embed testdata/milan-report.bin
	milanReport []byte
	//go:embed testdata/milan-vcek.der
	milanVCEK []byte

	// sampleTime lies within the sample's certificate.
	sampleTime = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
)

func milanRoots() Roots {
	line := vendors.AMDLines()[0]
	return Roots{{Name: line.Line, ARK: line.ARK, Intermediates: [][]byte{line.ASK, line.ASVK}}}
}

// machine is a chip under a root of our own.
type machine struct {
	keys          *fake.AmdKeys
	ark, ask, key *x509.Certificate
	hwid          []byte
	tcb           uint64
	vlek          bool
}

const goodTCB = uint64(0x44_05_00_00_00_00_01_03) // microcode 68, SNP 5, TEE 1, boot loader 3

func newMachine(t testing.TB, change func(*x509.Certificate)) *machine {
	t.Helper()
	m := &machine{keys: fake.DefaultAmdKeys(), hwid: make([]byte, abi.ChipIDSize), tcb: goodTCB}
	m.hwid[0], m.hwid[63] = 7, 9
	m.certify(t, change)
	return m
}

func (m *machine) certify(t testing.TB, change func(*x509.Certificate)) {
	t.Helper()
	m.ark = authority(t, "ARK-Milan", 1, m.keys.Ark.Public(), nil, m.keys.Ark)
	m.ask = authority(t, "SEV-Milan", 2, m.keys.Ask.Public(), m.ark, m.keys.Ark)
	hwid, csp, name := m.hwid, "", "SEV-VCEK"
	if m.vlek {
		hwid, csp, name = nil, "a cloud", "SEV-VLEK"
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(3), Subject: pkix.Name{CommonName: name},
		NotBefore: sampleTime.Add(-time.Hour), NotAfter: sampleTime.Add(time.Hour),
		SignatureAlgorithm: x509.SHA384WithRSAPSS,
		ExtraExtensions:    fake.CustomExtensions(kds.DecomposeTCBVersion(kds.TCBVersion(m.tcb)), hwid, csp, "Milan-B0"),
	}
	if change != nil {
		change(template)
	}
	m.key = issue(t, template, m.keys.Vcek.Public(), m.ask, m.keys.Ask)
}

func authority(t testing.TB, name string, serial int64, public any, parent *x509.Certificate, signer any) *x509.Certificate {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: name},
		NotBefore: sampleTime.AddDate(-1, 0, 0), NotAfter: sampleTime.AddDate(20, 0, 0),
		SignatureAlgorithm: x509.SHA384WithRSAPSS, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
	return issue(t, template, public, parent, signer)
}

func issue(t testing.TB, template *x509.Certificate, public any, parent *x509.Certificate, signer any) *x509.Certificate {
	t.Helper()
	if parent == nil {
		parent = template
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, public, signer)
	require.NoError(t, err)
	certificate, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	return certificate
}

func (m *machine) roots() Roots {
	return Roots{{Name: "Milan", ARK: m.ark.Raw, Intermediates: [][]byte{m.ask.Raw}, MinTCB: goodTCB}}
}

func (m *machine) certificates() [][]byte { return [][]byte{m.key.Raw} }

// policy accepts the machine's reports.
func (m *machine) policy() Policy {
	return Policy{Measurements: [][]byte{m.report(nil)[0x90:0xC0]}}
}

// report is one that every check accepts, but for what change does to it before it is signed.
func (m *machine) report(change func([]byte)) []byte {
	r := make([]byte, abi.ReportSize)
	binary.LittleEndian.PutUint32(r[0x00:], 2)
	binary.LittleEndian.PutUint64(r[0x08:], 1<<17)
	binary.LittleEndian.PutUint32(r[0x34:], abi.SignEcdsaP384Sha384)
	if m.vlek {
		binary.LittleEndian.PutUint32(r[0x48:], abi.ComposeSignerInfo(abi.SignerInfo{SigningKey: abi.VlekReportSigner}))
	}
	for i := range abi.ReportDataSize {
		r[0x50+i] = byte(i)
	}
	for i := range abi.MeasurementSize {
		r[0x90+i] = byte(0xA0 + i)
	}
	copy(r[0x160:], noAgent)
	copy(r[0x1A0:], m.hwid)
	for _, at := range []int{0x38, 0x180, 0x1E0, 0x1F0} {
		binary.LittleEndian.PutUint64(r[at:], m.tcb)
	}
	if change != nil {
		change(r)
	}
	return m.sign(r)
}

func (m *machine) sign(r []byte) []byte {
	digest := sha512.Sum384(abi.SignedComponent(r))
	der, err := ecdsa.SignASN1(rand.Reader, m.keys.Vcek, digest[:])
	if err != nil {
		panic(err)
	}
	var signature struct{ R, S *big.Int }
	if _, err := asn1.Unmarshal(der, &signature); err != nil {
		panic(err)
	}
	if err := abi.SetSignature(signature.R, signature.S, r); err != nil {
		panic(err)
	}
	return r
}

// list is a revocation list of the issuer's.
func list(t testing.TB, issuer *x509.Certificate, key crypto.Signer, from, until time.Time, serials ...int64) []byte {
	t.Helper()
	template := &x509.RevocationList{Number: big.NewInt(1), ThisUpdate: from, NextUpdate: until, SignatureAlgorithm: x509.SHA384WithRSAPSS}
	for _, serial := range serials {
		template.RevokedCertificateEntries = append(template.RevokedCertificateEntries,
			x509.RevocationListEntry{SerialNumber: big.NewInt(serial), RevocationTime: from})
	}
	der, err := x509.CreateRevocationList(rand.Reader, template, issuer, key)
	require.NoError(t, err)
	return der
}
