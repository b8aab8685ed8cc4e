"""What a network for play trusts from its first block on: a simulated platform, and its models' verifying keys."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from nesa.errors import NesaError
from nesa.localnet._genesis import VerifyingKey, add_enclaves, add_verifying_keys
from nesa.provable import SETUP
from nesa.tee import Simulator
from nesa.untrusted import parse_json, parse_whole

__all__ = ["ENCLAVES", "add_trust", "verifying_keys"]

ENCLAVES = "enclaves"
"""Folder of a network's simulated root, beside its miners' folders."""

_MAX_SIZE = 2**20
_DIGEST = 32


def add_trust(genesis: dict[str, Any], root: Path, models: Iterable[Path]) -> None:
    """Trust the network's own simulated root, and the verifying keys that come with its models.

    Args:
        genesis: the genesis file.
        root: the network's folder.
        models: folders, in the order in which they will be published: their versions count from 1.

    Raises:
        NesaError: what is beside a model is not what it should be.
    """
    simulator = Simulator.create(root / ENCLAVES)
    add_enclaves(
        genesis,
        simulator.product,
        roots=simulator.roots(),
        least_tcb=simulator.tcb.to_int().to_bytes(8, "big"),
        measurement=simulator.measurement,
        name="simulated",
    )
    for version_id, folder in enumerate(models, start=1):
        add_verifying_keys(genesis, verifying_keys(folder, version_id))


def verifying_keys(folder: Path, version_id: int) -> list[VerifyingKey]:
    """Return the verifying keys beside a model's manifest; none when it cannot be proven.

    Raises:
        NesaError: ``setup.json`` or a file that it names is not what it should be.
    """
    try:
        raw = (folder / SETUP).read_bytes()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise NesaError(f"{folder / SETUP} cannot be read: {error.strerror}") from error
    try:
        found: Any = parse_json(raw)
        return [
            VerifyingKey(
                version_id=version_id,
                private_input=_flag(entry["private_input"]),
                key=(folder / Path(entry["verifying_key"]).name).read_bytes(),
                input_size=_size(entry["input_size"]),
                output_size=_size(entry["output_size"]),
                transcript_digest=_digest(entry["transcript_digest"]),
            )
            for entry in found["keys"]
        ]
    except OSError as error:
        raise NesaError(f"a verifying key of {folder} cannot be read: {error.strerror}") from error
    except (ValueError, TypeError, KeyError) as error:
        raise NesaError(f"{folder / SETUP} is malformed") from error


def _size(value: object) -> int:
    number = parse_whole(str(value), _MAX_SIZE)
    if not number:
        raise ValueError(value)
    return number


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError(value)
    return value


def _digest(value: str) -> bytes:
    digest = bytes.fromhex(value)
    if len(digest) != _DIGEST:
        raise ValueError(value)
    return digest
