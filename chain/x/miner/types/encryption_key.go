package types

import (
	"bytes"

	"cosmossdk.io/errors"
)

// EncryptionKeyBytes is the length of an X25519 public key.
const EncryptionKeyBytes = 32

// ValidateEncryptionKey checks a key and its range of heights for themselves.
func ValidateEncryptionKey(key []byte, from, to uint64) error {
	if len(key) != EncryptionKeyBytes {
		return errors.Wrapf(ErrInvalidKey, "%d bytes, want %d", len(key), EncryptionKeyBytes)
	}
	if bytes.Equal(key, make([]byte, EncryptionKeyBytes)) {
		return errors.Wrap(ErrInvalidKey, "all zero")
	}
	if from == 0 || to < from || to-from > MaxBlocks {
		return errors.Wrapf(ErrInvalidKey, "range %d to %d", from, to)
	}
	return nil
}
