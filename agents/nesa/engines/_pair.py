"""An encoder and its decoder, as optimum exports T5: graphs that hand a cache from token to token.

The decoder's first run makes the cache: of the answer, which grows, and of the request, which stays as it is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from nesa.engines._api import Tensor
from nesa.engines._decoder import Reading, floats
from nesa.engines._runtime import Session, run_graph
from nesa.errors import ManifestError
from nesa.models import Manifest

__all__ = ["Pair", "Told"]

_ENCODER = {"attention_mask", "input_ids"}
_DECODER = {"encoder_attention_mask", "encoder_hidden_states", "input_ids"}
_STATES = "last_hidden_state"
_PAST, _PRESENT = "past_key_values.", "present."


@dataclass(frozen=True, slots=True)
class Told:
    """What a decoder is told beside the tokens: about the request, and from run to run.

    Attributes:
        request: the encoder's states, float [1, tokens, features], and their mask.
        cache: float [1, heads, tokens, features] each, by the name of the input; none before the first run.
    """

    request: Mapping[str, Tensor]
    cache: Mapping[str, Tensor] = field(default_factory=dict)


class Pair:
    """An encoder and a decoder, in two graphs or, where one goes on with a cache, in three."""

    def __init__(self, manifest: Manifest, encoder: Session, first: Session, then: Session | None) -> None:
        """Look at the graphs.

        Args:
            manifest: of the model.
            encoder: reads the request.
            first: reads the beginning of an answer.
            then: goes on with a cache; None where there is no such graph.

        Raises:
            ManifestError: they are not of an encoder-decoder.
        """
        self._manifest = manifest
        self._encoder, self._first, self._then = encoder, first, then
        self._names = (manifest.output.tensor, manifest.profile.tensor)
        for session, inputs, outputs in ((encoder, _ENCODER, {_STATES}), (first, _DECODER, set(self._names))):
            if _inputs(session) != inputs or not outputs <= _outputs(session):
                raise ManifestError("the graphs' inputs and outputs are not those of an encoder and a decoder")
        self._cached: list[str] = []
        self._grows: list[str] = []
        if then:
            self._look_at(then)

    def _look_at(self, then: Session) -> None:
        inputs, outputs = _inputs(then), _outputs(then)
        self._cached = sorted(name for name in inputs if name.startswith(_PAST))
        self._grows = [name for name in self._cached if ".encoder." not in name]
        given = {_present(name) for name in self._cached} <= _outputs(self._first)
        grown = {*self._names, *map(_present, self._grows)} <= outputs
        known = {"input_ids"} <= inputs - set(self._cached) <= _DECODER
        if not (self._grows and given and grown and known):
            raise ManifestError("the decoder's two graphs do not hand over a cache from one to the other")

    def encode(self, source: Sequence[int]) -> Told:
        """Return what the decoder is told of a request."""
        row = np.array([source], np.int64)
        mask = np.ones_like(row)
        feeds: dict[str, Tensor] = {"attention_mask": mask, "input_ids": row}
        states = run_graph(self._encoder, [_STATES], feeds, self._manifest)[_STATES]
        return Told({"encoder_attention_mask": mask, "encoder_hidden_states": states})

    def begin(self, told: Told, tokens: Sequence[int]) -> tuple[Reading, Told]:
        """Return what the decoder makes of an answer's tokens, from the first one on, and what it remembers."""
        return self._run(self._first, told, tokens, self._cached)

    def go_on(self, told: Told, token: int) -> tuple[Reading, Told] | None:
        """Return what it makes of the next token, and what it remembers; None where it remembers nothing."""
        return self._run(self._then, told, [token], self._grows) if self._then and told.cache else None

    def _run(self, session: Session, told: Told, tokens: Sequence[int], cached: list[str]) -> tuple[Reading, Told]:
        feeds = {**told.request, **told.cache, "input_ids": np.array([tokens], np.int64)}
        feeds = {name: feeds[name] for name in _inputs(session)}
        found = run_graph(session, [*self._names, *map(_present, cached)], feeds, self._manifest)
        logits, hidden = (floats(found[name]) for name in self._names)
        cache = {**told.cache, **{name: found[_present(name)] for name in cached}}
        return Reading(logits[0], hidden[0]), Told(told.request, cache)


def _present(past: str) -> str:
    return past.replace(_PAST, _PRESENT)


def _inputs(session: Session) -> set[str]:
    return {node.name for node in session.get_inputs()}


def _outputs(session: Session) -> set[str]:
    return {node.name for node in session.get_outputs()}
