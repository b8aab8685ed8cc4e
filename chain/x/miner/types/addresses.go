package types

import (
	"cosmossdk.io/core/address"
	"cosmossdk.io/errors"
)

// AddressBytes is the length of a miner's addresses, which tickets and commitments hash without their length.
const AddressBytes = 20

// ValidateAddresses checks the addresses of a miner. The claim key is an account of its own because a claim that
// loses leaves the mempool and takes everything of a later sequence with it, a delivery among them.
func ValidateAddresses(m Miner, addresses address.Codec) error {
	for _, text := range []string{m.Owner, m.Operator, m.ClaimKey, m.WithdrawAddress} {
		account, err := addresses.StringToBytes(text)
		if err != nil {
			return errors.Wrap(ErrInvalidAddress, err.Error())
		}
		if len(account) != AddressBytes {
			return errors.Wrapf(ErrInvalidAddress, "%s has %d bytes, want %d", text, len(account), AddressBytes)
		}
	}
	if m.ClaimKey == m.Owner || m.ClaimKey == m.Operator {
		return errors.Wrap(ErrSameKey, m.ClaimKey)
	}
	return nil
}
