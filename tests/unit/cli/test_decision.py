"""Decisions on private data: checked under the chain's key, and recorded by their account alone."""

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self

import pytest
from google.protobuf.message import Message

from nesa.chain import Key, KeyType, Network, Proof, TxFailedError, TxResult, VerifyingKey, messages
from nesa.cli import _proof
from nesa.cli._decision import Decision
from unit.cli.conftest import Nesa

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "groth16.json").read_bytes())
KEYS: Mapping[str, Any] = {key["kind"]: key for key in VECTORS["keys"]}
VALID, OTHER = (case for case in VECTORS["cases"] if case["key"] == KEYS["private"]["name"] and case["valid"])
CHAIN = "nesa-test-1"


@dataclass
class FakeChain:
    """A chain with verifying keys, which takes what is sent to it, or refuses it."""

    keys: list[VerifyingKey] = field(default_factory=list)
    sent: list[Message] = field(default_factory=list)
    refusal: Exception | None = None

    def client(self, network: Network) -> "FakeChain":
        assert network.chain_id == CHAIN
        return self

    def account(self, chain: "FakeChain", key: Key) -> "FakeChain":
        assert chain is self
        assert key.address
        return self

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        pass

    @property
    def attestation(self) -> "FakeChain":
        return self

    async def verifying_keys(self, *, version_id: int) -> AsyncIterator[VerifyingKey]:
        for key in self.keys:
            if key.version_id == version_id:
                yield key

    async def send(self, message: Message) -> TxResult:
        if self.refusal:
            raise self.refusal
        self.sent.append(message)
        return TxResult("AB" * 32, 9, 0, "", "", 480_000, 500_000, (), b"")


def admitted(version: int, kind: str) -> VerifyingKey:
    raw = bytes.fromhex(KEYS[kind]["verifying_key"])
    return VerifyingKey(version, kind == "private", raw, 4, 2, bytes(32))


@pytest.fixture
def chain(monkeypatch: pytest.MonkeyPatch) -> FakeChain:
    found = FakeChain([admitted(7, "public"), admitted(7, "private")])
    monkeypatch.setattr(_proof, "ChainClient", found.client)
    monkeypatch.setattr(_proof, "Account", found.account)
    # The golden proof is about this; that a decision says what its context is, is tested elsewhere.
    monkeypatch.setattr(Decision, "context", property(lambda _: int(VALID["public"][0])))
    return found


@pytest.fixture
def decision(me: Key) -> Decision:
    return Decision(
        CHAIN,
        7,
        me.address,
        b"\xab" * 32,
        int(VALID["public"][1]),
        bytes.fromhex(VALID["output"]),
        bytes.fromhex(VALID["proof"]),
    )


@pytest.fixture
def file(tmp_path: Path, decision: Decision) -> Path:
    path = tmp_path / "decision.json"
    path.write_text(decision.to_json())
    return path


def verify(nesa: Nesa, file: Path, *more: str) -> Any:
    return nesa("proof", "verify", "--proof", str(file), *more)


def publish(nesa: Nesa, file: Path, *more: str) -> Any:
    return nesa("proof", "publish", str(file), "--from", "me", *more)


@pytest.mark.usefixtures("chain")
def test_a_decision_is_checked_under_the_chains_key_for_private_inputs(
    nesa: Nesa, file: Path, decision: Decision
) -> None:
    done = verify(nesa, file, "--json")
    assert done.status == 0, done
    found = json.loads(done.out)
    assert found["holds"]
    assert (found["chain"], found["version"], found["account"]) == (CHAIN, 7, decision.account)
    assert (found["label"], found["commitment"]) == ("ab" * 32, str(decision.commitment))
    assert found["context"] == VALID["public"][0]


@pytest.mark.usefixtures("chain")
@pytest.mark.parametrize("field", ["commitment", "output", "proof"])
def test_threat_43_a_decision_that_was_changed_does_not_hold(
    nesa: Nesa, file: Path, decision: Decision, field: str
) -> None:
    changed = {
        "commitment": replace(decision, commitment=decision.commitment + 1),
        "output": replace(decision, output=bytes([decision.output[0] ^ 1, *decision.output[1:]])),
        "proof": replace(decision, proof=bytes.fromhex(OTHER["proof"])),
    }[field]
    file.write_text(changed.to_json())
    assert "the proof does not hold for these public values" in verify(nesa, file).sentence


@pytest.mark.parametrize("keys", [[], [admitted(7, "public")], [admitted(8, "private")]])
def test_threat_43_without_the_chains_key_nothing_is_verified(
    nesa: Nesa, chain: FakeChain, file: Path, keys: list[VerifyingKey]
) -> None:
    chain.keys = keys
    assert "the chain has no verifying key for private inputs of version 7" in verify(nesa, file).sentence


def test_a_key_that_is_named_needs_no_chain(nesa: Nesa, chain: FakeChain, file: Path, tmp_path: Path) -> None:
    chain.keys = []
    key = tmp_path / "vk"
    key.write_text(KEYS["private"]["verifying_key"])
    assert verify(nesa, file, "--vk", str(key)).status == 0


@pytest.mark.usefixtures("chain")
def test_a_decision_of_another_chain_is_not_checked_under_this_ones_key(
    nesa: Nesa, file: Path, decision: Decision
) -> None:
    file.write_text(replace(decision, chain_id="nesa-other-1").to_json())
    assert "the decision is of chain nesa-other-1, the network is nesa-test-1" in verify(nesa, file).sentence
    assert "on chain nesa-other-1" in publish(nesa, file).sentence


@pytest.mark.usefixtures("chain")
def test_public_values_beside_a_decision_must_be_its_own(
    nesa: Nesa, file: Path, decision: Decision, tmp_path: Path
) -> None:
    public = tmp_path / "public"
    public.write_text(json.dumps([str(value) for value in decision.public]))
    assert verify(nesa, file, "--public", str(public)).status == 0
    public.write_text(json.dumps(OTHER["public"]))
    assert "has other public values than the decision" in verify(nesa, file, "--public", str(public)).sentence


@pytest.mark.usefixtures("chain")
def test_a_bare_proof_needs_its_key_named(nesa: Nesa, tmp_path: Path) -> None:
    proof, public = tmp_path / "proof", tmp_path / "public"
    proof.write_text(VALID["proof"])
    public.write_text(json.dumps(VALID["public"]))
    assert "name the key's file with --vk" in verify(nesa, proof, "--public", str(public)).sentence


def test_a_decision_is_recorded_as_it_was_proven(nesa: Nesa, chain: FakeChain, file: Path, decision: Decision) -> None:
    done = publish(nesa, file, "--json")
    assert done.status == 0, done
    assert json.loads(done.out) == {"tx": "AB" * 32, "height": 9, "gas": 480_000}
    assert chain.sent == [
        messages.decide(
            decision.account,
            7,
            label=decision.label,
            commitment=decision.commitment.to_bytes(32, "big"),
            output=decision.output,
            proof=Proof(decision.proof),
        )
    ]


def test_anothers_decision_is_not_sent(nesa: Nesa, chain: FakeChain, file: Path, decision: Decision) -> None:
    owner = Key.generate(KeyType.COSMOS).address
    file.write_text(replace(decision, account=owner).to_json())
    assert f"only {owner} can record this decision, on chain nesa-test-1" in publish(nesa, file).sentence
    assert chain.sent == []


@pytest.mark.usefixtures("me")
def test_what_is_no_decision_is_not_sent(nesa: Nesa, chain: FakeChain, tmp_path: Path) -> None:
    file = tmp_path / "file"
    for content in (b"", b"{}", b"\xff", bytes.fromhex(VALID["proof"])):
        file.write_bytes(content)
        assert "is no decision that nesa proof make wrote" in publish(nesa, file).sentence
    assert chain.sent == []


def test_what_the_chain_refuses_is_one_sentence(nesa: Nesa, chain: FakeChain, file: Path) -> None:
    chain.refusal = TxFailedError(
        code=26, codespace="attestation", log="proof does not hold [nesa/x/attestation/keeper/proof.go:9]", tx_hash="AB"
    )
    sentence = publish(nesa, file).sentence
    assert "was refused: proof does not hold." in sentence
    assert ".go" not in sentence
