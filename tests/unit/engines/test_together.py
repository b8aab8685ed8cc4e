"""Answers that are wanted at once are written in one run of the graph, and are those that each would be alone."""

import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event, Thread

import numpy as np
import pytest

from nesa.engines import EngineConfig, Outcome, Output, TextModel, cancelled_by, load_model
from nesa.engines._cache import Cache, DeviceCache
from nesa.engines._decoder import ROWS, Decoder, Reading
from nesa.engines._rows import Rows
from nesa.engines._together import Together
from nesa.errors import EngineError, RunCancelledError
from nesa.models import Store
from textmodels import LAYOUTS, conversation, manifest_of, seed, stored

TEXTS = ("what is it?", "who?", "the network asks a miner", "a", "is it a small one? " * 4)
WAIT = 20.0
MOST_ROWS = ROWS["CPUExecutionProvider"]


def load(tmp_path: Path, name: str = "llama") -> TextModel:
    store = Store(tmp_path)
    model = load_model(stored(store, manifest_of(LAYOUTS / name), LAYOUTS / name), store, EngineConfig(threads=1))
    assert isinstance(model, TextModel)
    return model


@pytest.fixture
def model(tmp_path: Path) -> TextModel:
    return load(tmp_path)


def writer(model: TextModel) -> Together:
    assert isinstance(model._writer, Together)
    return model._writer


def options(number: int) -> bytes:
    return json.dumps({"max_tokens": 3 + 9 * number % 40, "temperature": 1000}, separators=(",", ":")).encode()


def ask(model: TextModel, number: int) -> Output:
    return model.run(conversation(TEXTS[number % len(TEXTS)]), options(number), seed(number))


class Steps:
    """Counts how many texts each run of the graph has, and may hold the first until enough texts are there."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, before: Callable[[], None] = lambda: None) -> None:
        self.sizes: list[int] = []
        original = Rows.step

        def step(rows: Rows, tokens: Sequence[int]) -> Reading:
            if not self.sizes:
                before()
            self.sizes.append(len(tokens))
            return original(rows, tokens)

        monkeypatch.setattr(Rows, "step", step)


def together(model: TextModel, numbers: Sequence[int], monkeypatch: pytest.MonkeyPatch) -> tuple[list[Output], Steps]:
    """Ask for several answers so that all wait when the first token is drawn."""
    entered = Event()

    def all_there() -> None:
        entered.set()
        while len(writer(model)._coming) + 1 < len(numbers):
            assert not done.wait(0.001)

    done = Event()
    steps = Steps(monkeypatch, all_there)
    with ThreadPoolExecutor(len(numbers)) as pool:
        first = pool.submit(ask, model, numbers[0])
        assert entered.wait(WAIT)
        rest = [pool.submit(ask, model, number) for number in numbers[1:]]
        return [future.result(WAIT) for future in (first, *rest)], steps


def test_answers_written_together_are_those_written_alone(
    model: TextModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = [ask(load(tmp_path), number) for number in range(1, 14)]
    assert len({output.units for output in alone}) > 3  # they end at different times, so that others take their rows
    found, steps = together(model, range(1, 14), monkeypatch)
    assert max(steps.sizes) == MOST_ROWS
    assert len(steps.sizes) < sum(len(output.tensors["hidden_states"][0]) for output in alone) / 2
    for one, other in zip(found, alone, strict=True):
        assert one.payload == other.payload
        assert np.allclose(one.tensors["hidden_states"], other.tensors["hidden_states"], atol=1e-4)


@pytest.fixture
def on_a_device(monkeypatch: pytest.MonkeyPatch) -> None:
    """Treat the processor's memory as a device's: views by address, whole copies, inputs that are bound each time."""

    def cache(decoder: Decoder, texts: int, room: int) -> Cache:
        decoder._far = sorted(decoder.others)
        arrays = dict(zip(decoder.presents, decoder.empty(texts, room), strict=True))
        return DeviceCache(decoder._session, arrays, "cpu")

    monkeypatch.setattr(Decoder, "cache", cache)


@pytest.mark.usefixtures("on_a_device")
def test_a_cache_on_a_device_is_written_and_moved_alike(
    model: TextModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nesa.engines._together._ROOM", 32)  # so that it is copied when it grows, too
    with monkeypatch.context() as patch:
        patch.setattr(Decoder, "in_place", False)
        alone = [ask(load(tmp_path), number) for number in range(1, 14)]
    found, steps = together(model, range(1, 14), monkeypatch)
    assert max(steps.sizes) == MOST_ROWS
    assert model._prefixes is not None
    assert model._prefixes._known
    for number, (one, other) in enumerate(zip(found, alone, strict=True), 1):
        assert one.payload == other.payload
        assert np.allclose(one.tensors["hidden_states"], other.tensors["hidden_states"], atol=1e-4)
        assert ask(model, number).payload == one.payload  # goes on from what was copied


def test_rows_grow_for_a_longer_text(model: TextModel, monkeypatch: pytest.MonkeyPatch) -> None:
    """The cache is made anew while others write in it."""
    monkeypatch.setattr("nesa.engines._together._ROOM", 32)
    assert ask(model, 1).outcome is Outcome.OK
    alone = [ask(model, number).payload for number in (3, 4)]
    found, steps = together(model, (3, 4), monkeypatch)
    assert max(steps.sizes) == 2
    assert [output.payload for output in found] == alone


def test_memory_bounds_how_many_are_written_at_once(model: TextModel, monkeypatch: pytest.MonkeyPatch) -> None:
    writer(model)._max_bytes = 2 * 128 * model._decoder.token_bytes
    found, steps = together(model, range(1, 6), monkeypatch)
    assert max(steps.sizes) == 2
    assert {output.outcome for output in found} == {Outcome.OK}


def test_one_text_that_is_given_up_leaves_the_others(model: TextModel, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = ask(model, 4).payload
    given_up, failed, entered = Event(), Event(), Event()

    def leave() -> None:
        try:
            with cancelled_by(given_up.is_set):
                model.run(conversation(), b'{"max_tokens":64,"stop":["never"]}', seed(7))
        except RunCancelledError:
            failed.set()

    def hold() -> None:
        entered.set()
        given_up.wait(WAIT)

    steps = Steps(monkeypatch, hold)
    leaver = Thread(target=leave)
    leaver.start()
    assert entered.wait(WAIT)
    with ThreadPoolExecutor(1) as pool:
        stays = pool.submit(ask, model, 4)
        while not writer(model)._coming:
            pass
        given_up.set()
        assert stays.result(WAIT).payload == alone
    leaver.join(WAIT)
    assert failed.is_set()
    assert steps.sizes[0] == 1
    assert model.together == MOST_ROWS


def test_a_run_that_fails_fails_for_all_and_the_next_succeeds(
    model: TextModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(rows: Rows, tokens: Sequence[int]) -> Reading:
        del rows, tokens
        raise EngineError("the runtime failed")

    with monkeypatch.context() as patch, ThreadPoolExecutor(3) as pool:
        patch.setattr(Rows, "step", fail)
        for future in [pool.submit(ask, model, number) for number in (1, 2, 3)]:
            with pytest.raises(EngineError, match="the runtime failed"):
                future.result(WAIT)
    assert ask(model, 1).outcome is Outcome.OK


def test_an_unexpected_failure_leaves_nobody_waiting(model: TextModel, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(rows: Rows, tokens: Sequence[int]) -> Reading:
        del rows, tokens
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, ThreadPoolExecutor(3) as pool:
        patch.setattr(Rows, "step", interrupt)
        for future in [pool.submit(ask, model, number) for number in (1, 2, 3)]:
            with pytest.raises((EngineError, KeyboardInterrupt)):
                future.result(WAIT)
    assert ask(model, 1).outcome is Outcome.OK


@pytest.mark.parametrize("name", ["llama", "gemma2"])
def test_a_run_ends_soon_after_it_is_given_up(name: str, tmp_path: Path) -> None:
    """Whether or not the graph writes into its cache."""
    model, asked = load(tmp_path, name), 0

    def after_three() -> bool:
        nonlocal asked
        asked += 1
        return asked > 3

    with cancelled_by(after_three), pytest.raises(RunCancelledError, match="the run was cancelled"):
        model.run(conversation(), b'{"max_tokens":64,"temperature":1000}', seed(1))
    assert asked == 4
