package abci

import (
	"context"

	abci "github.com/cometbft/cometbft/abci/types"

	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
)

// Runner runs a block's transactions without the entry, which succeeds and costs no gas: gas of a transaction that is
// none would be counted into the Ethereum block.
type Runner struct{ inner sdk.TxRunner }

// NewRunner returns a runner around inner.
func NewRunner(inner sdk.TxRunner) Runner { return Runner{inner} }

// Run returns one result for each of txs.
func (r Runner) Run(
	ctx context.Context, stores storetypes.MultiStore, txs [][]byte, deliver sdk.DeliverTxFunc,
) ([]*abci.ExecTxResult, error) {
	proof, rest := Split(txs)
	results, err := r.inner.Run(ctx, stores, rest, deliver)
	if err != nil || proof == nil {
		return results, err
	}
	return append([]*abci.ExecTxResult{{}}, results...), nil
}
