// Package abci carries a proposer's proof in its block: it puts the entry first, rejects proposals with a forged one,
// and keeps entries out of the mempool and of execution.
package abci

import (
	"context"
	"errors"
	"fmt"

	abci "github.com/cometbft/cometbft/abci/types"
	cmttypes "github.com/cometbft/cometbft/types"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/x/beacon/types"
)

// Keeper is what proposals need of the beacon's keeper.
type Keeper interface {
	KeyAt(ctx context.Context, proposer []byte, height uint64) (publicKey []byte, ok bool, err error)
	Alpha(ctx context.Context, height uint64) ([]byte, error)
	Verify(ctx context.Context, height uint64, proposer, proof []byte) (output []byte, ok bool, err error)
}

// Prover holds VRF keys.
type Prover interface {
	Prove(publicKey, alpha []byte) (proof []byte, ok bool)
}

// Prepare wraps the handler that fills a proposal: this node's entry comes first. Whatever happens inside, the block
// still carries the proof, so that trouble in a mempool costs the beacon nothing.
func Prepare(k Keeper, prover Prover, inner sdk.PrepareProposalHandler) sdk.PrepareProposalHandler {
	return func(ctx sdk.Context, req *abci.RequestPrepareProposal) (*abci.ResponsePrepareProposal, error) {
		entry, err := newEntry(ctx, k, prover, req)
		if err != nil {
			ctx.Logger().Error("no beacon entry", "height", req.Height, "error", err)
		}
		if entry == nil {
			return guarded(inner, ctx, req), nil
		}
		smaller := *req
		smaller.MaxTxBytes -= cmttypes.ComputeProtoSizeForTxs([]cmttypes.Tx{entry})
		res := guarded(inner, ctx, &smaller)
		res.Txs = append([][]byte{entry}, res.Txs...)
		return res, nil
	}
}

func newEntry(ctx sdk.Context, k Keeper, prover Prover, req *abci.RequestPrepareProposal) (entry []byte, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			entry, err = nil, fmt.Errorf("panic: %v", cause)
		}
	}()
	height := uint64(req.Height)
	publicKey, ok, err := k.KeyAt(ctx, req.ProposerAddress, height)
	if err != nil || !ok {
		return nil, err
	}
	alpha, err := k.Alpha(ctx, height)
	if err != nil {
		return nil, err
	}
	proof, ok := prover.Prove(publicKey, alpha)
	if !ok {
		return nil, errors.New("the key file lacks this validator's registered VRF key")
	}
	return types.NewEntry(proof), nil
}

// guarded returns an empty proposal where the handler fails.
func guarded(
	inner sdk.PrepareProposalHandler, ctx sdk.Context, req *abci.RequestPrepareProposal,
) (res *abci.ResponsePrepareProposal) {
	defer func() {
		if cause := recover(); cause != nil {
			ctx.Logger().Error("proposal without transactions", "height", req.Height, "panic", cause)
			res = &abci.ResponsePrepareProposal{}
		}
	}()
	res, err := inner(ctx, req)
	if err != nil || res == nil {
		ctx.Logger().Error("proposal without transactions", "height", req.Height, "error", err)
		return &abci.ResponsePrepareProposal{}
	}
	return res
}

// Process returns the handler that judges proposals: an entry comes first or not at all and is valid, every other
// transaction decodes, and together they keep the block's limits. They run in the block, which charges those that fail.
func Process(k Keeper, decode sdk.TxDecoder) sdk.ProcessProposalHandler {
	return func(ctx sdk.Context, req *abci.RequestProcessProposal) (*abci.ResponseProcessProposal, error) {
		if err := judge(ctx, k, decode, req); err != nil {
			ctx.Logger().Info("proposal rejected", "height", req.Height, "reason", err)
			return &abci.ResponseProcessProposal{Status: abci.ResponseProcessProposal_REJECT}, nil
		}
		return &abci.ResponseProcessProposal{Status: abci.ResponseProcessProposal_ACCEPT}, nil
	}
}

func judge(ctx sdk.Context, k Keeper, decode sdk.TxDecoder, req *abci.RequestProcessProposal) error {
	proof, txs := Split(req.Txs)
	if proof != nil {
		_, ok, err := k.Verify(ctx, uint64(req.Height), req.ProposerAddress, proof)
		if err != nil {
			return err
		}
		if !ok {
			return errors.New("invalid beacon proof")
		}
	}
	maxBytes, maxGas := limits(ctx)
	var bytes, gas uint64
	for _, raw := range req.Txs {
		bytes += uint64(len(raw))
	}
	if bytes > maxBytes {
		return fmt.Errorf("%d bytes exceed the block's %d", bytes, maxBytes)
	}
	for i, raw := range txs {
		if _, ok := types.ParseEntry(raw); ok {
			return fmt.Errorf("a second beacon entry at %d", i)
		}
		tx, err := decode(raw)
		if err != nil {
			return fmt.Errorf("transaction %d: %w", i, err)
		}
		feeTx, ok := tx.(sdk.FeeTx)
		if !ok {
			return fmt.Errorf("transaction %d has no gas limit", i)
		}
		wanted := feeTx.GetGas()
		if wanted > maxGas-gas {
			return fmt.Errorf("gas exceeds the block's %d", maxGas)
		}
		gas += wanted
	}
	return nil
}

func limits(ctx sdk.Context) (maxBytes, maxGas uint64) {
	maxBytes, maxGas = ^uint64(0), ^uint64(0)
	if block := ctx.ConsensusParams().Block; block != nil {
		if block.MaxBytes > 0 {
			maxBytes = uint64(block.MaxBytes)
		}
		if block.MaxGas >= 0 {
			maxGas = uint64(block.MaxGas)
		}
	}
	return maxBytes, maxGas
}

// Split returns the proof that a block begins with, nil without one, and the block's transactions after it.
func Split(txs [][]byte) (proof []byte, rest [][]byte) {
	if len(txs) > 0 {
		if proof, ok := types.ParseEntry(txs[0]); ok {
			return proof, txs[1:]
		}
	}
	return nil, txs
}
