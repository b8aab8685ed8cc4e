package tdx

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	_ "embed"
	"encoding/asn1"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nesa-network/nesa/chain/x/attestation/evidence/vendors"
)

var (
	//go:embed testdata/quote.bin
	realQuote []byte
	//go:embed testdata/tcb-info.json
	realTCBInfo []byte
	//go:embed testdata/qe-identity.json
	realIdentity []byte
	//go:embed testdata/tcb-signer.der
	realSigner []byte
	//go:embed testdata/root.crl
	realRootCRL []byte
	//go:embed testdata/pck.crl
	realPCKCRL []byte

	sampleTime = time.Date(2023, 6, 20, 0, 0, 0, 0, time.UTC) // within the quote's certificates and the collateral
	sgxOID     = asn1.ObjectIdentifier{1, 2, 840, 113741, 1, 13, 1}
)

func intelRoots() Roots { return Roots{SGX: vendors.IntelRoot()} }

// machine is a platform under a root of our own. Its key's extensions and its quotes are the real ones but for keys.
type machine struct {
	rootKey, authorityKey, pckKey, signerKey, attestationKey *ecdsa.PrivateKey
	root, authority, pck, signer                             *x509.Certificate
	extension                                                pkix.Extension // what a platform's key says of it
	now                                                      time.Time
	authData                                                 []byte              // of the quoting enclave
	header                                                   func([]byte)        // changes the header before it is signed
	text                                                     func([]byte) []byte // changes the certificates' text
}

func newMachine(t testing.TB) *machine {
	t.Helper()
	real, err := parse(realQuote)
	require.NoError(t, err)
	leaf, err := x509.ParseCertificate(real.chain[0])
	require.NoError(t, err)
	m := &machine{
		now: sampleTime, authData: bytes.Repeat([]byte{7}, 32),
		header: func([]byte) {}, text: func(text []byte) []byte { return text },
	}
	for _, e := range leaf.Extensions {
		if e.Id.Equal(sgxOID) {
			m.extension = e
		}
	}
	for _, key := range []**ecdsa.PrivateKey{&m.rootKey, &m.authorityKey, &m.pckKey, &m.signerKey, &m.attestationKey} {
		*key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		require.NoError(t, err)
	}
	m.root = m.issue(t, "Intel SGX Root CA", 1, true, m.rootKey, nil, m.rootKey, nil)
	m.authority = m.issue(t, platformCA, 2, true, m.authorityKey, m.root, m.rootKey, nil)
	m.pck = m.issue(t, pckName, 3, false, m.pckKey, m.authority, m.authorityKey, []pkix.Extension{m.extension})
	m.signer = m.issue(t, tcbSignerName, 4, false, m.signerKey, m.root, m.rootKey, nil)
	return m
}

func (m *machine) issue(
	t testing.TB, name string, serial int64, ca bool, key *ecdsa.PrivateKey, parent *x509.Certificate, by *ecdsa.PrivateKey,
	extensions []pkix.Extension,
) *x509.Certificate {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: name},
		NotBefore: m.now.AddDate(0, 0, -1), NotAfter: m.now.AddDate(1, 0, 0),
		IsCA: ca, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature, ExtraExtensions: extensions,
		SubjectKeyId: []byte{byte(serial)}, CRLDistributionPoints: []string{"http://nowhere.invalid/crl"},
	}
	if ca {
		template.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageCRLSign
	}
	if parent == nil {
		parent = template
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), by)
	require.NoError(t, err)
	certificate, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	return certificate
}

func (m *machine) roots() Roots { return Roots{SGX: m.root.Raw} }

func (m *machine) policy() Policy {
	q, err := parse(realQuote)
	if err != nil {
		panic(err)
	}
	return Policy{Measurements: [][]byte{Measurement(q.body.mrtd, q.body.rtmr)}}
}

// quote is the real quote under the machine's keys, but for what change does to its parts before they are signed.
func (m *machine) quote(change func(body, enclave []byte)) []byte {
	signed := bytes.Clone(realQuote[:headerSize+bodySize])
	const enclaveAt = headerSize + bodySize + 4 + signatureSize + keySize + 6
	enclave := bytes.Clone(realQuote[enclaveAt : enclaveAt+enclaveSize])
	m.header(signed[:headerSize])
	point, err := m.attestationKey.PublicKey.Bytes()
	if err != nil {
		panic(err)
	}
	names := sha256.Sum256(append(bytes.Clone(point[1:]), m.authData...))
	copy(enclave[enclaveSize-64:], append(names[:], make([]byte, 32)...))
	if change != nil {
		change(signed[headerSize:], enclave)
	}
	var chain []byte
	for _, certificate := range []*x509.Certificate{m.pck, m.authority, m.root} {
		chain = append(chain, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate.Raw})...)
	}
	inner := append(bytes.Clone(enclave), sign(m.pckKey, enclave)...)
	inner = binary.LittleEndian.AppendUint16(inner, uint16(len(m.authData)))
	inner = append(inner, m.authData...)
	inner = frame(inner, dataPCKChain, m.text(chain))
	auth := append(sign(m.attestationKey, signed), point[1:]...)
	auth = frame(auth, dataQEReport, inner)
	return append(binary.LittleEndian.AppendUint32(signed, uint32(len(auth))), auth...)
}

func frame(to []byte, kind uint16, data []byte) []byte {
	to = binary.LittleEndian.AppendUint16(to, kind)
	to = binary.LittleEndian.AppendUint32(to, uint32(len(data)))
	return append(to, data...)
}

func sign(key *ecdsa.PrivateKey, message []byte) []byte {
	digest := sha256.Sum256(message)
	r, s, err := ecdsa.Sign(rand.Reader, key, digest[:])
	if err != nil {
		panic(err)
	}
	signature := make([]byte, signatureSize)
	r.FillBytes(signature[:32])
	s.FillBytes(signature[32:])
	return signature
}

// statements are what the machine's vendor says, as trees that tests change before they are signed.
type statements struct {
	info, identity       map[string]any
	pckCRL, rootCRL      *x509.RevocationList
	pckCRLBy, rootCRLBy  *x509.Certificate
	pckCRLKey, signerKey *ecdsa.PrivateKey
}

type tree = map[string]any

func (m *machine) statements() *statements {
	components := func(svn ...int) []any {
		all := make([]any, 16)
		for i := range all {
			all[i] = tree{"svn": 0}
			if i < len(svn) {
				all[i] = tree{"svn": svn[i]}
			}
		}
		return all
	}
	level := func(status string, pce int, sgx, tdx []any) tree {
		return tree{"tcb": tree{"sgxtcbcomponents": sgx, "pcesvn": pce, "tdxtcbcomponents": tdx}, "tcbStatus": status}
	}
	issued, next := m.now.AddDate(0, 0, -1).Format(time.RFC3339), m.now.AddDate(0, 0, 20).Format(time.RFC3339)
	zeros := hex.EncodeToString(make([]byte, 48))
	return &statements{
		info: tree{
			"id": "TDX", "version": 3, "issueDate": issued, "nextUpdate": next, "fmspc": "50806f000000", "pceId": "0000",
			"tcbEvaluationDataNumber": 15,
			"tdxModule":               tree{"mrsigner": zeros, "attributes": "0000000000000000", "attributesMask": "FFFFFFFFFFFFFFFF"},
			"tdxModuleIdentities": []any{tree{
				"id": "TDX_01", "mrsigner": zeros, "attributes": "0000000000000000", "attributesMask": "FFFFFFFFFFFFFFFF",
				"tcbLevels": []any{
					tree{"tcb": tree{"isvsvn": 4}, "tcbStatus": "UpToDate"},
					tree{"tcb": tree{"isvsvn": 2}, "tcbStatus": "OutOfDate"},
				},
			}},
			"tcbLevels": []any{
				level("UpToDate", 11, components(3, 3), components(3, 0, 4)),
				level("OutOfDate", 5, components(1, 1), components(2, 0, 3)),
			},
		},
		identity: tree{
			"id": "TD_QE", "version": 2, "issueDate": issued, "nextUpdate": next, "tcbEvaluationDataNumber": 15,
			"miscselect": "00000000", "miscselectMask": "FFFFFFFF",
			"attributes": "11000000000000000000000000000000", "attributesMask": "FBFFFFFFFFFFFFFF0000000000000000",
			"mrsigner": hex.EncodeToString(intelSigner), "isvprodid": 2,
			"tcbLevels": []any{
				tree{"tcb": tree{"isvsvn": 4}, "tcbStatus": "UpToDate"}, tree{"tcb": tree{"isvsvn": 1}, "tcbStatus": "Revoked"},
			},
		},
		pckCRL:    &x509.RevocationList{Number: big.NewInt(1), ThisUpdate: m.now.AddDate(0, 0, -1), NextUpdate: m.now.AddDate(0, 1, 0)},
		rootCRL:   &x509.RevocationList{Number: big.NewInt(1), ThisUpdate: m.now.AddDate(0, 0, -1), NextUpdate: m.now.AddDate(0, 1, 0)},
		pckCRLBy:  m.authority,
		rootCRLBy: m.root,
		pckCRLKey: m.authorityKey,
		signerKey: m.signerKey,
	}
}

func (m *machine) collateral(t testing.TB, change func(*statements)) Collateral {
	t.Helper()
	s := m.statements()
	if change != nil {
		change(s)
	}
	signed := func(field string, statement tree) Signed {
		text, err := json.Marshal(statement)
		require.NoError(t, err)
		body, err := json.Marshal(tree{field: json.RawMessage(text), "signature": hex.EncodeToString(sign(s.signerKey, text))})
		require.NoError(t, err)
		return Signed{Body: body, Signer: m.signer.Raw}
	}
	list := func(list *x509.RevocationList, by *x509.Certificate, key *ecdsa.PrivateKey) []byte {
		der, err := x509.CreateRevocationList(rand.Reader, list, by, key)
		require.NoError(t, err)
		return der
	}
	return Collateral{
		TCBInfo: signed("tcbInfo", s.info), QEIdentity: signed("enclaveIdentity", s.identity),
		PCKCRL: list(s.pckCRL, s.pckCRLBy, s.pckCRLKey), RootCRL: list(s.rootCRL, s.rootCRLBy, m.rootKey),
	}
}

func revoke(list *x509.RevocationList, serial int64) {
	list.RevokedCertificateEntries = []x509.RevocationListEntry{{SerialNumber: big.NewInt(serial), RevocationTime: sampleTime}}
}
