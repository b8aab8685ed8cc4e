"""Proofs of this machine's runs: made with the key that a manifest lists, one at a time, and not believed."""

import threading
import time
from dataclasses import replace
from pathlib import Path

import anyio
import pytest

from nesa.errors import MinerError, ProofError
from nesa.miner import _prover
from nesa.miner._prover import Admitted, LocalProver, find_prover
from nesa.models import File, Manifest, Store
from nesa.provable import Proven, as_context

pytestmark = pytest.mark.anyio

CONTEXT = bytes(range(32))
DATA, OUTPUT = b"\1\2\3", b"\4\5"


@pytest.fixture
def provable(file_manifest: Manifest) -> Manifest:
    """A manifest that lists a proving key."""
    key = File("proving.key", "ab" * 32, 5)
    return replace(file_manifest, files=(*file_manifest.files, key))


def admits(key: bytes | None) -> Admitted:
    """A chain that has this verifying key of every version."""

    async def admitted(_version: int) -> bytes | None:
        return key

    return admitted


class Calls:
    """Stands in for ``nesa-prove``."""

    def __init__(self, answer: Proven | Exception) -> None:
        self.answer = answer
        self.made: list[tuple[Path, Path, bytes, int]] = []
        self.salted = False
        self.at_once = 0
        self._running = 0
        self._lock = threading.Lock()

    def __call__(
        self, graph: Path, key: Path, payload: bytes, context: int, *, salt: int | None, timeout: float
    ) -> Proven:
        with self._lock:
            self._running += 1
            self.at_once = max(self.at_once, self._running)
        self.made.append((graph, key, payload, context))
        self.salted |= salt is not None
        assert timeout > 0
        time.sleep(0.02)
        with self._lock:
            self._running -= 1
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def stand_in(monkeypatch: pytest.MonkeyPatch, answer: Proven | Exception) -> Calls:
    calls = Calls(answer)
    monkeypatch.setattr(_prover, "prove", calls)
    return calls


async def test_a_proof_is_made_with_the_key_that_the_manifest_lists(
    store: Store, provable: Manifest, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = stand_in(monkeypatch, Proven(b"proof", (1,), OUTPUT))
    assert await LocalProver(store, admits(b"key")).prove(provable, DATA, OUTPUT, CONTEXT) == b"proof"
    graph = store.path(provable.file(provable.engine.graph).sha256)
    assert calls.made == [(graph, store.path("ab" * 32), DATA, as_context(CONTEXT))]
    assert not calls.salted


def listing(manifest: Manifest, store: Store, verifying: bytes, *, name: str = "proving.key") -> Manifest:
    """Return the manifest with a proving key's file, of which the store has the head, as zk/README.md has it."""
    raw = b"NESAPK2\0" + bytes(1) + bytes(32) + len(verifying).to_bytes(4) + verifying + b"the rest"
    return replace(manifest, files=(*manifest.files, File(name, store.put(raw), len(raw))))


async def test_a_model_without_a_proving_key_is_not_proven(tmp_path: Path, file_manifest: Manifest) -> None:
    store = Store(tmp_path)
    prover = LocalProver(store, admits(b"key"))
    assert await prover.can_prove(1, listing(file_manifest, store, b"key"))
    assert not await prover.can_prove(2, file_manifest)
    assert not await prover.can_prove(3, listing(file_manifest, store, b"key", name="proving-private.key"))


async def test_threat_43_a_key_of_another_set_up_is_not_promised_proofs_with(
    tmp_path: Path, file_manifest: Manifest
) -> None:
    """Its proofs would not hold under the key that the chain admits, and cost the bond."""
    store = Store(tmp_path)
    listed = listing(file_manifest, store, b"key")
    assert not await LocalProver(store, admits(b"other")).can_prove(1, listed)
    assert not await LocalProver(store, admits(None)).can_prove(1, listed)
    missing = replace(file_manifest, files=(*file_manifest.files, File("proving.key", "ab" * 32, 5)))
    assert not await LocalProver(store, admits(b"key")).can_prove(1, missing)
    for damaged in (b"", b"NESAPK1\0" + bytes(60), b"NESAPK2\0" + bytes(33) + b"\xff" * 4 + b"key"):
        file = File("proving.key", store.put(damaged), len(damaged))
        manifest = replace(file_manifest, files=(*file_manifest.files, file))
        assert not await LocalProver(store, admits(b"key")).can_prove(1, manifest)


async def test_one_proof_is_made_at_a_time(store: Store, provable: Manifest, monkeypatch: pytest.MonkeyPatch) -> None:
    calls, prover = stand_in(monkeypatch, Proven(b"proof", (1,), OUTPUT)), LocalProver(store, admits(b"key"))
    async with anyio.create_task_group() as tasks:
        for _ in range(3):
            tasks.start_soon(prover.prove, provable, DATA, OUTPUT, CONTEXT)
    assert (len(calls.made), calls.at_once) == (3, 1)


async def test_an_engine_that_rounds_otherwise_delivers_nothing(
    store: Store, provable: Manifest, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(monkeypatch, Proven(b"proof", (1,), b"\4\6"))
    with pytest.raises(MinerError, match="another output in exact integers than this machine's engine"):
        await LocalProver(store, admits(b"key")).prove(provable, DATA, OUTPUT, CONTEXT)


async def test_a_program_that_fails_is_said_so(
    store: Store, provable: Manifest, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(monkeypatch, ProofError("nesa-prove failed: no such key"))
    with pytest.raises(MinerError, match="no proof could be made: nesa-prove failed: no such key"):
        await LocalProver(store, admits(b"key")).prove(provable, DATA, OUTPUT, CONTEXT)


async def test_a_machine_without_the_program_proves_nothing(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NESA_PROVE", str(tmp_path / "none"))
    assert find_prover(store, admits(None)) is None
    program = tmp_path / "nesa-prove"
    program.touch(mode=0o755)
    monkeypatch.setenv("NESA_PROVE", str(program))
    assert isinstance(find_prover(store, admits(None)), LocalProver)
