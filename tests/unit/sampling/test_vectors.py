"""The sampler against vectors that another implementation made: decimal logarithms, fractions, another AES."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nesa.sampling import Noise, Sampling, choose, margins
from nesa.sampling._noise import tables

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "sampling.json").read_bytes())


class Fixed(Noise):
    """Noise of given words."""

    def __init__(self, words: list[int]) -> None:
        super().__init__(bytes(32))
        self._words = np.array(words, np.uint32)

    def words(self, step: int, size: int) -> np.ndarray[Any, np.dtype[np.uint32]]:
        del step
        return self._words[:size]


def test_gumbel() -> None:
    cases = VECTORS["gumbel"]
    found = Fixed([case["word"] for case in cases]).at(0, len(cases))
    assert found.tolist() == [case["noise"] for case in cases]


@pytest.mark.parametrize("case", VECTORS["choices"])
def test_choices(case: dict[str, Any]) -> None:
    logits = np.frombuffer(bytes.fromhex(case["logits"]), "<f4")
    noise = Noise(bytes.fromhex(case["seed"]))
    words = noise.words(case["step"], logits.size)
    assert [int(words[at]) for at in (0, 1, -1)] == case["words"]
    sampling = Sampling(case["temperature"], case["top_k"])
    allowed = None
    if case["allowed"] is not None:
        allowed = np.zeros(logits.size, np.bool_)
        allowed[case["allowed"]] = True
    assert choose(logits, noise, case["step"], sampling, allowed) == case["token"]
    found = margins(logits[None], [case["delivered"]], noise, sampling, first=case["step"], band=case["band"])
    assert found == [case["margin"]]


def test_tables_do_not_change_when_used() -> None:
    with pytest.raises(ValueError, match="read-only"):
        tables()[0, 0] = 1
