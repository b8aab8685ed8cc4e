package snp

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/go-sev-guest/abi"
	"github.com/google/go-sev-guest/kds"
	spb "github.com/google/go-sev-guest/proto/sevsnp"

	"github.com/nesa-network/nesa/chain/x/attestation/evidence"
	"github.com/nesa-network/nesa/chain/x/attestation/evidence/pki"
)

// endorsement is a verified key of a chip or of a cloud.
type endorsement struct {
	key        *x509.Certificate
	extensions *kds.Extensions
	line       Line
}

// endorse verifies the certificates that come with a report.
func endorse(certificates [][]byte, info abi.SignerInfo, report *spb.Report, roots Roots, now time.Time) (endorsement, error) {
	if len(certificates) == 0 || len(certificates) > maxCertificates {
		return endorsement{}, fmt.Errorf("%w: %d certificates, want 1 to %d", evidence.ErrMalformed, len(certificates), maxCertificates)
	}
	key, err := pki.Parse(certificates[0])
	if err != nil {
		return endorsement{}, err
	}
	// A key is a VCEK or a VLEK by its name and by the extensions of that kind, and the report names the same kind.
	if name := "SEV-" + info.SigningKey.String(); key.Subject.CommonName != name {
		return endorsement{}, fmt.Errorf("%w: key is of kind %q, report names %q", evidence.ErrPlatform, key.Subject.CommonName, name)
	}
	extensions, err := kds.CertificateExtensions(key, info.SigningKey)
	if err != nil {
		return endorsement{}, fmt.Errorf("%w: %w", evidence.ErrPlatform, err)
	}
	if public, ok := key.PublicKey.(*ecdsa.PublicKey); !ok || public.Curve != elliptic.P384() {
		return endorsement{}, fmt.Errorf("%w: endorsement key is not on P-384", evidence.ErrChain)
	}
	line, err := findLine(extensions.ProductName, report, roots)
	if err != nil {
		return endorsement{}, err
	}
	if err := line.trust(key, certificates[1:], now); err != nil {
		return endorsement{}, err
	}
	return endorsement{key: key, extensions: extensions, line: line}, nil
}

// findLine returns the product line that the certificate names, Milan for Milan-B0. From version 3 on a report names
// its own, and the two are to agree: AMD has issued certificates with another stepping, never for another line.
func findLine(product string, report *spb.Report, roots Roots) (Line, error) {
	name, _, _ := strings.Cut(product, "-")
	if report.GetVersion() >= abi.ReportVersion3 {
		if own := kds.ProductLineFromFms(report.GetCpuid1EaxFms()); own != name {
			return Line{}, fmt.Errorf("%w: key is for %q, report for %q", evidence.ErrPlatform, name, own)
		}
	}
	i := slices.IndexFunc(roots, func(line Line) bool { return line.Name == name })
	if i < 0 {
		return Line{}, fmt.Errorf("%w: product line %q is not trusted", evidence.ErrPlatform, name)
	}
	return roots[i], nil
}

// trust verifies the key under the line's root and that nothing between the two is revoked.
func (l Line) trust(key *x509.Certificate, offered [][]byte, now time.Time) error {
	root, err := pki.Parse(l.ARK)
	if err != nil {
		return fmt.Errorf("trusted root of %s: %w", l.Name, err)
	}
	trusted, err := pki.ParseAll(l.Intermediates)
	if err != nil {
		return fmt.Errorf("trusted intermediates of %s: %w", l.Name, err)
	}
	if len(offered) == maxCertificates-1 && !bytes.Equal(offered[1], l.ARK) {
		return fmt.Errorf("%w: another root than that of %s", evidence.ErrChain, l.Name)
	}
	// What is offered is trusted no further than the root's signature on it.
	intermediates := slices.Clone(trusted)
	if len(offered) > 0 {
		intermediate, err := pki.Parse(offered[0])
		if err != nil {
			return err
		}
		intermediates = append(intermediates, intermediate)
	}
	path, err := pki.Chain(key, intermediates, root, now)
	if err != nil {
		return err
	}
	return l.checkRevocation(path, slices.Concat(path[1:], trusted), now)
}

func (l Line) checkRevocation(path, issuers []*x509.Certificate, now time.Time) error {
	fromRoot := false
	for _, der := range l.CRLs {
		list, err := pki.ReadList(der, issuers, now)
		if err != nil {
			return err
		}
		if err := list.Check(path); err != nil {
			return err
		}
		fromRoot = fromRoot || list.From(path[len(path)-1])
	}
	if l.RequireCRL && !fromRoot {
		return fmt.Errorf("%w: %s has no revocation list of its root", evidence.ErrCollateral, l.Name)
	}
	return nil
}
