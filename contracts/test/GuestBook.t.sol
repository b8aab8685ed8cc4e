// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {OUTCOME_OK, STATUS_EXPIRED, STATUS_SETTLED} from "../src/IInference.sol";
import {Label} from "../src/Label.sol";
import {GuestBook} from "../src/examples/GuestBook.sol";
import {MockInference} from "./MockInference.sol";
import {vm} from "./Vm.sol";

contract GuestBookTest {
    MockInference private inference;
    GuestBook private book;

    receive() external payable {}

    function setUp() external {
        inference = new MockInference().install();
        book = new GuestBook(1, 1_000, 500, "txt", 600_000);
        vm.deal(address(this), 1 ether);
    }

    function _sign(string memory text) private returns (uint64) {
        return book.sign{value: book.quote(text)}(text);
    }

    function _judge(uint64 id, bytes memory output) private {
        inference.finish(id, STATUS_SETTLED, OUTCOME_OK, output);
        (bool done, uint256 used) = inference.callBack(id);
        require(done && used < 120_000, "the callback must fit in its gas");
    }

    function _state(uint64 id) private view returns (GuestBook.State state) {
        (, state,) = book.entries(id);
    }

    function testAnAcceptedEntryIsShown() external {
        uint64 id = _sign("It was a lovely stay.");
        require(_state(id) == GuestBook.State.Waiting && book.length() == 0);
        _judge(id, '{"label":"txt","score_ppm":987654}');
        require(_state(id) == GuestBook.State.Shown && book.length() == 1 && book.shown(0) == id);
        _judge(_sign("And again."), '{"label":"txt","score_ppm":1000000}');
        require(book.length() == 2);
    }

    function testOthersAreNot() external {
        uint64 id = _sign("<script>alert(1)</script>");
        _judge(id, '{"label":"html","score_ppm":999999}');
        require(_state(id) == GuestBook.State.Rejected);
        id = _sign("hm");
        _judge(id, '{"label":"txt","score_ppm":599999}');
        require(_state(id) == GuestBook.State.Rejected);
        id = _sign("nobody came");
        inference.finish(id, STATUS_EXPIRED, 0, "");
        inference.callBack(id);
        require(_state(id) == GuestBook.State.Undecided && book.length() == 0);
    }

    function testWhatIsSentBeyondThePriceComesBack(uint96 beyond) external {
        vm.assume(beyond < 0.5 ether);
        uint256 price = book.quote("hello");
        uint256 before = address(this).balance;
        book.sign{value: price + beyond}("hello");
        require(address(this).balance == before - price && address(book).balance == 0);
        vm.expectRevert(abi.encodeWithSelector(GuestBook.TooLittle.selector, price - 1, price));
        book.sign{value: price - 1}("hello");
    }

    function testRefundsAreTheOwners() external {
        vm.deal(address(book), 5);
        vm.expectRevert(abi.encodeWithSelector(GuestBook.NotOwner.selector, address(1)));
        vm.prank(address(1));
        book.collect();
        uint256 before = address(this).balance;
        book.collect();
        require(address(this).balance == before + 5);
    }

    function testLabels(uint32 score) external pure {
        bytes memory output = bytes.concat('{"label":"txt","score_ppm":', bytes(vm.toString(uint256(score))), "}");
        require(Label.says(output, "txt", 0) == (score <= 1_000_000));
        require(Label.says(output, "txt", uint256(score) + 1) == false);
        require(!Label.says(output, "tx", 0) && !Label.says(output, "txtx", 0));
        require(!Label.says(bytes.concat(output, " "), "txt", 0));
        require(!Label.says('{"label":"txt","score_ppm":}', "txt", 0));
        require(!Label.says('{"label":"txt","score_ppm":1e5}', "txt", 0));
        require(!Label.says("", "txt", 0));
    }
}
