// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

/// @dev Makes keys whose trapdoor is known, and so proofs of anything: what a bad ceremony allows. With beta, gamma and
/// delta all the generator of G2 and B too, a proof is valid when A = alpha + sum + C.
library Simulator {
    uint256 internal constant R = 21888242871839275222246405745257275088548364400416034343698204186575808495617;
    uint256 internal constant P = 21888242871839275222246405745257275088696311157297823662689037894645226208583;

    function generator() internal pure returns (bytes memory) {
        return abi.encode(
            11559732032986387107991004021392285783925812861821192530917403151452391805634,
            10857046999023057135944570762232829481370756359578518086990519993285655852781,
            4082367875863433681332203403145435568316851327593401208105741076214120093531,
            8495653923123431417604973247489272438418190587263600148770280649306958101930
        );
    }

    function g1(uint256 by) internal view returns (uint256[2] memory) {
        return multiply([uint256(1), 2], by);
    }

    function multiply(uint256[2] memory a, uint256 by) internal view returns (uint256[2] memory) {
        (bool done, bytes memory answer) = address(7).staticcall(abi.encode(a, by));
        require(done);
        return abi.decode(answer, (uint256[2]));
    }

    function add(uint256[2] memory a, uint256[2] memory b) internal view returns (uint256[2] memory) {
        (bool done, bytes memory answer) = address(6).staticcall(abi.encode(a, b));
        require(done);
        return abi.decode(answer, (uint256[2]));
    }

    /// @dev A key for so many public values, in gnark's raw encoding.
    function key(uint32 values) internal view returns (bytes memory raw) {
        bytes memory zero = new bytes(64);
        raw = bytes.concat(abi.encode(g1(11)), zero, generator(), generator(), zero, generator());
        raw = bytes.concat(raw, bytes4(values + 1));
        for (uint256 i; i <= uint256(values); ++i) {
            raw = bytes.concat(raw, abi.encode(g1(100 + i)));
        }
        raw = bytes.concat(raw, new bytes(8));
    }

    function prove(uint256[] memory values, uint256 salt) internal view returns (bytes memory) {
        uint256[2] memory c = g1(salt);
        uint256[2] memory a = add(g1(11), add(g1(100), c));
        for (uint256 i; i < values.length; ++i) {
            a = add(a, multiply(g1(101 + i), values[i]));
        }
        return bytes.concat(abi.encode(a), generator(), abi.encode(c));
    }
}
