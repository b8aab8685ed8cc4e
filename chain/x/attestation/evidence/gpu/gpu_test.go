package gpu

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha512"
	"crypto/x509"
	"crypto/x509/pkix"
	_ "embed"
	"encoding/binary"
	"encoding/hex"
	"encoding/pem"
	"math/big"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nesa-network/nesa/chain/x/attestation/evidence"
	"github.com/nesa-network/nesa/chain/x/attestation/evidence/vendors"
)

var (
	//go:embed testdata/hopper-report.bin
	realReport []byte
	//go:embed testdata/hopper-chain.pem
	realChainPEM []byte

	now = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
)

func realChain() (chain [][]byte) {
	for rest := realChainPEM; ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			return chain
		}
		chain = append(chain, block.Bytes)
	}
}

func realNonce() [32]byte { return [32]byte(realReport[4:36]) }

func TestRealReportVerifiesUnderNVIDIAsRoot(t *testing.T) {
	chain := realChain()
	require.Len(t, chain, 5)
	require.NoError(t, Verify(realReport, chain, vendors.NVIDIARoot(), realNonce(), now))
	require.NoError(t, Verify(realReport, chain[:4], vendors.NVIDIARoot(), realNonce(), now), "the root need not be sent")
}

func TestNonceIsTheHashOfTheReportData(t *testing.T) {
	nonce := Nonce([64]byte{})
	require.Equal(t, "f5a5fd42d16a20302798ef6ed309979b43003d2320d9f0e8ea9831a92759fb4b", hex.EncodeToString(nonce[:]))
}

// Each byte of the real report and its signature. The certificates are verified once, for speed.
func TestThreat44EveryFlippedByteIsRefused(t *testing.T) {
	leaf, err := certify(realChain(), vendors.NVIDIARoot(), now)
	require.NoError(t, err)
	require.NoError(t, checkSignature(realReport, leaf))
	for at := range realReport {
		changed := bytes.Clone(realReport)
		changed[at] ^= 0x01
		require.ErrorIs(t, checkSignature(changed, leaf), evidence.ErrSignature, "byte %#x", at)
	}
}

func TestThreat44EveryFlippedByteOfTheKeyIsRefused(t *testing.T) {
	chain := realChain()
	for at := range chain[0] {
		changed := bytes.Clone(chain[0])
		changed[at] ^= 0x01
		require.Error(t, Verify(realReport, append([][]byte{changed}, chain[1:]...), vendors.NVIDIARoot(), realNonce(), now), at)
	}
}

func TestThreat44AnotherNonce(t *testing.T) {
	nonce := realNonce()
	nonce[31]++
	require.ErrorIs(t, Verify(realReport, realChain(), vendors.NVIDIARoot(), nonce, now), evidence.ErrNonce)
}

func TestThreat44LengthsAreExact(t *testing.T) {
	for size := range len(realReport) {
		require.ErrorIs(t, checkForm(realReport[:size]), evidence.ErrMalformed, size)
	}
	require.ErrorIs(t, checkForm(append(bytes.Clone(realReport), 0)), evidence.ErrMalformed)
	require.ErrorIs(t, checkForm(make([]byte, MaxReport+1)), evidence.ErrMalformed)
	for at, value := range map[int]byte{0: 0x12, 1: 0xE1, 2: 0, 37: 0x12, 38: 0x61, 42: 0xC1, 44: 0xFF} {
		changed := bytes.Clone(realReport)
		changed[at] = value
		require.ErrorIs(t, checkForm(changed), evidence.ErrMalformed, at)
	}
}

func TestThreat44TimeDecides(t *testing.T) {
	for name, c := range map[string]struct {
		now  time.Time
		want error
	}{
		"none":              {time.Time{}, evidence.ErrNoTime},
		"before production": {time.Date(2021, 1, 1, 0, 0, 0, 0, time.UTC), evidence.ErrExpired},
		"much later":        {time.Date(2126, 1, 1, 0, 0, 0, 0, time.UTC), nil},
	} {
		require.ErrorIs(t, Verify(realReport, realChain(), vendors.NVIDIARoot(), realNonce(), c.now), c.want, name)
	}
}

func TestThreat44Certificates(t *testing.T) {
	chain := realChain()
	for name, c := range map[string]struct {
		chain [][]byte
		root  []byte
		want  error
	}{
		"none":                {nil, vendors.NVIDIARoot(), evidence.ErrMalformed},
		"six":                 {append(chain, chain[4]), vendors.NVIDIARoot(), evidence.ErrMalformed},
		"unreadable":          {[][]byte{{1}}, vendors.NVIDIARoot(), evidence.ErrMalformed},
		"huge":                {[][]byte{make([]byte, 1<<20)}, vendors.NVIDIARoot(), evidence.ErrMalformed},
		"a gap":               {[][]byte{chain[0], chain[2], chain[3]}, vendors.NVIDIARoot(), evidence.ErrChain},
		"another root":        {chain, vendors.IntelRoot(), evidence.ErrChain},
		"no root":             {chain, nil, evidence.ErrMalformed},
		"the boot ROM's key":  {chain[1:], vendors.NVIDIARoot(), evidence.ErrChain},
		"the root by itself":  {chain[4:], vendors.NVIDIARoot(), evidence.ErrChain},
		"one that is trusted": {[][]byte{chain[0], chain[1], chain[2]}, chain[3], evidence.ErrPlatform},
	} {
		require.ErrorIs(t, Verify(realReport, c.chain, c.root, realNonce(), now), c.want, name)
	}
}

// device is a product under a root of our own.
func device(t testing.TB, authority string, notAfter time.Time) (report []byte, chain [][]byte, root []byte) {
	t.Helper()
	keys := make([]*ecdsa.PrivateKey, 3)
	certificates := make([]*x509.Certificate, 3)
	for i, name := range []string{"root", authority, "GPU"} {
		key, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
		require.NoError(t, err)
		keys[i] = key
		template := &x509.Certificate{
			SerialNumber: big.NewInt(int64(i + 1)), Subject: pkix.Name{CommonName: name},
			NotBefore: now.Add(-time.Hour), NotAfter: notAfter, BasicConstraintsValid: true,
			IsCA: i < 2, KeyUsage: x509.KeyUsageCertSign,
		}
		if i == 2 {
			template.KeyUsage = x509.KeyUsageDigitalSignature
		}
		parent, by := template, key
		if i > 0 {
			parent, by = certificates[i-1], keys[i-1]
		}
		der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), by)
		require.NoError(t, err)
		certificates[i], err = x509.ParseCertificate(der)
		require.NoError(t, err)
	}
	report = make([]byte, requestSize+responseHeader+nonceSize+lengthSize, 200)
	report[0], report[1], report[2], report[37], report[38] = spdm11, getMeasurement, wantSignature, spdm11, measurements
	binary.LittleEndian.PutUint16(report[len(report)-2:], 0)
	digest := sha512.Sum384(report)
	r, s, err := ecdsa.Sign(rand.Reader, keys[2], digest[:])
	require.NoError(t, err)
	report = append(report, make([]byte, signatureSize)...)
	r.FillBytes(report[len(report)-96 : len(report)-48])
	s.FillBytes(report[len(report)-48:])
	return report, [][]byte{certificates[2].Raw, certificates[1].Raw}, certificates[0].Raw
}

func TestThreat44AnotherProductOfTheVendor(t *testing.T) {
	report, chain, root := device(t, product, now.Add(time.Hour))
	require.NoError(t, Verify(report, chain, root, [32]byte{}, now))
	require.ErrorIs(t, Verify(report, chain, root, [32]byte{}, now.Add(2*time.Hour)), evidence.ErrExpired)
	require.ErrorIs(t, Verify(report, chain, vendors.NVIDIARoot(), [32]byte{}, now), evidence.ErrChain)
	report, chain, root = device(t, "NVIDIA LS10 Identity", now.Add(time.Hour))
	require.ErrorIs(t, Verify(report, chain, root, [32]byte{}, now), evidence.ErrPlatform)
}

func BenchmarkVerify(b *testing.B) {
	chain, root := realChain(), vendors.NVIDIARoot()
	for b.Loop() {
		if err := Verify(realReport, chain, root, realNonce(), now); err != nil {
			b.Fatal(err)
		}
	}
}

func FuzzGPU(f *testing.F) {
	chain, root := realChain(), vendors.NVIDIARoot()
	f.Add(realReport, chain[0])
	report, _, _ := device(f, product, now)
	f.Add(report, chain[0])
	f.Fuzz(func(t *testing.T, report, leaf []byte) {
		if err := Verify(report, append([][]byte{leaf}, chain[1:]...), root, realNonce(), now); err == nil &&
			!bytes.Equal(report[:len(report)-signatureSize], realReport[:len(realReport)-signatureSize]) {
			t.Fatal("a report that nobody has signed")
		}
	})
}
