package keeper_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nesa-network/nesa/chain/x/beacon/keeper"
	"github.com/nesa-network/nesa/chain/x/beacon/types"
)

func TestBlocksWithoutAValidProofMixInTheHeightAlone(t *testing.T) {
	f := newFixture(t)
	a, b := f.addValidator(1), f.addValidator(2)
	first := f.block(a, nil)
	require.Equal(t, types.Missed(chainID, types.First(chainID), 1), first.Value)
	require.False(t, first.Contributed)

	f.mustRegister(a)
	contributed := f.prove(a)
	require.True(t, contributed.Contributed)
	require.Equal(t, a.consensus.Bytes(), contributed.Proposer)

	stale := f.proof(a)
	f.prove(a)
	for name, c := range map[string]struct {
		by    validator
		proof []byte
	}{
		"another height's proof":    {a, stale},
		"another validator's proof": {b, f.proof(a)},
		"another key's proof":       {a, f.proof(b)},
		"no proof of this size":     {a, stale[:10]},
	} {
		t.Run(name, func(t *testing.T) {
			previous, err := f.keeper.Latest(f.ctx)
			require.NoError(t, err)
			seed := f.block(c.by, c.proof)
			require.False(t, seed.Contributed)
			require.Equal(t, types.Missed(chainID, previous.Value, f.height), seed.Value)
		})
	}
}

func TestEverySeedIsAnEvent(t *testing.T) {
	f := newFixture(t)
	f.block(f.addValidator(1), nil)
	events := f.ctx.EventManager().Events()
	require.Len(t, events, 1)
	require.Equal(t, "nesa.beacon.v1.EventSeed", events[0].Type)
}

func TestSoleUntilTwoValidatorsHaveKeys(t *testing.T) {
	f := newFixture(t)
	a, b := f.addValidator(1), f.addValidator(2)
	f.mustRegister(a)
	require.True(t, f.prove(a).Sole)
	f.mustRegister(b)
	require.False(t, f.prove(a).Sole)
	f.last = f.last[:1] // b left the set, its key stays
	require.True(t, f.prove(a).Sole)
}

func TestDrawWaitsForAnotherValidator(t *testing.T) {
	f := newFixture(t)
	a, b := f.addValidator(1), f.addValidator(2)
	f.mustRegister(a)
	f.mustRegister(b)

	fixed := f.prove(a).Height
	require.Zero(t, f.draw(fixed), "the next block is not there")
	require.Zero(t, f.draw(fixed+100), "not even fixed")
	f.prove(a)
	require.Zero(t, f.draw(fixed), "the same proposer again")
	f.block(b, nil)
	require.Zero(t, f.draw(fixed), "another validator, but no proof")
	decided := f.prove(b).Height
	require.Equal(t, decided, f.draw(fixed))
	f.prove(b)
	require.Equal(t, decided, f.draw(fixed), "an answer never changes")
	require.Equal(t, decided, f.draw(fixed+1))
	require.Zero(t, f.draw(f.height), "fixed by b")
	f.prove(a)
	require.Equal(t, f.height, f.draw(f.height-1))
}

func TestDrawStopsWaiting(t *testing.T) {
	f := newFixture(t)
	a, b := f.addValidator(1), f.addValidator(2)
	f.mustRegister(a)
	f.mustRegister(b)
	fixed := f.prove(a).Height
	for f.height < fixed+types.DrawWait {
		require.Zero(t, f.draw(fixed))
		f.prove(a)
	}
	require.Equal(t, fixed+types.DrawWait, f.draw(fixed))
}

func TestDrawIsWaivedWithFewerThanTwoKeys(t *testing.T) {
	f := newFixture(t)
	a := f.addValidator(1)
	f.mustRegister(a)
	fixed := f.prove(a).Height
	f.prove(a)
	require.Equal(t, fixed+1, f.draw(fixed))
	// A second key later does not change what was known.
	f.mustRegister(f.addValidator(2))
	require.Equal(t, fixed+1, f.draw(fixed))
}

func TestSeedsArePrunedAndShorterRetentionCatchesUp(t *testing.T) {
	f := newFixture(t)
	a := f.addValidator(1)
	for f.height < 3*types.MinSeedRetention {
		f.block(a, nil)
	}
	_, err := f.keeper.Seed(f.ctx, f.height-types.MinSeedRetention)
	require.NoError(t, err)
	_, err = f.keeper.Seed(f.ctx, f.height-types.MinSeedRetention-1)
	require.ErrorIs(t, err, types.ErrNoSeed)
	_, _, _, err = f.keeper.Draw(f.ctx, 1)
	require.ErrorIs(t, err, types.ErrNoSeed, "too old to say")

	f.setRetention(2 * types.MinSeedRetention)
	for range types.MinSeedRetention {
		f.block(a, nil)
	}
	f.setRetention(types.MinSeedRetention)
	for range types.MinSeedRetention {
		f.block(a, nil)
	}
	genesis, err := f.keeper.ExportGenesis(f.ctx)
	require.NoError(t, err)
	require.Len(t, genesis.Seeds, types.MinSeedRetention+1)
}

func (f *fixture) setRetention(blocks uint64) {
	f.t.Helper()
	_, err := keeper.NewMsgServer(f.keeper).UpdateParams(f.ctx, &types.MsgUpdateParams{
		Authority: authority.String(), Params: types.Params{KeyDelay: 3, SeedRetention: blocks},
	})
	require.NoError(f.t, err)
}
