"""The chat model: its text, its tokenizer, its kept weights, and the graphs that are made of them."""

import hashlib
import json
import re
from pathlib import Path
from random import Random

import numpy as np
import numpy.typing as npt
import onnxruntime
import pytest

from build import chat
from reference.pieces import Pieces
from train.chat import graphs, store
from train.chat.draw import Turn
from train.chat.folder import CONFIG, KEPT, SPECIAL, TEMPLATE
from train.chat.graphs import BLOCK, in_four_bits, quantise, write_all
from train.chat.store import pack, read_tensors, unpack, write_tensors
from train.chat.sums import operands
from train.chat.text import conversation

LARGEST_FILE = 16 * 2**20
KNOWN = json.loads((KEPT / "known.json").read_bytes())


def said(seed: str, count: int, *, held: bool) -> list[Turn]:
    random = Random(seed)
    return [turn for _ in range(count) for turn in conversation(random, held=held).turns]


def test_the_text_is_the_same_each_time() -> None:
    assert said("a", 50, held=False) == said("a", 50, held=False)
    assert said("a", 50, held=False) != said("b", 50, held=False)


def test_no_held_out_question_is_learnt_from() -> None:
    learnt, held = (
        {turn.user.lower().rstrip("?.!") for turn in said(seed, count, held=held)}
        for seed, count, held in (("learnt", 12_000, False), ("held", 2_000, True))
    )
    assert len(held) > 3_000
    assert not learnt & held


@pytest.mark.parametrize("sign", "+-")
def test_no_held_out_pair_of_numbers_is_learnt_from(sign: str) -> None:
    random = Random(1)
    learnt, held = ({operands(random, sign, held=held) for _ in range(3_000)} for held in (False, True))
    assert held
    assert not {frozenset(pair[:2]) for pair in held} & {frozenset(pair[:2]) for pair in learnt}


def test_sums_are_right() -> None:
    found = 0
    for turn in said("sums", 2_000, held=True):
        for one, sign, two, result in re.findall(r"^(\d+) ([-+×/]) (\d+) = (-?\d+)\.$", turn.answers[0]):
            numbers = int(one), int(two)
            right = {
                "+": sum(numbers),
                "-": numbers[0] - numbers[1],
                "×": numbers[0] * numbers[1],
                "/": numbers[0] / (numbers[1] or 1),
            }
            assert right[sign] == int(result)
            found += 1
    assert found > 500


def test_the_tokenizer_gives_back_what_it_read() -> None:
    pieces = Pieces(KEPT / "tokenizer.json")
    for turn in said("tokens", 100, held=True):
        for part in (turn.user, *turn.answers):
            assert pieces.decode(pieces.encode(part)) == part
    assert pieces.decode(pieces.encode("naïve – 日本\n  ok_1")) == "naïve – 日本\n  ok_1"
    assert [pieces.decode([token]) for token in pieces.encode("2048")] == ["2", "0", "4", "8"]


def test_the_tokenizer_is_the_one_that_was_trained() -> None:
    pieces = Pieces(KEPT / "tokenizer.json")
    assert pieces.encode(KNOWN["text"]) == KNOWN["tokens"]
    assert pieces.decode(KNOWN["answer_tokens"]) == KNOWN["answer"]
    assert [pieces.special[token] for token in SPECIAL] == list(range(len(SPECIAL)))
    assert len(pieces.vocabulary) == CONFIG["vocab_size"]


def test_the_template_writes_what_the_model_learnt() -> None:
    assert (
        KNOWN["text"]
        == "<|begin|>"
        + "".join(f"<|{one['role']}|>{one['content']}<|end|>" for one in KNOWN["messages"])
        + "<|assistant|>"
    )
    assert all(token in TEMPLATE for token in ("<|begin|>", "<|end|>", "<|assistant|>"))


def test_kept_weights_come_back_within_half_a_step(tmp_path: Path) -> None:
    weights = {"a": np.random.default_rng(0).standard_normal((6, 64), np.float32), "b": np.ones(3, np.float32)}
    write_tensors(tmp_path / "kept", pack(weights))
    found = unpack(read_tensors(tmp_path / "kept"))
    assert np.array_equal(found["b"], weights["b"])
    steps = np.abs(weights["a"]).max(axis=1, keepdims=True) / 127
    assert (np.abs(found["a"] - weights["a"]) <= steps * 0.501).all()


def test_the_repository_keeps_little() -> None:
    assert sum(path.stat().st_size for path in KEPT.iterdir()) < LARGEST_FILE


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("models")
    chat(made)
    return made


def test_the_folders_are_the_same_everywhere(folder: Path) -> None:
    digests = json.loads((KEPT / "digests.json").read_bytes())
    found = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in digests}
    assert found == digests


def test_another_weight_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = store.unpack

    def changed(kept: dict[str, store.Array]) -> dict[str, npt.NDArray[np.float32]]:
        weights = whole(kept)
        weights["model.norm.weight"] = weights["model.norm.weight"] * np.float32(1.0000001)
        return weights

    monkeypatch.setattr(graphs, "unpack", changed)
    with pytest.raises(SystemExit, match="not what was kept"):
        chat(tmp_path)


class Runner:
    """Decodes greedily with plain ONNX Runtime."""

    def __init__(self, folder: Path) -> None:
        self.session = onnxruntime.InferenceSession(folder / "model.onnx", providers=["CPUExecutionProvider"])
        self.shape = 1, 4, 0, 32
        self.past = [one.name for one in self.session.get_inputs() if one.name.startswith("past")]

    def run(self, tokens: list[int]) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        empty = {name: np.zeros(self.shape, np.float32) for name in self.past}
        inputs = {"input_ids": np.array([tokens]), "attention_mask": np.ones((1, len(tokens)), np.int64)}
        scores, hidden = self.session.run(["logits", "hidden_states"], inputs | empty)
        return scores[0], hidden[0]

    def answer(self, tokens: list[int], most: int = 64) -> list[int]:
        said: list[int] = []
        while len(said) < most and said[-1:] != [CONFIG["eos_token_id"]]:
            said.append(int(self.run(tokens + said)[0][-1].argmax()))
        return said


def test_the_graph_computes_what_pytorch_did(folder: Path) -> None:
    runner = Runner(folder / "chat-fp32")
    scores, hidden = runner.run(KNOWN["tokens"])
    for found, known in ((scores, KNOWN["scores"]), (hidden, KNOWN["hidden"])):
        every = found.shape[1] // len(known)
        assert found[-1, ::every] == pytest.approx(known, abs=1e-4)
    assert runner.answer(KNOWN["tokens"]) == KNOWN["answer_tokens"]


def test_the_graph_of_four_bits_reads_the_weights_as_they_were_written(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = store.unpack
    monkeypatch.setattr(graphs, "unpack", lambda kept: in_four_bits(whole(kept)))
    write_all(tmp_path)
    expected = Runner(tmp_path / "chat-fp32").run(KNOWN["tokens"])[0]
    assert np.abs(Runner(folder / "chat-int4").run(KNOWN["tokens"])[0] - expected).max() < 1e-3


def test_four_bits_are_within_a_step_of_the_weights() -> None:
    matrix = np.random.default_rng(1).standard_normal((5, 3 * BLOCK), np.float32)
    steps = np.abs(quantise(matrix)[1]).repeat(BLOCK, axis=1)
    found = in_four_bits({"a": matrix})["a"]
    assert (np.abs(found - matrix) <= steps * 1.001).all()
    assert np.abs(found - matrix).mean() < steps.mean() / 3
    furthest = np.abs(matrix).reshape(5, 3, BLOCK).argmax(axis=2)[:, :, None]
    kept, ends = (np.take_along_axis(one.reshape(5, 3, BLOCK), furthest, axis=2) for one in (found, matrix))
    assert kept == pytest.approx(ends)
