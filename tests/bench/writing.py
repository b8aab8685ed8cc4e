"""F6 and G: what writing costs beside onnxruntime-genai's own loop, and what reading costs beside writing.

All on one thread, by its processor time, so that what else goes on on the machine counts little.
"""

import hashlib
import json
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from nesa.engines import EngineConfig, TextModel, load_model
from nesa.engines._draft import Draft, Task
from nesa.models import Store
from nesa.sampling import Noise, Sampling
from nesa.text import Ending, TextOptions
from textmodels import conversation

__all__ = ["CHATS", "Seen", "measured"]

CHATS = ("chat-fp32", "chat-int4")
TOKENS = 256
Seen: TypeAlias = dict[str, tuple[float, str]]
"""Each figure's ratio, and what it divides."""
_BATCH = 8
_SAMPLING = Sampling(700, 40)
_QUESTIONS = (
    "What is a miner?", "Hello, my name is Anna.", "What is 17 plus 25?", "Who are you?",
    "Tell me about verifiers, and what they are paid for.", "Good morning!", "What is a bond?", "How does a job end?",
)  # fmt: skip


def _seed(number: int) -> bytes:
    return hashlib.sha256(number.to_bytes(8)).digest()


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Speed:
    """What was written, in what processor time."""

    tokens: int
    seconds: float

    @property
    def per_second(self) -> float:
        """Tokens per second."""
        return self.tokens / self.seconds

    def __str__(self) -> str:
        return f"{self.per_second:,.0f}/s"


class Writing:
    """A model in both engines."""

    def __init__(self, model: TextModel, genai: TextModel, endless: Any, stopping: Any) -> None:
        self._model = model
        self._genai = genai
        self._endless = endless
        self._stopping = stopping

    def ours(self, count: int) -> Speed:
        """Write so many answers of 256 tokens at once, with the plain loop."""
        return self._write(self._model, [self._task(number) for number in range(count)])

    def sampled(self) -> Speed:
        """Write an answer of 256 tokens with onnxruntime-genai and our sampler."""
        return self._write(self._genai, [self._task(0)])

    def theirs(self, count: int) -> Speed:
        """Write so many answers of 256 tokens in one batch, with onnxruntime-genai's own loop and sampler."""
        prompt = self._task(0).prompt
        return self._generate(self._endless, [prompt] * count, None)

    def answers(self, rounds: int) -> tuple[Speed, Speed]:
        """Answer questions to their ends, eight at once: theirs in batches that wait for their longest answer."""
        asked = [(text, number) for number in range(rounds) for text in _QUESTIONS]
        tasks = [self._model._understand(conversation(text), b"", _seed(at)) for at, (text, _) in enumerate(asked)]
        ours = self._write(self._model, tasks)
        batches = [tasks[start : start + _BATCH] for start in range(0, len(tasks), _BATCH)]
        stop = self._model._output.stops[0]
        found = [self._generate(self._stopping, [task.prompt for task in batch], stop) for batch in batches]
        return ours, Speed(sum(one.tokens for one in found), sum(one.seconds for one in found))

    def read(self) -> tuple[float, float]:
        """Return the seconds that reading and judging an answer of 256 tokens takes, and writing it."""
        task = self._task(1)
        draft = Draft(task, _never)
        start = time.process_time()
        self._model._writer.write(draft)
        written = time.process_time()
        _, margins = self._model._read(replace(task, noise=Noise(_seed(1))), draft.tokens)
        read = time.process_time()
        assert margins is not None
        assert max(margins) < 2**16, "an honest answer"
        return read - written, written - start

    def _task(self, number: int) -> Task:
        prompt = self._model._prompter.prompt(conversation(_QUESTIONS[0]))
        ending = Ending(self._model._prompter.tokenizer, (), (), TOKENS)
        return Task(prompt, TextOptions(TOKENS, _SAMPLING), ending, Noise(_seed(number)))

    @staticmethod
    def _write(model: TextModel, tasks: Sequence[Task]) -> Speed:
        drafts = [Draft(task, _never) for task in tasks]
        with ThreadPoolExecutor(len(drafts)) as pool:
            start = time.process_time()
            list(pool.map(model._writer.write, drafts))
            return Speed(sum(len(draft.tokens) for draft in drafts), time.process_time() - start)

    @staticmethod
    def _generate(loaded: Any, prompts: Sequence[list[int]], stop: int | None) -> Speed:
        genai = import_module("onnxruntime_genai")
        longest = max(map(len, prompts))
        params = genai.GeneratorParams(loaded)
        params.set_search_options(
            max_length=longest + TOKENS,
            batch_size=len(prompts),
            do_sample=True,
            temperature=_SAMPLING.temperature / 1000,
            top_k=_SAMPLING.top_k,
            random_seed=1,
        )
        padded = np.array([[0] * (longest - len(prompt)) + prompt for prompt in prompts], np.int32)
        counts = np.zeros(len(prompts), np.int64)
        going = np.ones(len(prompts), np.bool_)
        start = time.process_time()
        generator = genai.Generator(loaded, params)
        generator.append_tokens(padded)
        while not generator.is_done():
            generator.generate_next_token()
            counts += going
            if stop is not None:
                going &= generator.get_next_tokens() != stop
        return Speed(int(counts.sum()), time.process_time() - start)


@contextmanager
def writing(folder: Path) -> Iterator[Writing]:
    """Load a model into both engines, on one thread each."""
    genai = import_module("onnxruntime_genai")

    def loaded(settings: dict[str, Any]) -> Any:
        config = genai.Config(str(folder))
        config.overlay(json.dumps({"model": {"decoder": {"session_options": {"intra_op_num_threads": 1}}, **settings}}))
        return genai.Model(config)

    with tempfile.TemporaryDirectory(prefix="nesa-bench-") as scratch:
        store = Store(Path(scratch))
        manifest = store.manifest(store.add_folder(folder))
        other = replace(manifest, engine=replace(manifest.engine, name="onnxruntime-genai"))
        models = [load_model(each, store, EngineConfig(threads=1)) for each in (manifest, other)]
        model, ours = models
        assert isinstance(model, TextModel)
        assert isinstance(ours, TextModel)
        for each in (model, ours):
            assert each._prefixes
            each._prefixes._max_bytes = 0  # nothing is answered from memory
        yield Writing(model, ours, loaded({"eos_token_id": 0}), loaded({}))


def best(tries: int, *measures: Callable[[], Speed]) -> list[Speed]:
    """Return the fastest of several tries of each, in turn: what else goes on can only slow one down."""
    found = [[measure() for measure in measures] for _ in range(tries)]
    return [max(each, key=lambda speed: speed.per_second) for each in zip(*found, strict=True)]


def measured(folder: Path, rounds: int, *, tries: int, questions: int) -> Iterator[Seen]:
    """Measure one model in so many rounds, the best of so many tries each; G8-chat asks each question so many times."""
    with writing(folder) as found:
        _round(found, 1, questions)  # warms everything up
        for _ in range(rounds):
            yield _round(found, tries, questions)


def _round(found: Writing, tries: int, questions: int) -> Seen:
    alone, sampled, theirs = best(tries, lambda: found.ours(1), found.sampled, lambda: found.theirs(1))
    eight, their_eight = best(tries, lambda: found.ours(_BATCH), lambda: found.theirs(_BATCH))
    read, written = min((found.read() for _ in range(tries)), key=lambda pair: pair[0] / pair[1])
    pairs = {"G1": (alone, theirs), "G1-sampler": (sampled, theirs), "G8": (eight, their_eight)}
    if questions:
        pairs["G8-chat"] = found.answers(questions)
    ratios = {name: (ours.per_second / other.per_second, f"{ours} ÷ {other}") for name, (ours, other) in pairs.items()}
    return {**ratios, "F6": (read / written, f"{1000 * read:.0f} ms ÷ {1000 * written:.0f} ms")}
