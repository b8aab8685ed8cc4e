package keeper_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nesa-network/nesa/chain/x/miner/types"
)

func (f *fixture) setKey(signer string, seed byte, from, to uint64) (uint64, error) {
	response, err := message(f, f.msg.SetEncryptionKey, &types.MsgSetEncryptionKey{
		Operator: signer, Key: bytes.Repeat([]byte{seed}, 32), From: from, To: to,
	})
	if err != nil {
		return 0, err
	}
	return response.Id, nil
}

// A drawn miner cannot swap the key that requests are sealed to: a key needs key_delay blocks, and never changes.
func TestThreat45EncryptionKeysTakeEffectLater(t *testing.T) {
	f := newFixture(t)
	owner := f.register("alice", 100)
	f.at(10)
	for _, from := range []uint64{1, 10, 14} {
		_, err := f.setKey(owner.String(), 1, from, 100)
		require.ErrorIs(t, err, types.ErrInvalidKey, "from %d", from)
	}
	id, err := f.setKey(owner.String(), 1, 15, 100)
	require.NoError(t, err)
	require.Equal(t, uint64(1), id)
	before, err := f.keeper.EncryptionKeys(f.ctx, owner)
	require.NoError(t, err)

	id, err = f.setKey(owner.String(), 2, 15, 100)
	require.NoError(t, err)
	require.Equal(t, uint64(2), id)
	after, err := f.keeper.EncryptionKeys(f.ctx, owner)
	require.NoError(t, err)
	require.Equal(t, before[0], after[0], "a new key leaves the old ones as they are")
}

func TestEncryptionKeysAreBounded(t *testing.T) {
	f := newFixture(t)
	owner := f.register("alice", 100)
	for want := uint64(1); want <= 2; want++ {
		id, err := f.setKey(owner.String(), byte(want), 10, 20)
		require.NoError(t, err)
		require.Equal(t, want, id)
	}
	_, err := f.setKey(owner.String(), 3, 30, 40)
	require.ErrorIs(t, err, types.ErrTooMany)
	f.at(20)
	_, err = f.setKey(owner.String(), 3, 30, 40)
	require.ErrorIs(t, err, types.ErrTooMany, "still in use")
	f.at(21)
	id, err := f.setKey(owner.String(), 3, 30, 40)
	require.NoError(t, err)
	require.Equal(t, uint64(3), id, "ids are not used twice")
	keys, err := f.keeper.EncryptionKeys(f.ctx, owner)
	require.NoError(t, err)
	require.Len(t, keys, 1, "expired keys are dropped")
	f.at(500)
	id, err = f.setKey(owner.String(), 4, 600, 700)
	require.NoError(t, err)
	require.Equal(t, uint64(4), id)
	_, err = f.setKey(account("stranger").String(), 5, 600, 700)
	require.ErrorIs(t, err, types.ErrMinerNotFound)
}
