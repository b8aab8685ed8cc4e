package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"

	"github.com/nesa-network/nesa/chain/x/model/types"
)

// numberIndex finds a version by its model's name and its number. Neither ever changes, so that writing a version's
// counters again leaves it alone.
type numberIndex struct {
	collections.Map[collections.Pair[string, uint32], uint64]
}

func newNumberIndex(sb *collections.SchemaBuilder) *numberIndex {
	return &numberIndex{collections.NewMap(sb, types.VersionsByNumberPrefix, "versions_by_number",
		collections.PairKeyCodec(collections.StringKey, collections.Uint32Key), collections.Uint64Value)}
}

// Reference implements collections.Index.
func (i *numberIndex) Reference(
	ctx context.Context, id uint64, version types.Version, old func() (types.Version, error),
) error {
	_, err := old()
	if err == nil || !errors.Is(err, collections.ErrNotFound) {
		return err
	}
	return i.Set(ctx, collections.Join(version.Model, version.Number), id)
}

// Unreference implements collections.Index.
func (i *numberIndex) Unreference(ctx context.Context, _ uint64, old func() (types.Version, error)) error {
	version, err := old()
	if err != nil {
		return err
	}
	return i.Remove(ctx, collections.Join(version.Model, version.Number))
}
