package types_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	addresscodec "github.com/cosmos/cosmos-sdk/codec/address"

	"github.com/nesa-network/nesa/chain/x/job/types"
)

var codec = addresscodec.NewBech32Codec("nesa")

func account(t *testing.T, name string) string {
	t.Helper()
	text, err := codec.BytesToString(minerAddress(name))
	require.NoError(t, err)
	return text
}

func validGenesis(t *testing.T) *types.GenesisState {
	t.Helper()
	state := types.DefaultGenesis()
	state.NextId = 3
	zero := math.ZeroInt()
	fee, err := validTerms().MaxFee()
	require.NoError(t, err)
	state.Jobs = []types.Job{{
		Id: 2, Requester: account(t, "requester"), Terms: validTerms(), ParamsRevision: 1,
		Status: types.Status_STATUS_REQUESTED, Phase: types.Phase_PHASE_CLAIM,
		Escrow: fee, Reserve: zero, ChallengeDeposit: zero, AppealDeposit: zero,
		Rounds: []types.Round{{Seed: make([]byte, 32)}},
	}}
	state.Seats = []types.Seat{{
		JobId: 2, Miner: account(t, "miner"), Ticket: make([]byte, 32),
		State: types.SeatState_SEAT_STATE_STANDBY, Bond: zero,
	}}
	state.Records = []types.Record{{
		Id: 1, Requester: minerAddress("requester"), ParamsRevision: 1,
		Status: types.Status_STATUS_SETTLED, Fee: math.OneInt(), Refunded: zero,
	}}
	state.Reveals = []types.EpochReveals{{Miner: account(t, "miner"), Epoch: 1, Expected: 2, Missing: 1, Withheld: zero}}
	return state
}

func TestGenesis(t *testing.T) {
	require.NoError(t, types.DefaultGenesis().Validate(codec))
	require.NoError(t, validGenesis(t).Validate(codec))
	for name, change := range map[string]func(*types.GenesisState){
		"no next id":            func(g *types.GenesisState) { g.NextId = 0 },
		"no revision":           func(g *types.GenesisState) { g.Revisions = nil },
		"revision twice":        func(g *types.GenesisState) { g.Revisions = append(g.Revisions, g.Revisions[0]) },
		"params of no revision": func(g *types.GenesisState) { g.Params.Standby++ },
		"job id of the future":  func(g *types.GenesisState) { g.Jobs[0].Id = 3 },
		"job id 0":              func(g *types.GenesisState) { g.Jobs[0].Id = 0 },
		"job twice":             func(g *types.GenesisState) { g.Jobs = append(g.Jobs, g.Jobs[0]) },
		"unknown revision":      func(g *types.GenesisState) { g.Jobs[0].ParamsRevision = 2 },
		"no requester":          func(g *types.GenesisState) { g.Jobs[0].Requester = "" },
		"another spelling": func(g *types.GenesisState) {
			twin := g.Seats[0]
			twin.Miner = strings.ToUpper(twin.Miner)
			g.Seats = append(g.Seats, twin)
		},
		"odd executor":         func(g *types.GenesisState) { g.Jobs[0].Executor = "x" },
		"negative escrow":      func(g *types.GenesisState) { g.Jobs[0].Escrow = math.NewInt(-1) },
		"no reserve":           func(g *types.GenesisState) { g.Jobs[0].Reserve = math.Int{} },
		"finished status":      func(g *types.GenesisState) { g.Jobs[0].Status = types.Status_STATUS_SETTLED },
		"no phase":             func(g *types.GenesisState) { g.Jobs[0].Phase = 0 },
		"no round":             func(g *types.GenesisState) { g.Jobs[0].Rounds = nil },
		"escrow below the fee": func(g *types.GenesisState) { g.Jobs[0].Escrow = g.Jobs[0].Escrow.SubRaw(1) },
		"nothing delivered":    func(g *types.GenesisState) { g.Jobs[0].Status = types.Status_STATUS_DELIVERED },
		"check in no round": func(g *types.GenesisState) {
			g.Jobs[0].Status, g.Jobs[0].Delivery = types.Status_STATUS_CHECKING, &types.Delivery{}
		},
		"revealed nothing": func(g *types.GenesisState) {
			g.Jobs[0].Rounds = append(g.Jobs[0].Rounds, g.Jobs[0].Rounds[0])
			g.Seats[0].Round, g.Seats[0].State = types.RoundCheck, types.SeatState_SEAT_STATE_REVEALED
		},
		"short seed":              func(g *types.GenesisState) { g.Jobs[0].Rounds[0].Seed = []byte{1} },
		"odd terms":               func(g *types.GenesisState) { g.Jobs[0].Terms.VersionId = 0 },
		"seat of no job":          func(g *types.GenesisState) { g.Seats[0].JobId = 1 },
		"seat of no round":        func(g *types.GenesisState) { g.Seats[0].Round = 1 },
		"seat twice":              func(g *types.GenesisState) { g.Seats = append(g.Seats, g.Seats[0]) },
		"seat of nobody":          func(g *types.GenesisState) { g.Seats[0].Miner = "" },
		"short ticket":            func(g *types.GenesisState) { g.Seats[0].Ticket = nil },
		"seat without a state":    func(g *types.GenesisState) { g.Seats[0].State = 0 },
		"short commitment":        func(g *types.GenesisState) { g.Seats[0].Commitment = []byte{1} },
		"seat without a bond":     func(g *types.GenesisState) { g.Seats[0].Bond = math.Int{} },
		"record of an open job":   func(g *types.GenesisState) { g.Records[0].Id = 2 },
		"record twice":            func(g *types.GenesisState) { g.Records = append(g.Records, g.Records[0]) },
		"record of an open state": func(g *types.GenesisState) { g.Records[0].Status = types.Status_STATUS_DECIDED },
		"record without a fee":    func(g *types.GenesisState) { g.Records[0].Fee = math.Int{} },
		"reveals of nobody":       func(g *types.GenesisState) { g.Reveals[0].Miner = "" },
		"reveals twice":           func(g *types.GenesisState) { g.Reveals = append(g.Reveals, g.Reveals[0]) },
		"more missing than asked": func(g *types.GenesisState) { g.Reveals[0].Missing = 3 },
	} {
		state := validGenesis(t)
		change(state)
		require.ErrorIs(t, state.Validate(codec), types.ErrInvalidGenesis, name)
	}
}

func TestParams(t *testing.T) {
	require.NoError(t, types.DefaultParams().Validate())
	require.NoError(t, types.LocalnetParams().Validate())
	for name, change := range map[string]func(*types.Params){
		"no check":               func(p *types.Params) { p.MinCheckBps = 0 },
		"more than certain":      func(p *types.Params) { p.MinCheckBps = 10_001 },
		"two verifiers":          func(p *types.Params) { p.Verifiers = types.MinVerifiers - 1 },
		"no larger appeal":       func(p *types.Params) { p.MaxVerifiers = types.MaxSeats },
		"most below default":     func(p *types.Params) { p.MaxVerifiers = p.Verifiers - 1 },
		"half agrees":            func(p *types.Params) { p.AgreementBps = 5_000 },
		"appeal below a check":   func(p *types.Params) { p.AppealFloor = p.Verifiers },
		"appeal below its floor": func(p *types.Params) { p.AppealSeats = p.AppealFloor - 1 },
		"huge committee":         func(p *types.Params) { p.AppealSeats = 65 },
		"no claim window":        func(p *types.Params) { p.ClaimWindow = 0 },
		"endless window":         func(p *types.Params) { p.AppealWindow = 1 << 63 },
		"no burn":                func(p *types.Params) { p.BurnBps = 0 },
		"no levy":                func(p *types.Params) { p.LevyBps = 0 },
		"no bond":                func(p *types.Params) { p.BondFees = 0 },
		"no share":               func(p *types.Params) { p.LevyShare = 0 },
		"huge inline":            func(p *types.Params) { p.InlineLimit = types.MaxInlineBytes + 1 },
		"no queue":               func(p *types.Params) { p.MaxDue = 0 },
		"no batch":               func(p *types.Params) { p.MaxBatch = 0 },
		"no fee":                 func(p *types.Params) { p.MinFee = math.ZeroInt() },
		"missing fee":            func(p *types.Params) { p.MinFee = math.Int{} },
		"levy too small":         func(p *types.Params) { p.LevyBps = 999 },
		"check above the bond":   func(p *types.Params) { p.MaxVerifiers = 11 },
		"default above the bond": func(p *types.Params) { p.Verifiers, p.MinCheckBps = 6, 100 },
	} {
		params := types.DefaultParams()
		change(&params)
		require.ErrorIs(t, params.Validate(), types.ErrInvalidParams, name)
	}
}

// The seats that must agree are those of the design, and never a minority.
func TestAgreement(t *testing.T) {
	for seats, needed := range map[uint32]uint32{1: 1, 2: 2, 3: 2, 5: 4, 7: 5, 9: 6, 21: 14} {
		for _, params := range []types.Params{types.DefaultParams(), types.LocalnetParams()} {
			v := types.Judge(types.VerdictInput{SeatsWanted: seats, AgreementBps: params.AgreementBps})
			require.Equal(t, needed, v.Needed, "%d seats", seats)
		}
		require.Equal(t, seats/2+1, types.Judge(types.VerdictInput{SeatsWanted: seats}).Needed)
	}
}
