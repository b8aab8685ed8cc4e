package app

import (
	"context"
	"fmt"

	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	"github.com/cosmos/cosmos-sdk/types/module"
	upgradetypes "github.com/cosmos/cosmos-sdk/x/upgrade/types"
)

// plans are the upgrades that this binary performs, by the name that governance votes on, each with the stores it
// adds, renames or deletes. A release that changes state adds a line here and migrations in its modules, and keeps no
// older ones: a binary that knows a plan refuses to run before the plan's height.
var plans = map[string]storetypes.StoreUpgrades{}

// setUpgrades registers the plans, and the store loader when the node stopped at one of them.
func (app *App) setUpgrades(home string) error {
	for name := range plans {
		app.Upgrade.SetUpgradeHandler(name,
			func(ctx context.Context, _ upgradetypes.Plan, from module.VersionMap) (module.VersionMap, error) {
				return app.moduleManager.RunMigrations(ctx, app.configurator, from)
			})
	}
	if home == "" {
		return nil // the keeper would make a data directory wherever the command runs
	}
	info, err := app.Upgrade.ReadUpgradeInfoFromDisk()
	if err != nil {
		return fmt.Errorf("read upgrade info: %w", err)
	}
	if stores, ok := plans[info.Name]; ok && !app.Upgrade.IsSkipHeight(info.Height) {
		app.SetStoreLoader(upgradetypes.UpgradeStoreLoader(info.Height, &stores))
	}
	return nil
}
