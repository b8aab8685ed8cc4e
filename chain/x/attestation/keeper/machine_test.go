package keeper_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nesa-network/nesa/chain/x/attestation/types"
)

func machine(number byte) types.RevokedMachine {
	return types.RevokedMachine{
		Platform: types.Platform_PLATFORM_SEV_SNP, Id: bytes.Repeat([]byte{number}, 64), Reason: "its key was published",
	}
}

func (f *fixture) revokeMachine(number byte) error {
	_, err := f.msg.RevokeMachine(f.ctx, &types.MsgRevokeMachine{Authority: authority(), Machine: machine(number)})
	return err
}

// A chip whose key has leaked attests nothing more, and what it attested is void; other chips of its product go on.
func TestThreat44ARevokedMachine(t *testing.T) {
	f := newFixture(t)
	f.quotes.machine = machine(1).Id
	require.NoError(t, f.attest("alice", enclave("a")))
	f.quotes.machine = machine(2).Id
	require.NoError(t, f.attest("bob", enclave("b")))

	require.NoError(t, f.revokeMachine(1))
	require.False(t, f.can("alice"))
	require.True(t, f.can("bob"))
	_, err := f.deliver("alice", enclave("a"))
	require.ErrorIs(t, err, types.ErrRevoked)
	f.quotes.machine = machine(1).Id
	require.ErrorIs(t, f.attest("alice", enclave("c")), types.ErrRevoked)
	s := statement("alice")
	own := quote(s.Digest(testChain))
	_, err = f.verify(s, []string{types.KindTEE}, types.Evidence{Sum: &types.Evidence_Quote{Quote: &own}})
	require.ErrorIs(t, err, types.ErrRevoked, "a quote of the delivery's own")
	keys, err := f.query.Keys(f.ctx, &types.QueryKeysRequest{Miner: account("alice").String()})
	require.NoError(t, err)
	require.Contains(t, keys.Keys[0].Void, "revoked")
	page, err := f.query.RevokedMachines(f.ctx, &types.QueryRevokedMachinesRequest{})
	require.NoError(t, err)
	require.Equal(t, []types.RevokedMachine{machine(1)}, page.Machines)

	require.ErrorIs(t, f.revokeMachine(1), types.ErrRevoked, "already")
	restore := &types.MsgRestoreMachine{Authority: authority(), Platform: machine(1).Platform, Id: machine(1).Id}
	_, err = f.msg.RestoreMachine(f.ctx, restore)
	require.NoError(t, err)
	require.True(t, f.can("alice"))
	_, err = f.msg.RestoreMachine(f.ctx, restore)
	require.ErrorIs(t, err, types.ErrNotFound)
}

func TestAMachineIsNamedAsItsPlatformNamesIt(t *testing.T) {
	f := newFixture(t)
	for name, change := range map[string]func(*types.RevokedMachine){
		"no platform": func(m *types.RevokedMachine) { m.Platform = 0 },
		"short":       func(m *types.RevokedMachine) { m.Id = m.Id[1:] },
		"of TDX":      func(m *types.RevokedMachine) { m.Platform = types.Platform_PLATFORM_TDX },
		"newlines":    func(m *types.RevokedMachine) { m.Reason = "a\nb" },
	} {
		one := machine(1)
		change(&one)
		_, err := f.msg.RevokeMachine(f.ctx, &types.MsgRevokeMachine{Authority: authority(), Machine: one})
		require.Error(t, err, name)
	}
}
