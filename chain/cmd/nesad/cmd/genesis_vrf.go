package cmd

import (
	"encoding/hex"
	"encoding/json"
	"fmt"

	"github.com/cometbft/cometbft/privval"
	"github.com/spf13/cobra"

	"github.com/cosmos/cosmos-sdk/codec"
	sdkserver "github.com/cosmos/cosmos-sdk/server"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/x/beacon/types"
)

// addVrfKeyCommand puts a genesis validator's VRF key into the genesis file, so that the beacon is fed from the first
// block on.
func addVrfKeyCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "add-vrf-key [consensus-address] [public-key]",
		Short: "Add a VRF key to the genesis file: this node's, or the given validator's (hexadecimal key)",
		Args: cobra.MatchAll(cobra.MaximumNArgs(2), func(_ *cobra.Command, args []string) error {
			if len(args) == 1 {
				return fmt.Errorf("give both the consensus address and the public key, or neither")
			}
			return nil
		}),
		RunE: func(cmd *cobra.Command, args []string) error {
			address, key, err := vrfKeyOf(cmd, args)
			if err != nil {
				return err
			}
			return addVrfKey(cmd, types.ValidatorKeys{
				ConsensusAddress: address.String(),
				Current:          types.VrfKey{PublicKey: key, EffectiveHeight: 1},
			})
		},
	}
}

func vrfKeyOf(cmd *cobra.Command, args []string) (sdk.ConsAddress, []byte, error) {
	if len(args) == 2 {
		address, err := sdk.ConsAddressFromBech32(args[0])
		if err != nil {
			return nil, nil, fmt.Errorf("consensus address: %w", err)
		}
		key, err := hex.DecodeString(args[1])
		if err != nil {
			return nil, nil, fmt.Errorf("public key: %w", err)
		}
		return address, key, nil
	}
	ring, err := openKeyring(cmd)
	if err != nil {
		return nil, nil, err
	}
	key, exists := ring.Newest()
	if !exists {
		return nil, nil, errNoVrfKey
	}
	config := sdkserver.GetServerContextFromCmd(cmd).Config
	signer := privval.LoadFilePVEmptyState(config.PrivValidatorKeyFile(), "")
	return sdk.ConsAddress(signer.GetAddress()), key.PublicKey(), nil
}

func addVrfKey(cmd *cobra.Command, keys types.ValidatorKeys) error {
	return editGenesis(cmd, types.ModuleName, func(cdc codec.JSONCodec, raw json.RawMessage) (json.RawMessage, error) {
		var beacon types.GenesisState
		if err := cdc.UnmarshalJSON(raw, &beacon); err != nil {
			return nil, err
		}
		beacon.Keys = append(beacon.Keys, keys)
		if err := beacon.Validate(); err != nil {
			return nil, err
		}
		return cdc.MarshalJSON(&beacon)
	})
}
