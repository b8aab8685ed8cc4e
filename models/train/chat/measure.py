"""Measures the chat model on held-out conversations, as its weights are kept in the repository.

Usage: python models/train/chat/measure.py [FOLDER] [--keep]

FOLDER is where learn.py trained; without it, what the repository keeps is measured. With --keep, the weights, the
tokenizer, a known answer, the digests and the measures become what the repository keeps. Otherwise the measures are
compared with the recorded ones.

An answer is exact when decoding greedily gives one of the right answers to the letter. That is so when each token of
it is the likeliest after those before, so all are judged in one pass.
"""

import argparse
import json
import math
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
import numpy.typing as npt
import torch
from tokenizers import Tokenizer
from torch.nn import functional
from transformers import AutoModelForCausalLM, AutoTokenizer

sys.path.insert(0, str(Path(__file__).parents[2]))  # run as a script

from train.chat.folder import KEPT
from train.chat.graphs import write_all
from train.chat.network import Llama, Shape
from train.chat.store import pack, read_tensors, unpack, write_tensors
from train.chat.text import TOPICS, Conversation, conversation
from train.chat.words import PAD, SEED, encode

CONVERSATIONS = 1000
ROWS = 32
TOLERANCE = 0.05
"""By which a share of exact answers may differ after training again: other processors round otherwise."""
RESULTS = Path(__file__).parents[1] / "results" / "chat.json"
PROMPT = (("user", "Hello, my name is Anna."), ("assistant", "Nice to meet you, Anna!"), ("user", "What is a miner?"))
EVERY = 16
"""Of the scores, one in so many is kept in the known answer."""

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Row:
    """A conversation up to one answer: tokens, where the answer begins, whose it is, and whether it is the first."""

    tokens: list[int]
    start: int
    case: int
    chosen: bool


def rows_of(tokenizer: Tokenizer) -> tuple[list[str], list[Row]]:
    """Return the topic of each held-out question, and its right answers as rows."""
    random = Random(f"{SEED}/held out")
    topics: list[str] = []
    rows: list[Row] = []
    for _ in range(CONVERSATIONS):
        made = conversation(random, held=True)
        answers = [turn.answers[0] for turn in made.turns]
        for place, turn in enumerate(made.turns):
            if turn.topic in TOPICS:
                for answer in turn.answers:
                    part = Conversation(made.system, made.turns[: place + 1])
                    tokens, _ = encode(tokenizer, part, [*answers[:place], answer])
                    length = len(tokenizer.encode(answer).ids) + 1
                    rows.append(Row(tokens, len(tokens) - length, len(topics), answer == answers[place]))
                topics.append(turn.topic)
    return topics, rows


def judged(model: Llama, rows: Sequence[Row]) -> Iterator[tuple[Row, bool, float]]:
    """Say for each row whether its answer is the likeliest, and the sum of its tokens' losses."""
    rows = sorted(rows, key=lambda row: len(row.tokens))
    for place in range(0, len(rows), ROWS):
        group = rows[place : place + ROWS]
        length = len(group[-1].tokens)
        tokens = torch.tensor([row.tokens + [PAD] * (length - len(row.tokens)) for row in group])
        with torch.no_grad():
            hidden = model(tokens)
        for row, states in zip(group, hidden, strict=True):
            wanted = torch.tensor(row.tokens[row.start :])
            with torch.no_grad():
                scores = model.scores(states[row.start - 1 : len(row.tokens) - 1])
            loss = functional.cross_entropy(scores, wanted, reduction="sum").item()
            yield row, bool((scores.argmax(dim=1) == wanted).all()), loss


def measure(weights: dict[str, Floats], tokenizer: Tokenizer) -> dict[str, object]:
    """Return the measures of these weights."""
    torch.set_num_threads(2)
    model = Llama(Shape())
    model.load_state_dict(
        {name.removeprefix("model."): torch.from_numpy(values.copy()) for name, values in weights.items()}
    )
    topics, rows = rows_of(tokenizer)
    right, loss, tokens = [False] * len(topics), 0.0, 0
    for row, exact, lost in judged(model, rows):
        right[row.case] |= exact
        if row.chosen:
            loss += lost
            tokens += len(row.tokens) - row.start
    shares = {
        topic: {
            "asked": topics.count(topic),
            "exact": sum(one for one, of in zip(right, topics, strict=True) if of == topic),
        }
        for topic in TOPICS
    }
    return {
        "parameters": sum(values.size for values in weights.values()),
        "questions": len(topics),
        "exact": sum(right),
        "perplexity": math.exp(loss / tokens),
        "topics": shares,
    }


def known(folder: Path) -> dict[str, object]:
    """Return what transformers' own network answers to a fixed prompt, for whoever runs another form of the model."""
    model, tokenizer = AutoModelForCausalLM.from_pretrained(folder).float(), AutoTokenizer.from_pretrained(folder)
    messages = [{"role": role, "content": content} for role, content in PROMPT]
    text = tokenizer.apply_chat_template(messages, add_generation_prompt=True, tokenize=False)
    tokens = tokenizer(text, return_tensors="pt", add_special_tokens=False)
    with torch.no_grad():
        result = model(**tokens, output_hidden_states=True)
        said = model.generate(**tokens, max_new_tokens=64)[0, tokens["input_ids"].shape[1] :]
    return {
        "messages": messages,
        "text": text,
        "tokens": tokens["input_ids"][0].tolist(),
        "scores": [round(value, 6) for value in result.logits[0, -1, ::EVERY].tolist()],
        "hidden": [round(value, 6) for value in result.hidden_states[-1][0, -1, ::EVERY].tolist()],
        "answer_tokens": said.tolist(),
        "answer": tokenizer.decode(said, skip_special_tokens=True),
    }


def compare(found: dict[str, object], recorded: dict[str, object]) -> None:
    """End with an error if the measures are not the recorded ones, within the tolerance."""
    share, was = (int(one["exact"]) / int(one["questions"]) for one in (found, recorded))  # type: ignore[call-overload]
    print(f"exact {share:.4f}, recorded {was:.4f}")
    if abs(share - was) > TOLERANCE:
        raise SystemExit(f"the share of exact answers differs from the recorded one by more than {TOLERANCE}")


def main() -> None:
    """Measure, and keep or compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--keep", action="store_true")
    arguments = parser.parse_args()
    if arguments.keep and not arguments.folder:
        parser.error("--keep needs the folder of the training")
    training = {}
    if arguments.folder:
        state = torch.load(arguments.folder / "state.pt", weights_only=True)
        training = {"steps": state["step"], "tokens_seen": state["seen"], "seconds": round(state["seconds"])}
        trained = {
            name if name.startswith("lm_head") else f"model.{name}": values.numpy()
            for name, values in state["model"].items()
        }
        kept = pack(trained)
    else:
        kept = read_tensors(KEPT / "weights.safetensors")
    tokenizer = Tokenizer.from_file(str((arguments.folder or KEPT) / "tokenizer.json"))
    found = {**measure(unpack(kept), tokenizer), "training": training}
    print(json.dumps(found, indent=2))
    if not arguments.keep:
        compare(found, json.loads(RESULTS.read_bytes()))
        return
    KEPT.mkdir(exist_ok=True)
    write_tensors(KEPT / "weights.safetensors", kept)
    shutil.copyfile(arguments.folder / "tokenizer.json", KEPT / "tokenizer.json")
    digests = write_all(arguments.folder / "made")
    (KEPT / "digests.json").write_text(json.dumps(digests, indent=2) + "\n")
    (KEPT / "known.json").write_text(json.dumps(known(arguments.folder / "made" / "chat"), indent=2) + "\n")
    RESULTS.write_text(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    main()
