// SPDX-License-Identifier: Apache-2.0
pragma solidity >=0.8.20;

/// @dev Where every chain of Nesa has the contract. It is Go code: it has no bytecode, and answers all the same.
address constant INFERENCE = 0x0000000000000000000000000000000000000901;

/// @dev How a job stands or ended. From SETTLED on it is over.
uint8 constant STATUS_REQUESTED = 1;
uint8 constant STATUS_CLAIMED = 2;
uint8 constant STATUS_DELIVERED = 3;
uint8 constant STATUS_CHECKING = 4;
uint8 constant STATUS_DECIDED = 5;
uint8 constant STATUS_APPEALED = 6;
uint8 constant STATUS_SETTLED = 7;
uint8 constant STATUS_REFUNDED = 8;
uint8 constant STATUS_EXPIRED = 9;
uint8 constant STATUS_CANCELLED = 10;

/// @dev What came of running the model; all but OK have no output.
uint8 constant OUTCOME_OK = 1;
uint8 constant OUTCOME_INVALID_INPUT = 2;
uint8 constant OUTCOME_NON_FINITE = 3;
uint8 constant OUTCOME_OVER_LIMIT = 4;

/// @notice What a request fixes.
struct Terms {
    // number of the model's version
    uint64 versionId;
    // inline input; it stays public for ever. Empty when inputUri is given.
    bytes input;
    // SHA-256 of the input; zero derives it from an inline one
    bytes32 inputDigest;
    // where the input may be had when it is not inline
    string inputUri;
    // canonical JSON for the model's option schema; empty takes the defaults
    bytes options;
    // seed of the model's own randomness
    bytes32 seed;
    // bid for a unit, in anes (wei)
    uint256 price;
    // most units that may be charged
    uint64 maxUnits;
    // probability of a check in basis points; 10000 asks for one
    uint32 checkBps;
    // verifiers of a check; 0 takes the network's number
    uint32 verifiers;
    // kinds of evidence any of which settles the job at once, separated by commas: "tee", "zk", "tee,zk"; "none" for a
    // model that nobody checks
    string evidence;
    // block by which the output must be delivered
    uint64 deadline;
}

/// @notice How the requester wants to be answered.
struct Callback {
    // gas that onInferenceResult gets, prepaid now; 0 wants no callback
    uint64 gasLimit;
    // longest output to keep when the job is over and to hand over, in bytes; 0 keeps the digest alone
    uint32 maxOutput;
}

/// @notice What a request costs, in anes (wei).
struct Estimate {
    // taken with the request: escrow and callbackFee
    uint256 total;
    uint256 escrow;
    uint256 callbackFee;
    // parts of the escrow: the fee at maxUnits, a premium for a likelier check, a reserve for one
    uint256 fee;
    uint256 premium;
    uint256 reserve;
    // parts of the fee
    uint256 executor;
    uint256 royalty;
    uint256 levy;
    uint256 burn;
    // a verifier's pay, each
    uint256 verifierPay;
    // what the executor stands to lose
    uint256 bond;
    uint256 cheapestAsk;
    uint64 miners;
    uint64 suggestedDeadline;
    uint32 verifiers;
    uint32 checkBps;
    // no check is possible
    bool unverified;
    // why the request would be refused; empty when it would not
    string refusal;
}

/// @notice What is known of a job's result.
struct Result {
    uint8 status;
    // the job is over: what stands here will not change
    bool done;
    // of the run; 0 while nothing is delivered, and when the job was not settled or its answer is no longer kept
    uint8 outcome;
    // of the last committee: 0 none, 1 upheld, 2 fault, 3 inconclusive, 4 unavailable
    uint8 finding;
    uint64 units;
    bytes32 outputDigest;
    bytes output;
    string outputUri;
}

/// @title Inference asked for by contracts
/// @notice Whoever calls it is the requester and pays from its own balance: nothing is sent along with a call. Calls
/// that change something are refused in a static call and in a delegate call.
interface IInference {
    event JobRequested(
        uint64 indexed jobId, address indexed requester, uint64 indexed versionId, uint256 escrow, uint256 callbackFee
    );
    event JobCancelled(uint64 indexed jobId, address indexed requester);
    event JobChallenged(uint64 indexed jobId, address indexed challenger);

    /// @notice Opens a job and takes what it may cost.
    function request(Terms calldata terms, Callback calldata callback) external returns (uint64 jobId);

    /// @notice Withdraws a job of the caller that has no executor yet.
    function cancel(uint64 jobId) external returns (bool done);

    /// @notice Asks for a check of an unchecked delivery, with a deposit of the caller.
    function challenge(uint64 jobId) external returns (bool done);

    /// @notice Prices a request of the caller. A deadline of 0 takes the suggested one.
    function estimate(Terms calldata terms, Callback calldata callback) external view returns (Estimate memory costs);

    /// @notice Where a job stands; 0 when nothing is known of it any longer.
    function status(uint64 jobId) external view returns (uint8 jobStatus, bool done, address requester);

    /// @notice What is known of a job's result. Before the job is done, a committee may still find it wrong.
    function getResult(uint64 jobId) external view returns (Result memory result);

    /// @notice What settled a job: "lottery" when the draw left it unchecked, "check" when a committee upheld it, or the
    /// kind of evidence that was delivered with it, or "none" when nothing backs it; empty when the job was not settled or
    /// its record is forgotten.
    function evidence(uint64 jobId) external view returns (string memory kind);
}

/// @notice What a contract implements to be called back.
interface IInferenceConsumer {
    /// @notice Called once by INFERENCE, as msg.sender, when the job is over, with the gas that was prepaid. Whoever
    /// sends the transaction has no say in any argument. If it fails, it is not tried again: read getResult.
    /// @param output of a settled job, if it has at most maxOutput bytes; otherwise empty
    function onInferenceResult(uint64 jobId, uint8 status, uint8 outcome, bytes calldata output, bytes32 outputDigest)
        external;
}
