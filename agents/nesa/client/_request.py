"""What a user asks for, and what it costs."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from nesa.chain import Estimate, Terms, Version

__all__ = ["CERTAIN", "JobRequest", "Quote", "Submitted", "parse_model"]

CERTAIN = 10_000
"""`JobRequest.check_bps` of a check that is certain."""

_MODEL = re.compile(r"(?P<id>[0-9]+)|(?P<name>[a-z0-9][a-z0-9-]*/[a-z0-9][a-z0-9-]*)(?:@(?P<number>[0-9]+))?")


@dataclass(frozen=True, slots=True)
class JobRequest:
    """One input for one model.

    Attributes:
        model: ``publisher/name``, ``publisher/name@version``, or the id of a version.
        data: the input. It stays public for ever.
        options: values for the manifest's options.
        price: bid per unit in anes; None bids the least for which enough miners work to execute and check it.
        max_units: the most units to pay for; None takes 1, or of a language model as many as the prompt's tokens and
            the longest answer cost.
        check_bps: probability of a check in basis points: None takes the least possible, `CERTAIN` asks for one.
        verifiers: seats of a check; 0 takes the chain's default.
        evidence: kinds any of which the answer must carry, ``tee`` or ``zk``; it settles the job at once.
            ``none`` alone asks for nothing, which is all that models offer whose answers nobody checks.
        deadline: blocks from now until the output must be there; None takes what the chain suggests.
        seed: 32 bytes of the model's own randomness; empty draws them at random.
    """

    model: str
    data: bytes
    options: Mapping[str, int | str | Sequence[str] | Mapping[str, int]] = field(default_factory=dict)
    price: int | None = None
    max_units: int | None = None
    check_bps: int | None = None
    verifiers: int = 0
    evidence: tuple[str, ...] = ()
    deadline: int | None = None
    seed: bytes = b""


@dataclass(frozen=True, slots=True)
class Quote:
    """The price of a request before it is made.

    Attributes:
        version: the model's version that would run.
        terms: what would be sent; the input is left out when it does not fit into a transaction.
        estimate: the chain's breakdown in anes.
        inline: whether the input itself goes onto the chain, where it stays public for ever.
    """

    version: Version
    terms: Terms
    estimate: Estimate
    inline: bool


@dataclass(frozen=True, slots=True)
class Submitted:
    """A request on the chain: its job's id, and the transaction that opened it."""

    job_id: int
    tx_hash: str
    height: int
    quote: Quote


def parse_model(text: str) -> tuple[int, str, int]:
    """Return a version's id, or a model's name and the version's number; 0 and empty where not given.

    Raises:
        ValueError: of neither form.
    """
    match = _MODEL.fullmatch(text)
    if match is None:
        raise ValueError("a model is named publisher/name, publisher/name@version, or by a version's id")
    return int(match["id"] or 0), match["name"] or "", int(match["number"] or 0)
