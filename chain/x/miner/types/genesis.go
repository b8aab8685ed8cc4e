package types

import (
	"cosmossdk.io/core/address"
	"cosmossdk.io/errors"
	"cosmossdk.io/math"
)

// DefaultGenesis has parameters and nothing else.
func DefaultGenesis() *GenesisState {
	return &GenesisState{Params: DefaultParams(), NextUnbondingId: 1}
}

// Obligations sums up stake and unbonding of all miners: what the stake account must hold.
func (g GenesisState) Obligations() (stake, unbonding math.Int) {
	stake, unbonding = math.ZeroInt(), math.ZeroInt()
	for _, m := range g.Miners {
		stake, unbonding = stake.Add(m.Stake), unbonding.Add(m.Unbonding)
	}
	return stake, unbonding
}

// Validate checks the state for itself; balances are compared when it is read in.
func (g GenesisState) Validate(addresses address.Codec) error {
	if err := g.Params.Validate(); err != nil {
		return err
	}
	miners, err := g.validateMiners(addresses)
	if err != nil {
		return err
	}
	if err := g.validateServed(miners); err != nil {
		return err
	}
	if err := g.validateKeys(miners); err != nil {
		return err
	}
	if err := g.validateUnbondings(miners); err != nil {
		return err
	}
	return g.validateStrikes(addresses, miners)
}

func (g GenesisState) validateMiners(addresses address.Codec) (map[string]Miner, error) {
	miners := make(map[string]Miner, len(g.Miners))
	operators, claimKeys := make(map[string]bool, len(g.Miners)), make(map[string]bool, len(g.Miners))
	for _, m := range g.Miners {
		if err := m.Validate(addresses); err != nil {
			return nil, errors.Wrapf(err, "miner %s", m.Owner)
		}
		// Two spellings of one account would pass for two miners.
		if bytes, err := addresses.StringToBytes(m.Owner); err == nil {
			if canonical, err := addresses.BytesToString(bytes); err != nil || canonical != m.Owner {
				return nil, errors.Wrapf(ErrInvalidGenesis, "miner %s is written %s", m.Owner, canonical)
			}
		}
		if _, twice := miners[m.Owner]; twice || operators[m.Operator] || claimKeys[m.ClaimKey] {
			return nil, errors.Wrapf(ErrInvalidGenesis, "miner %s or a key of it appears twice", m.Owner)
		}
		miners[m.Owner], claimKeys[m.ClaimKey] = m, true
		if m.Operator != m.Owner {
			operators[m.Operator] = true
		}
	}
	return miners, nil
}

// Validate checks a stored miner.
func (m Miner) Validate(addresses address.Codec) error {
	if err := ValidateAddresses(m, addresses); err != nil {
		return err
	}
	if err := ValidateMoniker(m.Moniker); err != nil {
		return err
	}
	if err := ValidateRelays(m.Relays); err != nil {
		return err
	}
	for _, amount := range []math.Int{m.Stake, m.Locked, m.Unbonding, m.Owed} {
		if amount.IsNil() || amount.IsNegative() {
			return errors.Wrap(ErrInvalidGenesis, "an amount is missing or negative")
		}
	}
	if m.Locked.GT(m.Stake) || m.Owed.GT(m.Locked) || (m.Owed.IsPositive() && m.Free().IsPositive()) {
		return errors.Wrap(ErrInvalidGenesis, "locked exceeds stake, or owed exceeds locked, or owed beside free stake")
	}
	for i, checkpoint := range m.Checkpoints {
		if checkpoint.Stake.IsNil() || checkpoint.Stake.IsNegative() {
			return errors.Wrap(ErrInvalidGenesis, "a checkpoint's stake is missing or negative")
		}
		if i > 0 && checkpoint.Epoch <= m.Checkpoints[i-1].Epoch {
			return errors.Wrap(ErrInvalidGenesis, "checkpoints are out of order")
		}
	}
	if n := len(m.Checkpoints); n > 0 && !m.Checkpoints[n-1].Stake.Equal(m.Stake) {
		return errors.Wrap(ErrInvalidGenesis, "the last checkpoint is not the stake")
	}
	return nil
}

func (g GenesisState) validateServed(miners map[string]Miner) error {
	type place struct {
		version uint64
		miner   string
	}
	seen := make(map[place]bool, len(g.Served))
	for _, s := range g.Served {
		miner, known := miners[s.Miner]
		at := place{s.VersionId, s.Miner}
		if !known || miner.Retired || s.VersionId == 0 || seen[at] {
			return errors.Wrapf(ErrInvalidGenesis, "version %d of miner %s: unknown, retired or twice", s.VersionId, s.Miner)
		}
		if err := validateAsk(s.Ask); err != nil {
			return err
		}
		seen[at] = true
	}
	return nil
}

func (g GenesisState) validateKeys(miners map[string]Miner) error {
	type place struct {
		miner string
		id    uint64
	}
	seen := make(map[place]bool, len(g.Keys))
	for _, k := range g.Keys {
		at := place{k.Miner, k.Id}
		if _, known := miners[k.Miner]; !known || k.Id == 0 || seen[at] {
			return errors.Wrapf(ErrInvalidGenesis, "key %d of miner %s: unknown or twice", k.Id, k.Miner)
		}
		if err := ValidateEncryptionKey(k.Key, k.From, k.To); err != nil {
			return err
		}
		seen[at] = true
	}
	return nil
}

func (g GenesisState) validateUnbondings(miners map[string]Miner) error {
	if g.NextUnbondingId == 0 {
		return errors.Wrap(ErrInvalidGenesis, "next_unbonding_id is 0")
	}
	seen := make(map[uint64]bool, len(g.Unbondings))
	sums := make(map[string]math.Int, len(miners))
	for _, u := range g.Unbondings {
		if _, known := miners[u.Miner]; !known || u.Id == 0 || u.Id >= g.NextUnbondingId || seen[u.Id] {
			return errors.Wrapf(ErrInvalidGenesis, "unbonding %d: miner unknown, or id out of range or twice", u.Id)
		}
		if u.Amount.IsNil() || !u.Amount.IsPositive() {
			return errors.Wrapf(ErrInvalidGenesis, "unbonding %d is not positive", u.Id)
		}
		seen[u.Id] = true
		sum, ok := sums[u.Miner]
		if !ok {
			sum = math.ZeroInt()
		}
		sums[u.Miner] = sum.Add(u.Amount)
	}
	for _, m := range g.Miners {
		if sum, ok := sums[m.Owner]; ok && !sum.Equal(m.Unbonding) || !ok && !m.Unbonding.IsZero() {
			return errors.Wrapf(ErrInvalidGenesis, "unbondings of %s are not %s", m.Owner, m.Unbonding)
		}
	}
	return nil
}

func (g GenesisState) validateStrikes(addresses address.Codec, miners map[string]Miner) error {
	type place struct{ miner, requester string }
	seen := make(map[place]bool, len(g.Strikes))
	for _, s := range g.Strikes {
		if _, err := addresses.StringToBytes(s.Requester); err != nil {
			return errors.Wrapf(ErrInvalidGenesis, "strike in job %d: %s", s.JobId, err)
		}
		at := place{s.Miner, s.Requester}
		if _, known := miners[s.Miner]; !known || seen[at] {
			return errors.Wrapf(ErrInvalidGenesis, "strike in job %d: miner unknown, or requester twice", s.JobId)
		}
		seen[at] = true
	}
	return nil
}
