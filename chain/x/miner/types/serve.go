package types

import (
	"cosmossdk.io/errors"
	"cosmossdk.io/math"
)

// maxAskBits bounds an ask far above every price, so that a product with units never overflows.
const maxAskBits = 128

// Validate checks a message to serve for itself.
func (m *MsgServe) Validate(maxServed uint32) error {
	if len(m.Serve) == 0 && len(m.Drop) == 0 {
		return errors.Wrap(ErrInvalidServe, "nothing to serve or drop")
	}
	if len(m.Serve) > int(maxServed) || len(m.Drop) > int(maxServed) {
		return errors.Wrapf(ErrTooMany, "more than %d versions", maxServed)
	}
	seen := make(map[uint64]bool, len(m.Serve)+len(m.Drop))
	for _, entry := range m.Serve {
		if entry.VersionId == 0 || seen[entry.VersionId] {
			return errors.Wrapf(ErrInvalidServe, "version %d is 0 or appears twice", entry.VersionId)
		}
		if err := validateAsk(entry.Ask); err != nil {
			return errors.Wrapf(err, "version %d", entry.VersionId)
		}
		seen[entry.VersionId] = true
	}
	for _, id := range m.Drop {
		if seen[id] {
			return errors.Wrapf(ErrInvalidServe, "version %d appears twice", id)
		}
		seen[id] = true
	}
	return nil
}

func validateAsk(ask math.Int) error {
	if ask.IsNil() || ask.IsNegative() || ask.BigInt().BitLen() > maxAskBits {
		return errors.Wrap(ErrInvalidServe, "ask is missing, negative or too large")
	}
	return nil
}
