package keeper_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/x/miner/types"
)

// machine drives the real keeper over the real bank with whatever miners, jobs and governance may do, and after every
// step compares balances, totals and indexes with what the miners say.
type machine struct {
	f      *fixture
	owners []sdk.AccAddress
	jobs   uint64
}

func TestMinersModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := newFixture(t)
		params := testParams()
		params.SlashBps = rapid.Uint32Range(1, 10_000).Draw(t, "slash_bps")
		_, err := f.msg.UpdateParams(f.ctx, &types.MsgUpdateParams{Authority: authority(), Params: params})
		require.NoError(t, err)
		m := &machine{f: f}
		for _, name := range []string{"alice", "bob", "carol"} {
			m.owners = append(m.owners, f.register(name, rapid.Int64Range(100, 1_000).Draw(t, "stake")))
		}
		t.Repeat(map[string]func(*rapid.T){
			"add":     m.add,
			"unstake": m.unstake,
			"lock":    m.lock,
			"release": m.release,
			"burn":    m.burn,
			"strike":  m.strike,
			"unjail":  m.unjail,
			"retire":  m.retire,
			"serve":   m.serve,
			"params":  m.params,
			"blocks":  m.blocks,
			"":        m.check,
		})
	})
}

func (m *machine) owner(t *rapid.T) sdk.AccAddress {
	return rapid.SampledFrom(m.owners).Draw(t, "owner")
}

func (m *machine) amount(t *rapid.T) math.Int {
	return math.NewInt(rapid.Int64Range(0, 400).Draw(t, "amount"))
}

// attempt runs a keeper's method as part of a transaction, refused or not.
func (m *machine) attempt(run func(sdk.Context) error) {
	ctx, write := m.f.ctx.CacheContext()
	if run(ctx) == nil {
		write()
	}
}

func (m *machine) add(t *rapid.T) {
	owner, amount := m.owner(t), m.amount(t)
	m.f.fund(owner, amount.Int64()+1)
	m.attempt(func(ctx sdk.Context) error {
		_, err := m.f.msg.AddStake(ctx, &types.MsgAddStake{Owner: owner.String(), Amount: sdk.NewCoin(types.Denom, amount)})
		return err
	})
}

func (m *machine) unstake(t *rapid.T) {
	owner, amount := m.owner(t), m.amount(t)
	if rapid.Bool().Draw(t, "all") {
		amount = m.f.miner(owner).Free()
	}
	m.attempt(func(ctx sdk.Context) error {
		_, err := m.f.msg.Unstake(ctx, &types.MsgUnstake{Owner: owner.String(), Amount: sdk.NewCoin(types.Denom, amount)})
		return err
	})
}

func (m *machine) lock(t *rapid.T) {
	owner, amount := m.owner(t), m.amount(t)
	m.attempt(func(ctx sdk.Context) error { return m.f.keeper.Lock(ctx, owner, amount) })
}

func (m *machine) release(t *rapid.T) {
	owner, amount := m.owner(t), m.amount(t)
	amount = math.MinInt(amount, m.f.miner(owner).Locked)
	require.NoError(t, m.f.keeper.Release(m.f.ctx, owner, amount), "what is locked can always be released")
}

func (m *machine) burn(t *rapid.T) {
	owner, amount := m.owner(t), m.amount(t)
	amount = math.MinInt(amount, m.f.miner(owner).Locked)
	before := m.f.supply()
	require.NoError(t, m.f.keeper.BurnBond(m.f.ctx, owner, amount), "what is locked can always be burned")
	require.Equal(t, before-amount.Int64(), m.f.supply())
}

func (m *machine) strike(t *rapid.T) {
	owner := m.owner(t)
	m.jobs++
	requester := rapid.SampledFrom([]string{"u", "v", "w", "x"}).Draw(t, "requester")
	before, supply, balances := m.f.miner(owner), m.f.supply(), m.owned()
	slashed, err := m.f.keeper.Strike(m.f.ctx, owner, m.jobs, account("%s", requester), rapid.Bool().Draw(t, "exact"))
	require.NoError(t, err)
	require.Equal(t, balances, m.owned(), "what is slashed goes to nobody")
	after := m.f.miner(owner)
	require.Equal(t, supply-m.f.supply(), total(before).Sub(total(after)).Int64(), "what a miner loses is burned")
	if slashed {
		params, err := m.f.keeper.Params(m.f.ctx)
		require.NoError(t, err)
		lost := total(before).Sub(total(after)).Add(after.Owed).Sub(before.Owed)
		slash := types.SlashOf(before, params.SlashBps)
		require.True(t, lost.LTE(slash), "lost %s of %s", lost, slash)
		require.True(t, lost.Equal(slash) || after.Owed.Equal(after.Locked), "less only when all that is left is owed")
		require.Greater(t, after.JailedUntil, m.f.height())
	}
}

func (m *machine) unjail(t *rapid.T) {
	owner := m.owner(t)
	m.attempt(func(ctx sdk.Context) error {
		_, err := m.f.msg.Unjail(ctx, &types.MsgUnjail{Owner: owner.String()})
		return err
	})
}

func (m *machine) retire(t *rapid.T) {
	// Rarely, or all would be retired soon.
	if rapid.IntRange(0, 9).Draw(t, "die") != 0 {
		t.Skip("not now")
	}
	owner := m.owner(t)
	m.attempt(func(ctx sdk.Context) error {
		_, err := m.f.msg.Retire(ctx, &types.MsgRetire{Owner: owner.String()})
		return err
	})
}

func (m *machine) serve(t *rapid.T) {
	owner, id := m.owner(t), rapid.Uint64Range(1, 6).Draw(t, "version")
	msg := &types.MsgServe{Operator: owner.String(), Serve: []types.ServeEntry{{VersionId: id, Ask: math.OneInt()}}}
	if rapid.Bool().Draw(t, "drop") {
		msg.Serve, msg.Drop = nil, []uint64{id}
	}
	m.attempt(func(ctx sdk.Context) error {
		_, err := m.f.msg.Serve(ctx, msg)
		return err
	})
}

func (m *machine) params(t *rapid.T) {
	params, err := m.f.keeper.Params(m.f.ctx)
	require.NoError(t, err)
	params.SlotUnit = math.NewInt(rapid.Int64Range(1, 50).Draw(t, "slot_unit"))
	params.MinStake = params.SlotUnit.AddRaw(rapid.Int64Range(0, 200).Draw(t, "min_stake"))
	_, err = m.f.msg.UpdateParams(m.f.ctx, &types.MsgUpdateParams{Authority: authority(), Params: params})
	require.NoError(t, err)
	// Three miners are counted again within one block.
	m.f.endBlock()
}

func (m *machine) blocks(t *rapid.T) {
	for range rapid.IntRange(1, 30).Draw(t, "blocks") {
		m.f.endBlock()
	}
}

// owned is what the accounts that could profit have.
func (m *machine) owned() int64 {
	sum := int64(0)
	for _, owner := range m.owners {
		sum += m.f.balance(owner)
	}
	for _, name := range []string{"u", "v", "w", "x"} {
		sum += m.f.balance(account("%s", name))
	}
	return sum
}

func (m *machine) check(t *rapid.T) {
	m.f.t = t
	m.f.requireSolvent()
	genesis, err := m.f.keeper.ExportGenesis(m.f.ctx)
	require.NoError(t, err)
	require.NoError(t, genesis.Validate(addresses), "every state can be exported")

	params := genesis.Params
	slots := map[string]uint64{}
	for _, miner := range genesis.Miners {
		slots[miner.Owner] = miner.SlotsNow(params)
		require.LessOrEqual(t, m.f.slots(sdk.MustAccAddressFromBech32(miner.Owner), m.f.keeper.Epoch(m.f.ctx)),
			miner.SlotsNow(params), "no more slots than the present stake has")
	}
	totals := map[uint64]types.Totals{}
	for _, served := range genesis.Served {
		if slots[served.Miner] > 0 {
			sum := totals[served.VersionId]
			sum.Miners, sum.Slots = sum.Miners+1, sum.Slots+slots[served.Miner]
			totals[served.VersionId] = sum
		}
	}
	for id := range uint64(7) {
		want := totals[id]
		want.VersionId = id
		require.Equal(t, want, m.f.totals(id))
	}
}

func total(m types.Miner) math.Int { return m.Stake.Add(m.Unbonding) }
