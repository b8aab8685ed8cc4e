package keeper_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nesa-network/nesa/chain/x/beacon/keeper"
	"github.com/nesa-network/nesa/chain/x/beacon/types"
)

func TestRegisterKey(t *testing.T) {
	f := newFixture(t)
	a, b := f.addValidator(1), f.addValidator(2)
	stranger := validator{operator: []byte("not a validator, 20b"), secret: secretKey(t, 9)}
	valid := func(v validator) types.MsgRegisterKey {
		public := v.secret.PublicKey()
		return types.MsgRegisterKey{
			Validator: v.operator.String(), PublicKey: public,
			Possession: v.secret.Prove(types.PossessionAlpha(chainID, v.operator, public)),
		}
	}
	for _, c := range []struct {
		name   string
		change func(*types.MsgRegisterKey)
		want   error
	}{
		{"error - not an address", func(m *types.MsgRegisterKey) { m.Validator = "x" }, types.ErrValidator},
		{"error - not a validator", func(m *types.MsgRegisterKey) { *m = valid(stranger) }, types.ErrValidator},
		{"error - no key", func(m *types.MsgRegisterKey) { m.PublicKey = nil }, types.ErrPublicKey},
		{"error - key of small order", func(m *types.MsgRegisterKey) { m.PublicKey = make([]byte, 32) }, types.ErrPublicKey},
		{"error - no possession", func(m *types.MsgRegisterKey) { m.Possession = nil }, types.ErrPossession},
		{"error - another operator's possession", func(m *types.MsgRegisterKey) {
			m.Possession = a.secret.Prove(types.PossessionAlpha(chainID, b.operator, m.PublicKey))
		}, types.ErrPossession},
		{"error - another network's possession", func(m *types.MsgRegisterKey) {
			m.Possession = a.secret.Prove(types.PossessionAlpha("nesa-1", a.operator, m.PublicKey))
		}, types.ErrPossession},
		{"error - another's key", func(m *types.MsgRegisterKey) { m.PublicKey = b.secret.PublicKey() }, types.ErrPossession},
		{"success - first key", func(*types.MsgRegisterKey) {}, nil},
		{"error - the same key again", func(*types.MsgRegisterKey) {}, types.ErrKeyInUse},
	} {
		t.Run(c.name, func(t *testing.T) {
			msg := valid(a)
			c.change(&msg)
			res, err := keeper.NewMsgServer(f.keeper).RegisterKey(f.ctx, &msg)
			if c.want != nil {
				require.ErrorIs(t, err, c.want)
				return
			}
			require.NoError(t, err)
			require.Equal(t, f.height+3, res.EffectiveHeight)
		})
	}
}

func TestRotationTakesEffectLater(t *testing.T) {
	f := newFixture(t)
	old := f.addValidator(1)
	f.mustRegister(old)
	require.True(t, f.prove(old).Contributed)

	young := old
	young.secret = secretKey(t, 7)
	effective, err := f.register(young)
	require.NoError(t, err)
	third := old
	third.secret = secretKey(t, 8)
	_, err = f.register(third)
	require.ErrorIs(t, err, types.ErrRotation)

	require.False(t, f.prove(young).Contributed, "not yet")
	for f.height+1 < effective {
		require.True(t, f.prove(old).Contributed)
	}
	require.False(t, f.prove(old).Contributed, "no longer")
	require.True(t, f.prove(young).Contributed)
	_, err = f.register(third)
	require.NoError(t, err)
}

func TestUpdateParams(t *testing.T) {
	f := newFixture(t)
	server := keeper.NewMsgServer(f.keeper)
	good := types.DefaultParams()
	_, err := server.UpdateParams(f.ctx, &types.MsgUpdateParams{Authority: f.addValidator(1).operator.String(), Params: good})
	require.ErrorIs(t, err, types.ErrAuthority)
	for _, bad := range []types.Params{{}, {KeyDelay: 1, SeedRetention: 1}, {SeedRetention: 2000}} {
		_, err = server.UpdateParams(f.ctx, &types.MsgUpdateParams{Authority: authority.String(), Params: bad})
		require.ErrorIs(t, err, types.ErrParams)
	}
	_, err = server.UpdateParams(f.ctx, &types.MsgUpdateParams{Authority: authority.String(), Params: good})
	require.NoError(t, err)
	res, err := keeper.NewQueryServer(f.keeper).Params(f.ctx, nil)
	require.NoError(t, err)
	require.Equal(t, good, res.Params)
}

func TestGenesisRoundTripContinuesTheChain(t *testing.T) {
	f := newFixture(t)
	a := f.addValidator(1)
	f.mustRegister(a)
	f.prove(a)
	exported, err := f.keeper.ExportGenesis(f.ctx)
	require.NoError(t, err)
	require.NoError(t, exported.Validate())

	g := newFixture(t)
	g.last, g.height = f.last, f.height
	require.NoError(t, g.keeper.InitGenesis(g.ctx, *exported))
	g.ctx = g.ctx.WithBlockHeight(f.ctx.BlockHeight())
	again, err := g.keeper.ExportGenesis(g.ctx)
	require.NoError(t, err)
	require.Equal(t, exported, again)
	require.Equal(t, f.prove(a), g.prove(a))
}

func TestQueries(t *testing.T) {
	f := newFixture(t)
	a, b := f.addValidator(1), f.addValidator(2)
	f.mustRegister(a)
	f.mustRegister(b)
	seed := f.prove(a)
	q := keeper.NewQueryServer(f.keeper)

	latest, err := q.Latest(f.ctx, nil)
	require.NoError(t, err)
	require.Equal(t, seed, latest.Seed)
	at, err := q.Seed(f.ctx, &types.QuerySeedRequest{Height: seed.Height})
	require.NoError(t, err)
	require.Equal(t, seed, at.Seed)
	_, err = q.Seed(f.ctx, &types.QuerySeedRequest{Height: 999})
	require.ErrorContains(t, err, "NotFound")
	unknown, err := q.Draw(f.ctx, &types.QueryDrawRequest{Fixed: ^uint64(0)})
	require.NoError(t, err)
	require.False(t, unknown.Known)
	keys, err := q.Keys(f.ctx, &types.QueryKeysRequest{})
	require.NoError(t, err)
	require.Len(t, keys.Keys, 2)
	key, err := q.Key(f.ctx, &types.QueryKeyRequest{ConsensusAddress: a.consensus.String()})
	require.NoError(t, err)
	require.Equal(t, a.secret.PublicKey(), key.Keys.Current.PublicKey)
	_, err = q.Key(f.ctx, &types.QueryKeyRequest{ConsensusAddress: "x"})
	require.ErrorContains(t, err, "InvalidArgument")
}
