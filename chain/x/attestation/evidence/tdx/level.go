package tdx

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/google/go-tdx-guest/pcs"

	"github.com/nesa-network/nesa/chain/x/attestation/evidence"
)

// level evaluates the TCB as Intel's "Get TDX TCB Info" says, and returns the state of platform and module together.
func (b body) level(info pcs.TcbInfo, extensions *pcs.PckExtensions, policy Policy) (string, error) {
	if info.Fmspc == "" || !strings.EqualFold(info.Fmspc, extensions.FMSPC) || !strings.EqualFold(info.PceID, extensions.PCEID) {
		return "", fmt.Errorf("%w: tcbInfo is for platform %s/%s, quote of %s/%s",
			evidence.ErrCollateral, info.Fmspc, info.PceID, extensions.FMSPC, extensions.PCEID)
	}
	at := slices.IndexFunc(info.TcbLevels, func(level pcs.TcbLevel) bool { return b.reaches(level.Tcb, extensions.TCB) })
	if at < 0 {
		return "", fmt.Errorf("%w: below every level that is listed", evidence.ErrOldTCB)
	}
	level := info.TcbLevels[at]
	if err := policy.admitStatus("platform", level.TcbStatus); err != nil {
		return "", err
	}
	status := level.TcbStatus
	if b.tcb[1] == 0 {
		module := info.TdxModule
		return string(status), b.matchModule(module.Mrsigner.Bytes, module.AttributesMask.Bytes, module.Attributes.Bytes)
	}
	module, err := b.moduleLevel(info, policy)
	if err != nil {
		return "", err
	}
	if module != allowed {
		status = module
	}
	return string(status), nil
}

// reaches says whether platform and TD are at least at a level in every component.
func (b body) reaches(want pcs.Tcb, have pcs.PckCertTCB) bool {
	if len(want.SgxTcbcomponents) != len(have.CPUSvnComponents) || len(want.TdxTcbcomponents) != teeComponents {
		return false
	}
	for i, component := range want.SgxTcbcomponents {
		if have.CPUSvnComponents[i] < component.Svn {
			return false
		}
	}
	if have.PCESvn < want.Pcesvn {
		return false
	}
	// From version 1.5 on (a major version in byte 1) the module's own numbers are judged by its identity.
	first := 0
	if b.tcb[1] > 0 {
		first = 2
	}
	for i := first; i < teeComponents; i++ {
		if b.tcb[i] < want.TdxTcbcomponents[i].Svn {
			return false
		}
	}
	return true
}

func (b body) moduleLevel(info pcs.TcbInfo, policy Policy) (pcs.TcbComponentStatus, error) {
	at := slices.IndexFunc(info.TdxModuleIdentities, func(m pcs.TdxModuleIdentity) bool { return strings.EqualFold(m.ID, moduleID(b.tcb[1])) })
	if at < 0 {
		return "", fmt.Errorf("%w: tcbInfo has no TDX module %s", evidence.ErrCollateral, moduleID(b.tcb[1]))
	}
	module := info.TdxModuleIdentities[at]
	if err := b.matchModule(module.Mrsigner.Bytes, module.AttributesMask.Bytes, module.Attributes.Bytes); err != nil {
		return "", err
	}
	for _, level := range module.TcbLevels {
		if level.Tcb.Isvsvn <= uint32(b.tcb[0]) {
			return level.TcbStatus, policy.admitStatus("TDX module", level.TcbStatus)
		}
	}
	return "", fmt.Errorf("%w: TDX module of version %d", evidence.ErrOldTCB, b.tcb[0])
}

func (b body) matchModule(signer, mask, attributes []byte) error {
	if !bytes.Equal(b.signerSEAM, signer) || !masked(b.attributesSEAM, mask, attributes) {
		return fmt.Errorf("%w: TDX module is not Intel's", evidence.ErrPlatform)
	}
	return nil
}
