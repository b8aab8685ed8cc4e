package snp

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/binary"
	"testing"
	"time"

	fake "github.com/google/go-sev-guest/testing"
	"github.com/google/go-sev-guest/testing/data"
	"github.com/stretchr/testify/require"

	"github.com/nesa-network/nesa/chain/x/attestation/evidence"
)

// Each bit of each byte of the real report, its signature and the zeros behind it.
func TestThreat44EveryFlippedBitIsRefused(t *testing.T) {
	masks := []byte{0x01, 0x80}
	for at := range milanReport {
		for _, mask := range masks {
			changed := bytes.Clone(milanReport)
			changed[at] ^= mask
			_, err := authenticate(changed, [][]byte{milanVCEK}, milanRoots(), sampleTime)
			require.Error(t, err, "byte %#x mask %#x", at, mask)
		}
	}
}

func TestThreat44EveryFlippedByteOfTheKeyIsRefused(t *testing.T) {
	for at := range milanVCEK {
		changed := bytes.Clone(milanVCEK)
		changed[at] ^= 0x01
		_, err := authenticate(milanReport, [][]byte{changed}, milanRoots(), sampleTime)
		require.Error(t, err, "byte %#x", at)
	}
}

func TestThreat44LengthsAreExact(t *testing.T) {
	for _, report := range [][]byte{nil, milanReport[:1183], append(bytes.Clone(milanReport), 0)} {
		_, err := authenticate(report, [][]byte{milanVCEK}, milanRoots(), sampleTime)
		require.ErrorIs(t, err, evidence.ErrMalformed)
	}
}

func TestThreat44TimeDecides(t *testing.T) {
	key, err := x509.ParseCertificate(milanVCEK)
	require.NoError(t, err)
	for name, c := range map[string]struct {
		now  time.Time
		want error
	}{
		"none":          {time.Time{}, evidence.ErrNoTime},
		"before":        {key.NotBefore.Add(-time.Second), evidence.ErrExpired},
		"first second":  {key.NotBefore, nil},
		"last second":   {key.NotAfter, nil},
		"after":         {key.NotAfter.Add(time.Second), evidence.ErrExpired},
		"after the ASK": {key.NotAfter.AddDate(30, 0, 0), evidence.ErrExpired},
	} {
		_, err := authenticate(milanReport, [][]byte{milanVCEK}, milanRoots(), c.now)
		require.ErrorIs(t, err, c.want, name)
	}
}

func TestThreat44OnlyGivenRootsAreTrusted(t *testing.T) {
	m := newMachine(t, nil)
	_, err := authenticate(milanReport, [][]byte{milanVCEK}, nil, sampleTime)
	require.ErrorIs(t, err, evidence.ErrPlatform, "AMD's roots are not built in")
	_, err = authenticate(milanReport, [][]byte{milanVCEK}, m.roots(), sampleTime)
	require.ErrorIs(t, err, evidence.ErrChain)
	_, err = authenticate(m.report(nil), m.certificates(), milanRoots(), sampleTime)
	require.ErrorIs(t, err, evidence.ErrChain, "made up by ourselves")
	_, err = authenticate(m.report(nil), [][]byte{m.key.Raw, m.ask.Raw}, milanRoots(), sampleTime)
	require.ErrorIs(t, err, evidence.ErrChain, "an offered intermediate is nobody's")
	genoa := milanRoots()
	genoa[0].Name = "Genoa"
	_, err = authenticate(milanReport, [][]byte{milanVCEK}, genoa, sampleTime)
	require.ErrorIs(t, err, evidence.ErrPlatform)
}

func TestThreat44ReportOfAnotherKey(t *testing.T) {
	m := newMachine(t, nil)
	report := m.report(nil)
	m.keys = &fake.AmdKeys{Ark: m.keys.Ark, Ask: m.keys.Ask, Vcek: data.VLEKPrivateKey}
	_, err := Verify(m.sign(report), m.certificates(), m.roots(), m.policy(), sampleTime)
	require.ErrorIs(t, err, evidence.ErrSignature)
}

func TestThreat44WhatTheReportSays(t *testing.T) {
	m := newMachine(t, nil)
	or := func(at int, bits uint64) func([]byte) {
		return func(r []byte) { binary.LittleEndian.PutUint64(r[at:], binary.LittleEndian.Uint64(r[at:])|bits) }
	}
	lower := func(at, component int) func([]byte) { return func(r []byte) { r[at+component]-- } }
	for name, c := range map[string]struct {
		change func([]byte)
		policy func(*Policy)
		want   error
	}{
		"nothing wrong":          {nil, nil, nil},
		"debugging":              {or(0x08, 1<<19), nil, evidence.ErrDebug},
		"migration":              {or(0x08, 1<<18), nil, evidence.ErrDebug},
		"a migration agent":      {func(r []byte) { r[0x160] = 0 }, nil, evidence.ErrDebug},
		"reserved bit of policy": {or(0x08, 1<<30), nil, evidence.ErrMalformed},
		"measurement":            {func(r []byte) { r[0x90]++ }, nil, evidence.ErrMeasurement},
		"no measurement":         {nil, func(p *Policy) { p.Measurements = nil }, evidence.ErrMeasurement},
		"VMPL":                   {or(0x30, 1), nil, evidence.ErrPolicy},
		"VMPL allowed":           {or(0x30, 1), func(p *Policy) { p.MaxVMPL = 1 }, nil},
		"asked for by the host":  {or(0x30, 1<<32-1), func(p *Policy) { p.MaxVMPL = 3 }, evidence.ErrPolicy},
		"threads":                {or(0x08, 1<<16), func(p *Policy) { p.ForbidSMT = true }, evidence.ErrPolicy},
		"threads allowed":        {or(0x08, 1<<16), nil, nil},
		"ABI":                    {or(0x08, 0x0133), func(p *Policy) { p.MinABI = [2]byte{1, 0x34} }, evidence.ErrPolicy},
		"ABI enough":             {or(0x08, 0x0200), func(p *Policy) { p.MinABI = [2]byte{1, 0x34} }, nil},
		"guest's version":        {or(0x04, 1), func(p *Policy) { p.MinGuestSVN = 2 }, evidence.ErrPolicy},
		"guest's version enough": {or(0x04, 2), func(p *Policy) { p.MinGuestSVN = 2 }, nil},
		"revoked chip":           {nil, func(p *Policy) { p.RevokedChips = [][]byte{m.hwid} }, evidence.ErrRevoked},
		"another's chip":         {func(r []byte) { r[0x1A0]++ }, nil, evidence.ErrPlatform},
		"masked chip":            {func(r []byte) { clear(r[0x1A0:0x1E0]) }, nil, evidence.ErrPlatform},
		"key of another TCB":     {lower(0x180, 7), nil, evidence.ErrPlatform},
		"old current":            {lower(0x38, 7), nil, evidence.ErrOldTCB},
		"old committed":          {lower(0x1E0, 0), nil, evidence.ErrOldTCB},
		"old launch":             {lower(0x1F0, 6), nil, evidence.ErrOldTCB},
		"signed by no key":       {or(0x48, 7<<2), nil, evidence.ErrPlatform},
		"signed by a cloud":      {or(0x48, 1<<2), nil, evidence.ErrPlatform},
		"reserved signer":        {or(0x48, 2<<2), nil, evidence.ErrMalformed},
		"another algorithm":      {func(r []byte) { r[0x34] = 2 }, nil, evidence.ErrMalformed},
		"another line": {func(r []byte) {
			r[0], r[0x188], r[0x189] = 3, 0x19, 0x11
		}, nil, evidence.ErrPlatform},
	} {
		t.Run(name, func(t *testing.T) {
			policy := m.policy()
			if c.policy != nil {
				c.policy(&policy)
			}
			_, err := Verify(m.report(c.change), m.certificates(), m.roots(), policy, sampleTime)
			require.ErrorIs(t, err, c.want)
			if c.want == nil {
				require.NoError(t, err)
			}
		})
	}
}

func TestThreat44OldFirmwareIsRefusedByComponent(t *testing.T) {
	for _, component := range []int{0, 8, 48, 56} {
		m := newMachine(t, nil)
		roots := m.roots()
		roots[0].MinTCB = goodTCB + 1<<component
		_, err := Verify(m.report(nil), m.certificates(), roots, m.policy(), sampleTime)
		require.ErrorIs(t, err, evidence.ErrOldTCB, component)
	}
	// A newer boot loader makes up for no older microcode.
	m := newMachine(t, nil)
	roots := m.roots()
	roots[0].MinTCB = goodTCB - 1<<56 + 1
	_, err := Verify(m.report(nil), m.certificates(), roots, m.policy(), sampleTime)
	require.ErrorIs(t, err, evidence.ErrOldTCB)
}

// The host may report, and have its key certified for, firmware older than what runs.
func TestThreat44OldReportedFirmwareIsRefused(t *testing.T) {
	m := newMachine(t, nil)
	m.tcb--
	m.certify(t, nil)
	report := m.report(func(r []byte) {
		for _, at := range []int{0x38, 0x1E0, 0x1F0} {
			binary.LittleEndian.PutUint64(r[at:], goodTCB)
		}
	})
	_, err := Verify(report, m.certificates(), m.roots(), m.policy(), sampleTime)
	require.ErrorIs(t, err, evidence.ErrOldTCB)
}

// What AMD signs besides endorsement keys is none, whatever its extensions say.
func TestThreat44KeyOfAnotherKind(t *testing.T) {
	m := newMachine(t, func(c *x509.Certificate) { c.Subject.CommonName = "SEV-OTHER" })
	_, err := Verify(m.report(nil), m.certificates(), m.roots(), m.policy(), sampleTime)
	require.ErrorIs(t, err, evidence.ErrPlatform)

	m = newMachine(t, nil)
	m.keys = &fake.AmdKeys{Ark: m.keys.Ark, Ask: m.keys.Ask}
	m.keys.Vcek, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	m.certify(t, nil)
	_, err = Verify(m.report(nil), m.certificates(), m.roots(), m.policy(), sampleTime)
	require.ErrorIs(t, err, evidence.ErrChain)
}

func TestThreat44KeysOfClouds(t *testing.T) {
	m := newMachine(t, nil)
	m.vlek = true
	m.certify(t, nil)
	policy := m.policy()
	_, err := Verify(m.report(nil), m.certificates(), m.roots(), policy, sampleTime)
	require.ErrorIs(t, err, evidence.ErrPlatform)
	policy.AllowVLEK = true
	claims, err := Verify(m.report(nil), m.certificates(), m.roots(), policy, sampleTime)
	require.NoError(t, err)
	require.True(t, claims.VLEK)
}

func TestThreat44RevokedIntermediate(t *testing.T) {
	m := newMachine(t, nil)
	hour := time.Hour
	for name, c := range map[string]struct {
		lists    [][]byte
		required bool
		want     error
	}{
		"none":                   {nil, false, nil},
		"none, and one required": {nil, true, evidence.ErrCollateral},
		"clean":                  {[][]byte{list(t, m.ark, m.keys.Ark, sampleTime.Add(-hour), sampleTime.Add(hour), 1, 3)}, true, nil},
		"the ASK's own, clean":   {[][]byte{list(t, m.ask, m.keys.Ask, sampleTime.Add(-hour), sampleTime.Add(hour), 2)}, false, nil},
		"of the ASK, not of the root": {
			[][]byte{list(t, m.ask, m.keys.Ask, sampleTime.Add(-hour), sampleTime.Add(hour))}, true, evidence.ErrCollateral,
		},
		"the ASK":    {[][]byte{list(t, m.ark, m.keys.Ark, sampleTime.Add(-hour), sampleTime.Add(hour), 2)}, false, evidence.ErrRevoked},
		"the key":    {[][]byte{list(t, m.ask, m.keys.Ask, sampleTime.Add(-hour), sampleTime.Add(hour), 3)}, false, evidence.ErrRevoked},
		"old":        {[][]byte{list(t, m.ark, m.keys.Ark, sampleTime.Add(-2*hour), sampleTime.Add(-hour))}, false, evidence.ErrExpired},
		"future":     {[][]byte{list(t, m.ark, m.keys.Ark, sampleTime.Add(hour), sampleTime.Add(2*hour))}, false, evidence.ErrExpired},
		"forged":     {[][]byte{list(t, m.ark, m.keys.Asvk, sampleTime.Add(-hour), sampleTime.Add(hour))}, false, evidence.ErrChain},
		"unreadable": {[][]byte{{1, 2}}, false, evidence.ErrCollateral},
	} {
		t.Run(name, func(t *testing.T) {
			roots := m.roots()
			roots[0].CRLs, roots[0].RequireCRL = c.lists, c.required
			_, err := Verify(m.report(nil), m.certificates(), roots, m.policy(), sampleTime)
			require.ErrorIs(t, err, c.want)
			if c.want == nil {
				require.NoError(t, err)
			}
		})
	}
}

func FuzzSNP(f *testing.F) {
	m := newMachine(f, nil)
	roots := append(m.roots(), Line{Name: "Genoa"})
	f.Add(m.report(nil), m.key.Raw, m.ask.Raw)
	f.Add(milanReport, milanVCEK, []byte{})
	f.Fuzz(func(t *testing.T, report, key, ask []byte) {
		claims, err := Verify(report, [][]byte{key, ask}, roots, m.policy(), sampleTime)
		if err == nil && !bytes.Equal(claims.ReportData[:], m.report(nil)[0x50:0x90]) {
			t.Fatal("a report that nobody has signed")
		}
	})
}
