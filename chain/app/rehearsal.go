//go:build rehearsal

package app

import storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"

// rehearsal is the plan and the new store of a binary that exists to rehearse an upgrade: networks of release binaries
// are upgraded to it in tests.
const rehearsal = "rehearsal"

func init() {
	storeNames = append(storeNames, rehearsal)
	plans[rehearsal] = storetypes.StoreUpgrades{Added: []string{rehearsal}}
}
