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
from collections.abc import Sequence
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
from train.chat.graphs import in_four_bits, write_all
from train.chat.learn import learnt_weights
from train.chat.network import Llama, Shape
from train.chat.store import pack, read_tensors, unpack, write_tensors
from train.chat.text import TOPICS, Conversation, conversation
from train.chat.words import END, PAD, SEED, encode

CONVERSATIONS = 500
ROWS = 32
TOLERANCE = 0.05
"""By which a share of exact answers may differ after training again: other processors round otherwise."""
RESULTS = Path(__file__).parents[1] / "results" / "chat.json"
PROMPT = (("user", "Hello, my name is Anna."), ("assistant", "Nice to meet you, Anna!"), ("user", "What is a miner?"))
EVERY = 16
"""Of the scores, one in so many is kept in the known answer."""

Floats = npt.NDArray[np.float32]


@dataclass
class Question:
    """A held-out question: its topic, the tokens up to the answer, and those of the right answers still to be tried."""

    topic: str
    before: list[int]
    answers: list[list[int]]
    exact: bool = False
    loss: float = 0.0


def questions(tokenizer: Tokenizer) -> list[Question]:
    """Return the questions of held-out conversations, each after the right answers to those before it."""
    random = Random(f"{SEED}/held out")
    made = [conversation(random, held=True) for _ in range(CONVERSATIONS)]
    found = []
    for whole in made:
        for place, turn in enumerate(whole.turns):
            part = Conversation(whole.system, whole.turns[: place + 1])
            tokens, _ = encode(tokenizer, part, [one.answers[0] for one in part.turns])
            answers = [[*tokenizer.encode(answer).ids, END] for answer in turn.answers]
            found.append(Question(turn.topic, tokens[: len(tokens) - len(answers[0])], answers))
    return found


def judge(model: Llama, asked: Sequence[Question]) -> None:
    """Try the first answer of each question; keep those that decoding could still give."""
    for place in range(0, len(asked), ROWS):
        group = asked[place : place + ROWS]
        rows = [one.before + one.answers[0] for one in group]
        length = max(map(len, rows))
        with torch.no_grad():
            hidden = model(torch.tensor([row + [PAD] * (length - len(row)) for row in rows]))
            for one, row, states in zip(group, rows, hidden, strict=True):
                answer = one.answers[0]
                scores = model.scores(states[len(one.before) - 1 : len(row) - 1])
                one.loss = one.loss or functional.cross_entropy(scores, torch.tensor(answer), reduction="sum").item()
                said = scores.argmax(dim=1).tolist()
                one.exact = said == answer
                known = (
                    next((number for number, token in enumerate(said) if token != answer[number]), len(answer) - 1) + 1
                )
                one.answers = [
                    other for other in one.answers[1:] if other[:known] == [*answer[: known - 1], said[known - 1]]
                ]


def measure(weights: dict[str, Floats], tokenizer: Tokenizer) -> dict[str, object]:
    """Return the measures of these weights."""
    torch.set_num_threads(2)
    model = Llama(Shape())
    state = {name.removeprefix("model."): torch.from_numpy(values.copy()) for name, values in weights.items()}
    model.load_state_dict(state)
    asked = sorted(questions(tokenizer), key=lambda one: len(one.before))
    tokens = sum(len(one.answers[0]) for one in asked)
    left = asked
    while left:
        judge(model, left)
        left = [one for one in left if one.answers and not one.exact]
    shares = {}
    for topic in TOPICS:
        exact = [one.exact for one in asked if one.topic == topic]
        shares[topic] = {"asked": len(exact), "exact": sum(exact)}
    return {
        "parameters": sum(values.size for values in weights.values()),
        "questions": len(asked),
        "exact": sum(one.exact for one in asked),
        "perplexity": math.exp(sum(one.loss for one in asked) / tokens),
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
            for name, values in learnt_weights(state["model"]).items()
        }
        kept = pack(trained)
    else:
        kept = read_tensors(KEPT / "weights.safetensors")
    tokenizer = Tokenizer.from_file(str((arguments.folder or KEPT) / "tokenizer.json"))
    found = measure(unpack(kept), tokenizer)
    found |= {"four_bits": measure(in_four_bits(unpack(kept)), tokenizer), "training": training}
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
