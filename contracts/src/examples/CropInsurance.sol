// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {Groth16Verifier} from "../Groth16Verifier.sol";
import {Provable} from "../Provable.sol";

/// @title Crop insurance that pays by a proven model's decision
/// @notice A weather station commits to a season's measurements and hands them to the farmer alone. The farmer proves that
/// the insured model decides to pay on exactly this data. The contract learns the decision and nothing else, and needs
/// neither a miner nor a judge.
contract CropInsurance {
    struct Policy {
        address holder;
        uint256 sum;
        bool paid;
    }

    event Insured(uint256 indexed policy, address indexed holder, uint256 sum);
    event Measured(uint256 indexed policy, uint256 season, uint256 commitment);
    event Paid(uint256 indexed policy, uint256 season, uint256 sum);

    error NotStation(address sender);
    error NotInsurer(address sender);
    error NotCovered(uint256 sum, uint256 free);
    error NotClaimable(uint256 policy, uint256 season);
    error NoDecision();
    error NotProven();
    error NotPaid(address to);

    Groth16Verifier public immutable VERIFIER;
    uint64 public immutable VERSION_ID;
    address public immutable INSURER;
    address public immutable STATION;
    string public chain;
    /// @dev The model's output: a score for yes, one for no.
    uint256 private constant OUTPUT_SIZE = 2;

    Policy[] public policies;
    uint256 public promised;
    /// @notice What the station committed to, by policy and season. It is written once.
    mapping(uint256 policy => mapping(uint256 season => uint256 commitment)) public measured;

    constructor(Groth16Verifier verifier, uint64 versionId, string memory chainId, address station) payable {
        (VERIFIER, VERSION_ID, INSURER, STATION, chain) = (verifier, versionId, msg.sender, station, chainId);
    }

    receive() external payable {}

    /// @notice Insures a holder out of what the contract has and has not promised yet.
    function insure(address holder, uint256 sum) external returns (uint256 policy) {
        if (msg.sender != INSURER) revert NotInsurer(msg.sender);
        uint256 free = address(this).balance - promised;
        if (sum > free) revert NotCovered(sum, free);
        promised += sum;
        policy = policies.length;
        policies.push(Policy({holder: holder, sum: sum, paid: false}));
        emit Insured(policy, holder, sum);
    }

    /// @notice Takes back what is not promised. Policies have no end here, so what they promise stays.
    function withdraw(address to, uint256 sum) external {
        if (msg.sender != INSURER) revert NotInsurer(msg.sender);
        uint256 free = address(this).balance - promised;
        if (sum > free) revert NotCovered(sum, free);
        (bool done,) = to.call{value: sum}("");
        if (!done) revert NotPaid(to);
    }

    /// @notice Commits to a season's measurements for a policy.
    function measure(uint256 policy, uint256 season, uint256 commitment) external {
        if (msg.sender != STATION) revert NotStation(msg.sender);
        if (commitment == 0 || measured[policy][season] != 0) revert NotClaimable(policy, season);
        measured[policy][season] = commitment;
        emit Measured(policy, season, commitment);
    }

    /// @notice What a proof for a claim must be about: this contract, this policy, this season, and nothing else.
    function contextOf(uint256 policy, uint256 season) public view returns (uint256) {
        return Provable.context(
            chain,
            VERSION_ID,
            policies[policy].holder,
            keccak256(abi.encode(block.chainid, address(this), policy, season))
        );
    }

    /// @notice Pays the holder, once, for a proof that the model decides to pay: its first output is above zero. Whoever
    /// sends it, the holder is paid.
    function claim(uint256 policy, uint256 season, bytes calldata output, bytes calldata proof) external {
        Policy storage insured = policies[policy];
        uint256 commitment = measured[policy][season];
        if (insured.paid || commitment == 0) revert NotClaimable(policy, season);
        if (output.length != OUTPUT_SIZE || int8(uint8(output[0])) <= 0) revert NoDecision();
        if (!VERIFIER.verify(proof, Provable.values(contextOf(policy, season), commitment, output))) {
            revert NotProven();
        }
        insured.paid = true;
        promised -= insured.sum;
        emit Paid(policy, season, insured.sum);
        (bool done,) = insured.holder.call{value: insured.sum}("");
        if (!done) revert NotPaid(insured.holder);
    }
}
