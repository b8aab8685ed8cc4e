package tdx

import (
	"bytes"
	"crypto/sha512"
	"encoding/hex"
	"fmt"
	"slices"

	"github.com/google/go-tdx-guest/pcs"

	"github.com/nesa-network/nesa/chain/x/attestation/evidence"
)

// Attributes of a TD (TDX module specification, ATTRIBUTES).
const (
	underDebug = uint64(0xff)    // bit 0 lets the host read the TD, the others are reserved for the like
	migratable = uint64(1) << 29 // a migration TD may take it elsewhere
	allowed    = pcs.TcbComponentStatusUpToDate
	revoked    = pcs.TcbComponentStatusRevoked
)

// Roots are all that is trusted.
type Roots struct {
	SGX []byte // DER of Intel's SGX Root CA
}

// Signed is a response of Intel's provisioning service with the certificate that signed it.
type Signed struct {
	Body   []byte // JSON as served: the statement and its signature
	Signer []byte // DER of the TCB signing certificate, which the root has signed
}

// Collateral is what Intel says about platforms. It comes from the chain's state.
type Collateral struct {
	TCBInfo    Signed // of the quote's FMSPC, see Platform
	QEIdentity Signed
	PCKCRL     []byte // DER, of the authority that signed the quote's PCK, see Platform
	RootCRL    []byte // DER
}

// Empty says whether nothing is there.
func (c Collateral) Empty() bool {
	return len(c.TCBInfo.Body)+len(c.QEIdentity.Body)+len(c.PCKCRL)+len(c.RootCRL) == 0
}

// Policy says which guests are accepted. TDs that can be debugged or migrated never are.
type Policy struct {
	Measurements     [][]byte // accepted measurements of 48 bytes, see Measurement; none accepts nothing
	RevokedPlatforms [][]byte // platform ids (PPID) of 16 bytes that are refused
	AlsoAccept       []string // TCB states accepted beside UpToDate, as Intel spells them: SWHardeningNeeded, …
	MinEvaluation    int      // least tcbEvaluationDataNumber of the collateral
	Require          uint64   // attributes that must be set, such as bit 28, SEPT_VE_DISABLE
	Forbid           uint64   // attributes that must not be set beside those for debugging and migration

	// WithoutCollateral accepts quotes without Intel's word on firmware, quoting enclave and revocation, if no
	// collateral is given. A platform with a known hole can then forge quotes. For test networks.
	WithoutCollateral bool
}

// Claims are what a verified quote says.
type Claims struct {
	ReportData  [64]byte
	Measurement []byte
	MRTD        []byte
	RTMR        [4][]byte
	ConfigID    []byte // MRCONFIGID
	Owner       []byte // MROWNER
	OwnerConfig []byte // MROWNERCONFIG
	Attributes  uint64
	XFAM        uint64
	FMSPC       string // platform model, hex
	PPID        []byte // platform id, 16 bytes
	Status      string // TCB state as Intel spells it; empty without collateral
}

// Measurement is SHA-384 over MRTD ‖ RTMR0 ‖ RTMR1 ‖ RTMR2 ‖ RTMR3: firmware, its settings, kernel and what it started.
func Measurement(mrtd []byte, rtmr [4][]byte) []byte {
	hash := sha512.New384()
	hash.Write(mrtd)
	for _, register := range rtmr {
		hash.Write(register)
	}
	return hash.Sum(nil)
}

func (p Policy) admit(q quote, ppid []byte) error {
	measurement := Measurement(q.body.mrtd, q.body.rtmr)
	switch attributes := q.body.attributes; {
	case attributes&underDebug != 0:
		return fmt.Errorf("%w: attributes %016x allow debugging", evidence.ErrDebug, attributes)
	case attributes&migratable != 0:
		return fmt.Errorf("%w: attributes %016x allow migration", evidence.ErrDebug, attributes)
	case attributes&p.Require != p.Require, attributes&p.Forbid != 0:
		return fmt.Errorf("%w: attributes %016x", evidence.ErrPolicy, attributes)
	case contains(p.RevokedPlatforms, ppid):
		return fmt.Errorf("%w: platform %s", evidence.ErrRevoked, hex.EncodeToString(ppid))
	case !contains(p.Measurements, measurement):
		return fmt.Errorf("%w: %x", evidence.ErrMeasurement, measurement)
	}
	return nil
}

// admitStatus decides about a TCB state. A revoked one no policy can accept.
func (p Policy) admitStatus(of string, status pcs.TcbComponentStatus) error {
	switch {
	case status == revoked:
		return fmt.Errorf("%w: TCB of %s", evidence.ErrRevoked, of)
	case status == allowed, slices.Contains(p.AlsoAccept, string(status)):
		return nil
	default:
		return fmt.Errorf("%w: TCB of %s is %s", evidence.ErrOldTCB, of, status)
	}
}

func contains(set [][]byte, one []byte) bool {
	return slices.ContainsFunc(set, func(other []byte) bool { return bytes.Equal(other, one) })
}
