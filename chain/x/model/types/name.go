package types

import (
	"regexp"
	"strings"

	"cosmossdk.io/errors"
)

var (
	namePattern = regexp.MustCompile(
		`^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?/[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?$`)
	publisherPattern = regexp.MustCompile(`^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$`)
)

// ValidateName checks that a model's name is "publisher/name" in lower case, of at most 32 and 64 characters.
func ValidateName(name string) error {
	if !namePattern.MatchString(name) {
		return errors.Wrapf(ErrInvalidName, "%.100q is not a lower-case publisher/name", name)
	}
	return nil
}

// ValidatePublisher checks the part of a name before the slash.
func ValidatePublisher(publisher string) error {
	if !publisherPattern.MatchString(publisher) {
		return errors.Wrapf(ErrInvalidName, "%.100q is not a publisher", publisher)
	}
	return nil
}

// PublisherOf returns the part of a valid name before the slash.
func PublisherOf(name string) string {
	publisher, _, _ := strings.Cut(name, "/")
	return publisher
}
