"""Free ports of this machine."""

import random
import socket

from nesa.errors import NesaError

__all__ = ["free_ports"]

_RANGE = (20_000, 32_000)  # below the range from which systems take ports of outgoing connections
_ATTEMPTS = 2_000


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_ports(count: int, rng: random.Random | None = None) -> list[int]:
    """Return ``count`` distinct ports on which nothing listens, chosen at random so that networks rarely meet.

    Raises:
        NesaError: this machine has not that many.
    """
    rng = rng or random.SystemRandom()
    found: list[int] = []
    for _ in range(_ATTEMPTS):
        if len(found) == count:
            return found
        port = rng.randrange(*_RANGE)
        if port not in found and _is_free(port):
            found.append(port)
    raise NesaError(f"this machine has not {count} free ports between {_RANGE[0]} and {_RANGE[1]}")
