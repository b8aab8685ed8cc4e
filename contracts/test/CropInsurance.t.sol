// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {Groth16Verifier} from "../src/Groth16Verifier.sol";
import {Provable} from "../src/Provable.sol";
import {CropInsurance} from "../src/examples/CropInsurance.sol";
import {Simulator} from "./Simulator.sol";
import {vm} from "./Vm.sol";

contract CropInsuranceTest {
    address private constant FARMER = address(0xfa);
    address private constant STATION = address(0x57);
    bytes private constant PAY = hex"05fb";
    CropInsurance private insurance;

    function setUp() external {
        Groth16Verifier verifier = new Groth16Verifier(Simulator.key(3));
        vm.deal(address(this), 100);
        insurance = new CropInsurance{value: 100}(verifier, 3, "nesa-test-1", STATION);
        insurance.insure(FARMER, 60);
        insurance.insure(FARMER, 40);
        vm.prank(STATION);
        insurance.measure(0, 2026, 1234);
    }

    function _proof(uint256 policy, uint256 season, uint256 commitment, bytes memory output)
        private
        view
        returns (bytes memory)
    {
        return Simulator.prove(Provable.values(insurance.contextOf(policy, season), commitment, output), 9);
    }

    function testAProvenDecisionPaysTheHolderOnce() external {
        bytes memory proof = _proof(0, 2026, 1234, PAY);
        vm.prank(address(0xbad));
        insurance.claim(0, 2026, PAY, proof);
        require(FARMER.balance == 60 && address(insurance).balance == 40 && insurance.promised() == 40);
        vm.expectRevert(abi.encodeWithSelector(CropInsurance.NotClaimable.selector, 0, 2026));
        insurance.claim(0, 2026, PAY, proof);
    }

    function testAProofIsOfOneClaim() external {
        bytes memory proof = _proof(0, 2026, 1234, PAY);
        vm.prank(STATION);
        insurance.measure(1, 2026, 1234); // the same data
        vm.expectRevert(abi.encodeWithSelector(CropInsurance.NotProven.selector));
        insurance.claim(1, 2026, PAY, proof);
        vm.expectRevert(abi.encodeWithSelector(CropInsurance.NotClaimable.selector, 0, 2025));
        insurance.claim(0, 2025, PAY, proof);
        vm.prank(STATION);
        insurance.measure(0, 2027, 99);
        vm.expectRevert(abi.encodeWithSelector(CropInsurance.NotProven.selector));
        insurance.claim(0, 2027, PAY, proof);
    }

    function testOtherDataOrOutputsProveNothing() external {
        bytes memory proof = _proof(0, 2026, 1235, PAY);
        vm.expectRevert(abi.encodeWithSelector(CropInsurance.NotProven.selector));
        insurance.claim(0, 2026, PAY, proof);
        proof = _proof(0, 2026, 1234, hex"fb05");
        vm.expectRevert(abi.encodeWithSelector(CropInsurance.NotProven.selector));
        insurance.claim(0, 2026, PAY, proof);
        vm.expectRevert(abi.encodeWithSelector(CropInsurance.NoDecision.selector));
        insurance.claim(0, 2026, hex"fb05", proof);
        vm.expectRevert(abi.encodeWithSelector(CropInsurance.NoDecision.selector));
        insurance.claim(0, 2026, "", proof);
    }

    /// @dev Zeros at the end are no part of what is proven, so the length is the contract's to check.
    function testAnOutputHasOneLength(uint8 seed) external {
        uint256 length = seed % 32;
        bytes memory output = new bytes(length);
        if (length > 0) output[0] = PAY[0];
        bytes memory proof = _proof(0, 2026, 1234, output);
        if (length != 2) vm.expectRevert(abi.encodeWithSelector(CropInsurance.NoDecision.selector));
        insurance.claim(0, 2026, output, proof);
    }

    function testTheInsurerTakesBackWhatIsNotPromised() external {
        vm.expectRevert(abi.encodeWithSelector(CropInsurance.NotCovered.selector, 1, 0));
        insurance.withdraw(address(this), 1);
        vm.deal(address(insurance), 130);
        vm.prank(FARMER);
        vm.expectRevert(abi.encodeWithSelector(CropInsurance.NotInsurer.selector, FARMER));
        insurance.withdraw(FARMER, 1);
        insurance.withdraw(address(0xbeef), 30);
        require(address(0xbeef).balance == 30 && address(insurance).balance == insurance.promised());
    }

    function testRolesAndCover() external {
        vm.expectRevert(abi.encodeWithSelector(CropInsurance.NotCovered.selector, 1, 0));
        insurance.insure(FARMER, 1);
        vm.expectRevert(abi.encodeWithSelector(CropInsurance.NotInsurer.selector, FARMER));
        vm.prank(FARMER);
        insurance.insure(FARMER, 0);
        vm.expectRevert(abi.encodeWithSelector(CropInsurance.NotStation.selector, address(this)));
        insurance.measure(0, 2027, 1);
        vm.expectRevert(abi.encodeWithSelector(CropInsurance.NotClaimable.selector, 0, 2026));
        vm.prank(STATION);
        insurance.measure(0, 2026, 77);
    }

    function testPacking(bytes calldata output) external pure {
        uint256[] memory values = Provable.values(1, 2, output);
        require(values.length == 2 + (output.length + 30) / 31 && values[0] == 1 && values[1] == 2);
        for (uint256 i; i < output.length; ++i) {
            require(bytes32(values[2 + i / 31])[1 + i % 31] == output[i]);
        }
        for (uint256 i = 2; i < values.length; ++i) {
            require(values[i] < 1 << 248);
        }
    }
}
