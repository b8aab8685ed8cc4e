"""What the chat models are calibrated on: conversations that they never saw, and texts to go on with."""

import json
import random

from train.chat.text import conversation

__all__ = ["conversation_sample"]

_TEXTS = 8
"""Of so many inputs one is a text to go on with, which may become long."""
_LONG = 3
"""Of so many conversations one has all its turns, and the others their first one: reading is most of the work."""


def conversation_sample(number: int) -> bytes:
    """Return the input of a job: a held-out conversation up to a user's turn, as it would have gone."""
    rng = random.Random(f"calibration {number}")
    found = conversation(rng, held=True)
    if number % _TEXTS == 0:
        return json.dumps({"prompt": " ".join(turn.user for turn in found.turns)}).encode()
    messages = [{"role": "system", "content": found.system}] if found.system else []
    turns = found.turns if number % _LONG == 0 else found.turns[:1]
    for turn in turns[:-1]:
        messages += [{"role": "user", "content": turn.user}, {"role": "assistant", "content": turn.answers[0]}]
    messages.append({"role": "user", "content": turns[-1].user})
    return json.dumps({"messages": messages}).encode()
