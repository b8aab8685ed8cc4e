"""Runs a model once before it is published, and sets the scale of its fingerprints."""

import json
import math
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from nesa.engines import EngineConfig, Model, Outcome, load_model
from nesa.errors import UnsupportedModelError
from nesa.models import Manifest, Profile, Store, TextInput

__all__ = ["scale_profile", "try_encoder", "try_model"]

_SEED = bytes(32)
_TOKENS = 32
_TEXTS = ("Hello", "What is it?", "Tell me about the sea.")
_PROJECTIONS = 4
_MOST_POSITIONS = 64
_FEATURES_PER_POSITION = 16  # so that a round takes a quarter as many sums as there are features
_SPREAD_BITS = 11
"""A sum's usual size is two to this: sixteen times as much still fits into an int16, and a change of one part in two
thousand moves it."""

_AGREE = 16
"""Rounding may move a hidden state by one part in so many of the largest; another graph moves it further."""
_MOST_SCALE = 16
_INT32_BITS = 30


def try_model(manifest: Manifest, store: Store) -> npt.NDArray[np.float32]:
    """Have a language model answer, and read its own answers as a verifier would; return float32 [tokens, features].

    Answers of one that is not verified are read by nobody, and have no features.

    Raises:
        UnsupportedModelError: it does not, or it does not recognise its own answers.
        NesaError: it cannot be loaded.
    """
    model = load_model(manifest, store, EngineConfig())
    return np.concatenate([_answer(model, manifest, text) for text in _TEXTS])


def try_encoder(manifest: Manifest, store: Store) -> npt.NDArray[np.float32]:
    """Have an embedding model read texts; return float32 [tokens, features].

    Raises:
        UnsupportedModelError: it does not.
        NesaError: it cannot be loaded.
    """
    model = load_model(manifest, store, EngineConfig())
    states = []
    for text in _TEXTS:
        output = model.run(text.encode())
        if output.outcome is not Outcome.OK:
            raise _fails(text, output.outcome)
        states.append(np.asarray(output.tensors[manifest.profile.tensor])[0])
    found: npt.NDArray[np.float32] = np.concatenate(states).astype(np.float32)
    return found


def _fails(text: str, outcome: Outcome) -> UnsupportedModelError:
    return UnsupportedModelError(
        f"the model's answer to {text!r} is {outcome.name}; export it again, and try it yourself first"
    )


def _answer(model: Model, manifest: Manifest, text: str) -> npt.NDArray[np.float32]:
    chats = isinstance(manifest.input, TextInput) and bool(manifest.input.template)
    asked = {"messages": [{"role": "user", "content": text}]} if chats else {"prompt": text}
    data = json.dumps(asked).encode()
    options = json.dumps({"max_tokens": min(_TOKENS, manifest.sampling.limit)}).encode()
    written = model.run(data, options, _SEED)
    if written.outcome is not Outcome.OK:
        raise _fails(text, written.outcome)
    if manifest.profile.unverified:
        return np.empty((0, 0), np.float32)
    read = model.read(data, options, _SEED, written.payload)
    mine, theirs = (np.asarray(one.tensors[manifest.profile.tensor])[0] for one in (written, read))
    if read.outcome is not Outcome.OK or mine.shape != theirs.shape:
        raise UnsupportedModelError("the model does not read what it has written; export it again")
    if np.abs(mine - theirs).max() > np.abs(theirs).max() / _AGREE:
        raise UnsupportedModelError("the model computes something else as it reads than as it writes; export it again")
    found: npt.NDArray[np.float32] = mine.astype(np.float32)
    return found


def scale_profile(profile: Profile, hidden: npt.NDArray[np.float32]) -> Profile:
    """Return a profile whose sums fit the hidden states; its thresholds are provisional, a unit for each sum.

    Args:
        profile: names the tensor.
        hidden: float32 [tokens, features].
    """
    features = hidden.shape[1]
    positions = max(1, min(_MOST_POSITIONS, features // _FEATURES_PER_POSITION))
    largest, usual = float(np.abs(hidden).max()), float(np.sqrt(np.mean(np.square(hidden, dtype=np.float64))))
    if not usual > 0:
        raise UnsupportedModelError(
            "the model's hidden states are zero, so that nothing could be checked; export it again"
        )
    scale = max(0, min(_MOST_SCALE, _INT32_BITS - math.frexp(largest)[1]))
    shift = max(0, round(math.log2(usual * 2.0**scale * math.sqrt(features))) - _SPREAD_BITS)
    threshold = positions * _PROJECTIONS
    return replace(
        profile,
        positions=positions,
        projections=_PROJECTIONS,
        scale_bits=scale,
        shift=shift,
        threshold=threshold,
        score_thresholds=(threshold, *profile.score_thresholds[1:]),
    )
