package cmd

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/client/flags"
	"github.com/cosmos/cosmos-sdk/client/tx"
	sdkserver "github.com/cosmos/cosmos-sdk/server"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/x/beacon/types"
	"github.com/nesa-network/nesa/chain/x/beacon/vrf"
)

var errNoVrfKey = errors.New("the key file is empty: run `nesad beacon keygen` first")

// beaconCommand manages this node's VRF keys.
func beaconCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "beacon",
		Short: "Manage this validator's VRF keys, which feed the network's randomness",
		RunE:  client.ValidateCmd,
	}
	cmd.AddCommand(beaconKeygen(), beaconShow(), beaconBackup(), beaconRegister(), beaconRotate())
	return cmd
}

func openKeyring(cmd *cobra.Command) (*vrf.Keyring, error) {
	root := sdkserver.GetServerContextFromCmd(cmd).Config.RootDir
	return vrf.OpenKeyring(filepath.Join(root, "config", vrf.FileName))
}

func addKey(ring *vrf.Keyring) (vrf.SecretKey, error) {
	key, err := vrf.GenerateKey(rand.Reader)
	if err != nil {
		return key, err
	}
	return key, ring.Add(key)
}

func beaconKeygen() *cobra.Command {
	return &cobra.Command{
		Use:   "keygen",
		Short: "Make the first VRF key, in config/" + vrf.FileName,
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ring, err := openKeyring(cmd)
			if err != nil {
				return err
			}
			if _, exists := ring.Newest(); exists {
				return errors.New("there is a VRF key already: `nesad beacon rotate` makes the next one")
			}
			key, err := addKey(ring)
			if err != nil {
				return err
			}
			cmd.Println(hex.EncodeToString(key.PublicKey()))
			return nil
		},
	}
}

func beaconShow() *cobra.Command {
	return &cobra.Command{
		Use:   "show",
		Short: "Print the public VRF keys, the newest last",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ring, err := openKeyring(cmd)
			if err != nil {
				return err
			}
			for _, key := range ring.PublicKeys() {
				cmd.Println(hex.EncodeToString(key))
			}
			return nil
		},
	}
}

func beaconBackup() *cobra.Command {
	return &cobra.Command{
		Use:   "backup [file]",
		Short: "Copy the VRF keys to a new file, secret keys included",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ring, err := openKeyring(cmd)
			if err != nil {
				return err
			}
			if _, exists := ring.Newest(); !exists {
				return errNoVrfKey
			}
			return ring.Backup(args[0])
		},
	}
}

func beaconRegister() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "register",
		Short: "Register the newest VRF key with the network, signed by the validator's operator (--from)",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ring, err := openKeyring(cmd)
			if err != nil {
				return err
			}
			key, exists := ring.Newest()
			if !exists {
				return errNoVrfKey
			}
			return sendRegistration(cmd, key)
		},
	}
	flags.AddTxFlagsToCmd(cmd)
	return cmd
}

func beaconRotate() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "rotate",
		Short: "Make the next VRF key and register it; the old one stays until it takes effect",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ring, err := openKeyring(cmd)
			if err != nil {
				return err
			}
			if _, exists := ring.Newest(); !exists {
				return errNoVrfKey
			}
			// Written before it is registered: a key that the network waits for must not be lost.
			key, err := addKey(ring)
			if err != nil {
				return err
			}
			return sendRegistration(cmd, key)
		},
	}
	flags.AddTxFlagsToCmd(cmd)
	return cmd
}

func sendRegistration(cmd *cobra.Command, key vrf.SecretKey) error {
	ctx, err := client.GetClientTxContext(cmd)
	if err != nil {
		return err
	}
	if ctx.ChainID == "" {
		return fmt.Errorf("--%s is needed: the proof of possession is bound to it", flags.FlagChainID)
	}
	operator := sdk.ValAddress(ctx.GetFromAddress())
	return tx.GenerateOrBroadcastTxCLI(ctx, cmd.Flags(), &types.MsgRegisterKey{
		Validator:  operator.String(),
		PublicKey:  key.PublicKey(),
		Possession: key.Prove(types.PossessionAlpha(ctx.ChainID, operator, key.PublicKey())),
	})
}
