"""The ceremony's guide, followed to the letter: keys of two people, a chain's beacon, a vote, a key on the chain."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import nesa
from e2e.node.harness import CHAIN_ID, Net, Node, eventually
from nesa._programs import find_program
from nesa.chain import Key, KeyType, Profile, Proof, TxFailedError, Unit, decode_address, messages
from nesa.localnet._topology import NES
from nesa.provable import as_context, commitment, decision_digest, new_salt, prove
from nesa.provable._form import Activation, Dense, Provable, Step
from nesa.provable._write import write_provable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

ROOT = Path(nesa.__file__).parents[2]
GUIDE = (ROOT / "docs" / "guides" / "ceremony.md").read_text()
VALIDATOR = (ROOT / "docs" / "guides" / "validator.md").read_text()
VOTING = 8  # seconds
INPUT, OUTPUT = 24, 2  # as the guide's model has them
MODEL = "e2e/decision"
PROVE = "build/bin/nesa-prove ceremony"
GRAPH = "build/models/credit/model.onnx"
BEACONS = (
    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752",
)
TX = "--chain-id nesa-local-1 --gas auto --gas-adjustment 1.5 --gas-prices 1000000000anes -y"


def smallest() -> bytes:
    """A model of the guide's sizes with one layer, whose keys take seconds."""
    random = np.random.default_rng(1)
    layer = Dense(random.integers(-8, 9, (OUTPUT, INPUT)).astype(np.int8), np.zeros(OUTPUT, np.int64))
    source, output = Activation("x", (1, INPUT), 7), Activation("y", (1, OUTPUT), 4)
    return write_provable(
        Provable(source, (Step("s0", layer, ("x",), output, relu=False, shift=6),), output), {"s0": 3}
    )


class FailedError(Exception):
    """A command failed; what it said is the text."""


@dataclass(frozen=True)
class Reader:
    """Somebody who does what the guide says, in a folder that looks like a checkout."""

    folder: Path
    node: Node

    def follows(self, command: str, changes: Mapping[str, str] | None = None) -> str:
        """Run a command of the guide and return what it says; ``changes`` are what the guide leaves to the reader.

        Raises:
            FailedError: it failed.
        """
        assert " ".join(command.split()) in " ".join(GUIDE.replace("\\\n", " ").split()), command
        for old, new in (changes or {}).items():
            assert old in command
            command = command.replace(old, new)
        return self.run(command)

    def run(self, command: str) -> str:
        path = os.pathsep.join((str(ROOT / "build"), str(Path(sys.executable).parent), os.environ["PATH"]))
        node = f"tcp://{self.node.host}:{self.node.ports.rpc}"
        known = {"PATH": path, "NESAD_NODE": node}
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", command], cwd=self.folder, env={**os.environ, **known},
            check=False, capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        if done.returncode:
            raise FailedError(done.stderr)
        return done.stdout

    def signs(self, command: str, changes: Mapping[str, str] | None = None) -> None:
        """Send a transaction as the guide does, and wait until it is in a block."""
        options = f"{TX.replace('nesa-local-1', CHAIN_ID)} -o json --home {self.node.home} --keyring-backend test"
        said = self.follows(
            f"{command} --from YOUR_KEY $TX", {"YOUR_KEY": "validator", "$TX": options, **(changes or {})}
        )
        sent = json.loads(said)
        assert sent["code"] == 0, sent
        path = f"/cosmos/tx/v1beta1/txs/{sent['txhash']}"
        done = eventually(lambda: self.node.rest(path)["tx_response"], 20, "its block")
        assert done["code"] == 0, done

    def votes_for(self, number: int, proposal: Mapping[str, Any]) -> None:
        """Hand a proposal in and vote for it."""
        (self.folder / "proposal.json").write_text(json.dumps(proposal))
        self.signs("nesad tx gov submit-proposal proposal.json")
        self.signs("nesad tx gov vote 1 yes", {"vote 1": f"vote {number}"})

    def ended(self, number: int) -> Any:
        """Wait until a vote is over and return the proposal."""

        def probe() -> Any:
            said = self.follows("nesad query gov proposal 1 -o json", {"proposal 1": f"proposal {number}"})
            found = json.loads(said)["proposal"]
            return None if found["status"] == "PROPOSAL_STATUS_VOTING_PERIOD" else found

        return eventually(probe, VOTING + 20, "the vote is over")

    def beacon(self) -> str:
        """A seed that nobody knows yet, of the first block from now on that more than one may have decided."""
        height = self.node.more(2)
        while self.node.query("beacon", "seed", str(height))["seed"].get("sole"):
            height = self.node.more(1)
        return self.follows(SEED, {"HEIGHT": str(height)}).strip()


def block(start: str) -> str:
    """The guide's code that begins so."""
    found = GUIDE[GUIDE.index(f"$ {start}") + 2 :]
    return found[: found.index("\n```")]


SEED = next(line.strip() for line in GUIDE.splitlines() if line.strip().startswith("nesad query beacon seed HEIGHT"))
PROPOSAL = block("python - > proposal.json")
COMPARE = (
    block("build/bin/nesa-prove ceremony verify build/models/credit/model.onnx --dir ceremony | tail -3")
    .partition("\n$ ")[2]
    .rpartition("\n")[0]
)  # without what it printed


@pytest.fixture(scope="module")
def publisher() -> Key:
    return Key.generate(KeyType.COSMOS)


@pytest.fixture(scope="module")
def reader(publisher: Key, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    voting = {"voting_period": f"{VOTING}s", "expedited_voting_period": f"{VOTING // 2}s"}
    net = Net.create(
        tmp_path_factory.mktemp("ceremony"),
        validators=2,
        accounts={publisher.address: 100 * NES},
        params={"gov": voting},
    )
    folder = tmp_path_factory.mktemp("checkout")
    (folder / "build" / "bin").mkdir(parents=True)
    (folder / "build" / "bin" / "nesa-prove").symlink_to(find_program("NESA_PROVE", "nesa-prove", "build/bin"))
    (folder / GRAPH).parent.mkdir(parents=True)
    (folder / GRAPH).write_bytes(smallest())
    try:
        net.start()
        owner = publisher.address
        profile = Profile(1, 1, 0, 0, 0, (0,), 20, ("zk",))
        net.nodes[0].send(
            publisher,
            messages.register_model(owner, MODEL),
            messages.add_version(
                owner, MODEL, manifest_digest=bytes(32), uri="https://example.org/manifest.json", unit=Unit.REQUEST,
                royalty_bps=0, profile=profile,
            ),
        )  # fmt: skip
        yield Reader(folder, net.nodes[0])
    finally:
        net.stop()


def measurements(proposal: Mapping[str, Any]) -> dict[str, Any]:
    """The validator guide's proposal to take an image's measurement back, after two have been accepted."""
    start = VALIDATOR.index('{"messages"')
    found = json.loads(VALIDATOR[start : VALIDATOR.index("\n$ nesad tx gov submit-proposal", start)])
    (removal,) = found["messages"]
    authority, values = (
        proposal["messages"][0]["authority"],
        [base64.b64encode(bytes([i]) * 48).decode() for i in (1, 2)],
    )
    removal |= {"authority": authority, "value": values[0]}
    accepted = [
        {
            "@type": "/nesa.attestation.v1.MsgSetMeasurement",
            "authority": authority,
            "measurement": {"platform": removal["platform"], "value": value, "name": name},
        }
        for value, name in zip(values, ("removed", "kept"), strict=True)
    ]
    return {**found, "messages": [*accepted, removal], "deposit": proposal["deposit"]}


def decide(reader: Reader, prover: Key) -> None:
    """Prove a decision on private data with the ceremony's key, and have the chain record it."""
    folder, payload, label, salt = reader.folder, bytes(range(INPUT)), bytes(32), new_salt()
    context = as_context(decision_digest(CHAIN_ID, version=1, account=decode_address(prover.address), label=label))
    proven = prove(folder / GRAPH, folder / "ceremony" / "proving.key", payload, context, salt=salt, timeout=60)
    hidden = commitment(salt, payload).to_bytes(32, "big")
    message = messages.decide(
        prover.address, 1, label=label, commitment=hidden, output=proven.output, proof=Proof(proven.proof)
    )
    reader.node.send(prover, message)


def test_the_guides_sign_in_one_way() -> None:
    assert f'TX="{TX}"' in GUIDE
    assert f'TX="{TX}"' in VALIDATOR
    for command in ("nesad tx gov submit-proposal proposal.json --from", "nesad tx gov vote 1 yes --from"):
        assert command in GUIDE
        assert command in VALIDATOR


def test_threat_43_a_key_of_a_ceremony_is_voted_in_and_never_replaced(reader: Reader, publisher: Key) -> None:
    ceremony = reader.folder / "ceremony"
    reader.follows(f"{PROVE} init {GRAPH} --dir ceremony --private")
    contribute, verify = f"{PROVE} contribute --dir ceremony --name grace", f"{PROVE} verify {GRAPH} --dir ceremony"
    told = []
    for made_up in BEACONS:
        for name in ("ada", "grace"):
            said = reader.follows(contribute, {"grace": name})
            told.append(next(line for line in said.splitlines() if line.startswith("contribution:")).split()[1])
        said = reader.follows(f"{PROVE} finish {GRAPH} --dir ceremony --beacon {made_up}", {made_up: reader.beacon()})
    assert "phase: over" in said
    transcript = (ceremony / "transcript.txt").read_text()
    assert all(contribution in transcript for contribution in told)
    digest = hashlib.sha256(transcript.encode()).digest()
    checked = reader.follows(verify)
    assert "valid: true" in checked
    assert digest.hex() in checked

    # a contribution that was put in another's place is no ceremony; another's name makes another transcript
    changed = reader.folder / "changed"
    shutil.copytree(ceremony, changed)
    (changed / "transcript.txt").write_text(transcript.replace(told[1], told[0]))
    with pytest.raises(FailedError, match="contribution"):
        reader.run(f"{PROVE} verify {GRAPH} --dir changed")
    (changed / "transcript.txt").write_text(transcript.replace(" grace", " mallory"))
    other = hashlib.sha256((changed / "transcript.txt").read_bytes()).digest()
    assert other.hex() in reader.run(f"{PROVE} verify {GRAPH} --dir changed")

    reader.follows(PROPOSAL, {'"version_id": "3"': '"version_id": "1"'})
    assert reader.follows(COMPARE).split() == [digest.hex(), "True"]
    proposal = json.loads((reader.folder / "proposal.json").read_text())
    with pytest.raises(TxFailedError, match="no verifying key"):
        decide(reader, publisher)

    # a vote for it, for the same key with another transcript, for no transcript at all, and for what validators vote on
    reader.votes_for(1, proposal)
    for number, wrong in ((2, other), (3, digest[:-1])):
        proposal["messages"][0]["verifying_key"]["transcript_digest"] = base64.b64encode(wrong).decode()
        reader.votes_for(number, proposal)
        assert reader.follows(COMPARE).split() != [digest.hex(), "True"], "whoever compares sees it"
    reader.votes_for(4, measurements(proposal))
    ended = {number: reader.ended(number) for number in (1, 2, 3, 4)}
    assert ended[1]["status"] == ended[4]["status"] == "PROPOSAL_STATUS_PASSED", ended
    for number, reason in ((2, "another verifying key"), (3, "transcript_digest of 31 bytes")):
        assert ended[number]["status"] == "PROPOSAL_STATUS_FAILED"
        assert reason in ended[number]["failed_reason"]

    show = "nesad query attestation verifying-keys --version-id 3 -o json"
    (key,) = json.loads(reader.follows(show, {"version-id 3": "version-id 1"}))["verifying_keys"]
    assert base64.b64decode(key["transcript_digest"]) == digest
    assert base64.b64decode(key["key"]) == (ceremony / "verifying.key").read_bytes()
    assert key["private_input"]
    decide(reader, publisher)
    (left,) = json.loads(reader.run("nesad query attestation measurements -o json"))["measurements"]
    assert left["name"] == "kept"
