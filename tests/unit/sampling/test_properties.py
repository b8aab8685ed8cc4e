"""What holds of the sampler whatever the logits."""

import hashlib
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from nesa.sampling import Margins, Noise, Sampling, choose, margins, quantise

SEEDS = st.binary(min_size=32, max_size=32)
STEPS = st.integers(0, 2**40)
LOGITS: st.SearchStrategy[np.ndarray[Any, np.dtype[np.float32]]] = arrays.arrays(
    np.float32, st.integers(1, 80), elements=st.floats(-100, 100, width=32)
)
SAMPLINGS = st.builds(Sampling, st.integers(0, 2000), st.integers(0, 90))


@given(LOGITS, SEEDS, STEPS, SAMPLINGS, st.integers(0, 2**16))
def test_nothing_beats_what_is_chosen(
    logits: np.ndarray[Any, np.dtype[np.float32]], seed: bytes, step: int, sampling: Sampling, band: int
) -> None:
    noise = Noise(seed)
    token = choose(logits, noise, step, sampling)
    assert margins(logits[None], [token], noise, sampling, first=step, band=band) == [0]


@given(LOGITS, SEEDS, STEPS, SAMPLINGS)
def test_every_other_token_is_beaten_unless_it_ties(
    logits: np.ndarray[Any, np.dtype[np.float32]], seed: bytes, step: int, sampling: Sampling
) -> None:
    noise = Noise(seed)
    best = choose(logits, noise, step, sampling)
    for token in range(logits.size):
        found = margins(logits[None], [token], noise, sampling, first=step)[0]
        assert found >= 0
        if sampling.temperature == 0 and quantise(logits)[token] < quantise(logits)[best]:
            assert found == int(quantise(logits)[best] - quantise(logits)[token])


@given(LOGITS, SEEDS, STEPS, SAMPLINGS, st.data())
def test_guidance_is_kept_to(
    logits: np.ndarray[Any, np.dtype[np.float32]], seed: bytes, step: int, sampling: Sampling, data: st.DataObject
) -> None:
    allowed = np.zeros(logits.size, np.bool_)
    allowed[data.draw(st.lists(st.integers(0, logits.size - 1), min_size=1))] = True
    noise = Noise(seed)
    token = choose(logits, noise, step, sampling, allowed)
    assert allowed[token]
    assert margins(logits[None], [token], noise, sampling, first=step, allowed=allowed[None]) == [0]
    for other in np.flatnonzero(~allowed)[:3]:
        assert margins(logits[None], [int(other)], noise, sampling, first=step, allowed=allowed[None])[0] > 2**30


def by_definition(
    logits: np.ndarray[Any, np.dtype[np.float32]], noise: Noise, step: int, sampling: Sampling, token: int, band: int
) -> tuple[int, int]:
    """Return the choice and a token's margin as docs/sampling.md has them: in integers, of the whole vocabulary."""
    quantised = quantise(logits)
    weighed = quantised * 1000 + np.int64(sampling.temperature) * noise.at(step, logits.size)
    kept = rivals = np.ones(logits.size, np.bool_)
    short = 0
    if sampling.temperature and 0 < sampling.top_k < logits.size:
        boundary = int(np.sort(quantised)[-sampling.top_k])
        kept, rivals = quantised >= boundary, quantised >= boundary + band
        short = max(0, boundary - band - int(quantised[token]))
    best = max(int(np.where(rivals, weighed, -(2**62)).max()), int(weighed[token]))
    return int(np.where(kept, weighed, -(2**62)).argmax()), short - (int(weighed[token]) - best) // 1000


@st.composite
def awkward(draw: st.DrawFn) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Draw logits [tokens, vocabulary] that nearly tie, tie, are saturated, minus infinity, or no numbers."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    rows, size = draw(st.integers(1, 40)), draw(st.sampled_from([1, 2, 40, 41, 1500, 2500, 9000]))
    spread = draw(st.sampled_from([0, 1e-6, 2**-16, 2**-12, 0.1, 4, 300, 4e4]))
    logits = (rng.normal(0, 1, (rows, size)) * spread).astype(np.float32)
    if draw(st.booleans()):
        logits = np.float32(2**-16) * np.rint(logits * 2**15)
    for value in draw(st.lists(st.sampled_from([-np.inf, -4e4, 4e4, 255.9, -256, 0, np.nan, np.inf]), max_size=2)):
        logits[rng.integers(rows), rng.integers(0, size, max(1, size // 3))] = value
    return logits


@given(awkward(), SEEDS, STEPS, st.sampled_from([0, 1, 700, 2000]), st.sampled_from([0, 1, 64, 2**16]), st.data())
def test_floats_decide_as_integers_do(
    logits: np.ndarray[Any, np.dtype[np.float32]],
    seed: bytes,
    first: int,
    temperature: int,
    band: int,
    data: st.DataObject,
) -> None:
    """Choices one by one and margins of all rows at once, against the definition."""
    rows, size = logits.shape
    sampling = Sampling(temperature, data.draw(st.sampled_from([0, 1, 2, 40, size - 1, size, size + 1])))
    noise, other = Noise(seed), Noise(seed)
    chosen = []
    for at, row in enumerate(logits):
        if np.isnan(row).any() or row.max() == np.inf:
            with pytest.raises(FloatingPointError):
                choose(row, noise, first + at, sampling)
            with pytest.raises(FloatingPointError):
                margins(logits, [0] * rows, noise, sampling, first=first)
            return
        chosen.append(choose(row, noise, first + at, sampling))
    likely = [choose(row, noise, first + at, Sampling(temperature)) for at, row in enumerate(logits)]
    delivered = [data.draw(st.sampled_from([*pair, size - 1])) for pair in zip(chosen, likely, strict=True)]
    wanted = [
        by_definition(row, other, first + at, sampling, token, band)
        for at, (row, token) in enumerate(zip(logits, delivered, strict=True))
    ]
    assert chosen == [token for token, _ in wanted]
    assert margins(logits, delivered, noise, sampling, first=first, band=band) == [margin for _, margin in wanted]


@given(SEEDS)
def test_who_would_win_without_top_k_is_short_of_its_boundary(seed: bytes) -> None:
    noise, logits = Noise(seed), np.array([[1, 0.5]], np.float32)
    step = next(step for step in range(1000) if choose(logits[0], noise, step, Sampling(2000)) == 1)
    assert choose(logits[0], noise, step, Sampling(2000, 1)) == 0
    assert margins(logits, [1], noise, Sampling(2000, 1), first=step) == [2**15]


@given(SEEDS, STEPS, st.integers(1, 2000), st.sampled_from([5, 3072, 40_000]))
def test_rounded_noise_is_near(seed: bytes, step: int, temperature: int, size: int) -> None:
    """By half of what the floats' certainty counts on."""
    noise = Noise(seed)
    found = noise.rounded(step, 3, size, temperature)
    exact = np.stack([Noise(seed).at(step + at, size) for at in range(3)]) * (temperature / 1000 / 2**16)
    assert np.abs(found - exact).max() < 2**-15
    assert np.array_equal(noise.rounded(step + 1, 1, size, temperature)[0], found[1])


@given(st.integers(0, 2**32), st.sampled_from([1, 0.01, 1e-5, 900, 2e4]), st.integers(0, 40), SEEDS)
def test_large_vocabularies_are_searched_as_small_ones(number: int, spread: float, top_k: int, seed: bytes) -> None:
    """Ties, saturated logits and minus infinity included: only part of the logits is looked at, and nothing missed."""
    rng = np.random.default_rng(number)
    logits = (rng.integers(-8, 8, 1500) * spread + rng.normal(0, 1e-6, 1500)).astype(np.float32)
    logits[rng.integers(0, 1500, int(rng.integers(1500)))] = -np.inf
    quantised, noise = quantise(logits), Noise(seed)
    kept = quantised >= np.sort(quantised)[-top_k] if top_k else np.ones(1500, np.bool_)
    weighed = np.where(kept, quantised * 1000 + 700 * noise.at(5, 1500).astype(np.int64), -(2**62))
    assert choose(logits, noise, 5, Sampling(700, top_k)) == int(weighed.argmax())
    assert choose(logits, noise, 5, Sampling(0, top_k)) == int(quantised.argmax())


@given(SEEDS, STEPS, st.lists(st.integers(0, 5000), max_size=50))
def test_noise_of_some_tokens_is_that_of_all(seed: bytes, step: int, tokens: list[int]) -> None:
    noise, some = Noise(seed), np.array(tokens, np.int64)
    assert noise.of(step, some).tolist() == noise.at(step, 5001)[some].tolist()


@pytest.mark.parametrize(("temperature", "top_k"), [(1000, 0), (700, 0), (1500, 5)])
def test_tokens_come_as_often_as_they_should(temperature: int, top_k: int) -> None:
    """Gumbel-max draws from softmax(logits / T): 10,000 draws against it, by χ² of at most 15 degrees at 1e-6."""
    rng = np.random.default_rng(1)
    logits = rng.normal(0, 2, 16).astype(np.float32)
    kept = np.argsort(-logits)[: top_k or None]
    weights = np.zeros(16)
    weights[kept] = np.exp(logits[kept].astype(np.float64) * 1000 / temperature)
    expected = weights / weights.sum()
    draws, noise, sampling = 10_000, Noise(hashlib.sha256(b"draws").digest()), Sampling(temperature, top_k)
    counts = np.bincount([choose(logits, noise, step, sampling) for step in range(draws)], minlength=16)
    assert counts[expected == 0].sum() == 0
    kept_counts, kept_expected = counts[expected > 0], expected[expected > 0] * draws
    assert float(((kept_counts - kept_expected) ** 2 / kept_expected).sum()) < 57.6


def test_unlikely_tokens_among_many_are_told_apart() -> None:
    """100,000 equal tokens: with 16 bits of noise the lowest ids would win again and again."""
    logits, noise = np.zeros(100_000, np.float32), Noise(hashlib.sha256(b"many").digest())
    drawn = [choose(logits, noise, step, Sampling(1000)) for step in range(200)]
    assert len(set(drawn)) > 190
    assert 40_000 < np.mean(drawn) < 60_000


def test_the_least_margin_is_a_mismatch() -> None:
    assert Margins.of([0, 1, 0], 5) == Margins(clipped=1, largest=1, mismatches=1)


def test_margins_are_summed_up() -> None:
    found = Margins.of([0, 5, 0, 1000], clip=100)
    assert (found.clipped, found.largest, found.mismatches) == (105, 1000, 2)
    assert Margins.of([], clip=100) == Margins(0, 0, 0)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
@pytest.mark.parametrize("sampling", [Sampling(), Sampling(700), Sampling(700, 20)])
@pytest.mark.parametrize(("size", "at"), [(3, 1), (1500, 0), (1500, 1498), (1500, 1499), (1536, 700)])
def test_logits_that_are_no_numbers(value: float, sampling: Sampling, size: int, at: int) -> None:
    logits = np.ones(size, np.float32)
    logits[at] = value
    for allowed in (None, np.arange(size) != at):
        with pytest.raises(FloatingPointError):
            choose(logits, Noise(bytes(32)), 0, sampling, allowed)
        with pytest.raises(FloatingPointError):
            margins(logits[None], [2], Noise(bytes(32)), sampling, allowed=None if allowed is None else allowed[None])


def test_bad_arguments() -> None:
    noise, logits = Noise(bytes(32)), np.zeros(4, np.float32)
    with pytest.raises(ValueError, match="32 bytes"):
        Noise(b"short")
    for temperature, top_k in ((-1, 0), (2001, 0), (0, -1)):
        with pytest.raises(ValueError, match=r"temperature|top_k"):
            Sampling(temperature, top_k)
    with pytest.raises(ValueError, match="no token"):
        choose(logits, noise, 0, Sampling(), np.zeros(4, np.bool_))
    with pytest.raises(IndexError, match="vocabulary"):
        margins(logits[None], [4], noise, Sampling())
