"""How tokens are drawn."""

from dataclasses import dataclass

from nesa.sampling._noise import MILLI

__all__ = ["Sampling"]

_MAX_TEMPERATURE = 2 * MILLI


@dataclass(frozen=True, slots=True)
class Sampling:
    """How tokens are drawn.

    Attributes:
        temperature: in thousandths, 0 to 2,000; 0 takes the likeliest token.
        top_k: how many of the likeliest tokens may be drawn; 0 for all.
    """

    temperature: int = 0
    top_k: int = 0

    def __post_init__(self) -> None:
        """Check the bounds.

        Raises:
            ValueError: one is out of range.
        """
        if not 0 <= self.temperature <= _MAX_TEMPERATURE:
            raise ValueError(f"temperature is 0 to {_MAX_TEMPERATURE} thousandths, not {self.temperature}")
        if self.top_k < 0:
            raise ValueError(f"top_k is 0 for all tokens, or how many, not {self.top_k}")
