"""Commitments to inputs that stay private: Poseidon2 over BN254's scalars, as gnark-crypto has it.

Source: Grassi et al., "Poseidon2: A Faster Version of the Poseidon Hash Function" (eprint 2023/323);
parameters and round keys of gnark-crypto's ``ecc/bn254/fr/poseidon2``: width 2, 6 full and 50 partial rounds, x^5, keys
from a chain of Keccak-256 over the parameters' name.
"""

import secrets
from collections.abc import Iterable
from functools import cache

from Crypto.Hash import keccak

from nesa.errors import ProofError
from nesa.provable._field import ELEMENT_BYTES, MODULUS, pack

__all__ = ["commitment", "new_salt", "poseidon2"]

_FULL, _PARTIAL = 6, 50
_NAME = b"Poseidon2-BN254[t=2,rF=6,rP=50,d=5]"


def _keccak(data: bytes) -> bytes:
    return keccak.new(data=data, digest_bits=256).digest()


@cache
def _round_keys() -> tuple[tuple[int, ...], ...]:
    state = _keccak(_NAME)
    keys = []
    for number in range(_FULL + _PARTIAL):
        partial = _FULL // 2 <= number < _FULL // 2 + _PARTIAL
        row = []
        for _ in range(1 if partial else 2):
            state = _keccak(state)
            row.append(int.from_bytes(state, "big") % MODULUS)
        keys.append(tuple(row))
    return tuple(keys)


def _power(value: int) -> int:
    return pow(value, 5, MODULUS)


def _permute(left: int, right: int) -> tuple[int, int]:
    left, right = 2 * left + right, left + 2 * right
    for key in _round_keys():
        if len(key) == 1:
            left = _power(left + key[0])
            left, right = (2 * left + right) % MODULUS, (left + 3 * right) % MODULUS
        else:
            left, right = _power(left + key[0]), _power(right + key[1])
            left, right = (2 * left + right) % MODULUS, (left + 2 * right) % MODULUS
    return left, right


def poseidon2(elements: Iterable[int]) -> int:
    """Return the hash of field elements: Merkle–Damgård from 0, the permutation's right half plus its right input.

    It has no padding, so only lists of one length may be compared; a circuit's have one.
    """
    state = 0
    for element in elements:
        if not 0 <= element < MODULUS:
            raise ProofError("a value to be hashed is no field element")
        state = (_permute(state, element)[1] + element) % MODULUS
    return state


def new_salt() -> int:
    """Return a random salt below 2^248: without it, an input could be guessed and compared."""
    return secrets.randbits(8 * ELEMENT_BYTES)


def commitment(salt: int, payload: bytes) -> int:
    """Return the public commitment to a private input.

    Raises:
        ProofError: the salt is not from 0 to 2^248 - 1.
    """
    if not 0 <= salt < 2 ** (8 * ELEMENT_BYTES):
        raise ProofError("a salt is a number below 2^248")
    return poseidon2((salt, *pack(payload)))
