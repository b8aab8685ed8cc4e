package tdx

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/google/go-tdx-guest/pcs"

	"github.com/nesa-network/nesa/chain/x/attestation/evidence"
	"github.com/nesa-network/nesa/chain/x/attestation/evidence/pki"
)

const (
	// maxBody bounds one JSON response; Intel's are below 16 kB.
	maxBody = 256 << 10

	tcbInfoID        = "TDX"
	tcbInfoVersion   = 3
	identityID       = "TD_QE"
	identityVersion  = 2
	modulePrefix     = "TDX_"
	teeComponents    = 16
	quotingProductID = 2
	enclaveDebug     = 0x02
)

// intelSigner is MRSIGNER of Intel's quoting enclaves, used where there is no collateral that says so.
var intelSigner, _ = hex.DecodeString("dc9e2a7c6f948f17474e34a7fc43ed030f7c1563f1babddf6340c82e0e54a8c5")

// judge holds the quote against the collateral and returns the state of its TCB.
func judge(q quote, machine platform, collateral Collateral, policy Policy, now time.Time) (string, error) {
	if collateral.Empty() {
		if !policy.WithoutCollateral {
			return "", fmt.Errorf("%w: none is stored", evidence.ErrCollateral)
		}
		return "", q.checkIntel()
	}
	if err := machine.checkRevocation(collateral, now); err != nil {
		return "", err
	}
	info, err := readTCBInfo(collateral, machine.root, policy, now)
	if err != nil {
		return "", err
	}
	identity, err := readIdentity(collateral, machine.root, policy, now)
	if err != nil {
		return "", err
	}
	if err := q.enclave.match(identity, policy); err != nil {
		return "", err
	}
	return q.body.level(info, machine.extensions, policy)
}

// checkIntel is the least that can be said without collateral: module and quoting enclave are Intel's, not for debugging.
func (q quote) checkIntel() error {
	if len(bytes.Trim(q.body.signerSEAM, "\x00"))+len(bytes.Trim(q.body.attributesSEAM, "\x00")) > 0 {
		return fmt.Errorf("%w: TDX module is not Intel's", evidence.ErrPlatform)
	}
	if !bytes.Equal(q.enclave.signer, intelSigner) || q.enclave.product != quotingProductID || q.enclave.attributes[0]&enclaveDebug != 0 {
		return fmt.Errorf("%w: quoting enclave is not Intel's", evidence.ErrPlatform)
	}
	return nil
}

// checkRevocation wants both lists: the root's about authorities, the authority's about platforms.
func (p platform) checkRevocation(collateral Collateral, now time.Time) error {
	path := []*x509.Certificate{p.pck, p.authority, p.root}
	for i, der := range [][]byte{collateral.PCKCRL, collateral.RootCRL} {
		if len(der) == 0 {
			return fmt.Errorf("%w: no revocation list of %s", evidence.ErrCollateral, path[i+1].Subject.CommonName)
		}
		list, err := pki.ReadList(der, path[1:], now)
		if err != nil {
			return err
		}
		if !list.From(path[i+1]) {
			return fmt.Errorf("%w: revocation list is not of %s", evidence.ErrCollateral, path[i+1].Subject.CommonName)
		}
		if err := list.Check(path); err != nil {
			return err
		}
	}
	return nil
}

// open verifies a response and returns the statement that was signed.
func (s Signed) open(field string, root *x509.Certificate, rootCRL []byte, now time.Time) ([]byte, error) {
	if len(s.Body) > maxBody {
		return nil, fmt.Errorf("%w: %s of %d bytes, at most %d", evidence.ErrCollateral, field, len(s.Body), maxBody)
	}
	// Only the very bytes that are signed are read afterwards; encoding/json would take other spellings of the name.
	var response map[string]json.RawMessage
	if err := json.Unmarshal(s.Body, &response); err != nil {
		return nil, fmt.Errorf("%w: %s: %w", evidence.ErrCollateral, field, err)
	}
	var hexSignature string
	if err := json.Unmarshal(response["signature"], &hexSignature); err != nil {
		return nil, fmt.Errorf("%w: %s: signature: %w", evidence.ErrCollateral, field, err)
	}
	signature, err := hex.DecodeString(hexSignature)
	if err != nil || len(signature) != signatureSize {
		return nil, fmt.Errorf("%w: %s: signature is not of %d bytes", evidence.ErrCollateral, field, signatureSize)
	}
	signer, err := pki.Parse(s.Signer)
	if err != nil {
		return nil, err
	}
	// The name is what tells this key from a platform's, which leads to the same root.
	if signer.Subject.CommonName != tcbSignerName {
		return nil, fmt.Errorf("%w: %q signs no TCB information", evidence.ErrChain, signer.Subject.CommonName)
	}
	path, err := pki.Chain(signer, nil, root, now)
	if err != nil {
		return nil, err
	}
	list, err := pki.ReadList(rootCRL, path[1:], now)
	if err != nil {
		return nil, err
	}
	if err := list.Check(path); err != nil {
		return nil, err
	}
	key, ok := signer.PublicKey.(*ecdsa.PublicKey)
	if !ok || key.Curve != elliptic.P256() || !verifies(key, response[field], signature) {
		return nil, fmt.Errorf("%w: %s", evidence.ErrSignature, field)
	}
	return response[field], nil
}

func readTCBInfo(collateral Collateral, root *x509.Certificate, policy Policy, now time.Time) (pcs.TcbInfo, error) {
	var info pcs.TcbInfo
	statement, err := collateral.TCBInfo.open("tcbInfo", root, collateral.RootCRL, now)
	if err != nil {
		return info, err
	}
	if err := json.Unmarshal(statement, &info); err != nil {
		return info, fmt.Errorf("%w: tcbInfo: %w", evidence.ErrCollateral, err)
	}
	if info.ID != tcbInfoID || info.Version != tcbInfoVersion {
		return info, fmt.Errorf("%w: tcbInfo is of %q, version %d", evidence.ErrCollateral, info.ID, info.Version)
	}
	return info, current("tcbInfo", info.IssueDate, info.NextUpdate, info.TcbEvaluationDataNumber, policy, now)
}

func readIdentity(collateral Collateral, root *x509.Certificate, policy Policy, now time.Time) (pcs.EnclaveIdentity, error) {
	var identity pcs.EnclaveIdentity
	statement, err := collateral.QEIdentity.open("enclaveIdentity", root, collateral.RootCRL, now)
	if err != nil {
		return identity, err
	}
	if err := json.Unmarshal(statement, &identity); err != nil {
		return identity, fmt.Errorf("%w: enclaveIdentity: %w", evidence.ErrCollateral, err)
	}
	if identity.ID != identityID || identity.Version != identityVersion {
		return identity, fmt.Errorf("%w: enclaveIdentity is of %q, version %d", evidence.ErrCollateral, identity.ID, identity.Version)
	}
	return identity, current("enclaveIdentity", identity.IssueDate, identity.NextUpdate, identity.TcbEvaluationDataNumber, policy, now)
}

func current(of string, from, until time.Time, evaluation int, policy Policy, now time.Time) error {
	if now.Before(from) || now.After(until) {
		return fmt.Errorf("%w: %s is valid from %s to %s", evidence.ErrExpired, of, from.UTC().Format(time.RFC3339), until.UTC().Format(time.RFC3339))
	}
	if evaluation < policy.MinEvaluation {
		return fmt.Errorf("%w: %s is evaluation %d, at least %d wanted", evidence.ErrCollateral, of, evaluation, policy.MinEvaluation)
	}
	return nil
}

// match holds the quoting enclave against Intel's identity of it.
func (e enclave) match(identity pcs.EnclaveIdentity, policy Policy) error {
	switch {
	case !bytes.Equal(e.signer, identity.Mrsigner.Bytes),
		e.product != identity.IsvProdID,
		!masked(e.misc, identity.MiscselectMask.Bytes, identity.Miscselect.Bytes),
		!masked(e.attributes, identity.AttributesMask.Bytes, identity.Attributes.Bytes):
		return fmt.Errorf("%w: quoting enclave is not Intel's", evidence.ErrPlatform)
	}
	for _, level := range identity.TcbLevels {
		if level.Tcb.Isvsvn <= uint32(e.svn) {
			return policy.admitStatus("quoting enclave", level.TcbStatus)
		}
	}
	return fmt.Errorf("%w: quoting enclave of version %d", evidence.ErrOldTCB, e.svn)
}

// masked compares where the mask is set. Lengths that differ never match.
func masked(value, mask, want []byte) bool {
	if len(mask) != len(value) || len(want) != len(value) {
		return false
	}
	for i := range value {
		if value[i]&mask[i] != want[i] {
			return false
		}
	}
	return true
}

// moduleID names the identity of the TDX module's major version: TDX_01.
func moduleID(major byte) string {
	return modulePrefix + strings.ToUpper(hex.EncodeToString([]byte{major}))
}
