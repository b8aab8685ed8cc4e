package inference

import (
	"fmt"
	"math/big"
	"strings"

	"github.com/ethereum/go-ethereum/accounts/abi"

	"cosmossdk.io/math"

	callbacktypes "github.com/nesa-network/nesa/chain/x/callback/types"
	jobtypes "github.com/nesa-network/nesa/chain/x/job/types"
)

// terms are Terms of IInference.sol, field by field.
type terms struct {
	VersionId   uint64
	Input       []byte
	InputDigest [32]byte
	InputUri    string
	Options     []byte
	Seed        [32]byte
	Price       *big.Int
	MaxUnits    uint64
	CheckBps    uint32
	Verifiers   uint32
	Evidence    string
	Deadline    uint64
}

type wish struct {
	GasLimit  uint64
	MaxOutput uint32
}

// requestArgs are the arguments of request and estimate.
type requestArgs struct {
	Terms    terms
	Callback wish
}

func parseRequest(method *abi.Method, args []any) (jobtypes.Terms, callbacktypes.Wish, error) {
	var parsed requestArgs
	if err := method.Inputs.Copy(&parsed, args); err != nil {
		return jobtypes.Terms{}, callbacktypes.Wish{}, fmt.Errorf("arguments of %s: %w", method.Name, err)
	}
	return parsed.Terms.job(), callbacktypes.Wish(parsed.Callback), nil
}

func (t terms) job() jobtypes.Terms {
	terms := jobtypes.Terms{
		VersionId: t.VersionId, Input: t.Input, InputUri: t.InputUri, Options: t.Options, Seed: t.Seed[:],
		Price: math.NewIntFromBigInt(t.Price), MaxUnits: t.MaxUnits, Deadline: t.Deadline,
		Assurance: jobtypes.Assurance{CheckBps: t.CheckBps, Verifiers: t.Verifiers},
	}
	if t.InputDigest != ([32]byte{}) {
		terms.InputDigest = t.InputDigest[:]
	}
	if t.Evidence != "" {
		terms.Assurance.Evidence = strings.Split(t.Evidence, ",")
	}
	return terms
}

// estimate is Estimate of IInference.sol.
type estimate struct {
	Total             *big.Int
	Escrow            *big.Int
	CallbackFee       *big.Int
	Fee               *big.Int
	Premium           *big.Int
	Reserve           *big.Int
	Executor          *big.Int
	Royalty           *big.Int
	Levy              *big.Int
	Burn              *big.Int
	VerifierPay       *big.Int
	Bond              *big.Int
	CheapestAsk       *big.Int
	Miners            uint64
	SuggestedDeadline uint64
	Verifiers         uint32
	CheckBps          uint32
	Unverified        bool
	Refusal           string
}

func newEstimate(costs *jobtypes.QueryEstimateResponse, callbackFee math.Int) estimate {
	return estimate{
		Total: amount(amountOf(costs.Escrow).Add(callbackFee)), Escrow: amount(costs.Escrow),
		CallbackFee: amount(callbackFee), Fee: amount(costs.Fee), Premium: amount(costs.Premium),
		Reserve: amount(costs.Reserve), Executor: amount(costs.Executor), Royalty: amount(costs.Royalty),
		Levy: amount(costs.Levy), Burn: amount(costs.Burn), VerifierPay: amount(costs.Verifier),
		Bond: amount(costs.Bond), CheapestAsk: amount(costs.CheapestAsk), Miners: costs.Miners,
		SuggestedDeadline: costs.Deadline, Verifiers: costs.Verifiers, CheckBps: costs.CheckBps,
		Unverified: costs.Unverified, Refusal: costs.Refusal,
	}
}

// amountOf is an amount that a refused estimate may have left out.
func amountOf(value math.Int) math.Int {
	if value.IsNil() {
		return math.ZeroInt()
	}
	return value
}

func amount(value math.Int) *big.Int { return amountOf(value).BigInt() }

// result is Result of IInference.sol.
type result struct {
	Status       uint8
	Done         bool
	Outcome      uint8
	Finding      uint8
	Units        uint64
	OutputDigest [32]byte
	Output       []byte
	OutputUri    string
}

// digest is a digest as the EVM knows it; none is zero.
func digest(value []byte) (fixed [32]byte) {
	copy(fixed[:], value)
	return fixed
}
