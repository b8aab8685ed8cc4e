package keeper_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"

	"github.com/nesa-network/nesa/chain/x/attestation/types"
)

// gas that something takes.
func (f *fixture) gas(do func()) uint64 {
	before := f.ctx
	defer func() { f.ctx = before }()
	f.ctx = f.ctx.WithGasMeter(storetypes.NewInfiniteGasMeter())
	do()
	return f.ctx.GasMeter().GasConsumed()
}

// batch is a message's deliveries, of two versions.
func (f *fixture) batch(jobs int) []types.Delivered {
	f.t.Helper()
	doors := []trapdoor{f.provable(3), f.provable(4)}
	var found []types.Delivered
	for i := range jobs {
		found = append(found, doors[i%2].delivered(f.t, statement("alice", func(s *types.Statement) {
			s.JobID, s.VersionID = uint64(i+1), uint64(3+i%2)
		})))
	}
	return found
}

var zk = []string{types.KindZK}

func TestProofsOfAMessageAreVerifiedTogether(t *testing.T) {
	f := newFixture(t)
	batch := f.batch(5)
	alone := f.gas(func() {
		for _, one := range batch {
			kind, err := f.keeper.VerifyDelivery(f.ctx, one, zk, nil)
			require.NoError(t, err)
			require.Equal(t, types.KindZK, kind)
		}
	})
	together := f.gas(func() {
		proven, err := f.keeper.ProveTogether(f.ctx, batch)
		require.NoError(t, err)
		for _, one := range batch {
			kind, err := f.keeper.VerifyDelivery(f.ctx, one, zk, proven)
			require.NoError(t, err)
			require.Equal(t, types.KindZK, kind)
		}
	})
	params := types.LocalnetParams()
	saved := 4 * (params.GasProof - params.GasFurtherProof)
	require.InDelta(t, alone-saved, together, 0.05*float64(alone), "reads of the store aside")
	proven, err := f.keeper.ProveTogether(f.ctx, batch[:1])
	require.NoError(t, err)
	require.Nil(t, proven, "one alone gains nothing")
}

// One proof that does not hold spoils no other delivery, and is found.
func TestThreat43ABadProofAmongGoodOnes(t *testing.T) {
	f := newFixture(t)
	batch := f.batch(4)
	batch[2].Evidence = batch[0].Evidence // holds, about another delivery
	proven, err := f.keeper.ProveTogether(f.ctx, batch)
	require.NoError(t, err)
	require.Nil(t, proven)
	for i, one := range batch {
		_, err := f.keeper.VerifyDelivery(f.ctx, one, zk, proven)
		if i == 2 {
			require.ErrorIs(t, err, types.ErrProof)
		} else {
			require.NoError(t, err)
		}
	}
}

// What holds about one delivery says nothing about another, nor does another proof about it.
func TestThreat43WhatIsProvenIsOneDelivery(t *testing.T) {
	f := newFixture(t)
	batch := f.batch(4)
	proven, err := f.keeper.ProveTogether(f.ctx, batch)
	require.NoError(t, err)
	require.Len(t, proven, len(batch))
	for name, change := range map[string]func(*types.Delivered){
		"job":    func(d *types.Delivered) { d.JobID += 10 },
		"miner":  func(d *types.Delivered) { d.Miner = account("bob") },
		"output": func(d *types.Delivered) { d.OutputDigest = make([]byte, 32) },
		"proof": func(d *types.Delivered) {
			raw := slices.Clone(d.Evidence.GetProof().Groth16)
			raw[len(raw)-1] ^= 1
			d.Evidence = types.Evidence{Sum: &types.Evidence_Proof{Proof: &types.Proof{Groth16: raw}}}
		},
	} {
		one := batch[1]
		change(&one)
		_, err := f.keeper.VerifyDelivery(f.ctx, one, zk, proven)
		require.ErrorIs(t, err, types.ErrProof, name)
	}
	_, err = f.keeper.VerifyDelivery(f.ctx, batch[1], []string{types.KindTEE}, proven)
	require.ErrorIs(t, err, types.ErrUnwanted)
}

// Deliveries that nothing can be proven about are left out, and refused for their own reason.
func TestWhatCannotBeProvenIsLeftOut(t *testing.T) {
	f := newFixture(t)
	batch := f.batch(4)
	batch[0].VersionID = 9
	batch[1].Evidence = types.Evidence{Sum: &types.Evidence_Proof{}}
	proven, err := f.keeper.ProveTogether(f.ctx, batch)
	require.NoError(t, err)
	require.Len(t, proven, 2)
	_, err = f.keeper.VerifyDelivery(f.ctx, batch[0], zk, proven)
	require.ErrorIs(t, err, types.ErrNoVerifyingKey)
	_, err = f.keeper.VerifyDelivery(f.ctx, batch[1], zk, proven)
	require.ErrorIs(t, err, types.ErrMalformed)
	cheap := f.gas(func() {
		_, err := f.keeper.ProveTogether(f.ctx, batch[:3])
		require.NoError(t, err)
	})
	require.Less(t, cheap, types.LocalnetParams().GasProof, "one that can be is not worth it")
}
