package app

import (
	"errors"

	errorsmod "cosmossdk.io/errors"

	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
	evmante "github.com/cosmos/evm/ante"
	antetypes "github.com/cosmos/evm/ante/types"
)

// newAnteHandler returns the checks that a transaction passes before it runs. It takes Ethereum transactions and
// Cosmos ones signed by secp256k1, ethsecp256k1 or a multisig of them.
func (app *App) newAnteHandler(maxTxGasWanted uint64) (sdk.AnteHandler, error) {
	options := evmante.HandlerOptions{
		Cdc:                    app.appCodec,
		AccountKeeper:          app.Account,
		BankKeeper:             app.Bank,
		IBCKeeper:              app.IBC,
		FeeMarketKeeper:        app.FeeMarket,
		EvmKeeper:              app.EVM,
		FeegrantKeeper:         app.FeeGrant,
		ExtensionOptionChecker: antetypes.HasDynamicFeeExtensionOption,
		SignModeHandler:        app.txConfig.SignModeHandler(),
		SigGasConsumer:         evmante.SigVerificationGasConsumer,
		MaxTxGasWanted:         maxTxGasWanted,
		DynamicFeeChecker:      true,
		PendingTxListener:      app.onPendingTx,
	}
	if err := options.Validate(); err != nil {
		return nil, err
	}
	return evmante.NewAnteHandler(options), nil
}

// guardAnte makes an ante handler safe for the mempool, which calls it outside baseapp: there nothing recovers a
// panic (a transaction without a fee was enough to stop a node) and nothing runs the messages' own validation.
func guardAnte(next sdk.AnteHandler) sdk.AnteHandler {
	return func(ctx sdk.Context, tx sdk.Tx, simulate bool) (newCtx sdk.Context, err error) {
		defer func() {
			switch cause := recover().(type) {
			case nil:
			case storetypes.ErrorOutOfGas:
				err = errorsmod.Wrapf(sdkerrors.ErrOutOfGas, "in %s", cause.Descriptor)
			default:
				newCtx, err = ctx, errorsmod.Wrapf(sdkerrors.ErrPanic, "%v", cause)
			}
		}()
		if err := validateMessages(tx); err != nil {
			return ctx, err
		}
		return next(ctx, tx, simulate)
	}
}

func validateMessages(tx sdk.Tx) error {
	messages := tx.GetMsgs()
	if len(messages) == 0 {
		return errorsmod.Wrap(sdkerrors.ErrInvalidRequest, "a transaction needs a message")
	}
	for _, msg := range messages {
		if m, ok := msg.(sdk.HasValidateBasic); ok {
			if err := m.ValidateBasic(); err != nil {
				return err
			}
		}
	}
	return nil
}

// errNoMempool says that a node was told to run without the mempool that its consensus needs.
var errNoMempool = errors.New("mempool.max-txs must not be negative: the node needs its own mempool (config.toml: mempool.type = \"app\")")
