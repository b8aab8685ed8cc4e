// Package tdx verifies Intel TDX quotes of version 4 against stored collateral and a policy.
//
// The form is read here and not by go-tdx-guest v0.3.1, whose parser slices without looking at lengths and panics on
// quotes of a few hundred bytes; of that library the certificate extensions and the JSON types are used.
package tdx

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"encoding/pem"
	"fmt"

	"github.com/nesa-network/nesa/chain/x/attestation/evidence"
)

// Sizes and numbers from Intel's "TDX DCAP Quoting Library API", appendix 3.
const (
	// MaxQuote bounds a quote; real ones have about 5 kB.
	MaxQuote = 16 << 10

	headerSize    = 48
	bodySize      = 584
	signatureSize = 64
	keySize       = 64
	enclaveSize   = 384
	maxAuthData   = 1024

	version4     = 4
	keyP256      = 2
	teeTDX       = 0x81
	dataQEReport = 6
	dataPCKChain = 5
	chainLength  = 3
)

// intelQE is the vendor of the quoting enclave.
var intelQE, _ = hex.DecodeString("939a7233f79c4ca9940a0db3957f0607")

// quote is the parts of a version 4 quote. Slices point into the given bytes.
type quote struct {
	signed        []byte // header and body, which the attestation key signs
	body          body
	signature     []byte
	key           []byte // attestation key, x ‖ y
	enclave       enclave
	enclaveSigned []byte // signature of the PCK over the enclave's report
	authData      []byte
	chain         [chainLength][]byte // DER of PCK, its authority, root
}

// body is the TD's own part.
type body struct {
	tcb                         [16]byte // TEE_TCB_SVN
	signerSEAM, attributesSEAM  []byte
	attributes, xfam            uint64
	mrtd, config, owner, ownerC []byte
	rtmr                        [4][]byte
	reportData                  [64]byte
}

// enclave is the report of the quoting enclave.
type enclave struct {
	raw              []byte
	misc, attributes []byte
	signer           []byte
	product, svn     uint16
	reportData       []byte
}

// reader takes fields off the front of bytes. After the first that is missing it returns zeros and remembers.
type reader struct {
	left  []byte
	short bool
}

func (r *reader) take(n int) []byte {
	if n > len(r.left) {
		r.short, r.left = true, nil
		return make([]byte, min(n, MaxQuote))
	}
	field := r.left[:n:n]
	r.left = r.left[n:]
	return field
}

func (r *reader) u16() uint16 { return binary.LittleEndian.Uint16(r.take(2)) }
func (r *reader) u32() uint32 { return binary.LittleEndian.Uint32(r.take(4)) }
func (r *reader) u64() uint64 { return binary.LittleEndian.Uint64(r.take(8)) }

func malformed(format string, arguments ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{evidence.ErrMalformed}, arguments...)...)
}

// parse reads a quote. There is one spelling of a quote: lengths are exact, nothing follows, and the chain is PEM as
// the standard library writes it, with or without the zero byte that Intel's library leaves at its end.
func parse(raw []byte) (quote, error) {
	if len(raw) > MaxQuote {
		return quote{}, malformed("quote of %d bytes, at most %d", len(raw), MaxQuote)
	}
	r := &reader{left: raw}
	q := quote{signed: r.take(headerSize + bodySize)}
	if r.short {
		return quote{}, malformed("quote of %d bytes", len(raw))
	}
	if err := checkHeader(q.signed[:headerSize]); err != nil {
		return quote{}, err
	}
	q.body = parseBody(q.signed[headerSize:])
	if size := r.u32(); int(size) != len(r.left) {
		return quote{}, malformed("signed data of %d bytes where %d follow", size, len(r.left))
	}
	q.signature, q.key = r.take(signatureSize), r.take(keySize)
	if kind, size := r.u16(), r.u32(); kind != dataQEReport || int(size) != len(r.left) {
		return quote{}, malformed("certification data of kind %d and %d bytes where %d follow", kind, size, len(r.left))
	}
	q.enclave = parseEnclave(r.take(enclaveSize))
	q.enclaveSigned = r.take(signatureSize)
	size := r.u16()
	if size > maxAuthData {
		return quote{}, malformed("authentication data of %d bytes, at most %d", size, maxAuthData)
	}
	q.authData = r.take(int(size))
	if kind, size := r.u16(), r.u32(); kind != dataPCKChain || int(size) != len(r.left) {
		return quote{}, malformed("certificates of kind %d and %d bytes where %d follow", kind, size, len(r.left))
	}
	if r.short {
		return quote{}, malformed("quote of %d bytes ends early", len(raw))
	}
	var err error
	q.chain, err = parseChain(r.left)
	return q, err
}

func checkHeader(header []byte) error {
	r := &reader{left: header}
	version, key, tee := r.u16(), r.u16(), r.u32()
	r.take(4)
	vendor := r.take(16)
	switch {
	case version != version4:
		return malformed("quote of version %d, want %d", version, version4)
	case key != keyP256:
		return malformed("attestation key of kind %d, want %d", key, keyP256)
	case tee != teeTDX:
		return fmt.Errorf("%w: quote of kind %#x, want %#x", evidence.ErrPlatform, tee, teeTDX)
	case !bytes.Equal(vendor, intelQE):
		return fmt.Errorf("%w: quoting enclave of vendor %x", evidence.ErrPlatform, vendor)
	}
	return nil
}

func parseBody(raw []byte) body {
	r := &reader{left: raw}
	b := body{tcb: [16]byte(r.take(16))}
	r.take(48) // MRSEAM: which build of the module is the vendor's business; its signer and version are checked
	b.signerSEAM, b.attributesSEAM = r.take(48), r.take(8)
	b.attributes, b.xfam = r.u64(), r.u64()
	b.mrtd, b.config, b.owner, b.ownerC = r.take(48), r.take(48), r.take(48), r.take(48)
	for i := range b.rtmr {
		b.rtmr[i] = r.take(48)
	}
	b.reportData = [64]byte(r.take(64))
	return b
}

func parseEnclave(raw []byte) enclave {
	r := &reader{left: raw}
	e := enclave{raw: raw}
	r.take(16) // CPUSVN
	e.misc = r.take(4)
	r.take(28)
	e.attributes = r.take(16)
	r.take(32) // MRENCLAVE
	r.take(32)
	e.signer = r.take(32)
	r.take(96)
	e.product, e.svn = r.u16(), r.u16()
	r.take(60)
	e.reportData = r.take(64)
	return e
}

func parseChain(text []byte) (chain [chainLength][]byte, err error) {
	var canonical []byte
	rest := text
	for i := range chain {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil || block.Type != "CERTIFICATE" || len(block.Headers) != 0 {
			return chain, malformed("certificate %d cannot be read", i)
		}
		chain[i] = block.Bytes
		canonical = append(canonical, pem.EncodeToMemory(block)...)
	}
	if text = bytes.TrimSuffix(text, []byte{0}); !bytes.Equal(text, canonical) && !bytes.Equal(append(text[:len(text):len(text)], '\n'), canonical) {
		return chain, malformed("certificates are not in plain PEM")
	}
	return chain, nil
}
