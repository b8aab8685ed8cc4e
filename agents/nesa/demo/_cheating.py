"""A miner that does on each request what its seed asks for, and answers others honestly; see `nesa.demo._cheater`."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from nesa.calibration import write_variant
from nesa.demo._cheats import CHEAP, CHEATS, LIES, Asked, Desk, marked, named, question
from nesa.demo._liar import Liar
from nesa.engines import MARGINS, EngineConfig, Model, Output, encode_options, load_model
from nesa.errors import NesaError
from nesa.miner import Kind, MinerConfig
from nesa.models import Manifest, Store
from nesa.untrusted import parse_json

__all__ = ["Cheater", "Script", "cheating", "read_seeds", "rehearse"]

_SEEDS = "seeds.json"
_TRIES = 64
_NO_SLOT = 2**32 - 1
_JOBS = 100  # that may be open


@dataclass(frozen=True, slots=True)
class Cheater:
    """A model that gives what the request's seed asks for; see `nesa.engines.Model`."""

    manifest: Manifest
    desk: Desk

    @property
    def together(self) -> int:
        """Its runs share nothing: each may be of another model."""
        return 1

    def run(self, data: bytes, options: bytes = b"", seed: bytes = b"") -> Output:
        """Cheat, or run the model where no cheat is asked for."""
        asked, cheat = Asked(data, options, seed), CHEATS.get(named(seed))
        return cheat.bend(self.desk, asked) if cheat else self.desk.honest(asked)

    def read(self, data: bytes, options: bytes, seed: bytes, payload: bytes) -> Output:
        """Judge another's answer, honestly."""
        return self.desk.real.read(data, options, seed, payload)


def cheating(folder: Path, manifest: Manifest, store: Store, config: EngineConfig) -> Cheater:
    """Load a model as a cheat does: with the cheaper ones in ``folder`` beside it.

    Raises:
        NesaError: a file is missing, or the model is no language model.
    """
    cheap: dict[str, Model] = {}
    for name in CHEAP:
        digest = store.add_folder(folder / name)
        cheap[name] = load_model(store.manifest(digest), store, config)
    return Cheater(manifest, Desk.of(manifest, store, load_model(manifest, store, config), cheap))


class Script:
    """What is claimed and signed: executors' seats to cheat in, and seats in committees where the seed asks to lie."""

    def __init__(self, config: MinerConfig) -> None:
        self._liars = {name: Liar(config, lie.mark) for name, lie in LIES.items()}
        self._ask = Liar(config).ask
        self._names: dict[int, str] = {}

    def __call__(self, kind: Kind, entries: list[Any]) -> Sequence[Any]:
        """Return what is sent in place of these entries."""
        return [self._instead(kind, entry) for entry in entries]

    def _instead(self, kind: Kind, entry: Any) -> Any:  # noqa: ANN401 - of each kind its own
        liar = self._liars.get(self._name(entry.job_id))
        if kind is Kind.CLAIM:  # one that is not wanted is made void: left out, it would take another's answer
            return entry if bool(entry.round) == bool(liar) else replace(entry, slot=_NO_SLOT)
        return liar.lies(kind, [entry])[0] if liar else entry

    def _name(self, job: int) -> str:
        if job not in self._names:
            for found in self._ask(f"job/v1/jobs?pagination.limit={_JOBS}")["jobs"]:
                self._names[int(found["id"])] = named(base64.b64decode(found["terms"]["seed"]))
        return self._names.setdefault(job, "")


def rehearse(model: Path, folder: Path) -> None:
    """Write the cheaper models of a model into ``folder``, and the seeds to ask with.

    Of a cheat that nothing but its words gives away, the seeds at which all of them might be honest are passed over:
    how often that is so, `docs/verification.md` has measured.

    Raises:
        NesaError: there is no such model, or no seed at which a cheat says anything of its own.
    """
    for name in CHEAP:
        write_variant(model, name, folder / name)
    store = Store(folder / "store")
    manifest = store.manifest(store.add_folder(model))
    desk = cheating(folder, manifest, store, EngineConfig(threads=1)).desk
    seeds = {name: _telling(desk, name).hex() for name in CHEATS} | {name: marked(name, 0).hex() for name in LIES}
    (folder / _SEEDS).write_text(json.dumps(seeds))


def _telling(desk: Desk, name: str) -> bytes:
    cheat = CHEATS[name]
    data, options = question(name)
    for number in range(_TRIES):
        asked = Asked(data, encode_options(options), marked(name, number))
        if not cheat.by_words or desk.read(asked, cheat.bend(desk, asked).payload).tensors[MARGINS].any():
            return asked.seed
    raise NesaError(f"the cheat {name!r} says what an honest miner says: there is nothing to show")


def read_seeds(folder: Path) -> Mapping[str, bytes]:
    """Return the seeds that `rehearse` wrote, by cheat."""
    found = parse_json((folder / _SEEDS).read_bytes())
    if not isinstance(found, dict):
        raise NesaError(f"{folder / _SEEDS} is damaged")
    return {str(name): bytes.fromhex(seed) for name, seed in found.items()}
