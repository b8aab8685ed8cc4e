package tdx

import (
	"bytes"
	"crypto/x509/pkix"
	"encoding/binary"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nesa-network/nesa/chain/x/attestation/evidence"
)

// Each byte of the real quote: header, body, signatures, keys, lengths and certificates.
func TestThreat44EveryFlippedByteIsRefused(t *testing.T) {
	policy := Policy{WithoutCollateral: true}
	q, err := parse(realQuote)
	require.NoError(t, err)
	policy.Measurements = [][]byte{Measurement(q.body.mrtd, q.body.rtmr)}
	for at := range realQuote {
		changed := bytes.Clone(realQuote)
		changed[at] ^= 0x01
		_, err := Verify(changed, intelRoots(), Collateral{}, policy, sampleTime)
		require.Error(t, err, "byte %#x", at)
	}
}

// A quote has one spelling: PEM could be written in many ways, and lengths could leave bytes over.
func TestThreat44OneSpelling(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*machine)
		want   error
	}{
		"nothing wrong":    {func(*machine) {}, nil},
		"zero byte at end": {func(m *machine) { m.text = func(text []byte) []byte { return append(text, 0) } }, nil},
		"no line feed":     {func(m *machine) { m.text = func(text []byte) []byte { return text[:len(text)-1] } }, nil},
		"two zero bytes":   {func(m *machine) { m.text = func(text []byte) []byte { return append(text, 0, 0) } }, evidence.ErrMalformed},
		"text before":      {func(m *machine) { m.text = func(text []byte) []byte { return append([]byte("!\n"), text...) } }, evidence.ErrMalformed},
		"text after":       {func(m *machine) { m.text = func(text []byte) []byte { return append(text, "!\n"...) } }, evidence.ErrMalformed},
		"carriage returns": {func(m *machine) {
			m.text = func(text []byte) []byte { return bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n")) }
		}, evidence.ErrMalformed},
		"four certificates":  {func(m *machine) { m.text = func(text []byte) []byte { return append(text, text[:len(text)/3]...) } }, evidence.ErrMalformed},
		"version 5":          {func(m *machine) { m.header = func(h []byte) { h[0] = 5 } }, evidence.ErrMalformed},
		"kind of key":        {func(m *machine) { m.header = func(h []byte) { h[2] = 3 } }, evidence.ErrMalformed},
		"an SGX quote":       {func(m *machine) { m.header = func(h []byte) { h[4] = 0 } }, evidence.ErrPlatform},
		"enclave's vendor":   {func(m *machine) { m.header = func(h []byte) { h[12]++ } }, evidence.ErrPlatform},
		"no more data":       {func(m *machine) { m.authData = nil }, nil},
		"most data":          {func(m *machine) { m.authData = make([]byte, maxAuthData) }, nil},
		"more than most":     {func(m *machine) { m.authData = make([]byte, maxAuthData+1) }, evidence.ErrMalformed},
		"data of the length": {func(m *machine) { m.authData = make([]byte, 1<<13) }, evidence.ErrMalformed},
	} {
		m := newMachine(t)
		c.change(m)
		_, err := Verify(m.quote(nil), m.roots(), m.collateral(t, nil), m.policy(), m.now)
		require.ErrorIs(t, err, c.want, name)
	}
	_, err := parse(make([]byte, MaxQuote+1))
	require.ErrorContains(t, err, "at most")
}

func TestThreat44LengthsAreExact(t *testing.T) {
	policy := Policy{WithoutCollateral: true}
	for size := range len(realQuote) {
		_, err := Verify(realQuote[:size], intelRoots(), Collateral{}, policy, sampleTime)
		require.Error(t, err, size)
	}
	for _, more := range [][]byte{append(bytes.Clone(realQuote), 0), make([]byte, MaxQuote+1)} {
		_, err := Verify(more, intelRoots(), Collateral{}, policy, sampleTime)
		require.ErrorIs(t, err, evidence.ErrMalformed)
	}
}

func TestThreat44CollateralIsNeeded(t *testing.T) {
	m := newMachine(t)
	_, err := Verify(m.quote(nil), m.roots(), Collateral{}, m.policy(), m.now)
	require.ErrorIs(t, err, evidence.ErrCollateral)
	// Half of it is not none of it.
	policy := m.policy()
	policy.WithoutCollateral = true
	for _, drop := range []func(*Collateral){
		func(c *Collateral) { c.PCKCRL = nil },
		func(c *Collateral) { c.RootCRL = nil },
		func(c *Collateral) { c.TCBInfo.Body = nil },
		func(c *Collateral) { c.QEIdentity.Body = nil },
		func(c *Collateral) { c.PCKCRL, c.RootCRL = c.RootCRL, c.PCKCRL },
		func(c *Collateral) {
			c.TCBInfo.Body = bytes.Replace(c.TCBInfo.Body, []byte(`"signature"`), []byte(`"Signature"`), 1)
		},
		func(c *Collateral) { c.TCBInfo.Body = append(c.TCBInfo.Body, bytes.Repeat([]byte{' '}, maxBody)...) },
	} {
		collateral := m.collateral(t, nil)
		drop(&collateral)
		_, err := Verify(m.quote(nil), m.roots(), collateral, policy, m.now)
		require.ErrorIs(t, err, evidence.ErrCollateral)
	}
}

func TestThreat44OnlyTheGivenRootIsTrusted(t *testing.T) {
	m := newMachine(t)
	for _, c := range []struct {
		quote []byte
		roots Roots
	}{
		{realQuote, Roots{}},
		{realQuote, m.roots()},
		{m.quote(nil), intelRoots()},
		{m.quote(nil), newMachine(t).roots()},
	} {
		policy := m.policy()
		policy.WithoutCollateral = true
		_, err := Verify(c.quote, c.roots, Collateral{}, policy, sampleTime)
		require.ErrorIs(t, err, evidence.ErrChain)
	}
	// Our own platform key with the trusted root appended.
	mixed := *m
	other := newMachine(t)
	mixed.root = other.root
	_, err := Verify(mixed.quote(nil), other.roots(), other.collateral(t, nil), m.policy(), m.now)
	require.ErrorIs(t, err, evidence.ErrChain)
}

func TestThreat44TimeDecides(t *testing.T) {
	m := newMachine(t)
	collateral := m.collateral(t, nil)
	for name, c := range map[string]struct {
		now  time.Time
		want error
	}{
		"none":                      {time.Time{}, evidence.ErrNoTime},
		"before":                    {m.pck.NotBefore.Add(-time.Second), evidence.ErrExpired},
		"now":                       {m.now, nil},
		"after the TCB information": {m.now.AddDate(0, 0, 21), evidence.ErrExpired},
		"after the lists":           {m.now.AddDate(0, 2, 0), evidence.ErrExpired},
		"after the key":             {m.pck.NotAfter.Add(time.Second), evidence.ErrExpired},
	} {
		_, err := Verify(m.quote(nil), m.roots(), collateral, m.policy(), c.now)
		require.ErrorIs(t, err, c.want, name)
	}
	_, err := Verify(realQuote, intelRoots(), Collateral{}, Policy{WithoutCollateral: true}, time.Date(2031, 1, 1, 0, 0, 0, 0, time.UTC))
	require.ErrorIs(t, err, evidence.ErrExpired)
}

func TestThreat44WhatTheQuoteSays(t *testing.T) {
	m := newMachine(t)
	set := func(at int, value ...byte) func(body, enclave []byte) {
		return func(body, _ []byte) { copy(body[at:], value) }
	}
	inEnclave := func(at int, value ...byte) func(body, enclave []byte) {
		return func(_, enclave []byte) { copy(enclave[at:], value) }
	}
	svn := func(at int, value uint16) func(body, enclave []byte) {
		return func(_, enclave []byte) { binary.LittleEndian.PutUint16(enclave[at:], value) }
	}
	for name, c := range map[string]struct {
		change func(body, enclave []byte)
		policy func(*Policy)
		want   error
	}{
		"nothing wrong":          {nil, nil, nil},
		"debugging":              {set(0x78, 1), nil, evidence.ErrDebug},
		"reserved for debugging": {set(0x78, 0x80), nil, evidence.ErrDebug},
		"migration":              {set(0x7B, 0x60), nil, evidence.ErrDebug},
		"attributes wanted":      {nil, func(p *Policy) { p.Require = 1 << 28 }, evidence.ErrPolicy},
		"attributes present":     {set(0x7B, 0x50), func(p *Policy) { p.Require = 1 << 28 }, nil},
		"attributes forbidden":   {nil, func(p *Policy) { p.Forbid = 1 << 30 }, evidence.ErrPolicy},
		"firmware":               {set(0x88, 1, 2, 3), nil, evidence.ErrMeasurement},
		"first register":         {set(0x148, 1), nil, evidence.ErrMeasurement},
		"last register":          {set(0x148+3*48, 1), nil, evidence.ErrMeasurement},
		"no measurement":         {nil, func(p *Policy) { p.Measurements = nil }, evidence.ErrMeasurement},
		"module's signer":        {set(0x40, 1), nil, evidence.ErrPlatform},
		"module's attributes":    {set(0x70, 1), nil, evidence.ErrPlatform},
		"old module":             {set(0x00, 2), nil, evidence.ErrOldTCB},
		"module below all":       {set(0x00, 1), nil, evidence.ErrOldTCB},
		"old microcode":          {set(0x02, 3), nil, evidence.ErrOldTCB},
		"old but accepted":       {set(0x02, 3), func(p *Policy) { p.AlsoAccept = []string{"OutOfDate"} }, nil},
		"module 1.5":             {set(0x00, 4, 1), nil, nil},
		"old module 1.5":         {set(0x00, 3, 1), nil, evidence.ErrOldTCB},
		"module 1.5 below all":   {set(0x00, 1, 1), nil, evidence.ErrOldTCB},
		"module nobody knows":    {set(0x00, 9, 2), nil, evidence.ErrCollateral},
		"module 1.5's signer": {func(body, _ []byte) {
			copy(body, []byte{4, 1})
			body[0x40] = 1
		}, nil, evidence.ErrPlatform},
		"enclave's signer":     {inEnclave(128, 0), nil, evidence.ErrPlatform},
		"enclave's product":    {svn(256, 1), nil, evidence.ErrPlatform},
		"enclave's debug bit":  {inEnclave(48, 0x17), nil, evidence.ErrPlatform},
		"enclave's misc":       {inEnclave(16, 1), nil, evidence.ErrPlatform},
		"enclave's version":    {svn(258, 3), nil, evidence.ErrRevoked},
		"enclave below all":    {svn(258, 0), nil, evidence.ErrOldTCB},
		"enclave, another key": {inEnclave(enclaveSize-64, 1, 1, 1), nil, evidence.ErrSignature},
		"enclave, more data":   {inEnclave(enclaveSize-1, 1), nil, evidence.ErrSignature},
		"old evaluation":       {nil, func(p *Policy) { p.MinEvaluation = 16 }, evidence.ErrCollateral},
		"evaluation enough":    {nil, func(p *Policy) { p.MinEvaluation = 15 }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			policy := m.policy()
			if c.policy != nil {
				c.policy(&policy)
			}
			_, err := Verify(m.quote(c.change), m.roots(), m.collateral(t, nil), policy, m.now)
			require.ErrorIs(t, err, c.want)
		})
	}
}

func TestThreat44WhatTheVendorSays(t *testing.T) {
	m := newMachine(t)
	for name, c := range map[string]struct {
		change func(*statements)
		want   error
	}{
		"nothing wrong":               {nil, nil},
		"platform revoked":            {func(s *statements) { revoke(s.pckCRL, 3) }, evidence.ErrRevoked},
		"another platform revoked":    {func(s *statements) { revoke(s.pckCRL, 2) }, nil},
		"authority revoked":           {func(s *statements) { revoke(s.rootCRL, 2) }, evidence.ErrRevoked},
		"TCB signer revoked":          {func(s *statements) { revoke(s.rootCRL, 4) }, evidence.ErrRevoked},
		"the root says of a platform": {func(s *statements) { revoke(s.rootCRL, 3) }, nil},
		"list by another":             {func(s *statements) { s.pckCRLBy, s.pckCRLKey = m.root, m.rootKey }, evidence.ErrCollateral},
		"list of another key":         {func(s *statements) { s.rootCRLBy = m.authority }, evidence.ErrChain},
		"old list":                    {func(s *statements) { s.pckCRL.NextUpdate = m.now.Add(-time.Second) }, evidence.ErrExpired},
		"future list":                 {func(s *statements) { s.rootCRL.ThisUpdate = m.now.Add(time.Second) }, evidence.ErrExpired},
		"signed by the platform":      {func(s *statements) { s.signerKey = m.pckKey }, evidence.ErrSignature},
		"for SGX":                     {func(s *statements) { s.info["id"] = "SGX" }, evidence.ErrCollateral},
		"version":                     {func(s *statements) { s.info["version"] = 2 }, evidence.ErrCollateral},
		"another model":               {func(s *statements) { s.info["fmspc"] = "00906ED50000" }, evidence.ErrCollateral},
		"upper case":                  {func(s *statements) { s.info["fmspc"] = "50806F000000" }, nil},
		"another PCE":                 {func(s *statements) { s.info["pceId"] = "0001" }, evidence.ErrCollateral},
		"no level":                    {func(s *statements) { s.info["tcbLevels"] = []any{} }, evidence.ErrOldTCB},
		"no components":               {func(s *statements) { s.info["tcbLevels"] = []any{tree{"tcbStatus": "UpToDate"}} }, evidence.ErrOldTCB},
		"revoked level":               {level(0, "tcbStatus", "Revoked"), evidence.ErrRevoked},
		"hardening needed":            {level(0, "tcbStatus", "SWHardeningNeeded"), evidence.ErrOldTCB},
		"unknown state":               {level(0, "tcbStatus", "Fine"), evidence.ErrCollateral},
		"newer PCE wanted":            {tcb(0, "pcesvn", 12), evidence.ErrOldTCB},
		"future information":          {func(s *statements) { s.info["issueDate"] = m.now.Add(time.Hour) }, evidence.ErrExpired},
		"old information":             {func(s *statements) { s.info["nextUpdate"] = m.now.Add(-time.Hour) }, evidence.ErrExpired},
		"identity of another":         {func(s *statements) { s.identity["id"] = "QE" }, evidence.ErrCollateral},
		"identity's version":          {func(s *statements) { s.identity["version"] = 1 }, evidence.ErrCollateral},
		"old identity":                {func(s *statements) { s.identity["nextUpdate"] = m.now.Add(-time.Hour) }, evidence.ErrExpired},
		"short mask":                  {func(s *statements) { s.identity["attributesMask"] = "" }, evidence.ErrPlatform},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Verify(m.quote(nil), m.roots(), m.collateral(t, c.change), m.policy(), m.now)
			require.ErrorIs(t, err, c.want)
		})
	}
}

// From version 1.5 on a module has a number of its own, which no level of the platform speaks of.
func TestThreat44ModuleIsJudgedByItsIdentity(t *testing.T) {
	m := newMachine(t)
	collateral := m.collateral(t, func(s *statements) {
		s.info["tcbLevels"].([]any)[0].(tree)["tcb"].(tree)["tdxtcbcomponents"].([]any)[0] = tree{"svn": 9}
	})
	for want, version := range map[error][]byte{nil: {4, 1}, evidence.ErrOldTCB: {4, 0}} {
		quote := m.quote(func(body, _ []byte) { copy(body, version) })
		_, err := Verify(quote, m.roots(), collateral, m.policy(), m.now)
		require.ErrorIs(t, err, want)
	}
}

func level(at int, field string, value any) func(*statements) {
	return func(s *statements) { s.info["tcbLevels"].([]any)[at].(tree)[field] = value }
}

func tcb(at int, field string, value any) func(*statements) {
	return func(s *statements) { s.info["tcbLevels"].([]any)[at].(tree)["tcb"].(tree)[field] = value }
}

// A platform's own key leads to the same root and must not be taken for the key that speaks about platforms.
func TestThreat44PlatformSpeaksForItself(t *testing.T) {
	m := newMachine(t)
	collateral := m.collateral(t, func(s *statements) { s.signerKey = m.pckKey })
	collateral.TCBInfo.Signer = m.pck.Raw
	_, err := Verify(m.quote(nil), m.roots(), collateral, m.policy(), m.now)
	require.ErrorIs(t, err, evidence.ErrChain)
	// The same name, issued by the authority of platforms.
	m.signer = m.issue(t, tcbSignerName, 5, false, m.signerKey, m.authority, m.authorityKey, nil)
	_, err = Verify(m.quote(nil), m.roots(), m.collateral(t, nil), m.policy(), m.now)
	require.ErrorIs(t, err, evidence.ErrChain)
}

func TestThreat44RevokedByPolicy(t *testing.T) {
	m := newMachine(t)
	policy := m.policy()
	claims, err := Verify(m.quote(nil), m.roots(), m.collateral(t, nil), policy, m.now)
	require.NoError(t, err)
	policy.RevokedPlatforms = [][]byte{claims.PPID}
	_, err = Verify(m.quote(nil), m.roots(), m.collateral(t, nil), policy, m.now)
	require.ErrorIs(t, err, evidence.ErrRevoked)
}

func TestThreat44WithoutCollateralOnlyIntels(t *testing.T) {
	m := newMachine(t)
	policy := m.policy()
	policy.WithoutCollateral = true
	for _, change := range []func(body, enclave []byte){
		func(body, _ []byte) { body[0x40] = 1 },
		func(body, _ []byte) { body[0x77] = 1 },
		func(_, enclave []byte) { enclave[128]++ },
		func(_, enclave []byte) { enclave[256]++ },
		func(_, enclave []byte) { enclave[48] |= enclaveDebug },
	} {
		_, err := Verify(m.quote(change), m.roots(), Collateral{}, policy, m.now)
		require.ErrorIs(t, err, evidence.ErrPlatform)
	}
}

// An authority with another's name certifies no platforms.
func TestThreat44AuthorityIsNamed(t *testing.T) {
	m := newMachine(t)
	m.authority = m.issue(t, "Intel SGX Something CA", 2, true, m.authorityKey, m.root, m.rootKey, nil)
	m.pck = m.issue(t, pckName, 3, false, m.pckKey, m.authority, m.authorityKey, []pkix.Extension{m.extension})
	_, err := Verify(m.quote(nil), m.roots(), m.collateral(t, nil), m.policy(), m.now)
	require.ErrorIs(t, err, evidence.ErrChain)
}

// What the authority and the root sign besides platforms' keys and TCB signers' is neither.
func TestThreat44CertificatesOfAnotherKind(t *testing.T) {
	m := newMachine(t)
	collateral := m.collateral(t, nil)
	pck := m.pck
	m.pck = m.issue(t, "Intel SGX Something", 3, false, m.pckKey, m.authority, m.authorityKey, []pkix.Extension{m.extension})
	_, err := Verify(m.quote(nil), m.roots(), collateral, m.policy(), m.now)
	require.ErrorIs(t, err, evidence.ErrChain)

	m.pck = m.issue(t, pckName, 3, false, m.pckKey, m.root, m.rootKey, []pkix.Extension{m.extension})
	policy := m.policy()
	policy.WithoutCollateral = true
	_, err = Verify(m.quote(nil), m.roots(), Collateral{}, policy, m.now)
	require.ErrorIs(t, err, evidence.ErrChain)

	m.pck = pck
	collateral = m.collateral(t, func(s *statements) { s.signerKey = m.authorityKey })
	collateral.TCBInfo.Signer = m.authority.Raw
	_, err = Verify(m.quote(nil), m.roots(), collateral, m.policy(), m.now)
	require.ErrorIs(t, err, evidence.ErrChain)
}

func FuzzTDX(f *testing.F) {
	m := newMachine(f)
	collateral := m.collateral(f, nil)
	f.Add(m.quote(nil), collateral.TCBInfo.Body, collateral.QEIdentity.Body, collateral.PCKCRL)
	f.Add(realQuote, realTCBInfo, realIdentity, realPCKCRL)
	want, _ := parse(realQuote)
	f.Fuzz(func(t *testing.T, quote, info, identity, crl []byte) {
		given := collateral
		given.TCBInfo.Body, given.QEIdentity.Body, given.PCKCRL = info, identity, crl
		claims, err := Verify(quote, m.roots(), given, m.policy(), m.now)
		if err == nil && claims.ReportData != want.body.reportData {
			t.Fatal("a quote that nobody has signed")
		}
		_, _, _ = Platform(quote)
	})
}
