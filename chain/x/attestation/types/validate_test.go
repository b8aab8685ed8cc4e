package types_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/nesa-network/nesa/chain/x/attestation/types"
)

const (
	snp = types.Platform_PLATFORM_SEV_SNP
	tdx = types.Platform_PLATFORM_TDX
)

func anchor() types.Anchor {
	return types.Anchor{Platform: snp, Product: "Milan", Certificates: [][]byte{{1}, {2}}, MinTcb: make([]byte, 8)}
}

func TestAnchorValidate(t *testing.T) {
	require.NoError(t, anchor().Validate())
	require.NoError(t, types.Anchor{Platform: tdx, Product: "50806F000000", Certificates: [][]byte{{1}}, GpuRoot: []byte{1}}.Validate())
	for name, change := range map[string]func(*types.Anchor){
		"of no platform":       func(a *types.Anchor) { a.Platform = 0 },
		"of an unknown one":    func(a *types.Anchor) { a.Platform = 3 },
		"without a product":    func(a *types.Anchor) { a.Product = "" },
		"of a path":            func(a *types.Anchor) { a.Product = "../x" },
		"of a long product":    func(a *types.Anchor) { a.Product = "M" + string(make([]byte, 40)) },
		"without an ASK":       func(a *types.Anchor) { a.Certificates = a.Certificates[:1] },
		"of an empty ARK":      func(a *types.Anchor) { a.Certificates[0] = nil },
		"of a huge ARK":        func(a *types.Anchor) { a.Certificates[0] = make([]byte, types.MaxCertificateBytes+1) },
		"of nine certificates": func(a *types.Anchor) { a.Certificates = make([][]byte, 9) },
		"without a TCB":        func(a *types.Anchor) { a.MinTcb = nil },
		"of a long TCB":        func(a *types.Anchor) { a.MinTcb = make([]byte, 9) },
		"of a huge GPU root":   func(a *types.Anchor) { a.GpuRoot = make([]byte, types.MaxCertificateBytes+1) },
		"TDX with two roots":   func(a *types.Anchor) { a.Platform, a.MinTcb = tdx, nil },
		"TDX with a TCB":       func(a *types.Anchor) { a.Platform, a.Certificates = tdx, a.Certificates[:1] },
	} {
		a := anchor()
		change(&a)
		require.Error(t, a.Validate(), name)
	}
}

func TestCollateralAndMeasurementValidate(t *testing.T) {
	big := make([]byte, types.MaxCollateralBytes+1)
	require.NoError(t, types.Collateral{Platform: tdx, Product: "50806F000000", TcbInfo: big[1:]}.Validate())
	for name, c := range map[string]types.Collateral{
		"no product": {Platform: tdx}, "root's list": {Platform: snp, Product: "Milan", RootCrl: big},
		"platforms' list": {Platform: tdx, Product: "5", PckCrl: big}, "TCB info": {Platform: tdx, Product: "5", TcbInfo: big},
		"identity": {Platform: tdx, Product: "5", QeIdentity: big}, "chain": {Platform: tdx, Product: "5", SigningChain: [][]byte{nil}},
	} {
		require.Error(t, c.Validate(), name)
	}
	value := make([]byte, 48)
	require.NoError(t, types.Measurement{Platform: tdx, Value: value, Name: "nesa 1.0"}.Validate())
	for name, m := range map[string]types.Measurement{
		"of no platform": {Value: value}, "short": {Platform: snp, Value: value[1:]}, "of a control character": {Platform: snp, Value: value, Name: "a\n"},
		"of a long name": {Platform: snp, Value: value, Name: string(make([]byte, 65))},
	} {
		require.Error(t, m.Validate(), name)
	}
}

// Whoever is trusted differently is not trusted the same; the least TCB makes no difference.
func TestSameTrust(t *testing.T) {
	raised := anchor()
	raised.MinTcb[7] = 1
	require.True(t, anchor().SameTrust(raised))
	for name, change := range map[string]func(*types.Anchor){
		"root": func(a *types.Anchor) { a.Certificates[0] = []byte{3} }, "number": func(a *types.Anchor) { a.Certificates = a.Certificates[:1] },
		"GPU": func(a *types.Anchor) { a.GpuRoot = []byte{1} }, "simulated": func(a *types.Anchor) { a.Simulated = true },
	} {
		a := anchor()
		change(&a)
		require.False(t, anchor().SameTrust(a), name)
	}
}

// At least is a partial order by components, as AMD means it: no component makes up for another.
func TestTCBAtLeast(t *testing.T) {
	require.True(t, types.TCBAtLeast(nil, nil), "TDX has none")
	require.False(t, types.TCBAtLeast(nil, make([]byte, 8)))
	rapid.Check(t, func(t *rapid.T) {
		tcb := rapid.SliceOfN(rapid.Byte(), 8, 8).Draw(t, "tcb")
		least := rapid.SliceOfN(rapid.Byte(), 8, 8).Draw(t, "least")
		want := true
		for i := range tcb {
			want = want && tcb[i] >= least[i]
		}
		if got := types.TCBAtLeast(tcb, least); got != want {
			t.Fatalf("%x at least %x: %t", tcb, least, got)
		}
	})
}

// Packing loses nothing, stays below the modulus, and takes as many elements as keys are told.
func TestPack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		data := rapid.SliceOfN(rapid.Byte(), 0, 200).Draw(t, "data")
		elements := types.Pack(data)
		if uint64(len(elements)) != types.PackedElements(uint64(len(data))) {
			t.Fatalf("%d elements of %d bytes", len(elements), len(data))
		}
		var back []byte
		for _, element := range elements {
			if len(element) != types.ElementBytes || element[0] != 0 {
				t.Fatalf("element %x", element)
			}
			back = append(back, element[1:]...)
		}
		for i, b := range back {
			if i < len(data) && b != data[i] || i >= len(data) && b != 0 {
				t.Fatalf("byte %d of %x in %x", i, data, back)
			}
		}
	})
}
