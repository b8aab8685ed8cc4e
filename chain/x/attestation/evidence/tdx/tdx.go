package tdx

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"math/big"
	"time"

	"github.com/google/go-tdx-guest/pcs"

	"github.com/nesa-network/nesa/chain/x/attestation/evidence"
	"github.com/nesa-network/nesa/chain/x/attestation/evidence/pki"
)

// Names that Intel gives its certificates.
const (
	pckName       = "Intel SGX PCK Certificate"
	platformCA    = "Intel SGX PCK Platform CA"
	processorCA   = "Intel SGX PCK Processor CA"
	tcbSignerName = "Intel SGX TCB Signing"
)

// platform is a verified machine.
type platform struct {
	pck, authority, root *x509.Certificate
	extensions           *pcs.PckExtensions
	ppid                 []byte
}

// Verify checks a quote of version 4. It returns what the quote says, or an error that wraps one of package
// evidence's. Every byte of the quote is covered: by a signature, a hash, or because there is one way to write it.
// (r, n-s) verifies wherever (r, s) does, as everywhere in ECDSA: a quote is not its own unique name.
func Verify(raw []byte, roots Roots, collateral Collateral, policy Policy, now time.Time) (Claims, error) {
	q, err := parse(raw)
	if err != nil {
		return Claims{}, err
	}
	machine, err := certify(q.chain, roots, now)
	if err != nil {
		return Claims{}, err
	}
	if err := q.checkSignatures(machine.pck); err != nil {
		return Claims{}, err
	}
	status, err := judge(q, machine, collateral, policy, now)
	if err != nil {
		return Claims{}, err
	}
	if err := policy.admit(q, machine.ppid); err != nil {
		return Claims{}, err
	}
	return q.claims(machine, status), nil
}

// Platform returns whose collateral a quote needs: the model of the platform (FMSPC, hex) and the name of the authority
// whose revocation list covers its key. Nothing is verified.
func Platform(raw []byte) (fmspc, authority string, err error) {
	q, err := parse(raw)
	if err != nil {
		return "", "", err
	}
	pck, err := pki.Parse(q.chain[0])
	if err != nil {
		return "", "", err
	}
	extensions, err := pcs.PckCertificateExtensions(pck)
	if err != nil {
		return "", "", malformed("%s", err)
	}
	return extensions.FMSPC, pck.Issuer.CommonName, nil
}

// MeasurementOf returns the measurement of a quote, for those who look up whether it is accepted. Nothing is verified.
func MeasurementOf(raw []byte) ([]byte, error) {
	q, err := parse(raw)
	if err != nil {
		return nil, err
	}
	return Measurement(q.body.mrtd, q.body.rtmr), nil
}

// certify verifies the three certificates of a quote.
func certify(chain [chainLength][]byte, roots Roots, now time.Time) (platform, error) {
	if !bytes.Equal(chain[2], roots.SGX) {
		return platform{}, fmt.Errorf("%w: the quote's root is not the trusted one", evidence.ErrChain)
	}
	certificates, err := pki.ParseAll(chain[:])
	if err != nil {
		return platform{}, err
	}
	p := platform{pck: certificates[0], authority: certificates[1], root: certificates[2]}
	if name := p.authority.Subject.CommonName; name != platformCA && name != processorCA {
		return platform{}, fmt.Errorf("%w: %q is no authority for platforms", evidence.ErrChain, name)
	}
	if name := p.pck.Subject.CommonName; name != pckName {
		return platform{}, fmt.Errorf("%w: %q is no platform's key", evidence.ErrChain, name)
	}
	path, err := pki.Chain(p.pck, []*x509.Certificate{p.authority}, p.root, now)
	if err != nil {
		return platform{}, err
	}
	if len(path) != chainLength {
		return platform{}, fmt.Errorf("%w: %d certificates lead to the root, want %d", evidence.ErrChain, len(path), chainLength)
	}
	if p.extensions, err = pcs.PckCertificateExtensions(p.pck); err != nil {
		return platform{}, malformed("%s", err)
	}
	if p.ppid, err = hex.DecodeString(p.extensions.PPID); err != nil {
		return platform{}, malformed("platform id: %s", err)
	}
	return p, nil
}

// checkSignatures follows the quote from the platform's key down: the PCK signs the quoting enclave's report, the
// report names the attestation key, and that signs header and body.
func (q quote) checkSignatures(pck *x509.Certificate) error {
	key, ok := pck.PublicKey.(*ecdsa.PublicKey)
	if !ok || key.Curve != elliptic.P256() {
		return fmt.Errorf("%w: platform's key is not on P-256", evidence.ErrChain)
	}
	if !verifies(key, q.enclave.raw, q.enclaveSigned) {
		return fmt.Errorf("%w: report of the quoting enclave", evidence.ErrSignature)
	}
	names := sha256.Sum256(append(bytes.Clone(q.key), q.authData...))
	if !bytes.Equal(q.enclave.reportData, append(names[:], make([]byte, 32)...)) {
		return fmt.Errorf("%w: quoting enclave vouches for another key", evidence.ErrSignature)
	}
	attestation, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), append([]byte{4}, q.key...))
	if err != nil {
		return malformed("attestation key: %s", err)
	}
	if !verifies(attestation, q.signed, q.signature) {
		return fmt.Errorf("%w: quote", evidence.ErrSignature)
	}
	return nil
}

// verifies checks an ECDSA signature r ‖ s over SHA-256.
func verifies(key *ecdsa.PublicKey, message, signature []byte) bool {
	digest := sha256.Sum256(message)
	half := len(signature) / 2
	r, s := new(big.Int).SetBytes(signature[:half]), new(big.Int).SetBytes(signature[half:])
	return ecdsa.Verify(key, digest[:], r, s)
}

func (q quote) claims(machine platform, status string) Claims {
	c := Claims{
		ReportData:  q.body.reportData,
		Measurement: Measurement(q.body.mrtd, q.body.rtmr),
		MRTD:        bytes.Clone(q.body.mrtd),
		ConfigID:    bytes.Clone(q.body.config),
		Owner:       bytes.Clone(q.body.owner),
		OwnerConfig: bytes.Clone(q.body.ownerC),
		Attributes:  q.body.attributes,
		XFAM:        q.body.xfam,
		FMSPC:       machine.extensions.FMSPC,
		PPID:        machine.ppid,
		Status:      status,
	}
	for i := range c.RTMR {
		c.RTMR[i] = bytes.Clone(q.body.rtmr[i])
	}
	return c
}
