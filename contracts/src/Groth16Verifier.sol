// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

/// @title Groth16 over BN254 for any circuit
/// @notice Verifies what `nesa-prove` proves, for contracts that want the proof themselves. The verifying key is the one
/// registered on the chain (gnark's raw encoding, without commitments); a key is worth what its ceremony is worth.
contract Groth16Verifier {
    uint256 private constant P = 21888242871839275222246405745257275088696311157297823662689037894645226208583;
    uint256 private constant R = 21888242871839275222246405745257275088548364400416034343698204186575808495617;

    uint256 private constant ALPHA = 0;
    uint256 private constant BETA = 128;
    uint256 private constant GAMMA = 256;
    uint256 private constant DELTA = 448;
    uint256 private constant COUNT = 576;
    uint256 private constant POINTS = 580;
    uint256 private constant MAX_VALUES = 256;
    // four pairs cost 181,000
    uint256 private constant PAIRING_GAS = 190_000;

    /// @notice The verifying key is no such key.
    error InvalidKey();
    /// @notice The call has too little gas for an answer.
    error NotEnoughGas();

    // The key lies as the code of an account, behind a byte that never runs: reading it costs a tenth of storage.
    address private immutable KEY;
    /// @notice How many public values the circuit has.
    uint256 public immutable VALUES;
    /// @notice SHA-256 of the verifying key.
    bytes32 public immutable KEY_DIGEST;

    constructor(bytes memory key) {
        if (key.length < POINTS + 64) revert InvalidKey();
        uint256 count = uint32(bytes4(_word(key, COUNT)));
        if (count == 0 || count > MAX_VALUES + 1 || key.length < POINTS + 64 * count) revert InvalidKey();
        // What follows the points says how many commitments the key has: none.
        for (uint256 i = POINTS + 64 * count; i < key.length; ++i) {
            if (key[i] != 0) revert InvalidKey();
        }
        // Adding each point to nothing fails unless it lies on the curve.
        for (uint256 i; i < count; ++i) {
            (bool lies,) =
                address(6).staticcall{gas: 1_000}(bytes.concat(_slice(key, POINTS + 64 * i, 64), new bytes(64)));
            if (!lies) revert InvalidKey();
        }
        // A pairing with each point of G2 fails unless it lies on the curve and in the subgroup.
        bytes memory alpha = _slice(key, ALPHA, 64);
        (bool done,) = _pairing(
            bytes.concat(alpha, _slice(key, BETA, 128), alpha, _slice(key, GAMMA, 128), alpha, _slice(key, DELTA, 128))
        );
        if (!done) revert InvalidKey();
        VALUES = count - 1;
        KEY_DIGEST = sha256(key);
        bytes memory creation = bytes.concat(hex"61", bytes2(uint16(key.length + 1)), hex"80600a3d393df300", key);
        address account;
        assembly ("memory-safe") {
            account := create(0, add(creation, 32), mload(creation))
        }
        if (account == address(0)) revert InvalidKey();
        KEY = account;
    }

    /// @notice Says whether a proof is one of these public values. Every malformed argument is an answer of no.
    /// @param proof A, B and C, 256 bytes, coordinates in 32 bytes each, imaginary parts first
    /// @param values the circuit's public values, below the field's order
    function verify(bytes calldata proof, uint256[] memory values) public view returns (bool) {
        if (proof.length != 256 || values.length != VALUES) return false;
        bytes memory key = _key();
        for (uint256 i; i < values.length; ++i) {
            // The order is as good as zero: a second way to write a value would be a second proof of it.
            if (values[i] >= R) return false;
        }
        (uint256 x, uint256 y) = abi.decode(proof[:64], (uint256, uint256));
        if (x >= P || y >= P) return false;
        bytes memory left = bytes.concat(
            bytes32(x), bytes32(y == 0 ? 0 : P - y), proof[64:192], _slice(key, ALPHA, 64), _slice(key, BETA, 128)
        );
        bytes memory right =
            bytes.concat(_combine(key, values), _slice(key, GAMMA, 128), proof[192:], _slice(key, DELTA, 128));
        (bool done, bytes memory answer) = _pairing(bytes.concat(left, right));
        return done && answer.length == 32 && abi.decode(answer, (uint256)) == 1;
    }

    function _key() private view returns (bytes memory key) {
        address account = KEY;
        uint256 size = account.code.length - 1;
        key = new bytes(size);
        assembly ("memory-safe") {
            extcodecopy(account, add(key, 32), 1, size)
        }
    }

    /// @dev The first point and the others times their values. The points were checked with the key: no call fails.
    function _combine(bytes memory key, uint256[] memory values) private view returns (bytes memory sum) {
        sum = _slice(key, POINTS, 64);
        bytes memory room = new bytes(160); // sum, then a point, then its value
        assembly ("memory-safe") {
            let work := add(room, 32)
            mcopy(work, add(sum, 32), 64)
            let point := add(add(key, 32), POINTS)
            let value := add(values, 32)
            for { let end := add(value, mul(mload(values), 32)) } lt(value, end) { value := add(value, 32) } {
                point := add(point, 64)
                mcopy(add(work, 64), point, 64)
                mstore(add(work, 128), mload(value))
                let done := staticcall(gas(), 7, add(work, 64), 96, add(work, 64), 64)
                done := and(done, staticcall(gas(), 6, work, 128, work, 64))
                if iszero(done) { revert(0, 0) }
            }
            mcopy(add(sum, 32), work, 64)
        }
    }

    /// @dev Malformed points use up all gas that the call is given, so it gets what a pairing costs; a caller without as
    /// much is told so, because no answer may depend on gas.
    function _pairing(bytes memory pairs) private view returns (bool done, bytes memory answer) {
        if (gasleft() < 2 * PAIRING_GAS) revert NotEnoughGas();
        (done, answer) = address(8).staticcall{gas: PAIRING_GAS}(pairs);
    }

    function _word(bytes memory data, uint256 offset) private pure returns (bytes32 word) {
        assembly ("memory-safe") {
            word := mload(add(add(data, 32), offset))
        }
    }

    function _slice(bytes memory data, uint256 offset, uint256 length) private pure returns (bytes memory part) {
        part = new bytes(length);
        for (uint256 i; i < length; i += 32) {
            bytes32 word = _word(data, offset + i);
            assembly ("memory-safe") {
                mstore(add(add(part, 32), i), word)
            }
        }
    }
}
