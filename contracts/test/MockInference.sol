// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {
    INFERENCE,
    STATUS_CANCELLED,
    STATUS_REQUESTED,
    STATUS_SETTLED,
    Callback,
    Estimate,
    IInference,
    IInferenceConsumer,
    Result,
    Terms
} from "../src/IInference.sol";
import {vm} from "./Vm.sol";

/// @dev Stands for inference in unit tests: it keeps jobs, takes their price and calls back with the prepaid gas. The
/// real one is tried by the node's own tests and end to end.
contract MockInference is IInference {
    uint256 public constant FEE = 7;

    struct Job {
        address requester;
        uint256 price;
        Callback callback;
        Result result;
    }

    mapping(uint64 => Job) private _jobs;
    uint64 public last;

    /// @dev Puts the code where contracts look for it.
    function install() external returns (MockInference) {
        vm.etch(INFERENCE, address(this).code);
        return MockInference(INFERENCE);
    }

    function request(Terms calldata terms, Callback calldata callback) external returns (uint64 jobId) {
        uint256 total = estimate(terms, callback).total;
        require(msg.sender.balance >= total, "insufficient funds");
        vm.deal(msg.sender, msg.sender.balance - total);
        jobId = ++last;
        Job storage job = _jobs[jobId];
        (job.requester, job.price, job.callback) = (msg.sender, total, callback);
        job.result.status = STATUS_REQUESTED;
        emit JobRequested(jobId, msg.sender, terms.versionId, total, 0);
    }

    function cancel(uint64 jobId) external returns (bool) {
        require(_jobs[jobId].requester == msg.sender, "not the requester");
        finish(jobId, STATUS_CANCELLED, 0, "");
        return true;
    }

    function challenge(uint64) external pure returns (bool) {
        return true;
    }

    function estimate(Terms calldata terms, Callback calldata callback) public pure returns (Estimate memory costs) {
        costs.escrow = terms.price * terms.maxUnits;
        costs.callbackFee = uint256(callback.gasLimit) * FEE;
        costs.total = costs.escrow + costs.callbackFee;
    }

    function status(uint64 jobId) external view returns (uint8, bool, address) {
        Job storage job = _jobs[jobId];
        return (job.result.status, job.result.done, job.requester);
    }

    function getResult(uint64 jobId) external view returns (Result memory) {
        return _jobs[jobId].result;
    }

    function evidence(uint64) external pure returns (string memory) {
        return "lottery";
    }

    /// @dev Ends a job without calling anybody.
    function finish(uint64 jobId, uint8 jobStatus, uint8 outcome, bytes memory output) public {
        Job storage job = _jobs[jobId];
        (job.result.status, job.result.done, job.result.outcome) = (jobStatus, true, outcome);
        if (jobStatus != STATUS_SETTLED) return;
        job.result.outputDigest = sha256(output);
        if (output.length <= job.callback.maxOutput) job.result.output = output;
    }

    /// @dev Makes the callback of a job that ended.
    function callBack(uint64 jobId) external returns (bool done, uint256 used) {
        Job storage job = _jobs[jobId];
        Result memory known = job.result;
        bytes memory data = abi.encodeCall(
            IInferenceConsumer.onInferenceResult, (jobId, known.status, known.outcome, known.output, known.outputDigest)
        );
        uint256 before = gasleft();
        (done,) = job.requester.call{gas: job.callback.gasLimit}(data);
        used = before - gasleft();
    }
}
