"""Other messages than a miner's work gives: for demonstrations and tests of dishonest miners."""

import base64
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import httpx

from nesa.chain import Outcome, Result
from nesa.miner import Kind, MinerConfig
from nesa.miner._sortition import commitment

__all__ = ["Liar"]

_SALT = bytes(range(32))


class Liar:
    """Changes what a miner signs.

    Args:
        config: the miner's settings.
        mark: makes the fingerprint to reveal out of the executor's.
    """

    def __init__(self, config: MinerConfig, mark: Callable[[bytes], bytes] = bytes) -> None:
        self._config = config
        self._mark = mark
        self._results: dict[tuple[int, int], Result] = {}

    def only_checks(self, kind: Kind, entries: list[Any]) -> Sequence[Any]:
        """Claim seats of committees alone, to be in them."""
        return [entry for entry in entries if kind is not Kind.CLAIM or entry.round > 0]

    def lies(self, kind: Kind, entries: list[Any]) -> Sequence[Any]:
        """Commit to and reveal a fingerprint that was not computed, and that all is well."""
        if kind is Kind.COMMIT:
            return [replace(entry, commitment=self._promise(entry.job_id, entry.round)) for entry in entries]
        if kind is Kind.REVEAL:
            return [replace(entry, result=self._results[entry.job_id, entry.round], salt=_SALT) for entry in entries]
        return self.only_checks(kind, entries)

    def withholds(self, kind: Kind, entries: list[Any]) -> Sequence[Any]:
        """Commit, and never reveal."""
        return [] if kind is Kind.REVEAL else self.only_checks(kind, entries)

    def points_nowhere(self, kind: Kind, entries: list[Any]) -> Sequence[Any]:
        """Deliver a digest and an address where nothing is."""
        if kind is not Kind.DELIVER:
            return entries
        relay = self._config.network.relay
        return [replace(entry, output=b"", output_uri=f"{relay}/{entry.output_digest.hex()}") for entry in entries]

    def _promise(self, job: int, round_: int) -> bytes:
        found = self.ask(f"job/v1/jobs/{job}")["job"]
        version = self.ask(f"model/v1/versions/{found['terms']['version_id']}")["version"]
        scores = (0,) * len(version["profile"]["score_thresholds"])
        result = Result(Outcome.OK, self._mark(base64.b64decode(found["delivery"]["fingerprint"])), scores)
        self._results[job, round_] = result
        return commitment(self._config.network.chain_id, job, round_, self._config.owner, result, _SALT)

    def ask(self, path: str) -> Any:  # noqa: ANN401 - JSON
        """Return what the chain answers over REST."""
        return httpx.get(f"{self._config.network.rest}/nesa/{path}").raise_for_status().json()
