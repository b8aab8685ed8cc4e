// Package vendors holds the certificates that hardware vendors' attestations lead to, as DER, for a genesis to start
// from; after genesis governance changes them. Nothing else in the tree trusts them by itself.
//
// Where they come from (SHA-256 of each is held by a test):
//
//   - AMD: Key Distribution Service, /vcek/v1/{Milan,Genoa,Turin}/cert_chain and /vlek/v1/…/cert_chain, as carried by
//     github.com/google/go-sev-guest v0.15.0 in verify/trust.
//   - Intel: SGX Root CA, as carried by github.com/google/go-tdx-guest v0.3.1 in verify/trusted_root.pem.
//   - NVIDIA: Device Identity CA, as carried by nv-local-gpu-verifier 2.7.3 (PyPI) in verifier/certs.
package vendors

import _ "embed" // certificates are files

var (
	//go:embed certs/ark-milan.der
	arkMilan []byte
	//go:embed certs/sev-milan.der
	askMilan []byte
	//go:embed certs/sev-vlek-milan.der
	asvkMilan []byte
	//go:embed certs/ark-genoa.der
	arkGenoa []byte
	//go:embed certs/sev-genoa.der
	askGenoa []byte
	//go:embed certs/sev-vlek-genoa.der
	asvkGenoa []byte
	//go:embed certs/ark-turin.der
	arkTurin []byte
	//go:embed certs/sev-turin.der
	askTurin []byte
	//go:embed certs/sev-vlek-turin.der
	asvkTurin []byte
	//go:embed certs/intel-sgx-root.der
	intelRoot []byte
	//go:embed certs/nvidia-device-identity.der
	nvidiaRoot []byte
)

// AMD is the certificates of one product line.
type AMD struct {
	Line string // as AMD spells it: Milan, Genoa, Turin
	ARK  []byte // root key
	ASK  []byte // signs the keys of chips (VCEK)
	ASVK []byte // signs the keys that clouds load (VLEK)
}

// AMDLines returns copies of the product lines' certificates, oldest first.
func AMDLines() []AMD {
	return []AMD{
		{Line: "Milan", ARK: clone(arkMilan), ASK: clone(askMilan), ASVK: clone(asvkMilan)},
		{Line: "Genoa", ARK: clone(arkGenoa), ASK: clone(askGenoa), ASVK: clone(asvkGenoa)},
		{Line: "Turin", ARK: clone(arkTurin), ASK: clone(askTurin), ASVK: clone(asvkTurin)},
	}
}

// IntelRoot returns a copy of Intel's SGX Root CA, to which TDX quotes lead too.
func IntelRoot() []byte { return clone(intelRoot) }

// NVIDIARoot returns a copy of NVIDIA's Device Identity CA.
func NVIDIARoot() []byte { return clone(nvidiaRoot) }

func clone(der []byte) []byte { return append([]byte(nil), der...) }
