package keeper_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nesa-network/nesa/chain/x/attestation/types"
)

func verifyingKey(t *testing.T) types.VerifyingKey {
	t.Helper()
	return types.VerifyingKey{
		VersionId: 3, PrivateInput: true, Key: provenCases(t)[0].key, InputSize: 100, OutputSize: 2, TranscriptDigest: make([]byte, 32),
	}
}

// Nobody but governance says what is trusted.
func TestThreat43TrustIsForGovernance(t *testing.T) {
	f := newFixture(t)
	stranger := account("alice").String()
	for name, try := range map[string]func(string) error{
		"anchor": func(by string) error {
			_, err := f.msg.SetAnchor(f.ctx, &types.MsgSetAnchor{Authority: by, Anchor: anchor("Turin")})
			return err
		},
		"collateral": func(by string) error {
			_, err := f.msg.SetCollateral(f.ctx, &types.MsgSetCollateral{
				Authority: by, Collateral: types.Collateral{Platform: types.Platform_PLATFORM_SEV_SNP, Product: "Milan"},
			})
			return err
		},
		"measurement": func(by string) error {
			_, err := f.msg.SetMeasurement(f.ctx, &types.MsgSetMeasurement{
				Authority: by, Measurement: types.Measurement{Platform: types.Platform_PLATFORM_TDX, Value: measurement},
			})
			return err
		},
		"no measurement": func(by string) error {
			_, err := f.msg.RemoveMeasurement(f.ctx, &types.MsgRemoveMeasurement{
				Authority: by, Platform: types.Platform_PLATFORM_SEV_SNP, Value: measurement,
			})
			return err
		},
		"no anchor": func(by string) error {
			_, err := f.msg.RemoveAnchor(f.ctx, &types.MsgRemoveAnchor{
				Authority: by, Platform: types.Platform_PLATFORM_SEV_SNP, Product: "Genoa",
			})
			return err
		},
		"machine": func(by string) error {
			_, err := f.msg.RevokeMachine(f.ctx, &types.MsgRevokeMachine{Authority: by, Machine: machine(1)})
			return err
		},
		"no machine": func(by string) error {
			restore := &types.MsgRestoreMachine{Authority: by, Platform: types.Platform_PLATFORM_SEV_SNP, Id: machine(2).Id}
			if by == authority() { // which comes first is left to chance
				require.NoError(t, f.revokeMachine(2))
			}
			_, err := f.msg.RestoreMachine(f.ctx, restore)
			return err
		},
		"params": func(by string) error {
			_, err := f.msg.UpdateParams(f.ctx, &types.MsgUpdateParams{Authority: by, Params: types.LocalnetParams()})
			return err
		},
		"verifying key": func(by string) error {
			_, err := f.msg.SetVerifyingKey(f.ctx, &types.MsgSetVerifyingKey{Authority: by, VerifyingKey: verifyingKey(t)})
			return err
		},
	} {
		require.ErrorIs(t, try(stranger), types.ErrInvalidSigner, name)
		require.NoError(t, try(authority()), name)
	}
	retire := func(by string) error {
		_, err := f.msg.RetireVerifyingKey(f.ctx, &types.MsgRetireVerifyingKey{Authority: by, VersionId: 3, PrivateInput: true})
		return err
	}
	require.ErrorIs(t, retire(stranger), types.ErrInvalidSigner)
	require.NoError(t, retire(authority()))
	require.ErrorIs(t, retire(authority()), types.ErrNoVerifyingKey)
}

// A key without its ceremony, of no version, or of other sizes than its own is none.
func TestThreat43VerifyingKeysAreChecked(t *testing.T) {
	f := newFixture(t)
	for name, change := range map[string]func(*types.VerifyingKey){
		"no transcript":      func(k *types.VerifyingKey) { k.TranscriptDigest = nil },
		"no version":         func(k *types.VerifyingKey) { k.VersionId = 0 },
		"an unknown version": func(k *types.VerifyingKey) { k.VersionId = 10 },
		"no input":           func(k *types.VerifyingKey) { k.InputSize = 0 },
		"a larger output":    func(k *types.VerifyingKey) { k.OutputSize = 32 },
		"a public input":     func(k *types.VerifyingKey) { k.PrivateInput = false },
		"not a key":          func(k *types.VerifyingKey) { k.Key = []byte("key") },
		"too large a key":    func(k *types.VerifyingKey) { k.Key = make([]byte, types.MaxVerifyingKeyBytes+1) },
	} {
		key := verifyingKey(t)
		change(&key)
		_, err := f.msg.SetVerifyingKey(f.ctx, &types.MsgSetVerifyingKey{Authority: authority(), VerifyingKey: key})
		require.Error(t, err, name)
	}
}

// What is simulated is for genesis to say, and for nobody later.
func TestThreat44SimulatedPlatformsAreForGenesisAlone(t *testing.T) {
	f := newEmptyFixture(t)
	require.NoError(t, f.keeper.InitGenesis(f.ctx, *types.DefaultGenesis()))
	_, err := f.msg.SetAnchor(f.ctx, &types.MsgSetAnchor{Authority: authority(), Anchor: anchor("Milan")})
	require.ErrorIs(t, err, types.ErrSimulated)
	_, err = f.msg.UpdateParams(f.ctx, &types.MsgUpdateParams{Authority: authority(), Params: types.LocalnetParams()})
	require.ErrorIs(t, err, types.ErrSimulated)
	genesis := types.DefaultGenesis()
	genesis.Anchors = []types.Anchor{anchor("Milan")}
	require.ErrorIs(t, newEmptyFixture(t).keeper.InitGenesis(f.ctx, *genesis), types.ErrInvalidGenesis)
}

func TestGenesisIsExportedAsItIs(t *testing.T) {
	f := newFixture(t)
	_, err := f.msg.SetVerifyingKey(f.ctx, &types.MsgSetVerifyingKey{Authority: authority(), VerifyingKey: verifyingKey(t)})
	require.NoError(t, err)
	_, err = f.msg.SetCollateral(f.ctx, &types.MsgSetCollateral{
		Authority:  authority(),
		Collateral: types.Collateral{Platform: types.Platform_PLATFORM_SEV_SNP, Product: "Milan", RootCrl: []byte("crl")},
	})
	require.NoError(t, err)
	f.ctx = f.ctx.WithBlockHeight(6)
	require.NoError(t, f.revokeMachine(9))
	require.NoError(t, f.attest("alice", enclave("a")))
	_, err = f.msg.SetVerifyingKey(f.ctx, &types.MsgSetVerifyingKey{Authority: authority(), VerifyingKey: verifyingKey(t)})
	require.ErrorIs(t, err, types.ErrKeyExists, "miners have promised proofs under the one that is there")
	state, err := f.keeper.ExportGenesis(f.ctx)
	require.NoError(t, err)
	g := newEmptyFixture(t)
	require.NoError(t, g.keeper.InitGenesis(g.ctx, *state))
	again, err := g.keeper.ExportGenesis(g.ctx)
	require.NoError(t, err)
	require.Equal(t, state, again)
	require.True(t, g.can("alice"))
	// The verifier is given what is stored.
	require.NoError(t, g.attest("alice", enclave("b")))
	require.Equal(t, []byte("crl"), g.quotes.collateral.RootCrl)
	state.Keys = append(state.Keys, state.Keys[0])
	require.ErrorIs(t, newEmptyFixture(t).keeper.InitGenesis(f.ctx, *state), types.ErrInvalidGenesis, "twice")
}

func TestQueriesPageThroughWhatIsTrusted(t *testing.T) {
	f := newFixture(t)
	anchors, err := f.query.Anchors(f.ctx, &types.QueryAnchorsRequest{})
	require.NoError(t, err)
	require.Len(t, anchors.Anchors, 2)
	measurements, err := f.query.Measurements(f.ctx, &types.QueryMeasurementsRequest{})
	require.NoError(t, err)
	require.Len(t, measurements.Measurements, 1)
	_, err = f.query.Collateral(f.ctx, &types.QueryCollateralRequest{Platform: 1, Product: "Milan"})
	require.Error(t, err)
	for _, version := range []uint64{3, 4} {
		key := verifyingKey(t)
		key.VersionId = version
		_, err := f.msg.SetVerifyingKey(f.ctx, &types.MsgSetVerifyingKey{Authority: authority(), VerifyingKey: key})
		require.NoError(t, err)
	}
	for version, want := range map[uint64]int{0: 2, 3: 1, 5: 0} {
		keys, err := f.query.VerifyingKeys(f.ctx, &types.QueryVerifyingKeysRequest{VersionId: version})
		require.NoError(t, err)
		require.Len(t, keys.VerifyingKeys, want)
	}
}
