"""Refuses what could run code on the machine of whoever opens the model: pickles, programs, code of the model's own."""

import struct
from collections.abc import Mapping
from pathlib import PurePosixPath

from nesa.errors import HostileModelError
from nesa.publish._folder import Source
from nesa.untrusted import parse_json

__all__ = ["check_hostile", "check_safetensors"]

_PICKLES = {".ckpt", ".dill", ".joblib", ".pickle", ".pkl", ".pt", ".pt2", ".pth"}
_PROGRAMS = {".bat", ".dll", ".dylib", ".exe", ".ipynb", ".jar", ".js", ".ps1", ".py", ".pyc", ".pyd", ".sh", ".so"}
_CHECKED_ELSEWHERE = {".json", ".onnx", ".safetensors"}
_ARCHIVE = b"PK\x03\x04"  # torch.save writes one, with a pickle in it
_ELF = b"\x7fELF"
_PROTOCOLS = range(2, 6)
_OPCODES = b"\x8a\x8c\x95()KJMNX]c}"
"""What pickles go on with after their protocol."""

_CODE = ("auto_map", "custom_pipelines")
_SETTINGS = 16 * 2**20
_HEADER = struct.Struct("<Q")
_MAX_HEADER = 2**24  # some hundred thousand tensors; the format's own limit is six times that
_SIZES = {
    "BOOL": 1, "F8_E4M3": 1, "F8_E5M2": 1, "I8": 1, "U8": 1, "BF16": 2, "F16": 2, "I16": 2, "U16": 2, "F32": 4,
    "I32": 4, "U32": 4, "F64": 8, "I64": 8, "U64": 8,
}  # fmt: skip
"""Bytes of an element, by the names of types that the converter knows."""


def check_hostile(source: Source) -> None:
    """Look at every file's name and beginning, and at its settings.

    Raises:
        HostileModelError: one sentence with the file, the reason, and what to do.
    """
    for path in source.files:
        suffix = PurePosixPath(path).suffix.lower()
        if suffix in _PROGRAMS:
            raise HostileModelError(f"{path} is a program, and a model is data alone; remove it")
        if suffix in _PICKLES or (suffix not in _CHECKED_ELSEWHERE and _is_pickle(source, path)):
            raise HostileModelError(
                f"{path} is a pickle, which runs what it likes when it is opened; save the weights as safetensors, and "
                "remove it"
            )
        if suffix == ".json":
            _check_settings(source, path)
        if suffix == ".safetensors":
            check_safetensors(source, path)


def _is_pickle(source: Source, path: str) -> bool:
    head = source.head(path, len(_ELF))
    if head == _ELF:
        raise HostileModelError(f"{path} is a program, and a model is data alone; remove it")
    return head == _ARCHIVE or (
        len(head) > 2 and head[0] == 0x80 and head[1] in _PROTOCOLS and head[2] in _OPCODES  # noqa: PLR2004 - opcode PROTO
    )


def _check_settings(source: Source, path: str) -> None:
    """Refuse settings that name code; what is no JSON is never read by anybody, or refused where it is needed."""
    if source.files[path] > _SETTINGS:
        return
    try:
        found = parse_json(source.read(path, _SETTINGS))
    except ValueError:
        return
    for key in _CODE:
        if isinstance(found, dict) and found.get(key):
            raise HostileModelError(
                f"{path} asks for code of the model's own ({key}), which nobody would run; "
                "export it to ONNX in a place where that code is trusted"
            )


def check_safetensors(source: Source, path: str) -> None:
    """Check a file's header: small, and each tensor within the file, one after another.

    Source: the format's own description, with its library.

    Raises:
        HostileModelError: it does not hold.
    """
    if not _fits(source, path):
        raise HostileModelError(f"{path} is damaged, or no safetensors at all; save or fetch it again")


def _fits(source: Source, path: str) -> bool:
    size = source.files[path]
    head = source.head(path, _HEADER.size)
    length = _HEADER.unpack(head)[0] if len(head) == _HEADER.size else size
    if length > min(_MAX_HEADER, size - _HEADER.size):
        return False
    try:
        found = parse_json(source.head(path, _HEADER.size + length)[_HEADER.size :])
    except ValueError:
        return False
    if not isinstance(found, dict):
        return False
    found.pop("__metadata__", None)
    places = sorted(place for entry in found.values() if (place := _place(entry)))
    ends = [0, *(end for _, end in places)]
    whole = len(places) == len(found) and all(begin == end for (begin, _), end in zip(places, ends, strict=False))
    return bool(found) and whole and ends[-1] == size - _HEADER.size - length


def _place(entry: object) -> tuple[int, int] | None:
    """Return where a tensor lies; None where its type, shape and place do not fit together."""
    if not isinstance(entry, Mapping):
        return None
    match entry:
        case {"dtype": str(kind), "shape": [*shape], "data_offsets": [int(begin), int(end)]} if kind in _SIZES:
            count = 1
            for side in shape:
                if not isinstance(side, int) or isinstance(side, bool) or side < 0:
                    return None
                count *= side
            return (begin, end) if begin >= 0 and end - begin == count * _SIZES[kind] else None
    return None
