// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {Groth16Verifier} from "../src/Groth16Verifier.sol";
import {Simulator} from "./Simulator.sol";
import {vm} from "./Vm.sol";

contract Groth16VerifierTest {
    function testProofs(uint256[3] memory seeds, uint128 salt) external {
        vm.assume(salt > 0);
        Groth16Verifier verifier = new Groth16Verifier(Simulator.key(3));
        uint256[] memory values = new uint256[](3);
        for (uint256 i; i < 3; ++i) {
            values[i] = seeds[i] % Simulator.R;
        }
        bytes memory proof = Simulator.prove(values, salt);
        require(verifier.verify(proof, values));
        for (uint256 i; i < 3; ++i) {
            uint256 right = values[i];
            values[i] = addmod(right, 1, Simulator.R);
            require(!verifier.verify(proof, values), "another value");
            values[i] = right;
        }
    }

    function testAValueHasOneSpelling(uint64 value) external {
        Groth16Verifier verifier = new Groth16Verifier(Simulator.key(1));
        uint256[] memory values = new uint256[](1);
        values[0] = value;
        bytes memory proof = Simulator.prove(values, 5);
        require(verifier.verify(proof, values));
        values[0] = uint256(value) + Simulator.R;
        require(!verifier.verify(proof, values));
    }

    function testEveryByteOfAProofCounts(uint8 place, uint8 bit) external {
        Groth16Verifier verifier = new Groth16Verifier(Simulator.key(1));
        uint256[] memory values = new uint256[](1);
        bytes memory proof = Simulator.prove(values, 5);
        proof[place] ^= bytes1(uint8(1) << (bit % 8));
        require(!verifier.verify(proof, values));
    }

    /// @dev Whatever bytes come in whatever number, the answer is no, and never a failure.
    function testArbitraryBytesAreNoProof(bytes calldata proof, uint256[] calldata values) external {
        Groth16Verifier verifier = new Groth16Verifier(Simulator.key(3));
        require(!verifier.verify(proof, values));
        bytes memory whole = new bytes(256);
        for (uint256 i; i < proof.length && i < 256; ++i) {
            whole[i] = proof[i];
        }
        uint256[] memory three = new uint256[](3);
        for (uint256 i; i < values.length && i < 3; ++i) {
            three[i] = values[i];
        }
        require(!verifier.verify(whole, three));
    }

    /// @dev Nor are points of the curve, which are what a forger would send.
    function testArbitraryPointsAreNoProof(uint128 a, uint128 c, uint64 value) external {
        Groth16Verifier verifier = new Groth16Verifier(Simulator.key(1));
        uint256[] memory values = new uint256[](1);
        values[0] = value;
        bytes memory points =
            bytes.concat(abi.encode(Simulator.g1(a)), Simulator.generator(), abi.encode(Simulator.g1(c)));
        // A = alpha + sum + C, in the exponents that Simulator knows
        bool proves = a == 111 + 101 * uint256(value) + c;
        require(verifier.verify(points, values) == proves);
        require(verifier.verify(Simulator.prove(values, c), values));
    }

    function testNoAnswerDependsOnGas() external {
        Groth16Verifier verifier = new Groth16Verifier(Simulator.key(1));
        uint256[] memory values = new uint256[](1);
        bytes memory proof = Simulator.prove(values, 5);
        for (uint256 limit; limit < 600_000; limit += 3_000) {
            try verifier.verify{gas: limit}(proof, values) returns (bool valid) {
                require(valid);
            } catch {}
        }
        proof[0] ^= 0x01;
        uint256 before = gasleft();
        require(!verifier.verify(proof, values));
        require(before - gasleft() < 230_000, "malformed points burn what a pairing costs");
    }

    function testLengths() external {
        Groth16Verifier verifier = new Groth16Verifier(Simulator.key(1));
        require(verifier.VALUES() == 1 && verifier.KEY_DIGEST() == sha256(Simulator.key(1)));
        uint256[] memory values = new uint256[](1);
        bytes memory proof = Simulator.prove(values, 5);
        require(verifier.verify(proof, values));
        require(!verifier.verify(bytes.concat(proof, hex"00"), values));
        require(!verifier.verify("", values));
        require(!verifier.verify(proof, new uint256[](0)));
        require(!verifier.verify(proof, new uint256[](2)));
        require(!verifier.verify(new bytes(256), values), "points at infinity");
    }

    function _refused(bytes memory key) private {
        vm.expectRevert(abi.encodePacked(Groth16Verifier.InvalidKey.selector));
        new Groth16Verifier(key);
    }

    function testKeysAreChecked() external {
        bytes memory key = Simulator.key(1);
        _refused("");
        _refused(new bytes(key.length));
        bytes memory longer = bytes.concat(key, hex"01");
        _refused(longer);
        uint256[4] memory offsets = [uint256(63), 255, 383, 579 - 4];
        for (uint256 i; i < offsets.length; ++i) {
            key[offsets[i]] ^= 0x01;
            _refused(key);
            key[offsets[i]] ^= 0x01;
        }
        key[579] = 0x04; // more points than there are
        _refused(key);
        key[579] = 0x02;
        key[key.length - 9] ^= 0x01; // of the last point
        _refused(key);
    }

    function testGasByPublicValues() external {
        uint8[4] memory counts = [1, 5, 10, 28];
        uint256 last;
        for (uint256 i; i < counts.length; ++i) {
            Groth16Verifier verifier = new Groth16Verifier(Simulator.key(counts[i]));
            uint256[] memory values = new uint256[](counts[i]);
            for (uint256 j; j < values.length; ++j) {
                values[j] = Simulator.R - 1 - j;
            }
            bytes memory proof = Simulator.prove(values, 5);
            uint256 before = gasleft();
            require(verifier.verify(proof, values));
            uint256 used = before - gasleft();
            emit Gas(counts[i], used);
            require(used > last && used < 200_000 + 6_800 * uint256(counts[i]));
            last = used;
        }
    }

    mapping(string name => Groth16Verifier) private _keys;

    /// @dev Go verifies the same cases natively, and Python with py-ecc.
    function testGoldenVectors() external {
        string memory json = vm.readFile("../tests/vectors/groth16.json");
        for (uint256 i; vm.keyExistsJson(json, _path("keys", i, "")); ++i) {
            string memory name = vm.parseJsonString(json, _path("keys", i, ".name"));
            _keys[name] =
                new Groth16Verifier(vm.parseBytes(vm.parseJsonString(json, _path("keys", i, ".verifying_key"))));
        }
        uint256 valid;
        uint256 cases;
        for (; vm.keyExistsJson(json, _path("cases", cases, "")); ++cases) {
            bool expected = vm.parseJsonBool(json, _path("cases", cases, ".valid"));
            bool found;
            try this.verified(json, cases) returns (bool answer) {
                found = answer;
            } catch {
                // a value beyond 256 bits does not even reach the verifier
            }
            require(found == expected, vm.parseJsonString(json, _path("cases", cases, ".name")));
            if (expected) ++valid;
        }
        require(valid > 3 && cases > 5 * valid, "too few cases");
    }

    function verified(string calldata json, uint256 i) external view returns (bool) {
        string[] memory decimals = vm.parseJsonStringArray(json, _path("cases", i, ".public"));
        uint256[] memory values = new uint256[](decimals.length);
        for (uint256 j; j < values.length; ++j) {
            values[j] = vm.parseUint(decimals[j]);
        }
        bytes memory proof = vm.parseBytes(vm.parseJsonString(json, _path("cases", i, ".proof")));
        return _keys[vm.parseJsonString(json, _path("cases", i, ".key"))].verify(proof, values);
    }

    function _path(string memory list, uint256 i, string memory field) private pure returns (string memory) {
        return string.concat("$.", list, "[", vm.toString(i), "]", field);
    }

    event Gas(uint256 values, uint256 used);
}
