"""How much gas a message is given.

A simulation runs on the state of the last block. It cannot see that claims open with the next one, nor that another's
reveal may come first and leave the verdict, and its gas, to this one. So these are reckoned from what they cost.
"""

from collections.abc import Sequence

from nesa.miner._journal import Kind

__all__ = ["GasBook"]

_BASE = 70_000
# For each entry, and for each seat of its round.
_COSTS = {
    Kind.CLAIM: (55_000, 3_000),
    Kind.COMMIT: (60_000, 3_000),
    Kind.REVEAL: (60_000, 35_000),
}
_MORE = 1.6
_MOST = 16.0
_MARGIN = 1.25


class GasBook:
    """Reckons gas by kind, and learns when it was too little."""

    def __init__(self) -> None:
        self._factors = dict.fromkeys(_COSTS, 1.0)

    def limit(self, kind: Kind, seats: Sequence[int]) -> int | None:
        """Return the gas for a message whose entries belong to rounds of so many seats; None: simulate it."""
        if kind not in _COSTS:
            return None
        entry, seat = _COSTS[kind]
        return round(self._factors[kind] * (_BASE + sum(entry + seat * count for count in seats)))

    def used(self, kind: Kind, share: float) -> None:
        """Learn which share of its limit a message took."""
        if kind in self._factors and share * _MARGIN > 1:
            self._factors[kind] = min(_MOST, self._factors[kind] * share * _MARGIN)

    def ran_out(self, kind: Kind) -> None:
        """Learn that a message ran out of gas."""
        if kind in self._factors:
            self._factors[kind] = min(_MOST, self._factors[kind] * _MORE)
