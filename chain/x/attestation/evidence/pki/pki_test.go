package pki

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nesa-network/nesa/chain/x/attestation/evidence"
)

var now = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)

func authority(t *testing.T, extension int) (*x509.Certificate, *ecdsa.PrivateKey) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "authority"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour), KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		ExtraExtensions: []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 2, 3}, Value: make([]byte, extension)}},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	require.NoError(t, err)
	certificate, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	return certificate, key
}

func TestCertificatesAreBounded(t *testing.T) {
	small, _ := authority(t, 16)
	_, err := Parse(small.Raw)
	require.NoError(t, err)
	large, _ := authority(t, MaxCertificate)
	_, err = ParseAll([][]byte{small.Raw, large.Raw})
	require.ErrorIs(t, err, evidence.ErrMalformed)
}

func TestTimeIsGiven(t *testing.T) {
	root, _ := authority(t, 1)
	_, err := Chain(root, nil, root, now)
	require.NoError(t, err)
	_, err = Chain(root, nil, root, time.Time{})
	require.ErrorIs(t, err, evidence.ErrNoTime)
}

func TestThreat44PartialListsAreRefused(t *testing.T) {
	root, key := authority(t, 1)
	for name, c := range map[string]struct {
		extensions []pkix.Extension
		want       error
	}{
		"whole": {nil, nil},
		"noted": {[]pkix.Extension{{Id: asn1.ObjectIdentifier{1, 2, 3}, Value: []byte{5, 0}}}, nil},
		"delta": {[]pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 27}, Critical: true, Value: []byte{2, 1, 1}}}, evidence.ErrCollateral},
	} {
		der, err := x509.CreateRevocationList(rand.Reader, &x509.RevocationList{
			Number: big.NewInt(1), ThisUpdate: now, NextUpdate: now, ExtraExtensions: c.extensions,
		}, root, key)
		require.NoError(t, err)
		list, err := ReadList(der, []*x509.Certificate{root}, now)
		require.ErrorIs(t, err, c.want, name)
		require.Equal(t, c.want == nil, list.From(root), name)
	}
}
