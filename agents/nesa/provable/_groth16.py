"""Checks Groth16 proofs over BN254, as the chain and the contracts do: every byte string means one thing or is refused.

Source: Groth, "On the Size of Pairing-based Non-interactive Arguments" (eprint 2016/260), with py-ecc's pairing, which
takes about a second. The bytes of keys and proofs are gnark's ``WriteRawTo`` and ``MarshalSolidity``: uncompressed
points, of the second group the imaginary part first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from nesa.errors import ProofError
from nesa.provable._field import MODULUS

__all__ = ["PROOF_BYTES", "VerifyingKey", "verify_proof"]

# py-ecc's points are tuples of its own number types, which have no stubs.
_Point: TypeAlias = Any

PROOF_BYTES = 256
_COORDINATE, _G1, _G2 = 32, 64, 128
_ALPHA, _BETA, _GAMMA, _DELTA, _COUNT, _POINTS = 0, 128, 256, 448, 576, 580  # beta and delta stand in both groups
_COMMITMENTS = bytes(8)  # two counts of gnark's extension by commitments, which is not used
_MAX_VALUES = 2**16


def _curve() -> Any:  # noqa: ANN401 - a module without stubs
    """Return py-ecc's curve; it takes a while to import, and only who checks proofs has it.

    Raises:
        ProofError: it is not installed.
    """
    try:
        from py_ecc import optimized_bn128  # noqa: PLC0415 - as above
    except ImportError as error:
        raise ProofError(
            "proofs are checked with py-ecc, which is not installed: install this package's extra 'evm'"
        ) from error
    return optimized_bn128


def _coordinate(raw: bytes) -> int:
    value = int.from_bytes(raw, "big")
    if value >= _curve().field_modulus:
        raise ProofError("a coordinate is not below the curve's modulus")
    return value


def _first_group(raw: bytes) -> _Point:
    """Read a point; the curve has prime order, so all its points are in the group."""
    curve = _curve()
    x, y = (_coordinate(raw[at : at + _COORDINATE]) for at in range(0, _G1, _COORDINATE))
    point = (curve.FQ(x), curve.FQ(y), curve.FQ.one())
    if not curve.is_on_curve(point, curve.b):
        raise ProofError("a point is not on the curve, or at infinity")
    return point


def _second_group(raw: bytes) -> _Point:
    curve = _curve()
    x1, x0, y1, y0 = (_coordinate(raw[at : at + _COORDINATE]) for at in range(0, _G2, _COORDINATE))
    point = (curve.FQ2([x0, x1]), curve.FQ2([y0, y1]), curve.FQ2.one())
    if not curve.is_on_curve(point, curve.b2):
        raise ProofError("a point is not on the twisted curve, or at infinity")
    if not curve.is_inf(curve.multiply(point, curve.curve_order)):
        raise ProofError("a point of the twisted curve is outside the group")
    return point


@dataclass(frozen=True, slots=True, eq=False)
class VerifyingKey:
    """What a proof is checked with; `values` is how many public values it takes."""

    alpha: _Point
    beta: _Point
    gamma: _Point
    delta: _Point
    points: tuple[_Point, ...]

    @property
    def values(self) -> int:
        """How many public values its proofs have."""
        return len(self.points) - 1

    @classmethod
    def from_bytes(cls, raw: bytes) -> "VerifyingKey":
        """Read a key: alpha, beta, gamma, delta, and a point for one and each public value.

        Raises:
            ProofError: another length, a point outside its group, or py-ecc is missing.
        """
        count = int.from_bytes(raw[_COUNT:_POINTS], "big") if len(raw) >= _POINTS else 0
        end = _POINTS + count * _G1
        if not 1 <= count <= _MAX_VALUES or len(raw) != end + len(_COMMITMENTS) or raw[end:] != _COMMITMENTS:
            raise ProofError(f"{len(raw)} bytes are no verifying key")
        for at in (_G1, _DELTA - _G1):  # beta and delta in the first group: not needed, and no place for other bytes
            _first_group(raw[at : at + _G1])
        return cls(
            _first_group(raw[_ALPHA : _ALPHA + _G1]),
            _second_group(raw[_BETA : _BETA + _G2]),
            _second_group(raw[_GAMMA : _GAMMA + _G2]),
            _second_group(raw[_DELTA : _DELTA + _G2]),
            tuple(_first_group(raw[at : at + _G1]) for at in range(_POINTS, end, _G1)),
        )


def verify_proof(key: VerifyingKey, proof: bytes, public: Sequence[int]) -> bool:
    """Tell whether a proof holds for its public values; takes about a second.

    Args:
        key: of the circuit.
        proof: 256 bytes: A, B, C.
        public: context, then input elements or the commitment, then output elements.

    Raises:
        ProofError: the proof is malformed, a value is none of the field's, or there are not as many as the key takes.
    """
    if len(proof) != PROOF_BYTES:
        raise ProofError(f"a proof has {PROOF_BYTES} bytes, not {len(proof)}")
    if len(public) != key.values:
        raise ProofError(f"the key takes {key.values} public values, not {len(public)}")
    if any(not 0 <= value < MODULUS for value in public):
        raise ProofError("a public value is not below the field's modulus")
    curve = _curve()
    a = _first_group(proof[:_G1])
    b = _second_group(proof[_G1 : _G1 + _G2])
    c = _first_group(proof[_G1 + _G2 :])
    total = key.points[0]
    for point, value in zip(key.points[1:], public, strict=True):
        total = curve.add(total, curve.multiply(point, value))
    product = curve.FQ12.one()
    for left, right in ((b, curve.neg(a)), (key.beta, key.alpha), (key.gamma, total), (key.delta, c)):
        product *= curve.pairing(left, right, final_exponentiate=False)
    return bool(curve.final_exponentiate(product) == curve.FQ12.one())
