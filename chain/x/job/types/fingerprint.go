package types

import (
	"bytes"
	"encoding/binary"
	"slices"

	"cosmossdk.io/errors"
)

// Distance returns how far two fingerprints are apart: the sum of the absolute differences of their int16 values, or,
// for hashes, 0 when they are equal and 1 when they are not.
func Distance(a, b []byte, exact bool) (uint64, error) {
	if len(a) != len(b) {
		return 0, errors.Wrapf(ErrInvalidResult, "fingerprints of %d and %d bytes", len(a), len(b))
	}
	if exact {
		if bytes.Equal(a, b) {
			return 0, nil
		}
		return 1, nil
	}
	if len(a)%valueBytes != 0 {
		return 0, errors.Wrapf(ErrInvalidResult, "fingerprint of %d bytes", len(a))
	}
	var sum uint64
	for i := 0; i < len(a); i += valueBytes {
		difference := int64(valueAt(a, i)) - int64(valueAt(b, i))
		sum += uint64(max(difference, -difference))
	}
	return sum, nil
}

// LowerMedianFingerprint returns the lower median of each value. Fingerprints must be of one length.
func LowerMedianFingerprint(fingerprints [][]byte) ([]byte, error) {
	if err := sameLength(fingerprints); err != nil {
		return nil, err
	}
	median := make([]byte, len(fingerprints[0]))
	if len(median)%valueBytes != 0 {
		return nil, errors.Wrapf(ErrInvalidResult, "fingerprint of %d bytes", len(median))
	}
	values := make([]int16, len(fingerprints))
	for i := 0; i < len(median); i += valueBytes {
		for j, fingerprint := range fingerprints {
			values[j] = valueAt(fingerprint, i)
		}
		slices.Sort(values)
		binary.BigEndian.PutUint16(median[i:], uint16(values[(len(values)-1)/2]))
	}
	return median, nil
}

// CommonestHash returns the hash that occurs most often, of equally frequent ones the smallest.
func CommonestHash(hashes [][]byte) ([]byte, error) {
	if err := sameLength(hashes); err != nil {
		return nil, err
	}
	sorted := slices.Clone(hashes)
	slices.SortFunc(sorted, bytes.Compare)
	best, most := 0, 0
	for start := 0; start < len(sorted); {
		end := start + 1
		for end < len(sorted) && bytes.Equal(sorted[start], sorted[end]) {
			end++
		}
		if end-start > most {
			best, most = start, end-start
		}
		start = end
	}
	return sorted[best], nil
}

// LowerMedian returns the middle one of the values, of two middle ones the lower, of none 0.
func LowerMedian(values []uint64) uint64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	return sorted[(len(sorted)-1)/2]
}

func valueAt(fingerprint []byte, i int) int16 { return int16(binary.BigEndian.Uint16(fingerprint[i:])) }

func sameLength(fingerprints [][]byte) error {
	if len(fingerprints) == 0 {
		return errors.Wrap(ErrInvalidResult, "no fingerprint")
	}
	for _, fingerprint := range fingerprints {
		if len(fingerprint) != len(fingerprints[0]) {
			return errors.Wrap(ErrInvalidResult, "fingerprints of different lengths")
		}
	}
	return nil
}
