package app

import (
	"fmt"
	"path/filepath"

	abci "github.com/cometbft/cometbft/abci/types"

	"github.com/cosmos/cosmos-sdk/baseapp"
	"github.com/cosmos/cosmos-sdk/baseapp/txnrunner"
	sdk "github.com/cosmos/cosmos-sdk/types"
	vmrunner "github.com/cosmos/evm/x/vm/runner"

	beaconabci "github.com/nesa-network/nesa/chain/x/beacon/abci"
	beaconkeeper "github.com/nesa-network/nesa/chain/x/beacon/keeper"
	"github.com/nesa-network/nesa/chain/x/beacon/vrf"
)

// setProposals puts the beacon around what the mempool does: its entry comes first in every proposal.
func (app *App) setProposals(home string) error {
	keyring, err := vrf.OpenKeyring(filepath.Join(home, "config", vrf.FileName))
	if err != nil {
		return fmt.Errorf("VRF keys: %w", err)
	}
	fill := baseapp.NewDefaultProposalHandler(app.mempool, pooledTxs{app.BaseApp}).PrepareProposalHandler()
	app.SetPrepareProposal(beaconabci.Prepare(app.Beacon, keyring, fill))
	app.SetProcessProposal(beaconabci.Process(app.Beacon, app.TxDecode))
	return nil
}

// setRunner executes blocks one transaction after another. The SDK's parallel runner stays off until it is shown to
// give the same state.
func (app *App) setRunner() {
	app.SetBlockSTMTxRunner(beaconabci.NewRunner(vmrunner.Wrap(txnrunner.NewDefaultRunner(app.TxDecode))))
}

// preBlocker runs the modules' pre-blockers, an upgrade first of all, and derives the block's seed.
func (app *App) preBlocker(ctx sdk.Context, req *abci.RequestFinalizeBlock) (*sdk.ResponsePreBlock, error) {
	res, err := app.moduleManager.PreBlock(ctx)
	if err != nil {
		return nil, err
	}
	proof, _ := beaconabci.Split(req.Txs)
	votes := req.DecidedLastCommit.Votes
	validators := make([][]byte, len(votes))
	for i, vote := range votes {
		validators[i] = vote.Validator.Address
	}
	return res, app.Beacon.PreBlock(ctx, beaconkeeper.Block{
		Height:     uint64(req.Height),
		Proposer:   req.ProposerAddress,
		Validators: validators,
		Proof:      proof,
	})
}
