// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {Callback, Terms} from "../IInference.sol";
import {InferenceClient} from "../InferenceClient.sol";
import {Label} from "../Label.sol";

/// @title A guest book that a model moderates
/// @notice Whoever signs pays for the model's verdict on the entry. Only entries that it accepts are shown; nobody, the
/// owner included, can show another.
contract GuestBook is InferenceClient {
    enum State {
        None,
        Waiting,
        Shown,
        Rejected,
        // the network gave no verdict: the entry may be signed again
        Undecided
    }

    struct Entry {
        address author;
        State state;
        string text;
    }

    event Signed(uint64 indexed jobId, address indexed author);
    event Judged(uint64 indexed jobId, State state);

    error TooLittle(uint256 sent, uint256 needed);
    error NotOwner(address sender);
    error NotPaid(address to);

    uint64 private constant WINDOW = 600; // blocks for the delivery
    uint64 private constant CALLBACK_GAS = 120_000;
    uint32 private constant MAX_OUTPUT = 128;

    address public immutable OWNER;
    uint64 public immutable VERSION_ID;
    uint256 public immutable BID;
    uint32 public immutable CHECK_BPS;
    uint256 public immutable LEAST_PPM;
    /// @notice The label that the model must give an entry.
    string public accepted;

    mapping(uint64 jobId => Entry) public entries;
    uint64[] public shown;

    constructor(uint64 versionId, uint256 bid, uint32 checkBps, string memory label, uint256 leastPpm) {
        (OWNER, VERSION_ID, BID, CHECK_BPS, accepted, LEAST_PPM) =
        (msg.sender, versionId, bid, checkBps, label, leastPpm);
    }

    /// @notice What signing with a text costs now.
    function quote(string calldata text) external view returns (uint256) {
        return _price(_terms(text), _callback());
    }

    /// @notice Signs the book. What is sent beyond the price comes back at once; what the job gives back stays here.
    function sign(string calldata text) external payable returns (uint64 jobId) {
        uint256 before = address(this).balance;
        Terms memory terms = _terms(text);
        uint256 needed = _price(terms, _callback());
        if (msg.value < needed) revert TooLittle(msg.value, needed);
        jobId = _ask(terms, _callback());
        entries[jobId] = Entry({author: msg.sender, state: State.Waiting, text: text});
        emit Signed(jobId, msg.sender);
        _pay(msg.sender, msg.value - (before - address(this).balance));
    }

    /// @notice How many entries are shown.
    function length() external view returns (uint256) {
        return shown.length;
    }

    /// @notice Takes what finished jobs gave back.
    function collect() external {
        if (msg.sender != OWNER) revert NotOwner(msg.sender);
        _pay(OWNER, address(this).balance);
    }

    function _answered(uint64 jobId, Answer memory answer) internal override {
        State state = State.Undecided;
        if (answer.ok) state = Label.says(answer.output, accepted, LEAST_PPM) ? State.Shown : State.Rejected;
        entries[jobId].state = state;
        if (state == State.Shown) shown.push(jobId);
        emit Judged(jobId, state);
    }

    function _terms(string memory text) private view returns (Terms memory terms) {
        terms.versionId = VERSION_ID;
        terms.input = bytes(text);
        terms.price = BID;
        terms.maxUnits = 1;
        terms.checkBps = CHECK_BPS;
        terms.deadline = uint64(block.number) + WINDOW;
    }

    function _callback() private pure returns (Callback memory) {
        return Callback({gasLimit: CALLBACK_GAS, maxOutput: MAX_OUTPUT});
    }

    function _pay(address to, uint256 amount) private {
        if (amount == 0) return;
        (bool done,) = to.call{value: amount}("");
        if (!done) revert NotPaid(to);
    }
}
