package types

import (
	"bytes"
	"fmt"

	"cosmossdk.io/core/address"
	"cosmossdk.io/errors"
)

// DefaultGenesis admits nothing: which hardware a network trusts is for it to say.
func DefaultGenesis() *GenesisState { return &GenesisState{Params: DefaultParams()} }

// Validate checks the state for itself.
func (g GenesisState) Validate(addresses address.Codec) error {
	if err := g.Params.Validate(); err != nil {
		return err
	}
	seen := map[string]bool{}
	once := func(key string, err error) error {
		if err != nil {
			return errors.Wrapf(ErrInvalidGenesis, "%s: %s", key, err)
		}
		if seen[key] {
			return errors.Wrapf(ErrInvalidGenesis, "%s appears twice", key)
		}
		seen[key] = true
		return nil
	}
	for _, a := range g.Anchors {
		if a.Simulated && !g.Params.AllowSimulated {
			return errors.Wrapf(ErrInvalidGenesis, "anchor %s is simulated", a.Product)
		}
		if err := once(fmt.Sprintf("anchor %d/%s", a.Platform, a.Product), a.Validate()); err != nil {
			return err
		}
	}
	for _, c := range g.Collateral {
		if err := once(fmt.Sprintf("collateral %d/%s", c.Platform, c.Product), c.Validate()); err != nil {
			return err
		}
	}
	for _, m := range g.Measurements {
		if err := once(fmt.Sprintf("measurement %d/%x", m.Platform, m.Value), m.Validate()); err != nil {
			return err
		}
	}
	for _, m := range g.RevokedMachines {
		if err := once(fmt.Sprintf("machine %d/%x", m.Platform, m.Id), m.Validate()); err != nil {
			return err
		}
	}
	for _, k := range g.VerifyingKeys {
		if err := once(fmt.Sprintf("verifying key %d/%t", k.VersionId, k.PrivateInput), k.Validate()); err != nil {
			return err
		}
	}
	for _, k := range g.Keys {
		if err := once(fmt.Sprintf("key %s/%x", k.Miner, k.Key), k.validate(addresses)); err != nil {
			return err
		}
	}
	return nil
}

func (k AttestedKey) validate(addresses address.Codec) error {
	account, err := addresses.StringToBytes(k.Miner)
	if err != nil {
		return err
	}
	// Two spellings of one account would pass for two miners.
	if text, err := addresses.BytesToString(account); err != nil || text != k.Miner {
		return errors.Wrapf(ErrInvalidGenesis, "miner %s is written %s", k.Miner, text)
	}
	if len(k.Key) != KeyBytes || bytes.Equal(k.Key, make([]byte, KeyBytes)) {
		return errors.Wrapf(ErrInvalid, "key of %d bytes", len(k.Key))
	}
	return validateProduct(k.Platform, k.Product)
}
