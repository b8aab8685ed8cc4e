// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {
    INFERENCE,
    OUTCOME_OK,
    STATUS_SETTLED,
    Callback,
    Estimate,
    IInference,
    IInferenceConsumer,
    Result,
    Terms
} from "./IInference.sol";

/// @title Base of contracts that ask for inference
/// @notice Asks, and hears of every job's end exactly once: from the callback, or from whoever calls `pull` when the
/// callback failed or none was prepaid. A derived contract implements `_answered`.
abstract contract InferenceClient is IInferenceConsumer {
    /// @notice How a job ended, as far as a contract should act on it.
    struct Answer {
        // the job was settled, the model gave an output, and this is all of it
        bool ok;
        uint8 status;
        uint8 outcome;
        bytes output;
        // of a settled job's output, also when the output itself is not here
        bytes32 digest;
    }

    /// @notice Only inference may call this.
    error NotInference(address sender);
    /// @notice The contract waits for no such job: it never asked for it, or was answered already.
    error NotPending(uint64 jobId);
    /// @notice The job is not over.
    error NotDone(uint64 jobId);
    /// @notice The request would be refused.
    error Refused(string reason);

    /// @notice Jobs whose end this contract waits for.
    mapping(uint64 jobId => bool) public pending;

    modifier onlyInference() {
        if (msg.sender != INFERENCE) revert NotInference(msg.sender);
        _;
    }

    /// @inheritdoc IInferenceConsumer
    function onInferenceResult(uint64 jobId, uint8 status, uint8 outcome, bytes calldata output, bytes32 outputDigest)
        external
        onlyInference
    {
        _settle(jobId, status, outcome, output, outputDigest);
    }

    /// @notice Takes the answer to a job that is over. Anybody may call it; nobody can change what it finds. Output is
    /// kept for as long as the network keeps the records of jobs, if the request asked for it.
    function pull(uint64 jobId) external {
        if (!pending[jobId]) revert NotPending(jobId);
        Result memory result = IInference(INFERENCE).getResult(jobId);
        if (!result.done) revert NotDone(jobId);
        _settle(jobId, result.status, result.outcome, result.output, result.outputDigest);
    }

    /// @dev Opens a job that this contract pays for from its balance, and waits for its end.
    function _ask(Terms memory terms, Callback memory callback) internal returns (uint64 jobId) {
        jobId = IInference(INFERENCE).request(terms, callback);
        pending[jobId] = true;
    }

    /// @dev What `_ask` would take from this contract's balance, whether it is there or not.
    function _price(Terms memory terms, Callback memory callback) internal view returns (uint256) {
        return IInference(INFERENCE).estimate(terms, callback).total;
    }

    /// @dev The same, with every part of it.
    function _estimate(Terms memory terms, Callback memory callback) internal view returns (Estimate memory) {
        return IInference(INFERENCE).estimate(terms, callback);
    }

    /// @dev Called once for each job. When it fails in a callback, `pull` may try again.
    function _answered(uint64 jobId, Answer memory answer) internal virtual;

    /// @dev An output that is longer than was asked for, or no longer kept, is empty: the digest tells it from one that
    /// the model left empty.
    function _settle(uint64 jobId, uint8 status, uint8 outcome, bytes memory output, bytes32 digest) private {
        if (!pending[jobId]) revert NotPending(jobId);
        delete pending[jobId];
        bool ok = status == STATUS_SETTLED && outcome == OUTCOME_OK && sha256(output) == digest;
        _answered(jobId, Answer({ok: ok, status: status, outcome: outcome, output: output, digest: digest}));
    }
}
