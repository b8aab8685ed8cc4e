"""What a user wants to be sure of, as written: ``lottery``, ``check(5)``, ``tee``, ``zk``, ``zk or tee``, ``none``."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from nesa.client._request import CERTAIN
from nesa.models import NONE

__all__ = ["EVIDENCE", "UNVERIFIED", "Wanted"]

EVIDENCE = {"tee": "an enclave's signature", "zk": "a zero-knowledge proof"}
"""Kinds of evidence that may settle a job, and what they are."""

UNVERIFIED = "not verified: nobody checks what is delivered"
"""What the assurance ``none`` is worth."""

_SEATS = r"(?P<verifiers>[1-9][0-9]{0,3})"
_LOTTERY = re.compile(rf"lottery(?:\((?P<percent>[0-9]{{1,3}}(?:\.[0-9]{{1,2}})?)%(?:, ?{_SEATS})?\))?")
_CHECK = re.compile(rf"check(?:\({_SEATS}\))?")


@dataclass(frozen=True, slots=True)
class Wanted:
    """The assurance of a request.

    Attributes:
        check_bps: probability of a check in basis points; None takes the least possible.
        verifiers: seats of a check; 0 takes the chain's default.
        evidence: kinds any of which settles the job at once; there is no check then. ``none`` alone asks for nothing.
    """

    check_bps: int | None = None
    verifiers: int = 0
    evidence: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str) -> "Wanted":
        """Read a text: ``lottery``, ``lottery(20%, 5)``, ``check``, ``check(5)``, ``tee``, ``zk or tee``, ``none``.

        The number in a check, or behind a lottery's probability, is that of its verifiers.

        Raises:
            ValueError: of none of these forms.
        """
        words = " ".join(text.split())
        if match := _LOTTERY.fullmatch(words):
            bps = int(Decimal(match["percent"]) * 100) if match["percent"] else None
            if bps is None or 0 <= bps < CERTAIN:
                return cls(bps, int(match["verifiers"] or 0))
        if match := _CHECK.fullmatch(words):
            return cls(CERTAIN, int(match["verifiers"] or 0))
        kinds = tuple(words.split(" or "))
        if words == NONE:
            return cls(check_bps=0, evidence=(NONE,))
        if set(kinds) <= EVIDENCE.keys() and len(set(kinds)) == len(kinds):
            return cls(check_bps=0, evidence=kinds)
        raise ValueError("an assurance is lottery, lottery(20%), check, check(5), tee, zk, 'zk or tee', or none")

    @staticmethod
    def text(check_bps: int, verifiers: int, evidence: Sequence[str]) -> str:
        """Return what `parse` would read, of values as the chain has them."""
        if evidence:
            return " or ".join(evidence)
        if check_bps == CERTAIN:
            return f"check({verifiers})" if verifiers else "check"
        seats = f", {verifiers}" if verifiers else ""
        return f"lottery({Decimal(check_bps) / 100:f}%{seats})"
