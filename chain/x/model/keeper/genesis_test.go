package keeper_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/nesa-network/nesa/chain/x/model/types"
)

// lived returns a fixture in which a bit of everything has happened.
func lived(t *testing.T) *fixture {
	t.Helper()
	f := newFixture(t)
	f.register("acme", "acme/chat")
	f.register("acme", "acme/image")
	f.register("eve", "eve/chat")
	for range 3 {
		f.check(f.addVersion("acme", "acme/chat"), true, "alice")
	}
	f.check(f.addVersion("eve", "eve/chat"), false)
	_, err := f.msg.SetAccess(f.ctx, &types.MsgSetAccess{
		Owner: account("acme").String(), Model: "acme/image", Private: true, Grant: []string{account("user").String()},
	})
	require.NoError(t, err)
	_, err = f.msg.Retire(f.ctx, &types.MsgRetire{Owner: account("acme").String(), Model: "acme/chat", Number: 2})
	require.NoError(t, err)
	return f
}

func TestGenesisRoundTrip(t *testing.T) {
	f := lived(t)
	exported, err := f.keeper.ExportGenesis(f.ctx)
	require.NoError(t, err)
	require.NoError(t, exported.Validate(addresses))
	require.Len(t, exported.ProbationMiners, 2)
	g := newEmptyFixture(t)
	require.NoError(t, g.keeper.InitGenesis(g.ctx, *exported))
	again, err := g.keeper.ExportGenesis(g.ctx)
	require.NoError(t, err)
	require.Equal(t, exported, again)
	require.Equal(t, uint64(5), g.addVersion("acme", "acme/chat"), "ids go on")
	require.Equal(t, uint32(4), g.version(5).Number)
	g.fund(account("mallory"), 10)
	_, err = message(g, g.msg.Register, &types.MsgRegister{Owner: account("mallory").String(), Name: "acme/new"})
	require.ErrorIs(t, err, types.ErrPublisherTaken)
}

func TestGenesisValidate(t *testing.T) {
	require.NoError(t, types.DefaultGenesis().Validate(addresses))
	for name, change := range map[string]func(*types.GenesisState){
		"parameters":          func(g *types.GenesisState) { g.Params.ProbationChecks = 0 },
		"name":                func(g *types.GenesisState) { g.Models[0].Name = "Acme/chat" },
		"owner":               func(g *types.GenesisState) { g.Models[0].Owner = "nobody" },
		"model twice":         func(g *types.GenesisState) { g.Models = append(g.Models, g.Models[0]) },
		"publisher missing":   func(g *types.GenesisState) { g.Publishers = nil },
		"publisher twice":     func(g *types.GenesisState) { g.Publishers = append(g.Publishers, g.Publishers[0]) },
		"version of no model": func(g *types.GenesisState) { g.Versions[0].Model = "acme/none" },
		"id beyond the next":  func(g *types.GenesisState) { g.NextVersionId = 4 },
		"number twice":        func(g *types.GenesisState) { g.Versions[1].Number = 1 },
		"version missing":     func(g *types.GenesisState) { g.Versions = g.Versions[:3] },
		"status":              func(g *types.GenesisState) { g.Versions[0].Status = 0 },
		"digest":              func(g *types.GenesisState) { g.Versions[0].ManifestDigest = nil },
		"profile":             func(g *types.GenesisState) { g.Versions[0].Profile.RunWindow = 0 },
		"access to no model":  func(g *types.GenesisState) { g.Access[0].Model = "acme/none" },
		"access twice":        func(g *types.GenesisState) { g.Access = append(g.Access, g.Access[0]) },
		"miners uncounted":    func(g *types.GenesisState) { g.ProbationMiners = nil },
		"miner twice":         func(g *types.GenesisState) { g.ProbationMiners = append(g.ProbationMiners, g.ProbationMiners[0]) },
		"miner not on probation": func(g *types.GenesisState) {
			g.ProbationMiners[0].VersionId = 2
		},
	} {
		f := lived(t)
		genesis, err := f.keeper.ExportGenesis(f.ctx)
		require.NoError(t, err)
		change(genesis)
		require.Error(t, genesis.Validate(addresses), name)
	}
}

func TestQueries(t *testing.T) {
	f := lived(t)
	models, err := f.query.Models(f.ctx, &types.QueryModelsRequest{Pagination: &query.PageRequest{Limit: 2}})
	require.NoError(t, err)
	require.Equal(t, []string{"acme/chat", "acme/image"}, names(models.Models))
	models, err = f.query.Models(f.ctx, &types.QueryModelsRequest{Pagination: &query.PageRequest{Key: models.Pagination.NextKey}})
	require.NoError(t, err)
	require.Equal(t, []string{"eve/chat"}, names(models.Models))
	models, err = f.query.Models(f.ctx, &types.QueryModelsRequest{Owner: account("acme").String()})
	require.NoError(t, err)
	require.Equal(t, []string{"acme/chat", "acme/image"}, names(models.Models))

	versions, err := f.query.Versions(f.ctx, &types.QueryVersionsRequest{Model: "acme/chat"})
	require.NoError(t, err)
	require.Len(t, versions.Versions, 3)
	require.Equal(t, uint32(3), versions.Versions[2].Number)
	versions, err = f.query.Versions(f.ctx, &types.QueryVersionsRequest{})
	require.NoError(t, err)
	require.Len(t, versions.Versions, 4)

	_, err = f.query.Version(f.ctx, &types.QueryVersionRequest{Id: 9})
	require.Equal(t, codes.NotFound, status.Code(err))
	_, err = f.query.Model(f.ctx, &types.QueryModelRequest{Publisher: "acme", Name: "none"})
	require.Equal(t, codes.NotFound, status.Code(err))
	model, err := f.query.Model(f.ctx, &types.QueryModelRequest{Publisher: "eve", Name: "chat"})
	require.NoError(t, err)
	require.Equal(t, uint32(1), model.Model.Versions)
}

func names(models []types.Model) []string {
	out := make([]string, len(models))
	for i, model := range models {
		out[i] = model.Name
	}
	return out
}
