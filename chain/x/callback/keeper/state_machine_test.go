package keeper_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"cosmossdk.io/math"

	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"github.com/nesa-network/nesa/chain/x/callback/keeper"
	"github.com/nesa-network/nesa/chain/x/callback/types"
	jobtypes "github.com/nesa-network/nesa/chain/x/job/types"
)

// expected is what should be known of an entry.
type expected struct {
	contract sdk.AccAddress
	wish     types.Wish
	fee      int64 // that is held
	state    types.State
	until    uint64
}

// receiver is how a contract behaves when it is called.
type receiver struct {
	Fails    bool // when it has done the rest
	Broken   bool // the EVM itself gives up, so the transaction fails
	Calls    []uint64
	Requests []types.Wish
	Spends   int64
}

// machine plays contracts and strangers at random against the real keeper, beside a model of what must come of it.
type machine struct {
	*world
	params   types.Params
	nextID   uint64
	entries  map[uint64]expected
	balances map[string]int64
	made     map[uint64]int
	ends     map[string]int
}

var (
	contracts = []sdk.AccAddress{account("contract"), account("other contract"), account("poor contract")}
	strangers = []sdk.AccAddress{account("stranger"), account("other stranger"), account("contract")}
	elsewhere = account("elsewhere")
)

func newMachine(t *rapid.T, ends map[string]int) *machine {
	m := &machine{
		world: newWorld(t), params: testParams(), nextID: 1, entries: map[uint64]expected{},
		balances: map[string]int64{}, made: map[uint64]int{}, ends: ends,
	}
	for _, name := range []string{"contract", "other contract"} {
		m.balances[string(m.fund(name))] = funds
	}
	return m
}

// transaction runs what a transaction does: as a whole or not at all, even if it runs out of gas.
func (m *machine) transaction(gas uint64, run func() error) (err error) {
	outside := m.ctx
	defer func() {
		m.ctx = outside
		if r := recover(); r != nil {
			if _, ok := r.(storetypes.ErrorOutOfGas); !ok {
				panic(r)
			}
			err = fmt.Errorf("out of gas: %v", r)
		}
	}()
	branch, write := m.ctx.CacheContext()
	m.ctx = branch.WithGasMeter(storetypes.NewGasMeter(gas))
	if err := run(); err != nil {
		return err
	}
	write()
	return nil
}

func (m *machine) wish(t *rapid.T) types.Wish {
	return types.Wish{
		GasLimit:  rapid.SampledFrom([]uint64{0, 1, 1_000, gasLimit, 2_000_000, 2_000_001}).Draw(t, "gas limit"),
		MaxOutput: rapid.SampledFrom([]uint32{0, 1, 64, 16 << 10, 16<<10 + 1}).Draw(t, "max output"),
	}
}

// requests makes a wish for a new job, in the context of a transaction or of a callback.
func (m *machine) requests(ctx context.Context, contract sdk.AccAddress, wish types.Wish) (uint64, expected, error) {
	id := m.nextID
	m.nextID++
	fee, err := m.keeper.Register(ctx, id, contract, wish)
	if err != nil {
		return id, expected{}, err
	}
	return id, expected{contract: contract, wish: wish, fee: fee.Int64(), state: types.State_STATE_WAITING}, nil
}

// keep takes over what a transaction has done.
func (m *machine) keep(id uint64, entry expected) {
	if entry.wish.Empty() {
		return
	}
	m.entries[id] = entry
	m.balances[string(entry.contract)] -= entry.fee
}

// Request has contracts ask for some jobs.
func (m *machine) Request(t *rapid.T) {
	for range rapid.IntRange(1, 4).Draw(t, "requests") {
		m.request(t)
	}
}

// request makes any wish; one that is refused costs nothing.
func (m *machine) request(t *rapid.T) {
	contract, wish := rapid.SampledFrom(contracts).Draw(t, "contract"), m.wish(t)
	var id uint64
	var entry expected
	err := m.transaction(10_000_000, func() (err error) {
		id, entry, err = m.requests(m.ctx, contract, wish)
		return err
	})
	allowed := wish.Validate(m.params) == nil && m.params.Fee(wish.GasLimit).Int64() <= m.balances[string(contract)]
	require.Equal(t, allowed, err == nil, "%v: %v", wish, err)
	if err == nil {
		require.Equal(t, m.params.Fee(wish.GasLimit).Int64(), entry.fee)
		m.keep(id, entry)
	}
}

// ids are the jobs whose entries have a state, in order.
func (m *machine) ids(state types.State) (ids []uint64) {
	for id, entry := range m.entries {
		if entry.state == state {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// End ends a job, or all at once.
func (m *machine) End(t *rapid.T) {
	waiting := m.ids(types.State_STATE_WAITING)
	if len(waiting) > 0 && rapid.Bool().Draw(t, "one") {
		waiting = []uint64{rapid.SampledFrom(waiting).Draw(t, "job")}
	}
	for _, id := range waiting {
		m.finish(t, id)
	}
}

func (m *machine) finish(t *rapid.T, id uint64) {
	status := rapid.SampledFrom([]jobtypes.Status{
		jobtypes.Status_STATUS_SETTLED, jobtypes.Status_STATUS_REFUNDED, jobtypes.Status_STATUS_EXPIRED,
		jobtypes.Status_STATUS_CANCELLED,
	}).Draw(t, "status")
	m.end(id, status, rapid.SampledFrom([]int{0, 1, 64, 65, 20_000}).Draw(t, "output"))
	entry := m.entries[id]
	entry.until = uint64(m.ctx.BlockHeight()) + retention
	entry.state = types.State_STATE_READY
	if entry.wish.GasLimit == 0 {
		entry.state = types.State_STATE_KEPT
	}
	m.entries[id] = entry
}

func (m *machine) behaviour(t *rapid.T) receiver {
	behaves := receiver{
		Fails:  rapid.IntRange(0, 2).Draw(t, "fails") == 0,
		Broken: rapid.IntRange(0, 19).Draw(t, "broken") == 0,
		Spends: rapid.SampledFrom([]int64{0, 0, 1, 1_000}).Draw(t, "spends"),
	}
	for range rapid.IntRange(0, 2).Draw(t, "requests") {
		behaves.Requests = append(behaves.Requests, m.wish(t))
	}
	for range rapid.IntRange(0, 2).Draw(t, "nested") {
		behaves.Calls = append(behaves.Calls, rapid.Uint64Range(1, m.nextID).Draw(t, "nested job"))
	}
	return behaves
}

// Callback has a stranger, or a contract itself, make any callback, with any gas, of a contract that does what it likes.
func (m *machine) Callback(t *rapid.T) {
	id := rapid.Uint64Range(1, m.nextID).Draw(t, "any job")
	if rapid.IntRange(0, 9).Draw(t, "at random") > 0 {
		if ready := m.ids(types.State_STATE_READY); len(ready) > 0 {
			id = rapid.SampledFrom(ready).Draw(t, "ready job")
		}
	}
	m.callback(t, id)
}

// callback makes the callback of a job, which may be none or have none.
func (m *machine) callback(t *rapid.T, id uint64) {
	sender := rapid.SampledFrom(strangers).Draw(t, "sender")
	gas := rapid.SampledFrom([]uint64{0, 10_000, gasLimit, gasLimit + 10_000, 2_040_000, 5_000_000}).Draw(t, "gas")
	behaves := m.behaviour(t)
	entry, known := m.entries[id]
	height := uint64(m.ctx.BlockHeight())
	open := known && entry.state == types.State_STATE_READY && height <= entry.until

	asked := map[uint64]expected{}
	var called int
	m.evm.run = func(ctx sdk.Context, contract sdk.AccAddress, jobID, gas uint64) (types.Call, error) {
		called++
		require.Equal(t, id, jobID)
		require.Equal(t, entry.contract, contract, "the requester, and nobody else")
		require.Equal(t, entry.wish.GasLimit, gas)
		require.True(t, keeper.Running(ctx))
		_, err := m.keeper.Entry(ctx, id)
		require.ErrorIs(t, err, types.ErrEntryNotFound, "it finds its callback made")
		return m.receive(t, ctx, contract, gas, behaves, asked)
	}
	var response *types.MsgCallbackResponse
	err := m.transaction(gas, func() (err error) {
		response, err = m.call(sender, id)
		return err
	})
	require.LessOrEqual(t, called, 1)
	if known && entry.state == types.State_STATE_READY && !open {
		m.ends["too late"]++
	}
	if !open {
		require.Error(t, err)
		require.Zero(t, called)
		return
	}
	if err != nil {
		require.True(t, behaves.Broken || gas < entry.wish.GasLimit+100_000, "%v", err)
		return
	}
	m.called(id, sender, response, asked, behaves)
}

// receive is a contract that has control. What it did is dropped when it fails, as the EVM does it.
func (m *machine) receive(
	t *rapid.T, ctx sdk.Context, contract sdk.AccAddress, gas uint64, behaves receiver, asked map[uint64]expected,
) (types.Call, error) {
	branch, write := ctx.CacheContext()
	branch = branch.WithGasMeter(storetypes.NewInfiniteGasMeter())
	for _, other := range behaves.Calls {
		_, err := m.msg.Callback(branch, &types.MsgCallback{Sender: contract.String(), JobId: other})
		require.ErrorIs(t, err, types.ErrNested)
	}
	for _, wish := range behaves.Requests {
		inner, keep := branch.CacheContext()
		if other, entry, err := m.requests(inner, contract, wish); err == nil {
			keep()
			asked[other] = entry
		}
	}
	if behaves.Spends > 0 {
		err := m.bank.SendCoins(branch, contract, elsewhere, types.Coins(math.NewInt(behaves.Spends)))
		behaves.Fails = behaves.Fails || err != nil
	}
	switch {
	case behaves.Broken:
		return types.Call{}, fmt.Errorf("the EVM gives up")
	case behaves.Fails:
		return types.Call{GasUsed: gas, Failure: "it fails"}, nil
	}
	write()
	return types.Call{GasUsed: gas / 2}, nil
}

// called takes over what a callback has done.
func (m *machine) called(
	id uint64, sender sdk.AccAddress, response *types.MsgCallbackResponse, asked map[uint64]expected, behaves receiver,
) {
	entry := m.entries[id]
	m.made[id]++
	m.balances[string(sender)] += entry.fee
	entry.fee = 0
	if !response.Success {
		entry.state = types.State_STATE_FAILED
		m.entries[id] = entry
		m.ends["failed"]++
		return
	}
	delete(m.entries, id)
	m.ends["called"]++
	m.balances[string(entry.contract)] -= behaves.Spends
	m.balances[string(elsewhere)] += behaves.Spends
	for other, entry := range asked {
		m.keep(other, entry)
		m.ends["asked again"]++
	}
}

// Params puts others in force; entries keep their fees.
func (m *machine) Params(t *rapid.T) {
	if rapid.IntRange(0, 4).Draw(t, "rarely") > 0 {
		return
	}
	m.params = testParams()
	m.params.GasPrice = math.NewInt(rapid.Int64Range(0, 20).Draw(t, "gas price"))
	m.params.Tip = math.NewInt(rapid.Int64Range(0, 2_000).Draw(t, "tip"))
	m.params.MaxGasLimit = rapid.SampledFrom([]uint64{1, gasLimit, 2_000_000}).Draw(t, "max gas limit")
	m.params.MaxDue = rapid.Uint32Range(1, 3).Draw(t, "due")
	_, err := m.msg.UpdateParams(m.ctx, &types.MsgUpdateParams{Authority: account("gov").String(), Params: m.params})
	require.NoError(t, err)
}

// Block ends a few blocks, or the time of many entries at once.
func (m *machine) Block(t *rapid.T) {
	for range rapid.SampledFrom([]int{1, 2, 10, retention}).Draw(t, "blocks") {
		m.endBlock(t)
	}
	if rapid.Bool().Draw(t, "until the queue lags") {
		for lagged := m.ends["lagged"]; m.due() > 0 && m.ends["lagged"] == lagged; {
			m.endBlock(t)
		}
		for _, id := range m.ids(types.State_STATE_READY) {
			if m.entries[id].until < uint64(m.ctx.BlockHeight()) {
				m.callback(t, id) // too late: a queue that lags gives nobody more time
			}
		}
	}
}

// endBlock forgets those whose time is over, the oldest first, and never more than a block may.
func (m *machine) endBlock(t *rapid.T) {
	height := uint64(m.ctx.BlockHeight())
	var over []uint64
	for id, entry := range m.entries {
		if entry.state != types.State_STATE_WAITING && entry.until <= height {
			over = append(over, id)
		}
	}
	slices.SortFunc(over, func(a, b uint64) int {
		if m.entries[a].until != m.entries[b].until {
			return int(m.entries[a].until) - int(m.entries[b].until)
		}
		return int(a) - int(b)
	})
	require.NoError(t, m.keeper.EndBlock(m.ctx))
	for _, id := range over[:min(len(over), int(m.params.MaxDue))] {
		entry := m.entries[id]
		m.balances[string(entry.contract)] += entry.fee
		delete(m.entries, id)
		m.ends["forgotten"]++
	}
	if len(over) > int(m.params.MaxDue) {
		m.ends["lagged"]++
	}
	m.at(height + 1)
}

// invariants hold after every step: the model's entries and balances are the chain's.
func (m *machine) invariants(t *rapid.T) {
	m.requireSolvent()
	exported, err := m.keeper.ExportGenesis(m.ctx)
	require.NoError(t, err)
	require.NoError(t, exported.Validate(m.keeper.AddressCodec()))
	require.Len(t, exported.Entries, len(m.entries))
	held, ended := int64(0), 0
	for _, entry := range exported.Entries {
		want := m.entries[entry.JobId]
		require.Equal(t, want.contract.String(), entry.Contract)
		require.Equal(t, want.wish.GasLimit, entry.GasLimit)
		require.Equal(t, want.state, entry.State)
		require.Equal(t, want.until, entry.ForgetHeight)
		require.Equal(t, want.fee, entry.Fee.Int64())
		if entry.Answer != nil {
			require.LessOrEqual(t, len(entry.Answer.Output), int(want.wish.MaxOutput))
		}
		held += want.fee
		if want.state != types.State_STATE_WAITING {
			ended++
		}
	}
	require.Equal(t, ended, m.due())
	require.Equal(t, held, m.balance(authtypes.NewModuleAddress(types.ModuleName)))
	for address, amount := range m.balances {
		require.Equal(t, amount, m.balance(sdk.AccAddress(address)))
	}
	for id, times := range m.made {
		require.Equal(t, 1, times, "job %d", id)
	}
}

// Whatever contracts and strangers do, each prepaid fee is in the module's account or has gone to one who called or back,
// and in the end nothing is left.
func TestThreat39CallbackStateMachine(t *testing.T) {
	ends := map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		m := newMachine(t, ends)
		t.Repeat(map[string]func(*rapid.T){
			"request": m.Request, "request more": m.Request, "end": m.End, "end more": m.End,
			"callback": m.Callback, "callback more": m.Callback, "callback again": m.Callback, "params": m.Params, "block": m.Block,
			"": m.invariants,
		})
		for id, entry := range m.entries {
			if entry.state == types.State_STATE_WAITING {
				m.end(id, jobtypes.Status_STATUS_EXPIRED, 0)
				entry.state, entry.until = types.State_STATE_READY, uint64(m.ctx.BlockHeight())+retention
				m.entries[id] = entry
			}
		}
		for blocks := retention + len(m.entries); blocks >= 0; blocks-- {
			m.endBlock(t)
		}
		require.Empty(t, m.entries, "an entry is stuck")
		m.invariants(t)
		require.Zero(t, m.balance(authtypes.NewModuleAddress(types.ModuleName)))
	})
	t.Log(ends)
	// What is never reached is not tested.
	for _, end := range []string{"called", "failed", "forgotten", "lagged", "asked again", "too late"} {
		require.Positive(t, ends[end], end)
	}
}
