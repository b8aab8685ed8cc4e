package types

import (
	"context"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	attestationtypes "github.com/nesa-network/nesa/chain/x/attestation/types"
	beacontypes "github.com/nesa-network/nesa/chain/x/beacon/types"
	minertypes "github.com/nesa-network/nesa/chain/x/miner/types"
	modeltypes "github.com/nesa-network/nesa/chain/x/model/types"
)

// BeaconKeeper gives seeds.
type BeaconKeeper interface {
	Latest(ctx context.Context) (beacontypes.Seed, error)
	// Draw returns the seed of a draw fixed at a height, and the seed's own height; ok is false while it is not known.
	Draw(ctx context.Context, fixed uint64) (seed [32]byte, height uint64, ok bool, err error)
}

// MinerKeeper knows miners and keeps their stake.
type MinerKeeper interface {
	Get(ctx context.Context, owner sdk.AccAddress) (minertypes.Miner, error)
	ByOperator(ctx context.Context, operator sdk.AccAddress) (minertypes.Miner, error)
	ByClaimKey(ctx context.Context, claimKey sdk.AccAddress) (minertypes.Miner, error)
	Epoch(ctx context.Context) uint64
	// Slots returns the tickets a miner has in a draw of an epoch.
	Slots(ctx context.Context, owner sdk.AccAddress, epoch uint64) (uint64, error)
	Serves(ctx context.Context, versionID uint64, owner sdk.AccAddress) (minertypes.Served, bool, error)
	Totals(ctx context.Context, versionID uint64) (minertypes.Totals, error)
	// CheapestAsk walks over all who serve a version: for queries only. It is 0 when nobody does.
	CheapestAsk(ctx context.Context, versionID uint64) (math.Int, error)
	Free(ctx context.Context, owner sdk.AccAddress) (math.Int, error)
	Lock(ctx context.Context, owner sdk.AccAddress, amount math.Int) error
	Release(ctx context.Context, owner sdk.AccAddress, amount math.Int) error
	BurnBond(ctx context.Context, owner sdk.AccAddress, amount math.Int) error
	// Strike records an upheld fault and says whether it slashed.
	Strike(ctx context.Context, owner sdk.AccAddress, jobID uint64, requester sdk.AccAddress, exact bool) (bool, error)
}

// ModelKeeper knows versions and counts their checks.
type ModelKeeper interface {
	Version(ctx context.Context, id uint64) (modeltypes.Version, error)
	OwnerOf(ctx context.Context, versionID uint64) (sdk.AccAddress, error)
	CheckRequest(ctx context.Context, versionID uint64, requester sdk.AccAddress) error
	RecordCheck(ctx context.Context, versionID uint64, agreed bool, miners []sdk.AccAddress) error
	OnProbation(ctx context.Context, versionID uint64) (bool, error)
}

// AttestationKeeper verifies evidence.
type AttestationKeeper interface {
	// CanAttest says whether a miner has an attested key that is in force.
	CanAttest(ctx context.Context, miner sdk.AccAddress) (bool, error)
	// ProvenInput returns the size of the inputs about which a version can be proven; ok is false where it cannot.
	ProvenInput(ctx context.Context, versionID uint64) (size uint64, ok bool, err error)
	// ProveTogether says which of several deliveries' proofs hold, where that is cheaper than to verify each by itself.
	ProveTogether(ctx context.Context, deliveries []attestationtypes.Delivered) (attestationtypes.Proven, error)
	// VerifyDelivery returns the kind, one of those allowed, that evidence for a delivery is of.
	VerifyDelivery(
		ctx context.Context, delivery attestationtypes.Delivered, allowed []string, proven attestationtypes.Proven,
	) (kind string, err error)
}

// AccountKeeper knows module accounts.
type AccountKeeper interface {
	GetModuleAddress(moduleName string) sdk.AccAddress
}

// BankKeeper moves and burns coins.
type BankKeeper interface {
	SendCoinsFromAccountToModule(ctx context.Context, sender sdk.AccAddress, recipientModule string, amt sdk.Coins) error
	SendCoinsFromModuleToAccount(ctx context.Context, senderModule string, recipient sdk.AccAddress, amt sdk.Coins) error
	SendCoinsFromModuleToModule(ctx context.Context, senderModule, recipientModule string, amt sdk.Coins) error
	BurnCoins(ctx context.Context, moduleName string, amt sdk.Coins) error
	GetBalance(ctx context.Context, addr sdk.AccAddress, denom string) sdk.Coin
	SpendableCoins(ctx context.Context, addr sdk.AccAddress) sdk.Coins
}

// Listener is told how jobs end that it waits for, in the step that ends them. An error puts the end off.
type Listener interface {
	Awaits(ctx context.Context, jobID uint64) (bool, error)
	JobEnded(ctx context.Context, end Ending) error
}

// Ending is how a job ended.
type Ending struct {
	// Job as it was last, with its delivery's inline output.
	Job     Job
	Status  Status
	Finding Finding
	// Units charged.
	Units uint64
	// Until is the height at whose end the job's record is forgotten.
	Until uint64
}
