package keeper

import (
	"context"

	"cosmossdk.io/errors"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/nesa-network/nesa/chain/x/job/types"
)

// bill is the account of a job that ends. Whatever the job's pots (escrow, reserve, deposits) still hold at the end
// goes back to whoever filled them, so that nothing is left in the escrow account, and nothing can be paid twice.
type bill struct {
	Keeper
	job *types.Job
	// paid by the requester, refunds aside.
	paid math.Int
	// burned are the bonds that the job cost its miners.
	burned math.Int
	units  uint64
}

func (k Keeper) newBill(job *types.Job) *bill {
	return &bill{Keeper: k, job: job, paid: math.ZeroInt(), burned: math.ZeroInt()}
}

// burn destroys a part of the escrow.
func (b *bill) burn(ctx context.Context, amount math.Int) error {
	if !amount.IsPositive() {
		return nil
	}
	b.job.Escrow = b.job.Escrow.Sub(amount)
	b.paid = b.paid.Add(amount)
	if err := b.bank.BurnCoins(ctx, types.EscrowAccount, types.Coins(amount)); err != nil {
		return err
	}
	return b.emitPaid(ctx, b.job.Id, types.Role_ROLE_BURN, "", amount)
}

// chargeFee splits the fee of an upheld delivery.
func (b *bill) chargeFee(ctx context.Context, params types.Params, charged math.Int) error {
	version, err := b.model.Version(ctx, b.job.Terms.VersionId)
	if err != nil {
		return err
	}
	publisher, err := b.model.OwnerOf(ctx, b.job.Terms.VersionId)
	if err != nil {
		return err
	}
	executor, err := b.earningsOf(ctx, b.job.Executor)
	if err != nil {
		return err
	}
	split := types.Split(params, b.job.Terms.Assurance, version.RoyaltyBps, charged)
	if err := b.burn(ctx, split.Burn); err != nil {
		return err
	}
	b.job.Escrow = b.job.Escrow.Sub(charged).Add(split.Burn)
	b.paid = b.paid.Add(charged).Sub(split.Burn)
	b.units = b.job.Delivery.Units
	if split.Levy.IsPositive() {
		if err := b.bank.SendCoinsFromModuleToModule(
			ctx, types.EscrowAccount, types.LevyAccount, types.Coins(split.Levy)); err != nil {
			return err
		}
		if err := b.emitPaid(ctx, b.job.Id, types.Role_ROLE_LEVY, "", split.Levy); err != nil {
			return err
		}
	}
	if err := b.send(ctx, types.Role_ROLE_ROYALTY, publisher, split.Royalty); err != nil {
		return err
	}
	return b.send(ctx, types.Role_ROLE_EXECUTOR, executor, split.Executor)
}

// refund empties the pots.
func (b *bill) refund(ctx context.Context) (refunded math.Int, err error) {
	for _, pot := range []math.Int{b.job.Escrow, b.job.Reserve, b.job.ChallengeDeposit, b.job.AppealDeposit} {
		if pot.IsNegative() { // it would have been paid from other jobs' pots
			return refunded, errors.Wrapf(types.ErrInsolvent, "job %d is %s short", b.job.Id, pot.Neg())
		}
	}
	refunded = b.job.Escrow.Add(b.job.Reserve)
	requester, err := b.address(b.job.Requester)
	if err != nil {
		return refunded, err
	}
	if err := b.send(ctx, types.Role_ROLE_REFUND, requester, refunded); err != nil {
		return refunded, err
	}
	b.job.Escrow, b.job.Reserve = math.ZeroInt(), math.ZeroInt()
	if err := b.returnDeposit(ctx, b.job.Challenger, &b.job.ChallengeDeposit); err != nil {
		return refunded, err
	}
	return refunded, b.returnDeposit(ctx, b.job.Appellant, &b.job.AppealDeposit)
}

func (b *bill) returnDeposit(ctx context.Context, to string, pot *math.Int) error {
	if to == "" {
		return nil
	}
	account, err := b.address(to)
	if err != nil {
		return err
	}
	amount := *pot
	*pot = math.ZeroInt()
	return b.send(ctx, types.Role_ROLE_DEPOSIT, account, amount)
}

// send pays from the escrow account. An account that cannot receive must not keep a job open for ever: what would be
// its own is burned.
func (b *bill) send(ctx context.Context, role types.Role, to sdk.AccAddress, amount math.Int) error {
	if !amount.IsPositive() {
		return nil
	}
	text, err := b.addresses.BytesToString(to)
	if err != nil {
		return err
	}
	if err := apart(ctx, func(ctx context.Context) error {
		return b.bank.SendCoinsFromModuleToAccount(ctx, types.EscrowAccount, to, types.Coins(amount))
	}); err != nil {
		role, text = types.Role_ROLE_BURN, ""
		if err := b.bank.BurnCoins(ctx, types.EscrowAccount, types.Coins(amount)); err != nil {
			return err
		}
	}
	return b.emitPaid(ctx, b.job.Id, role, text, amount)
}

// earningsOf is where a miner is paid.
func (k Keeper) earningsOf(ctx context.Context, owner string) (sdk.AccAddress, error) {
	account, err := k.address(owner)
	if err != nil {
		return nil, err
	}
	miner, err := k.miner.Get(ctx, account)
	if err != nil {
		return nil, err
	}
	if miner.WithdrawAddress == "" {
		return account, nil
	}
	return k.address(miner.WithdrawAddress)
}

func (k Keeper) emitPaid(ctx context.Context, id uint64, role types.Role, to string, amount math.Int) error {
	return emit(ctx, &types.EventPaid{JobId: id, Role: role, Address: to, Amount: amount})
}

// levyPool is what the levy pool holds.
func (k Keeper) levyPool(ctx context.Context) math.Int {
	return k.balance(ctx, types.LevyAccount)
}

func (k Keeper) balance(ctx context.Context, account string) math.Int {
	return k.bank.GetBalance(ctx, k.account.GetModuleAddress(account), types.Denom).Amount
}
