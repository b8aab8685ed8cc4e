package types

import (
	"regexp"
	"slices"
	"unicode"
	"unicode/utf8"

	"cosmossdk.io/errors"
)

const (
	// MaxMonikerBytes bounds a moniker.
	MaxMonikerBytes = 64
	// MaxRelays bounds the relays of a miner.
	MaxRelays = 8
)

// Host and port, and neither user, path nor query: whatever else a URL may hold, credentials above all, has no place
// on a chain. Whether an address is public is for whoever dials it to judge.
var relayPattern = regexp.MustCompile(
	`^(?:nats|tls)://(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]{0,251}[a-zA-Z0-9])?|\[[0-9a-fA-F:.]{2,45}\])(?::[0-9]{1,5})?$`)

// ValidateMoniker checks a name to display.
func ValidateMoniker(moniker string) error {
	if len(moniker) > MaxMonikerBytes || !utf8.ValidString(moniker) {
		return errors.Wrapf(ErrInvalidProfile, "moniker must be UTF-8 of at most %d bytes", MaxMonikerBytes)
	}
	for _, r := range moniker {
		if !unicode.IsPrint(r) {
			return errors.Wrapf(ErrInvalidProfile, "moniker holds %U", r)
		}
	}
	return nil
}

// ValidateRelays checks addresses of relays.
func ValidateRelays(relays []string) error {
	if len(relays) > MaxRelays {
		return errors.Wrapf(ErrInvalidProfile, "%d relays exceed %d", len(relays), MaxRelays)
	}
	for i, relay := range relays {
		if !relayPattern.MatchString(relay) {
			return errors.Wrapf(ErrInvalidProfile, "relay %.100q is not nats:// or tls:// with host and port", relay)
		}
		if slices.Contains(relays[:i], relay) {
			return errors.Wrapf(ErrInvalidProfile, "relay %s appears twice", relay)
		}
	}
	return nil
}
