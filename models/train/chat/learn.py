"""Trains the chat model on text that it makes as it goes.

Usage: python models/train/chat/learn.py FOLDER [--steps N] [--device cpu|cuda]

FOLDER keeps the tokenizer and, every few minutes, all that is needed to go on from there.
"""

import argparse
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

sys.path.insert(0, str(Path(__file__).parents[2]))  # run as a script

from train.chat.network import Llama, Shape
from train.chat.text import conversation
from train.chat.words import PAD, SEED, encode, make_tokenizer

STEPS = 4000
WARM, COOL = 100, 0.4
"""Steps until the full rate, and the share of them after which it falls to nothing."""
RATE, RATE_REST = 0.01, 0.003
"""Of the matrices, under Muon, and of embeddings, head and norms, under Adam."""
DECAY = 0.2
"""Of the matrices: those of queries and keys else grow until attention is nearly hard, and copying is not learnt."""
DROPPED = 0.1
"""Of what attention and feed-forward layers say: there are but dozens of ways of asking for a fact."""
SPREAD, SHARE = 0.5, 0.125
"""Of the embeddings at the start: what layers add must not drown which word it was. And their share in the head."""
TOKENS = 16_384
"""Of one step, padding included."""
POOL = 2048
"""Conversations that are sorted by length together."""
WRITERS = 4
"""Processes that make text."""
AHEAD = 16
"""Batches that each of them makes before they are asked for."""
SAVE_SECONDS = 180


@dataclass(frozen=True, slots=True)
class Batch:
    """Tokens [B, T] and what is learnt of them."""

    tokens: Tensor
    learnt: Tensor


class Batches(IterableDataset[Batch]):
    """Batches of conversations of about the same length, for ever; each writer makes pools of its own."""

    def __init__(self, tokenizer: Path) -> None:
        self.tokenizer = tokenizer

    def __iter__(self) -> Iterator[Batch]:
        torch.set_num_threads(1)
        tokenizer, writer = Tokenizer.from_file(str(self.tokenizer)), get_worker_info()
        pool = writer.id if writer else 0
        while True:
            yield from batches(tokenizer, Random(f"{SEED}/{pool}"))
            pool += WRITERS


def batches(tokenizer: Tokenizer, random: Random) -> Iterator[Batch]:
    """Make a pool's batches."""
    made = [conversation(random, held=False) for _ in range(POOL)]
    rows = [encode(tokenizer, one, [turn.answers[0] for turn in one.turns]) for one in made]
    rows.sort(key=lambda row: len(row[0]))
    groups: list[list[tuple[list[int], list[bool]]]] = [[]]
    for row in rows:
        if (len(groups[-1]) + 1) * len(row[0]) > TOKENS:
            groups.append([])
        groups[-1].append(row)
    random.shuffle(groups)
    for group in groups:
        length = len(group[-1][0])
        yield Batch(
            torch.tensor([tokens + [PAD] * (length - len(tokens)) for tokens, _ in group]),
            torch.tensor([learnt + [False] * (length - len(learnt)) for _, learnt in group]),
        )


def loss_of(model: Llama, tokens: Tensor, learnt: Tensor) -> Tensor:
    """Return the mean loss of what is to be learnt."""
    with torch.autocast(tokens.device.type, torch.bfloat16):
        wanted = learnt[:, 1:]
        hidden = model(tokens)[:, :-1][wanted]
        scores = functional.linear(hidden, model.lm_head.weight + SHARE * model.embed_tokens.weight)
    return functional.cross_entropy(scores.float(), tokens[:, 1:][wanted])


def learnt_weights(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """Return the network's weights from what was trained: the head is learnt as what it adds to the embeddings.

    So a word can be said again from its embedding at once; a head that begins at random learns it word by word.
    """
    return {**state, "lm_head.weight": state["lm_head.weight"] + SHARE * state["embed_tokens.weight"]}


def rate_at(step: int, steps: int) -> float:
    """Return the share of the full rate."""
    return min(1.0, (step + 1) / WARM, (steps - step) / (COOL * steps))


def optimizers_of(model: Llama) -> list[torch.optim.Optimizer]:
    """Return what trains the layers' matrices, by momentum made nearly orthogonal, and what trains the rest."""
    matrices = [one for one in model.layers.parameters() if one.dim() > 1]
    known = {id(one) for one in matrices}
    rest = [one for one in model.parameters() if id(one) not in known]
    return [
        torch.optim.Muon(matrices, RATE, weight_decay=DECAY),
        torch.optim.Adam(rest, RATE_REST, betas=(0.9, 0.95), fused=True),
    ]


@dataclass
class Progress:
    """How far a training is."""

    step: int = 0
    seen: int = 0
    seconds: float = 0.0


class Training:
    """A network in training, and its file."""

    def __init__(self, folder: Path, device: str) -> None:
        self.file, self.device = folder / "state.pt", device
        torch.manual_seed(SEED)
        self.model = Llama(Shape(), DROPPED)
        nn.init.normal_(self.model.embed_tokens.weight, std=SPREAD)
        nn.init.zeros_(self.model.lm_head.weight)
        self.model.to(device)
        self.optimizers = optimizers_of(self.model)
        self.full = [optimizer.param_groups[0]["lr"] for optimizer in self.optimizers]
        self.done = Progress()
        if self.file.exists():
            self.load(torch.load(self.file, weights_only=True, map_location=device))

    def load(self, state: dict[str, Any]) -> None:
        """Go on from there."""
        self.model.load_state_dict(state["model"])
        for optimizer, was in zip(self.optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(was)
        self.done = Progress(state["step"], state["seen"], state["seconds"])

    def save(self) -> None:
        """Write the file, whole or not at all."""
        part = self.file.with_suffix(".part")
        optimizers = [optimizer.state_dict() for optimizer in self.optimizers]
        torch.save({"model": self.model.state_dict(), "optimizers": optimizers} | vars(self.done), part)
        part.replace(self.file)

    def learn(self, batch: Batch, share: float) -> Tensor:
        """Take one step at a share of the full rate; return the loss."""
        tokens, learnt = (one.to(self.device, non_blocking=True) for one in (batch.tokens, batch.learnt))
        loss = loss_of(self.model, tokens, learnt)
        loss.backward()
        for optimizer, full in zip(self.optimizers, self.full, strict=True):
            optimizer.param_groups[0]["lr"] = full * share
            optimizer.step()
            optimizer.zero_grad()
        self.done.step += 1
        self.done.seen += int((batch.tokens != PAD).sum())
        return loss.detach()


def train(folder: Path, steps: int, device: str) -> None:
    """Train, or go on training."""
    training = Training(folder, device)
    done, written = training.done, time.monotonic()
    began = written - done.seconds
    text = Batches(folder / "tokenizer.json")
    stream = iter(DataLoader(text, batch_size=None, num_workers=WRITERS, prefetch_factor=AHEAD))
    for _ in range(done.step):
        next(stream)
    while done.step < steps:
        loss = training.learn(next(stream), rate_at(done.step, steps))
        if done.step % 100 and done.step < steps:
            continue
        now = time.monotonic()
        done.seconds = now - began
        print(f"step {done.step} loss {loss.item():.4f} tokens {done.seen} seconds {done.seconds:.0f}", flush=True)
        if now - written > SAVE_SECONDS or done.step == steps:
            training.save()
            written = now


def main() -> None:
    """Train, or go on training."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    if not (arguments.folder / "tokenizer.json").exists():
        make_tokenizer(Shape().vocabulary).save(str(arguments.folder / "tokenizer.json"))
    train(arguments.folder, arguments.steps, arguments.device)


if __name__ == "__main__":
    main()
