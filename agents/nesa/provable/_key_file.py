"""What the head of a proving key's file says."""

from pathlib import Path

__all__ = ["read_verifying_key"]

_MAGIC = b"NESAPK2\0"
_LENGTH_AT = len(_MAGIC) + 1 + 32  # behind the kind and the model's digest
_LENGTH_BYTES = 4
_MAX_BYTES = 2**17


def read_verifying_key(path: Path) -> bytes | None:
    """Return the verifying key of the same set-up as a proving key's, as the chain stores it; None if there is none.

    The file's form is in zk/README.md.
    """
    try:
        with path.open("rb") as file:
            head = file.read(_LENGTH_AT + _LENGTH_BYTES)
            length = int.from_bytes(head[_LENGTH_AT:], "big")
            if not head.startswith(_MAGIC) or length > _MAX_BYTES:
                return None
            key = file.read(length)
    except OSError:
        return None
    return key if len(key) == length > 0 else None
