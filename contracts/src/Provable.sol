// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

/// @title What a proof of a model's decision is about
/// @notice The public values of a private decision are its context, the commitment to the data, and the output. The chain,
/// `nesa proof verify` and this agree on them to the byte.
library Provable {
    uint256 private constant LOW_248 = (1 << 248) - 1;
    uint256 private constant CHUNK = 31;

    /// @notice The context of a decision: a proof made for it verifies for no other version, account or label.
    /// @param chain id of the Nesa chain, as text
    /// @param label 32 bytes of the caller's choice, for example the hash of what is decided
    function context(string memory chain, uint64 versionId, address account, bytes32 label)
        internal
        pure
        returns (uint256)
    {
        bytes memory name = "nesa/decision/v1";
        return uint256(
            sha256(
            bytes.concat(
            bytes1(uint8(name.length)),
            name,
            bytes1(uint8(bytes(chain).length)),
            bytes(chain),
            bytes8(versionId),
            bytes20(account),
            label
        )
        )
        ) & LOW_248;
    }

    /// @notice Public values from a context, a commitment and an output tensor of int8. Zeros fill the last value up, so an
    /// output to which some are added has the same: compare the output's length with the model's before you read it.
    function values(uint256 decision, uint256 commitment, bytes memory output)
        internal
        pure
        returns (uint256[] memory list)
    {
        uint256 chunks = (output.length + CHUNK - 1) / CHUNK;
        list = new uint256[](2 + chunks);
        (list[0], list[1]) = (decision, commitment);
        for (uint256 i; i < output.length; ++i) {
            list[2 + i / CHUNK] |= uint256(uint8(output[i])) << (8 * (CHUNK - 1 - i % CHUNK));
        }
    }
}
