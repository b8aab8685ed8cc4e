"""F10a: proofs of the same networks by ``nesa-prove`` and by EZKL in turn, each a process from an input to a proof."""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.nets import EXPONENT, Net, cnn, mlps, write_inputs
from bench.peer import Circuit, install
from bench.spent import Spent, spend
from nesa.provable import GRAPH, quantise_values

__all__ = ["KINDS", "Contest", "Kind", "contests"]

_PROVE = str(Path(__file__).parents[2] / "build" / "bin" / "nesa-prove")
_CONTEXT = "ab" * 32
_SALT = "cd" * 31
_MLPS = 2


@dataclass(frozen=True, slots=True)
class Kind:
    """What is proven, and how EZKL is set up for it.

    Attributes:
        private: whether the input is committed to instead of shown.
        visibility: the same in EZKL's words.
        tables: base and digits by which EZKL takes values apart, if not its own choice.
        networks: how many, the smallest first.
    """

    private: bool
    visibility: str
    tables: tuple[int, int] | None = None
    networks: int = 3


KINDS = {
    "F10a": Kind(private=False, visibility="public"),
    "F10a-tuned": Kind(private=False, visibility="public", tables=(1024, 4), networks=1),
    "F10a-private": Kind(private=True, visibility="hashed"),
}
"""By figure. Hashed: Poseidon of the input is public, as our commitment with Poseidon2 is, but without a salt."""


class _Ours:
    """A folder with the network in provable form and its keys."""

    def __init__(self, net: Net, kind: Kind, folder: Path) -> None:
        self._folder, self._kind = folder, kind
        net.write(folder)
        write_inputs(folder, net.values[:1])
        (folder / "input").write_bytes(quantise_values(net.values[:1], EXPONENT).tobytes())

    def _at(self, name: str) -> str:
        return str(self._folder / name)

    def inspect(self) -> str:
        kind = ["--private"] if self._kind.private else []
        command = [_PROVE, "inspect", self._at(GRAPH), *kind, "--json"]
        found = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        return f"{found['constraints']} constraints, {found['public_values']} public values"

    def set_up(self) -> Spent:
        kind = ["--private"] if self._kind.private else []
        command = [_PROVE, "setup", self._at(GRAPH), *kind, "--pk", self._at("proving.key")]
        return spend([*command, "--vk", self._at("verifying.key")])

    @property
    def _command(self) -> list[str]:
        salt = ["--salt", _SALT] if self._kind.private else []
        command = [_PROVE, "prove", self._at(GRAPH), "--pk", self._at("proving.key"), "--input", self._at("input")]
        return [*command, "--context", _CONTEXT, *salt, "-o", self._at("proof")]

    def prove(self) -> Spent:
        return spend(self._command)

    def prepare(self) -> None:
        """Prove once and write the public values down, which `verify` reads."""
        done = subprocess.run(self._command, check=True, capture_output=True)
        (self._folder / "public").write_text(json.dumps(json.loads(done.stdout)["public"]))

    def verify(self) -> Spent:
        command = [_PROVE, "verify", "--vk", self._at("verifying.key"), "--proof", self._at("proof")]
        return spend([*command, "--public", self._at("public")])


class Contest:
    """One network, proven by both."""

    def __init__(self, net: Net, kind: Kind, folder: Path) -> None:
        self.name = net.name
        self._weights = net.weights
        self._ours = _Ours(net, kind, folder)
        self._theirs = Circuit(folder, kind.visibility, kind.tables)

    def set_up(self) -> dict[str, str]:
        """Make both keys, prove once to warm up, verify, and return what all that used."""
        self._theirs.compile()
        keys = self._ours.set_up(), self._theirs.set_up()
        self._ours.prepare()
        self._theirs.prove()
        checks = self._ours.verify(), self._theirs.verify()
        return {
            "model": f"{self.name}, {self._weights:,} weights",
            "circuits": f"{self._ours.inspect()} ÷ 2^{self._theirs.logrows} rows",
            "set-up": f"{keys[0]} ÷ {keys[1]}",
            "verify": f"{checks[0]} ÷ {checks[1]}",
        }

    def round(self) -> tuple[Spent, Spent]:
        """Prove, ours first."""
        return self._ours.prove(), self._theirs.prove()


def contests(figure: str, scratch: Path) -> Iterator[Contest]:
    """Yield the contests of a figure."""
    install()
    wanted = KINDS[figure].networks
    for number, net in enumerate([*mlps(), *([cnn()] if wanted > _MLPS else [])][:wanted]):
        folder = scratch / f"{figure}-{number}"
        folder.mkdir()
        yield Contest(net, KINDS[figure], folder)
