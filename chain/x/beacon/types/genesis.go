package types

import (
	"bytes"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/x/beacon/vrf"
)

// DefaultGenesis returns the state of a network that starts without any key.
func DefaultGenesis() *GenesisState { return &GenesisState{Params: DefaultParams()} }

// Validate checks what can be checked without the chain id.
func (g GenesisState) Validate() error {
	if err := g.Params.Validate(); err != nil {
		return err
	}
	seen := make(map[string]bool)
	for _, keys := range g.Keys {
		address, err := sdk.ConsAddressFromBech32(keys.ConsensusAddress)
		if err != nil {
			return errorsmod.Wrapf(ErrGenesis, "consensus address %q: %s", keys.ConsensusAddress, err)
		}
		if seen[string(address)] {
			return errorsmod.Wrapf(ErrGenesis, "two entries for %s", keys.ConsensusAddress)
		}
		seen[string(address)] = true
		if err := vrf.ValidatePublicKey(keys.Current.PublicKey); err != nil {
			return errorsmod.Wrapf(ErrGenesis, "current key of %s: %s", keys.ConsensusAddress, err)
		}
		if keys.Next != nil && (vrf.ValidatePublicKey(keys.Next.PublicKey) != nil ||
			keys.Next.EffectiveHeight <= keys.Current.EffectiveHeight || bytes.Equal(keys.Next.PublicKey, keys.Current.PublicKey)) {
			return errorsmod.Wrapf(ErrGenesis, "next key of %s", keys.ConsensusAddress)
		}
	}
	for i, seed := range g.Seeds {
		if len(seed.Value) != SeedSize {
			return errorsmod.Wrapf(ErrGenesis, "seed %d has %d bytes", seed.Height, len(seed.Value))
		}
		if i > 0 && seed.Height != g.Seeds[i-1].Height+1 {
			return errorsmod.Wrapf(ErrGenesis, "seed %d does not follow %d", seed.Height, g.Seeds[i-1].Height)
		}
	}
	return nil
}
