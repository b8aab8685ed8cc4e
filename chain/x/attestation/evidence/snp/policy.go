// Package snp verifies AMD SEV-SNP attestation reports against stored roots, revocation lists and a policy.
package snp

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/google/go-sev-guest/abi"
	"github.com/google/go-sev-guest/kds"
	spb "github.com/google/go-sev-guest/proto/sevsnp"

	"github.com/nesa-network/nesa/chain/x/attestation/evidence"
)

// Line is what is trusted for one product line of AMD. Reports of a line without an entry are refused.
type Line struct {
	Name          string   // as AMD spells it: Milan or Genoa
	ARK           []byte   // DER of the root
	Intermediates [][]byte // DER of ASK (signs VCEKs) and ASVK (signs VLEKs); one may come with the evidence instead
	CRLs          [][]byte // DER, each signed by the ARK or an intermediate; optional
	MinTCB        uint64   // least TCB_VERSION, compared byte by byte
	RequireCRL    bool     // refuse everything while there is no list of the root's
}

// Roots are all that is trusted.
type Roots []Line

// Policy says which guests are accepted. Debugging and migration agents never are.
type Policy struct {
	Measurements [][]byte // accepted launch measurements of 48 bytes; none accepts nothing
	RevokedChips [][]byte // chip ids of 64 bytes that are refused; AMD itself revokes no VCEK
	MaxVMPL      uint32   // highest privilege level number whose reports count; 0 is the most privileged
	MinABI       [2]byte  // least firmware ABI (major, minor) that the guest's policy must demand
	MinGuestSVN  uint32   // least security version number of the guest's image
	AllowVLEK    bool     // accept keys that a cloud loads, in place of the chip's own
	ForbidSMT    bool     // refuse guests that may share a core with another thread
}

// Claims are what a verified report says.
type Claims struct {
	ReportData  [64]byte
	Measurement []byte // 48 bytes
	HostData    []byte // 32 bytes
	ChipID      []byte // 64 bytes; certified by a VCEK, only reported under a VLEK, where it may be all zero
	Line        string
	TCB         uint64 // reported TCB_VERSION, to which the endorsement key belongs
	LeastTCB    uint64 // least of reported, current, committed and launch TCB_VERSION, component by component
	GuestPolicy uint64
	GuestSVN    uint32
	VMPL        uint32
	VLEK        bool
}

const tcbSize = 8

// noAgent fills REPORT_ID_MA of a guest without a migration agent.
var noAgent = bytes.Repeat([]byte{0xff}, abi.ReportIDMASize)

func (p Policy) admit(a authentic) error {
	if a.info.SigningKey == abi.VlekReportSigner && !p.AllowVLEK {
		return fmt.Errorf("%w: keys loaded by a cloud are not accepted", evidence.ErrPlatform)
	}
	if contains(p.RevokedChips, a.report.GetChipId()) {
		return fmt.Errorf("%w: chip %x", evidence.ErrRevoked, a.report.GetChipId()[:8])
	}
	if err := p.admitGuest(a.report); err != nil {
		return err
	}
	for _, level := range a.levels() {
		if !atLeast(level.tcb, a.line.MinTCB) {
			return fmt.Errorf("%w: %s TCB %016x, at least %016x wanted", evidence.ErrOldTCB, level.name, level.tcb, a.line.MinTCB)
		}
	}
	return nil
}

// admitGuest checks what the guest was launched with. A report of VMPL 2^32-1 is one that the host asked for.
func (p Policy) admitGuest(report *spb.Report) error {
	terms, err := abi.ParseSnpPolicy(report.GetPolicy())
	if err != nil {
		return fmt.Errorf("%w: %w", evidence.ErrMalformed, err)
	}
	switch {
	case terms.Debug:
		return fmt.Errorf("%w: debugging is allowed", evidence.ErrDebug)
	case terms.MigrateMA, !bytes.Equal(report.GetReportIdMa(), noAgent):
		return fmt.Errorf("%w: a migration agent is allowed", evidence.ErrDebug)
	case report.GetVmpl() > p.MaxVMPL:
		return fmt.Errorf("%w: report of VMPL %d, at most %d accepted", evidence.ErrPolicy, report.GetVmpl(), p.MaxVMPL)
	case p.ForbidSMT && terms.SMT:
		return fmt.Errorf("%w: simultaneous multithreading is allowed", evidence.ErrPolicy)
	case binary.BigEndian.Uint16([]byte{terms.ABIMajor, terms.ABIMinor}) < binary.BigEndian.Uint16(p.MinABI[:]):
		return fmt.Errorf("%w: ABI %d.%d, at least %d.%d wanted",
			evidence.ErrPolicy, terms.ABIMajor, terms.ABIMinor, p.MinABI[0], p.MinABI[1])
	case report.GetGuestSvn() < p.MinGuestSVN:
		return fmt.Errorf("%w: guest's security version %d, at least %d wanted", evidence.ErrPolicy, report.GetGuestSvn(), p.MinGuestSVN)
	case !contains(p.Measurements, report.GetMeasurement()):
		return fmt.Errorf("%w: %x", evidence.ErrMeasurement, report.GetMeasurement())
	}
	return nil
}

type level struct {
	name string
	tcb  uint64
}

// levels are a report's TCB versions. Reported is what the key is for; the host can roll back to committed; the guest was measured
// under launch.
func (a authentic) levels() []level {
	return []level{
		{"reported", a.report.GetReportedTcb()},
		{"current", a.report.GetCurrentTcb()},
		{"committed", a.report.GetCommittedTcb()},
		{"launch", a.report.GetLaunchTcb()},
	}
}

// leastTCB takes the least of each component.
func (a authentic) leastTCB() uint64 {
	least := bytes.Repeat([]byte{0xff}, tcbSize)
	for _, level := range a.levels() {
		for i, component := range binary.BigEndian.AppendUint64(nil, level.tcb) {
			least[i] = min(least[i], component)
		}
	}
	return binary.BigEndian.Uint64(least)
}

// atLeast compares TCB versions component by component: a newer microcode makes up for no older firmware.
func atLeast(tcb, least uint64) bool {
	return kds.TCBPartsLE(kds.DecomposeTCBVersion(kds.TCBVersion(least)), kds.DecomposeTCBVersion(kds.TCBVersion(tcb)))
}

func contains(set [][]byte, one []byte) bool {
	return slices.ContainsFunc(set, func(other []byte) bool { return bytes.Equal(other, one) })
}
