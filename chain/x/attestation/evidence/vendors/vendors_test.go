package vendors

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"testing"

	"github.com/google/go-sev-guest/verify/trust"
	"github.com/stretchr/testify/require"
)

// What a genesis trusts is pinned here: a changed file is seen in review as a changed digest.
func TestRootsArePinned(t *testing.T) {
	digest := func(der []byte) string {
		sum := sha256.Sum256(der)
		return hex.EncodeToString(sum[:])
	}
	lines := AMDLines()
	require.Len(t, lines, 3)
	for name, c := range map[string]struct {
		der  []byte
		want string
	}{
		"Milan":  {lines[0].ARK, "69d063b45344d26a2e94e1f4210de49ef555308287d4c174445c95639a540bcd"},
		"Genoa":  {lines[1].ARK, "4c6598d19c18719c5dfd4a7d335f674e5bfe1d8f800cea2cf270c10d103db2f1"},
		"Turin":  {lines[2].ARK, "1f084161a44bb6d93778a904877d4819cafa5d05ef4193b2ded9dd9c73dd3f6a"},
		"Intel":  {IntelRoot(), "44a0196b2b99f889b8e149e95b807a350e7424964399e885a7cbb8ccfab674d3"},
		"NVIDIA": {NVIDIARoot(), "102bf659d5419614c9d8e6aecebc80454eb26b1df6a769ac720b9a690b167b48"},
	} {
		require.Equal(t, c.want, digest(c.der), name)
	}
}

func TestRootsSignThemselvesAndTheirIntermediates(t *testing.T) {
	parse := func(der []byte) *x509.Certificate {
		certificate, err := x509.ParseCertificate(der)
		require.NoError(t, err)
		return certificate
	}
	for _, line := range AMDLines() {
		root := parse(line.ARK)
		require.Equal(t, "ARK-"+line.Line, root.Subject.CommonName)
		require.NoError(t, root.CheckSignatureFrom(root))
		require.NoError(t, parse(line.ASK).CheckSignatureFrom(root))
		require.Equal(t, "SEV-"+line.Line, parse(line.ASK).Subject.CommonName)
		require.NoError(t, parse(line.ASVK).CheckSignatureFrom(root))
		require.Equal(t, "SEV-VLEK-"+line.Line, parse(line.ASVK).Subject.CommonName)
		library, err := trust.GetDefaultRootCerts(line.Line)
		require.NoError(t, err)
		require.Equal(t, library.ProductCerts.Ark.Raw, line.ARK)
	}
	for name, der := range map[string][]byte{"Intel SGX Root CA": IntelRoot(), "NVIDIA Device Identity CA": NVIDIARoot()} {
		root := parse(der)
		require.Equal(t, name, root.Subject.CommonName)
		require.NoError(t, root.CheckSignatureFrom(root))
	}
}

func TestCallersGetCopies(t *testing.T) {
	IntelRoot()[0]++
	AMDLines()[0].ARK[0]++
	require.Equal(t, byte(0x30), IntelRoot()[0])
	require.Equal(t, byte(0x30), AMDLines()[0].ARK[0])
}
