// Package gpu verifies attestation reports of NVIDIA Hopper GPUs, as an addition to a quote of the CPU that drives them.
//
// What a report proves: a genuine H100 or H200 has signed the nonce, not earlier than the nonce was known. With the
// nonce that Nonce returns, the guest that the CPU's quote speaks of had such a GPU at hand.
//
// What it does not prove:
//
//   - that the GPU's firmware and driver are good ones: the measurements are not held against NVIDIA's reference values,
//     which come signed in XML, per version of firmware and driver;
//   - that the GPU's confidential mode is on, which the guest's own software must check before it uses the GPU; that
//     software is what the CPU's measurement vouches for;
//   - that the GPU sits in the same machine: the guest may have asked a remote one. Again the measured software decides;
//   - that NVIDIA has not revoked the GPU since: revocation is answered online only (OCSP).
package gpu

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"encoding/binary"
	"fmt"
	"math/big"
	"time"

	"github.com/nesa-network/nesa/chain/x/attestation/evidence"
	"github.com/nesa-network/nesa/chain/x/attestation/evidence/pki"
)

// A report is SPDM 1.1's GET_MEASUREMENTS and the MEASUREMENTS that answers it (DMTF DSP0274).
const (
	// MaxReport bounds a report; those of Hopper have about 4 kB.
	MaxReport = 16 << 10
	// maxCertificates is the GPU's firmware and boot ROM, the provisioner, the product, and perhaps the root.
	maxCertificates = 5

	spdm11         = 0x11
	getMeasurement = 0xE0
	measurements   = 0x60
	wantSignature  = 0x01
	requestSize    = 37
	nonceAt        = 4
	nonceSize      = 32
	responseHeader = 8
	lengthSize     = 2
	signatureSize  = 96

	// product is the authority of Hopper GPUs. Switches and other products lead to the same root.
	product = "NVIDIA GH100 Identity"
)

// Nonce is what a GPU is to sign for a CPU's quote: SHA-256 of the 64 bytes of its report data.
func Nonce(reportData [64]byte) [32]byte { return sha256.Sum256(reportData[:]) }

// Verify checks a report and its certificates, the GPU's own first and in DER. Every byte of the report is signed or
// is the signature; (r, n-s) verifies wherever (r, s) does, as everywhere in ECDSA.
func Verify(report []byte, chain [][]byte, root []byte, nonce [32]byte, now time.Time) error {
	if err := checkForm(report); err != nil {
		return err
	}
	if !bytes.Equal(report[nonceAt:nonceAt+nonceSize], nonce[:]) {
		return fmt.Errorf("%w: GPU's report", evidence.ErrNonce)
	}
	leaf, err := certify(chain, root, now)
	if err != nil {
		return err
	}
	return checkSignature(report, leaf)
}

// checkForm reads the message by its own lengths, which leave no byte over.
func checkForm(report []byte) error {
	if len(report) > MaxReport {
		return fmt.Errorf("%w: report of %d bytes, at most %d", evidence.ErrMalformed, len(report), MaxReport)
	}
	if len(report) < requestSize+responseHeader {
		return fmt.Errorf("%w: report of %d bytes", evidence.ErrMalformed, len(report))
	}
	request, response := report[:requestSize], report[requestSize:]
	if request[0] != spdm11 || request[1] != getMeasurement || response[0] != spdm11 || response[1] != measurements {
		return fmt.Errorf("%w: not the measurements of SPDM 1.1", evidence.ErrMalformed)
	}
	if request[2]&wantSignature == 0 {
		return fmt.Errorf("%w: no signature was asked for", evidence.ErrMalformed)
	}
	record := int(response[5]) | int(response[6])<<8 | int(response[7])<<16
	opaqueAt := responseHeader + record + nonceSize
	if opaqueAt+lengthSize > len(response) {
		return fmt.Errorf("%w: measurements of %d bytes", evidence.ErrMalformed, record)
	}
	opaque := int(binary.LittleEndian.Uint16(response[opaqueAt:]))
	if want := opaqueAt + lengthSize + opaque + signatureSize; want != len(response) {
		return fmt.Errorf("%w: response of %d bytes, %d by its lengths", evidence.ErrMalformed, len(response), want)
	}
	return nil
}

func certify(chain [][]byte, root []byte, now time.Time) (*x509.Certificate, error) {
	if len(chain) == 0 || len(chain) > maxCertificates {
		return nil, fmt.Errorf("%w: %d certificates, want 1 to %d", evidence.ErrMalformed, len(chain), maxCertificates)
	}
	certificates, err := pki.ParseAll(chain)
	if err != nil {
		return nil, err
	}
	trusted, err := pki.Parse(root)
	if err != nil {
		return nil, fmt.Errorf("trusted root: %w", err)
	}
	leaf := certificates[0]
	if leaf.IsCA || leaf.KeyUsage&x509.KeyUsageDigitalSignature == 0 {
		return nil, fmt.Errorf("%w: %q signs no reports", evidence.ErrChain, leaf.Subject.CommonName)
	}
	path, err := pki.Chain(leaf, certificates[1:], trusted, now)
	if err != nil {
		return nil, err
	}
	if len(path) < 2 {
		return nil, fmt.Errorf("%w: the root signs no reports", evidence.ErrChain)
	}
	if name := path[len(path)-2].Subject.CommonName; name != product {
		return nil, fmt.Errorf("%w: %q is not the authority of Hopper GPUs", evidence.ErrPlatform, name)
	}
	return leaf, nil
}

func checkSignature(report []byte, leaf *x509.Certificate) error {
	key, ok := leaf.PublicKey.(*ecdsa.PublicKey)
	if !ok || key.Curve != elliptic.P384() {
		return fmt.Errorf("%w: GPU's key is not on P-384", evidence.ErrChain)
	}
	split := len(report) - signatureSize
	digest := sha512.Sum384(report[:split])
	r := new(big.Int).SetBytes(report[split : split+signatureSize/2])
	s := new(big.Int).SetBytes(report[split+signatureSize/2:])
	if !ecdsa.Verify(key, digest[:], r, s) {
		return fmt.Errorf("%w: GPU's report", evidence.ErrSignature)
	}
	return nil
}
