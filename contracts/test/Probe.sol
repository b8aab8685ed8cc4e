// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {INFERENCE, Callback, IInference, IInferenceConsumer, Result, Terms} from "../src/IInference.sol";

/// @notice What the node's own tests call inference with: every kind of call, and every way to be called back.
contract Probe is IInferenceConsumer {
    uint8 public constant CALL = 0;
    uint8 public constant DELEGATE = 1;
    uint8 public constant STATIC = 2;
    uint8 public constant CODE = 3;

    // how onInferenceResult behaves
    uint8 public constant RECORD = 0;
    uint8 public constant REVERT = 1;
    uint8 public constant BURN = 2;
    uint8 public constant REQUEST = 3;
    uint8 public constant REQUEST_AND_REVERT = 4;

    event Answered(uint64 jobId, uint8 status);

    uint8 public mode;
    uint256 public calls;
    address public sender;
    address public origin;
    uint256 public gas;
    uint64 public jobId;
    uint8 public status;
    bytes public output;
    bytes public again;

    receive() external payable {}

    function setMode(uint8 next, bytes calldata data) external {
        mode = next;
        again = data;
    }

    /// @notice Calls inference in one of four ways, with a value and at most so much gas, and goes on whatever happens.
    function forward(uint8 kind, bytes memory data, uint256 value, uint256 limit)
        public
        payable
        returns (bool done, bytes memory answer)
    {
        if (kind == DELEGATE) {
            (done, answer) = INFERENCE.delegatecall{gas: limit}(data);
        } else if (kind == STATIC) {
            (done, answer) = INFERENCE.staticcall{gas: limit}(data);
        } else if (kind == CODE) {
            // Solidity has no callcode any longer
            assembly ("memory-safe") {
                done := callcode(limit, INFERENCE, value, add(data, 32), mload(data), 0, 0)
                answer := mload(0x40)
                mstore(answer, returndatasize())
                returndatacopy(add(answer, 32), 0, returndatasize())
                mstore(0x40, add(answer, and(add(returndatasize(), 63), not(31))))
            }
        } else {
            (done, answer) = INFERENCE.call{gas: limit, value: value}(data);
        }
        calls += 1;
    }

    /// @notice Requests and reverts, for callers that catch it.
    function requestAndRevert(Terms calldata terms, Callback calldata callback) external {
        IInference(INFERENCE).request(terms, callback);
        revert("changed my mind");
    }

    /// @notice Requests once in a frame that reverts, and once in one that does not.
    function tryBoth(Terms calldata terms, Callback calldata callback) external returns (uint64 id) {
        try this.requestAndRevert(terms, callback) {
            revert("it must revert");
        } catch Error(string memory reason) {
            require(keccak256(bytes(reason)) == keccak256("changed my mind"), reason);
        }
        id = IInference(INFERENCE).request(terms, callback);
        // a coin that is moved after the request must not be counted twice
        payable(address(0xdead)).transfer(1);
        jobId = id;
    }

    /// @notice Calls inference in a frame that then reverts, and says whether the call had succeeded.
    function forwardAndForget(bytes calldata data, uint256 limit) external returns (bool done) {
        try this.forwardAndRevert(data, limit) {
            revert("it must revert");
        } catch (bytes memory reason) {
            done = keccak256(reason) == keccak256(abi.encodeWithSignature("Error(string)", "done"));
        }
        calls += 1;
    }

    function forwardAndRevert(bytes calldata data, uint256 limit) external {
        (bool done,) = INFERENCE.call{gas: limit}(data);
        revert(done ? "done" : "failed");
    }

    function result(uint64 id) external view returns (Result memory) {
        return IInference(INFERENCE).getResult(id);
    }

    function onInferenceResult(uint64 id, uint8 jobStatus, uint8, bytes calldata out, bytes32) external {
        uint256 left = gasleft();
        if (mode == REVERT) revert("not today");
        if (mode == BURN) {
            while (true) calls += 1;
        }
        if (mode == REQUEST || mode == REQUEST_AND_REVERT) {
            (bool done, bytes memory answer) = INFERENCE.call(again);
            require(done, string(answer));
            if (mode == REQUEST_AND_REVERT) revert("after a request");
        }
        (sender, origin, gas, jobId, status, output) = (msg.sender, tx.origin, left, id, jobStatus, out);
        calls += 1;
        emit Answered(id, jobStatus);
    }
}
