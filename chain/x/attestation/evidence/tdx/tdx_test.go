package tdx

import (
	"crypto/x509"
	"testing"

	"github.com/google/go-tdx-guest/abi"
	pb "github.com/google/go-tdx-guest/proto/tdx"
	"github.com/google/go-tdx-guest/verify"
	"github.com/stretchr/testify/require"

	"github.com/nesa-network/nesa/chain/x/attestation/evidence"
	"github.com/nesa-network/nesa/chain/x/attestation/evidence/pki"
)

func TestRealQuoteVerifiesUnderIntelsRoot(t *testing.T) {
	policy := newMachine(t).policy()
	policy.WithoutCollateral = true
	claims, err := Verify(realQuote, intelRoots(), Collateral{}, policy, sampleTime)
	require.NoError(t, err)
	q, err := abi.QuoteToProto(realQuote)
	require.NoError(t, err)
	body := q.(*pb.QuoteV4).GetTdQuoteBody()
	require.Equal(t, body.GetReportData(), claims.ReportData[:])
	require.Equal(t, body.GetMrTd(), claims.MRTD)
	require.Equal(t, body.GetRtmrs(), claims.RTMR[:])
	require.Equal(t, body.GetMrConfigId(), claims.ConfigID)
	require.Equal(t, body.GetMrOwner(), claims.Owner)
	require.Equal(t, body.GetMrOwnerConfig(), claims.OwnerConfig)
	require.Equal(t, uint64(0x40000000), claims.Attributes)
	require.Equal(t, "50806f000000", claims.FMSPC)
	require.Empty(t, claims.Status)

	fmspc, authority, err := Platform(realQuote)
	require.NoError(t, err)
	require.Equal(t, "50806f000000", fmspc)
	require.Equal(t, platformCA, authority)
}

func TestRealStatementsVerifyUnderIntelsRoot(t *testing.T) {
	root, err := pki.Parse(intelRoots().SGX)
	require.NoError(t, err)
	collateral := Collateral{
		TCBInfo: Signed{realTCBInfo, realSigner}, QEIdentity: Signed{realIdentity, realSigner}, PCKCRL: realPCKCRL, RootCRL: realRootCRL,
	}
	info, err := readTCBInfo(collateral, root, Policy{}, sampleTime)
	require.NoError(t, err)
	require.Len(t, info.TcbLevels, 2)
	identity, err := readIdentity(collateral, root, Policy{}, sampleTime)
	require.NoError(t, err)
	q, err := parse(realQuote)
	require.NoError(t, err)
	require.NoError(t, q.enclave.match(identity, Policy{}))
	machine, err := certify(q.chain, intelRoots(), sampleTime)
	require.NoError(t, err)
	require.NoError(t, machine.checkRevocation(collateral, sampleTime))
}

func TestSyntheticQuoteIsAcceptedWithCollateral(t *testing.T) {
	m := newMachine(t)
	claims, err := Verify(m.quote(nil), m.roots(), m.collateral(t, nil), m.policy(), m.now)
	require.NoError(t, err)
	require.Equal(t, "UpToDate", claims.Status)
	require.Len(t, claims.PPID, 16)
}

// The library verifies with its own code; where ours takes a quote without collateral, so does it.
func TestAgreesWithTheLibrary(t *testing.T) {
	pool := x509.NewCertPool()
	root, err := x509.ParseCertificate(intelRoots().SGX)
	require.NoError(t, err)
	pool.AddCert(root)
	policy := newMachine(t).policy()
	policy.WithoutCollateral = true
	require.NoError(t, verify.RawTdxQuote(realQuote, &verify.Options{Now: sampleTime, TrustedRoots: pool}))
	for at := 0; at < len(realQuote); at += 97 {
		changed := append([]byte{}, realQuote...)
		changed[at] ^= 0x04
		library := func() (err error) {
			defer func() {
				if recover() != nil {
					err = evidence.ErrMalformed
				}
			}()
			return verify.RawTdxQuote(changed, &verify.Options{Now: sampleTime, TrustedRoots: pool})
		}
		_, err := Verify(changed, intelRoots(), Collateral{}, policy, sampleTime)
		require.Error(t, err, at)
		require.Error(t, library(), at)
	}
}

func BenchmarkVerify(b *testing.B) {
	m := newMachine(b)
	quote, collateral, policy := m.quote(nil), m.collateral(b, nil), m.policy()
	for b.Loop() {
		if _, err := Verify(quote, m.roots(), collateral, policy, m.now); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkRealQuote has a machine's quote and Intel's statements and lists. These are of different platforms, so each is
// verified for itself.
func BenchmarkRealQuote(b *testing.B) {
	policy := newMachine(b).policy()
	policy.WithoutCollateral = true
	collateral := Collateral{
		TCBInfo: Signed{realTCBInfo, realSigner}, QEIdentity: Signed{realIdentity, realSigner}, PCKCRL: realPCKCRL, RootCRL: realRootCRL,
	}
	root, err := pki.Parse(intelRoots().SGX)
	require.NoError(b, err)
	q, err := parse(realQuote)
	require.NoError(b, err)
	machine, err := certify(q.chain, intelRoots(), sampleTime)
	require.NoError(b, err)
	for b.Loop() {
		_, err := Verify(realQuote, intelRoots(), Collateral{}, policy, sampleTime)
		require.NoError(b, err)
		_, err = readTCBInfo(collateral, root, Policy{}, sampleTime)
		require.NoError(b, err)
		_, err = readIdentity(collateral, root, Policy{}, sampleTime)
		require.NoError(b, err)
		require.NoError(b, machine.checkRevocation(collateral, sampleTime))
	}
}
