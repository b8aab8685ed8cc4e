package keeper_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nesa-network/nesa/chain/x/miner/types"
)

// Whoever needs several miners for a committee asks for their number, which one large miner does not raise.
func TestThreat14TotalsCountMinersAndNotSlots(t *testing.T) {
	f := newFixture(t)
	whale, small := f.register("whale", 1_000_000), f.register("small", 100)
	f.serve(whale, 1)
	f.serve(whale, 2)
	require.Equal(t, types.Totals{VersionId: 1, Miners: 1, Slots: 100_000}, f.totals(1))
	_, err := f.msg.Serve(f.ctx, &types.MsgServe{Operator: whale.String(), Serve: []types.ServeEntry{{VersionId: 1, Ask: coin(5).Amount}}})
	require.NoError(t, err)
	require.Equal(t, uint64(1), f.totals(1).Miners, "serving again counts once")
	f.serve(small, 1)
	require.Equal(t, types.Totals{VersionId: 1, Miners: 2, Slots: 100_010}, f.totals(1))
}
