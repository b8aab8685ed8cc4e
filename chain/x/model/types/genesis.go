package types

import (
	"crypto/sha256"

	"cosmossdk.io/core/address"
	"cosmossdk.io/errors"
)

// DefaultGenesis has parameters and nothing else.
func DefaultGenesis() *GenesisState {
	return &GenesisState{Params: DefaultParams(), NextVersionId: 1}
}

// Validate checks the state for itself; no other module is needed.
func (g GenesisState) Validate(addresses address.Codec) error {
	if err := g.Params.Validate(); err != nil {
		return err
	}
	publishers, err := g.validatePublishers(addresses)
	if err != nil {
		return err
	}
	models, err := g.validateModels(addresses, publishers)
	if err != nil {
		return err
	}
	versions, err := g.validateVersions(models)
	if err != nil {
		return err
	}
	return g.validateLists(addresses, models, versions)
}

func (g GenesisState) validatePublishers(addresses address.Codec) (map[string]string, error) {
	owners := make(map[string]string, len(g.Publishers))
	for _, p := range g.Publishers {
		if err := ValidatePublisher(p.Name); err != nil {
			return nil, err
		}
		if _, err := addresses.StringToBytes(p.Owner); err != nil {
			return nil, errors.Wrapf(ErrInvalidGenesis, "owner of publisher %s: %s", p.Name, err)
		}
		if _, twice := owners[p.Name]; twice {
			return nil, errors.Wrapf(ErrInvalidGenesis, "publisher %s appears twice", p.Name)
		}
		owners[p.Name] = p.Owner
	}
	return owners, nil
}

func (g GenesisState) validateModels(addresses address.Codec, publishers map[string]string) (map[string]Model, error) {
	models := make(map[string]Model, len(g.Models))
	for _, m := range g.Models {
		if err := ValidateName(m.Name); err != nil {
			return nil, err
		}
		if _, err := addresses.StringToBytes(m.Owner); err != nil {
			return nil, errors.Wrapf(ErrInvalidGenesis, "owner of %s: %s", m.Name, err)
		}
		if publishers[PublisherOf(m.Name)] != m.Owner {
			return nil, errors.Wrapf(ErrInvalidGenesis, "%s is not its publisher's", m.Name)
		}
		if _, twice := models[m.Name]; twice {
			return nil, errors.Wrapf(ErrInvalidGenesis, "model %s appears twice", m.Name)
		}
		models[m.Name] = m
	}
	return models, nil
}

func (g GenesisState) validateVersions(models map[string]Model) (map[uint64]Version, error) {
	type place struct {
		model  string
		number uint32
	}
	versions := make(map[uint64]Version, len(g.Versions))
	places := make(map[place]bool, len(g.Versions))
	counts := make(map[string]uint32, len(models))
	for _, v := range g.Versions {
		model, known := models[v.Model]
		_, statusKnown := VersionStatus_name[int32(v.Status)]
		_, twice := versions[v.Id]
		at := place{v.Model, v.Number}
		switch {
		case !known:
			return nil, errors.Wrapf(ErrInvalidGenesis, "version %d is of no model", v.Id)
		case v.Id == 0 || v.Id >= g.NextVersionId || twice:
			return nil, errors.Wrapf(ErrInvalidGenesis, "version id %d is 0, not below the next or taken", v.Id)
		case v.Number == 0 || v.Number > model.Versions || places[at]:
			return nil, errors.Wrapf(ErrInvalidGenesis, "version %d has number %d", v.Id, v.Number)
		case !statusKnown || v.Status == VersionStatus_VERSION_STATUS_UNSPECIFIED:
			return nil, errors.Wrapf(ErrInvalidGenesis, "version %d has status %d", v.Id, v.Status)
		case v.Unit == Unit_UNIT_UNSPECIFIED || len(v.ManifestDigest) != sha256.Size || v.RoyaltyBps > BasisPoints:
			return nil, errors.Wrapf(ErrInvalidGenesis, "unit, digest or royalty of version %d", v.Id)
		}
		// Released under whatever bound was in force then.
		if err := v.Profile.Validate(MaxRunWindow); err != nil {
			return nil, errors.Wrapf(err, "version %d", v.Id)
		}
		versions[v.Id], places[at] = v, true
		counts[v.Model]++
	}
	for _, m := range g.Models {
		if counts[m.Name] != m.Versions {
			return nil, errors.Wrapf(ErrInvalidGenesis, "%s has %d versions, not %d", m.Name, counts[m.Name], m.Versions)
		}
	}
	return versions, nil
}

func (g GenesisState) validateLists(addresses address.Codec, models map[string]Model, versions map[uint64]Version) error {
	access := make(map[Access]bool, len(g.Access))
	for _, a := range g.Access {
		if _, err := addresses.StringToBytes(a.Address); err != nil {
			return errors.Wrapf(ErrInvalidGenesis, "access to %s: %s", a.Model, err)
		}
		if _, known := models[a.Model]; !known || access[a] {
			return errors.Wrapf(ErrInvalidGenesis, "access to %s: unknown model, or twice", a.Model)
		}
		access[a] = true
	}
	seen := make(map[ProbationMiner]bool, len(g.ProbationMiners))
	counts := make(map[uint64]uint32, len(versions))
	for _, p := range g.ProbationMiners {
		if _, err := addresses.StringToBytes(p.Miner); err != nil {
			return errors.Wrapf(ErrInvalidGenesis, "probation of version %d: %s", p.VersionId, err)
		}
		if versions[p.VersionId].Status != VersionStatus_VERSION_STATUS_PROBATION || seen[p] {
			return errors.Wrapf(ErrInvalidGenesis, "miner of version %d: not on probation, or twice", p.VersionId)
		}
		seen[p] = true
		counts[p.VersionId]++
	}
	for _, v := range g.Versions {
		if v.Status == VersionStatus_VERSION_STATUS_PROBATION && counts[v.Id] != v.DistinctMiners {
			return errors.Wrapf(ErrInvalidGenesis, "version %d has %d miners, not %d", v.Id, counts[v.Id], v.DistinctMiners)
		}
	}
	return nil
}
