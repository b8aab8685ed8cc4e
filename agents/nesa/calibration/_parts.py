"""The parts of a calibration, and how large they are."""

from dataclasses import dataclass

__all__ = ["AWAY", "HARD", "HONEST", "QUICK", "TOKENS", "WAYS_PART", "Parts"]

TOKENS = (1, 2, 4, 8, 16, 32, 64)
"""Numbers of an answer's first tokens, for which scores are kept beside those of the whole."""
HONEST = "honest"
HARD = "hard prompts"
WAYS_PART = "every way"
AWAY = "away: "
"""Begins the name of another machine's checks."""


@dataclass(frozen=True, slots=True)
class Parts:
    """How many jobs each part of a calibration has.

    Attributes:
        ways: that are written and read in every way.
        searches: for hard prompts, of forty tries each.
        hard: with prompts that were made to set machines apart.
        cheats: that every kind of cheat meets.
        honest: that are written in one way and read in one way.
    """

    ways: int
    searches: int
    hard: int
    cheats: int
    honest: int

    @property
    def total(self) -> int:
        """All jobs together."""
        return self.ways + self.searches + self.hard + self.cheats + self.honest


QUICK = Parts(ways=12, searches=6, hard=24, cheats=60, honest=400)
"""For a publisher: about a minute for a small model."""
