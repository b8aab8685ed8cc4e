package app_test

import (
	"encoding/binary"
	"encoding/json"

	"cosmossdk.io/math"

	"github.com/cosmos/cosmos-sdk/codec"
	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"github.com/nesa-network/nesa/chain/app"
	jobtypes "github.com/nesa-network/nesa/chain/x/job/types"
	minertypes "github.com/nesa-network/nesa/chain/x/miner/types"
	modeltypes "github.com/nesa-network/nesa/chain/x/model/types"
)

const (
	populatedStake = 1_000_000_000_000 // of each miner, in anes; so are the next two
	populatedUnit  = 100_000_000_000
	populatedPrice = 1_000_000_000_000
	// farAway is a height that no test reaches.
	farAway = 10_000_000
)

// population is how many miners serve a network's one version, and how many jobs are open from the start. They wait for
// claims until a height that is far away.
type population struct{ miners, jobs int }

// nth is the address of a numbered account.
func nth(kind byte, n int) string {
	raw := make([]byte, 20)
	raw[0] = kind
	binary.BigEndian.PutUint64(raw[12:], uint64(n))
	return sdk.AccAddress(raw).String()
}

// change populates a genesis state; the user requests all jobs.
func (p population) change(user sdk.AccAddress) edit {
	return func(cdc codec.Codec, state map[string]json.RawMessage) {
		state[modeltypes.ModuleName] = cdc.MustMarshalJSON(p.model(user))
		state[minertypes.ModuleName] = cdc.MustMarshalJSON(p.miner())
		state[jobtypes.ModuleName] = cdc.MustMarshalJSON(p.job(user))

		var bank banktypes.GenesisState
		cdc.MustUnmarshalJSON(state[banktypes.ModuleName], &bank)
		for name, amount := range map[string]int64{
			minertypes.StakeAccount: int64(p.miners) * populatedStake,
			jobtypes.EscrowAccount:  int64(p.jobs) * populatedPrice,
			jobtypes.LevyAccount:    1_000 * populatedPrice,
		} {
			coins := sdk.NewCoins(sdk.NewInt64Coin(app.BaseDenom, amount))
			bank.Balances = append(bank.Balances, banktypes.Balance{
				Address: authtypes.NewModuleAddress(name).String(), Coins: coins,
			})
			bank.Supply = bank.Supply.Add(coins...)
		}
		state[banktypes.ModuleName] = cdc.MustMarshalJSON(&bank)
	}
}

func (p population) model(owner sdk.AccAddress) *modeltypes.GenesisState {
	genesis := modeltypes.DefaultGenesis()
	genesis.Publishers = []modeltypes.Publisher{{Name: "acme", Owner: owner.String()}}
	genesis.Models = []modeltypes.Model{{Name: "acme/chat", Owner: owner.String(), Versions: 1}}
	genesis.Versions = []modeltypes.Version{{
		Id: 1, Model: "acme/chat", Number: 1, ManifestDigest: make([]byte, 32), Uri: "https://models.example/chat",
		Unit: modeltypes.Unit_UNIT_TOKEN, Status: modeltypes.VersionStatus_VERSION_STATUS_ACTIVE, Proven: true,
		Profile: modeltypes.Profile{Positions: 1, Projections: 1, ScoreThresholds: []uint64{0, 0}, RunWindow: 5},
	}}
	genesis.NextVersionId = 2
	return genesis
}

func (p population) miner() *minertypes.GenesisState {
	genesis := minertypes.DefaultGenesis()
	genesis.Params.SlotUnit, genesis.Params.MinStake = math.NewInt(populatedUnit), math.NewInt(populatedUnit)
	genesis.Params.EpochBlocks = 10 // so that epochs end while it is measured
	stake := math.NewInt(populatedStake)
	for i := range p.miners {
		miner := minertypes.Miner{
			Owner: nth('o', i), Operator: nth('p', i), ClaimKey: nth('c', i), WithdrawAddress: nth('o', i),
			Stake: stake, Locked: math.ZeroInt(), Unbonding: math.ZeroInt(), Owed: math.ZeroInt(),
		}
		genesis.Miners = append(genesis.Miners, miner)
		genesis.Served = append(genesis.Served, minertypes.Served{VersionId: 1, Miner: miner.Owner, Ask: math.OneInt()})
	}
	return genesis
}

func (p population) job(user sdk.AccAddress) *jobtypes.GenesisState {
	genesis := jobtypes.DefaultGenesis()
	genesis.Params.MaxDeadline = farAway
	genesis.Revisions[0].Params = genesis.Params
	for i := range p.jobs {
		genesis.Jobs = append(genesis.Jobs, jobtypes.Job{
			Id: uint64(i + 1), Requester: user.String(), Terms: request(farAway), ParamsRevision: 1, Height: 1,
			Status: jobtypes.Status_STATUS_REQUESTED, Phase: jobtypes.Phase_PHASE_CLAIM, PhaseEnd: farAway,
			Escrow: math.NewInt(populatedPrice), Reserve: math.ZeroInt(),
			ChallengeDeposit: math.ZeroInt(), AppealDeposit: math.ZeroInt(),
			Rounds: []jobtypes.Round{{DrawHeight: 1, Seed: make([]byte, 32), SeedHeight: 2, Seats: 1, ClaimStart: 3}},
		})
	}
	genesis.NextId = uint64(p.jobs + 1)
	return genesis
}

// request is a job with a short input, left to the lottery.
func request(deadline uint64) jobtypes.Terms {
	return jobtypes.Terms{
		VersionId: 1, Input: []byte("a photograph"), Seed: make([]byte, 32), Price: math.NewInt(populatedPrice),
		MaxUnits: 1, Assurance: jobtypes.Assurance{CheckBps: 500}, Deadline: deadline,
	}
}
