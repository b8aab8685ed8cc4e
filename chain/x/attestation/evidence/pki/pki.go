// Package pki holds the checks of certificates and revocation lists that the kinds of evidence share.
package pki

import (
	"bytes"
	"crypto/x509"
	"errors"
	"fmt"
	"time"

	"github.com/nesa-network/nesa/chain/x/attestation/evidence"
)

// MaxCertificate bounds a certificate that comes with evidence: the vendors' are below 1.7 kB.
const MaxCertificate = 4096

// Parse reads one certificate of bounded size.
func Parse(der []byte) (*x509.Certificate, error) {
	if len(der) > MaxCertificate {
		return nil, fmt.Errorf("%w: certificate of %d bytes, at most %d", evidence.ErrMalformed, len(der), MaxCertificate)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("%w: certificate: %w", evidence.ErrMalformed, err)
	}
	return certificate, nil
}

// ParseAll reads certificates in order.
func ParseAll(ders [][]byte) ([]*x509.Certificate, error) {
	certificates := make([]*x509.Certificate, 0, len(ders))
	for _, der := range ders {
		certificate, err := Parse(der)
		if err != nil {
			return nil, err
		}
		certificates = append(certificates, certificate)
	}
	return certificates, nil
}

// Chain returns the path from leaf to root through some of the intermediates. All of it is valid at now.
func Chain(leaf *x509.Certificate, intermediates []*x509.Certificate, root *x509.Certificate, now time.Time) ([]*x509.Certificate, error) {
	// The standard library takes the wall clock in place of a zero time, and the system's roots in place of none.
	if now.IsZero() {
		return nil, evidence.ErrNoTime
	}
	options := x509.VerifyOptions{
		Roots:         x509.NewCertPool(),
		Intermediates: x509.NewCertPool(),
		CurrentTime:   now,
		KeyUsages:     []x509.ExtKeyUsage{x509.ExtKeyUsageAny},
	}
	options.Roots.AddCert(root)
	for _, certificate := range intermediates {
		options.Intermediates.AddCert(certificate)
	}
	paths, err := leaf.Verify(options)
	if err != nil {
		var invalid x509.CertificateInvalidError
		if errors.As(err, &invalid) && invalid.Reason == x509.Expired {
			return nil, fmt.Errorf("%w: %w", evidence.ErrExpired, err)
		}
		return nil, fmt.Errorf("%w: %w", evidence.ErrChain, err)
	}
	return paths[0], nil
}

// List is a revocation list whose signature and dates have been checked.
type List struct {
	crl    *x509.RevocationList
	issuer *x509.Certificate
}

// ReadList reads a list that one of the possible issuers has signed.
func ReadList(der []byte, issuers []*x509.Certificate, now time.Time) (List, error) {
	crl, err := x509.ParseRevocationList(der)
	if err != nil {
		return List{}, fmt.Errorf("%w: revocation list: %w", evidence.ErrCollateral, err)
	}
	for _, extension := range crl.Extensions {
		// Delta and indirect lists mark themselves so; their entries do not mean what is read from them here.
		if extension.Critical {
			return List{}, fmt.Errorf("%w: revocation list has critical extension %s", evidence.ErrCollateral, extension.Id)
		}
	}
	var issuer *x509.Certificate
	for _, candidate := range issuers {
		if bytes.Equal(candidate.RawSubject, crl.RawIssuer) && crl.CheckSignatureFrom(candidate) == nil {
			issuer = candidate
		}
	}
	if issuer == nil {
		return List{}, fmt.Errorf("%w: nobody trusted has signed the revocation list of %s", evidence.ErrChain, crl.Issuer)
	}
	if now.Before(crl.ThisUpdate) || now.After(crl.NextUpdate) {
		return List{}, fmt.Errorf("%w: revocation list is valid from %s to %s",
			evidence.ErrExpired, crl.ThisUpdate.UTC().Format(time.RFC3339), crl.NextUpdate.UTC().Format(time.RFC3339))
	}
	return List{crl: crl, issuer: issuer}, nil
}

// From says whether the list is the issuer's.
func (l List) From(issuer *x509.Certificate) bool { return l.issuer != nil && l.issuer.Equal(issuer) }

// Check refuses a path, leaf first, in which the list revokes a certificate. Serial numbers are the issuer's own, so
// only what the list's issuer has signed is compared.
func (l List) Check(path []*x509.Certificate) error {
	for i := 0; i+1 < len(path); i++ {
		if !l.From(path[i+1]) {
			continue
		}
		for _, entry := range l.crl.RevokedCertificateEntries {
			if entry.SerialNumber.Cmp(path[i].SerialNumber) == 0 {
				return fmt.Errorf("%w: certificate %s of %s", evidence.ErrRevoked, entry.SerialNumber, path[i].Issuer)
			}
		}
	}
	return nil
}
