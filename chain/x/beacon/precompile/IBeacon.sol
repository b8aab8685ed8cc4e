// SPDX-License-Identifier: Apache-2.0
pragma solidity >=0.8.17 <0.9.0;

/// The network's randomness, at a fixed address.
///
/// A contract that draws from a seed it can already read lets the caller choose. Fix what is drawn in one transaction,
/// remember block.number, and in a later one use draw(thatNumber).
IBeacon constant BEACON = IBeacon(0x0000000000000000000000000000000000000900);

interface IBeacon {
    /// The seed that decides a draw fixed at a height: the first one to which a validator other than that block's
    /// proposer contributed. known is false while it does not exist. Reverts for heights whose seeds are pruned.
    function draw(uint64 fixedAt) external view returns (bool known, uint64 height, bytes32 value);

    /// The seed of a height. Reverts where there is none. contributed is false when nobody's secret went into it.
    function seed(uint64 height) external view returns (bytes32 value, bool contributed);

    /// This block's seed. Its proposer knew it when it chose and ordered the transactions.
    function latest() external view returns (uint64 height, bytes32 value, bool contributed);
}
