// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

/// @title The output of models that label their input
/// @notice Such an output is canonical JSON, so its bytes are fixed: {"label":"NAME","score_ppm":N}.
library Label {
    bytes private constant HEAD = '{"label":"';
    bytes private constant MIDDLE = '","score_ppm":';
    uint256 private constant MILLION = 1_000_000;

    /// @notice Says whether an output gives a label with at least so many millionths of certainty.
    function says(bytes memory output, string memory label, uint256 leastPpm) internal pure returns (bool) {
        bytes memory head = bytes.concat(HEAD, bytes(label), MIDDLE);
        if (output.length < head.length + 2 || output[output.length - 1] != "}") return false;
        for (uint256 i; i < head.length; ++i) {
            if (output[i] != head[i]) return false;
        }
        uint256 score;
        for (uint256 i = head.length; i < output.length - 1; ++i) {
            uint8 digit = uint8(output[i]) - 48;
            if (digit > 9) return false;
            score = score * 10 + digit;
            if (score > MILLION) return false;
        }
        return score >= leastPpm;
    }
}
