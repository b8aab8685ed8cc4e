// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {
    OUTCOME_OK,
    OUTCOME_INVALID_INPUT,
    STATUS_CANCELLED,
    STATUS_EXPIRED,
    STATUS_REFUNDED,
    STATUS_SETTLED,
    Callback,
    Terms
} from "../src/IInference.sol";
import {InferenceClient} from "../src/InferenceClient.sol";
import {MockInference} from "./MockInference.sol";
import {vm} from "./Vm.sol";

contract Client is InferenceClient {
    uint256 public answers;
    bool public ok;
    uint8 public status;
    bytes public output;
    bool public broken;

    receive() external payable {}

    function setBroken(bool next) external {
        broken = next;
    }

    function ask(uint32 maxOutput) external returns (uint64) {
        Terms memory terms;
        (terms.versionId, terms.price, terms.maxUnits) = (1, 5, 2);
        return _ask(terms, Callback({gasLimit: 200_000, maxOutput: maxOutput}));
    }

    function _answered(uint64, Answer memory answer) internal override {
        require(!broken, "broken");
        (ok, status, output) = (answer.ok, answer.status, answer.output);
        answers++;
    }
}

contract InferenceClientTest {
    MockInference private inference;
    Client private client;

    function setUp() external {
        inference = new MockInference().install();
        client = new Client();
        vm.deal(address(client), 1 ether);
    }

    function testAnswerArrivesOnce() external {
        uint64 id = client.ask(64);
        require(client.pending(id));
        inference.finish(id, STATUS_SETTLED, OUTCOME_OK, "yes");
        (bool done,) = inference.callBack(id);
        require(done && client.ok() && client.answers() == 1);
        require(keccak256(client.output()) == keccak256("yes"));
        (done,) = inference.callBack(id);
        require(!done && client.answers() == 1);
        vm.expectRevert(abi.encodeWithSelector(InferenceClient.NotPending.selector, id));
        client.pull(id);
    }

    function testOnlyInferenceMayAnswer(address sender) external {
        vm.assume(sender != address(inference));
        uint64 id = client.ask(64);
        bytes32 digest = sha256("forged");
        vm.expectRevert(abi.encodeWithSelector(InferenceClient.NotInference.selector, sender));
        vm.prank(sender);
        client.onInferenceResult(id, STATUS_SETTLED, OUTCOME_OK, "forged", digest);
    }

    function testOtherJobsAreRefused() external {
        bytes32 digest = sha256("");
        vm.expectRevert(abi.encodeWithSelector(InferenceClient.NotPending.selector, uint64(9)));
        vm.prank(address(inference));
        client.onInferenceResult(9, STATUS_SETTLED, OUTCOME_OK, "", digest);
    }

    function testPullAfterAFailedCallback() external {
        uint64 id = client.ask(64);
        vm.expectRevert(abi.encodeWithSelector(InferenceClient.NotDone.selector, id));
        client.pull(id);
        inference.finish(id, STATUS_SETTLED, OUTCOME_OK, "yes");
        client.setBroken(true);
        (bool done,) = inference.callBack(id);
        require(!done && client.pending(id));
        client.setBroken(false);
        client.pull(id);
        require(client.ok() && client.answers() == 1);
    }

    function testOnlyASettledOutputIsOk() external {
        uint8[4] memory statuses = [STATUS_SETTLED, STATUS_REFUNDED, STATUS_EXPIRED, STATUS_CANCELLED];
        for (uint256 i; i < statuses.length; ++i) {
            uint64 id = client.ask(64);
            inference.finish(id, statuses[i], OUTCOME_OK, "yes");
            inference.callBack(id);
            require(client.answers() == i + 1 && client.status() == statuses[i]);
            require(client.ok() == (i == 0));
        }
        uint64 invalid = client.ask(64);
        inference.finish(invalid, STATUS_SETTLED, OUTCOME_INVALID_INPUT, "");
        inference.callBack(invalid);
        require(!client.ok());
    }

    function testAnOutputThatWasCutOffIsNotOk() external {
        uint64 id = client.ask(2);
        inference.finish(id, STATUS_SETTLED, OUTCOME_OK, "yes");
        inference.callBack(id);
        require(!client.ok() && client.output().length == 0 && client.answers() == 1);
        id = client.ask(0);
        inference.finish(id, STATUS_SETTLED, OUTCOME_OK, "");
        inference.callBack(id);
        require(client.ok(), "an empty output is all of it");
    }

    /// @dev Whatever inference says, the contract hears it once, and believes the output that has the settled digest alone.
    function testAnyAnswer(uint8 status, uint8 outcome, bytes calldata output, bytes32 digest, bool right) external {
        uint64 id = client.ask(64);
        if (right) (status, outcome, digest) = (STATUS_SETTLED, OUTCOME_OK, sha256(output));
        vm.prank(address(inference));
        client.onInferenceResult(id, status, outcome, output, digest);
        bool good = status == STATUS_SETTLED && outcome == OUTCOME_OK && digest == sha256(output);
        require(client.answers() == 1 && client.ok() == good && client.status() == status && !client.pending(id));
        vm.expectRevert(abi.encodeWithSelector(InferenceClient.NotPending.selector, id));
        vm.prank(address(inference));
        client.onInferenceResult(id, status, outcome, output, digest);
    }

    /// @dev Callbacks and pulls in any order, of a contract that fails now and then: each job is answered at most once.
    function testAnyOrderOfCallbacksAndPulls(uint8[24] calldata moves) external {
        uint64[3] memory ids;
        for (uint256 i; i < 3; ++i) {
            ids[i] = client.ask(64);
        }
        for (uint256 i; i < moves.length; ++i) {
            uint64 id = ids[moves[i] % 3];
            uint8 move = moves[i] / 3 % 4;
            if (move == 0) {
                inference.finish(id, STATUS_SETTLED, OUTCOME_OK, "yes");
            } else if (move == 1) {
                inference.callBack(id);
            } else if (move == 2) {
                try client.pull(id) {} catch {}
            } else {
                client.setBroken(!client.broken());
            }
            uint256 left;
            for (uint256 j; j < 3; ++j) {
                if (client.pending(ids[j])) ++left;
            }
            require(client.answers() + left == 3, "one answer for each job that is no longer waited for");
        }
    }
}
