"""Trains the chat model on text that it makes as it goes.

Usage: python models/train/chat/learn.py FOLDER [--steps N]

Two processes of one thread each share every step, so that the result does not depend on how many processors there
are. FOLDER keeps the tokenizer and, every few minutes, all that is needed to go on from there.
"""

import argparse
import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import torch
from tokenizers import Tokenizer
from torch import Tensor, distributed, multiprocessing, nn
from torch.nn import functional

sys.path.insert(0, str(Path(__file__).parents[2]))  # run as a script

from train.chat.muon import Muon
from train.chat.network import Llama, Shape
from train.chat.text import conversation
from train.chat.words import PAD, SEED, encode, make_tokenizer

STEPS = 1050
WARM, COOL = 20, 0.3
"""Steps until the full rate, and the share of them after which it falls to nothing."""
RATE, RATE_REST = 0.02, 0.005
"""Of the matrices, under Muon, and of embeddings, head and norms, under Adam."""
SOFTEN, SOFTER, RATE_ASKING = 560, 0.33, 0.003
"""The step at which matrices of queries and keys are made smaller, by what, and their rate from then on.

At the full rate they grow until attention is nearly hard, and then which earlier word to copy is not learnt.
"""
SPREAD, SHARE = 0.5, 0.125
"""Of the embeddings at the start: what layers add must not drown which word it was. And their share in the head."""
TOKENS = 1536
"""Of one process in one step, padding included."""
POOL = 2048
"""Conversations that are sorted by length together."""
PLAIN = 8
"""Pools, at the start, without requests to repeat words."""
PROCESSES = 2
SAVE_SECONDS = 180


@dataclass(frozen=True, slots=True)
class Batch:
    """Tokens [B, T] and what is learnt of them."""

    tokens: Tensor
    learnt: Tensor


def batches(tokenizer: Tokenizer) -> Iterator[Batch]:
    """Make batches of conversations of about the same length, for ever."""
    pool = 0
    while True:
        random = Random(f"{SEED}/{pool}")
        pool += 1
        made = [conversation(random, held=False, repeats=pool > PLAIN) for _ in range(POOL)]
        rows = [encode(tokenizer, one, [turn.answers[0] for turn in one.turns]) for one in made]
        rows.sort(key=lambda row: len(row[0]))
        groups: list[list[tuple[list[int], list[bool]]]] = [[]]
        for row in rows:
            if (len(groups[-1]) + 1) * len(row[0]) > TOKENS:
                groups.append([])
            groups[-1].append(row)
        groups.pop()  # seldom full
        random.shuffle(groups)
        for group in groups:
            length = len(group[-1][0])
            yield Batch(
                torch.tensor([tokens + [PAD] * (length - len(tokens)) for tokens, _ in group]),
                torch.tensor([learnt + [False] * (length - len(learnt)) for _, learnt in group]),
            )


def loss_of(model: Llama, batch: Batch) -> Tensor:
    """Return the sum of the losses of what is to be learnt."""
    with torch.autocast("cpu", torch.bfloat16):
        wanted = batch.learnt[:, 1:]
        hidden = model(batch.tokens)[:, :-1][wanted]
        scores = functional.linear(hidden, model.lm_head.weight + SHARE * model.embed_tokens.weight)
    return functional.cross_entropy(scores.float(), batch.tokens[:, 1:][wanted], reduction="sum")


def learnt_weights(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return the network's weights from what was trained: the head is learnt as what it adds to the embeddings.

    So a word can be said again from its embedding at once; a head that begins at random learns it word by word.
    """
    return {**state, "lm_head.weight": state["lm_head.weight"] + SHARE * state["embed_tokens.weight"]}


def rate_at(step: int, steps: int) -> float:
    """Return the share of the full rate."""
    return min(1.0, (step + 1) / WARM, (steps - step) / (COOL * steps))


def add_up(model: Llama, counts: Sequence[float]) -> list[float]:
    """Add up the processes' counts and gradients; divide gradients by the first, and return the counts' sums."""
    gradients = [parameter.grad for parameter in model.parameters() if parameter.grad is not None]
    summed = torch.cat([torch.tensor(counts), *[gradient.flatten() for gradient in gradients]])
    distributed.all_reduce(summed)
    place = len(counts)
    for gradient in gradients:
        gradient.copy_(summed[place : place + gradient.numel()].view_as(gradient) / summed[0])
        place += gradient.numel()
    return [float(value) for value in summed[: len(counts)]]


def grouped(model: Llama) -> dict[str, list[Tensor]]:
    """Return the parameters by how they are trained; those that ask are queries' and keys'."""
    groups: dict[str, list[Tensor]] = {"asking": [], "matrices": [], "rest": []}
    for name, parameter in model.named_parameters():
        asks, matrix = "q_proj" in name or "k_proj" in name, name.startswith("layers") and parameter.dim() > 1
        groups["asking" if asks else "matrices" if matrix else "rest"].append(parameter)
    return groups


@torch.no_grad()
def soften(matrices: Sequence[Tensor]) -> None:
    """Make matrices smaller."""
    for matrix in matrices:
        matrix.mul_(SOFTER)


def work(rank: int, folder: Path, steps: int) -> None:
    """Train as one of the processes."""
    torch.set_num_threads(1)
    meeting = f"file://{folder.resolve()}/meeting"
    distributed.init_process_group("gloo", init_method=meeting, rank=rank, world_size=PROCESSES)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    torch.manual_seed(SEED)
    model = Llama(Shape(vocabulary=tokenizer.get_vocab_size()))
    nn.init.normal_(model.embed_tokens.weight, std=SPREAD)
    nn.init.zeros_(model.lm_head.weight)
    groups = grouped(model)
    optimizers = [
        Muon(groups["matrices"], RATE, rank, PROCESSES),
        Muon(groups["asking"], RATE, rank, PROCESSES),
        torch.optim.Adam(groups["rest"], RATE_REST, betas=(0.9, 0.95), fused=True),
    ]
    state = folder / "state.pt"
    done: dict[str, Any] = {"step": 0, "seen": 0, "seconds": 0.0}
    if state.exists():
        done = torch.load(state, weights_only=True)
        model.load_state_dict(done.pop("model"))
        for optimizer, was in zip(optimizers, done.pop("optimizers"), strict=True):
            optimizer.load_state_dict(was)
    stream = batches(tokenizer)
    for _ in range(done["step"] * PROCESSES):
        next(stream)
    written = time.monotonic()
    began = written - done["seconds"]
    for step in range(done["step"], steps):
        if step == SOFTEN:
            soften(groups["asking"])
        mine = [next(stream) for _ in range(PROCESSES)][rank]
        loss = loss_of(model, mine)
        loss.backward()
        own = float(mine.learnt.sum()), float((mine.tokens != PAD).sum()), loss.item()
        count, tokens, total = add_up(model, own)
        done["seen"] += int(tokens)
        for optimizer, full in zip(optimizers, (RATE, RATE if step < SOFTEN else RATE_ASKING, RATE_REST), strict=True):
            for group in optimizer.param_groups:
                group["lr"] = full * rate_at(step, steps)
            optimizer.step()
            optimizer.zero_grad()
        now, last = time.monotonic(), step == steps - 1
        if rank == 0 and (step % 10 == 0 or last):
            print(f"step {step} loss {total / count:.4f} tokens {done['seen']} seconds {now - began:.0f}", flush=True)
        if rank == 0 and (now - written > SAVE_SECONDS or last):
            written = now
            done |= {"step": step + 1, "seconds": now - began}
            parts = {"model": model.state_dict(), "optimizers": [optimizer.state_dict() for optimizer in optimizers]}
            torch.save(done | parts, state.with_suffix(".part"))
            state.with_suffix(".part").replace(state)
    distributed.destroy_process_group()


def main() -> None:
    """Train, or go on training."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--steps", type=int, default=STEPS)
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    if not (arguments.folder / "tokenizer.json").exists():
        make_tokenizer(Shape().vocabulary).save(str(arguments.folder / "tokenizer.json"))
    (arguments.folder / "meeting").unlink(missing_ok=True)
    os.environ["OMP_NUM_THREADS"] = os.environ["TOKENIZERS_PARALLELISM"] = "1"
    multiprocessing.spawn(work, (arguments.folder, arguments.steps), nprocs=PROCESSES)


if __name__ == "__main__":
    main()
