"""What a language model's graph says of its key-value cache."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import onnx

__all__ = ["CACHE", "Layout", "layout_of"]

CACHE = re.compile(r"past_key_values\.\d+\.(key|value)")
"""Names of the cache's inputs, as exporters write them; the outputs are called ``present`` instead."""

_ATTENTION = "GroupQueryAttention"
_PLAIN_INPUTS = 9  # of that operator; those after them bias single places
_MASK = "attention_mask"
_COUNTS = {"ReduceSum", "Shape"}  # a mask that only these read says how long each text is, and nothing else


@dataclass(frozen=True, slots=True)
class Layout:
    """A cache's layout.

    Attributes:
        windows: by the name of its cache, how many tokens each layer looks back on whose cache is a ring of that size.
        in_place: whether the graph can write into the cache that it reads, where each text ends at a place of its own.
    """

    windows: Mapping[str, int]
    in_place: bool


def layout_of(graph: onnx.GraphProto) -> Layout:
    """Return the layout of a graph's cache."""
    windows: dict[str, int] = {}
    in_place = True
    for node in graph.node:
        if _MASK in node.input:
            in_place = in_place and node.op_type in _COUNTS
        cached = [name for name in node.input if CACHE.fullmatch(name)]
        if not cached:
            continue
        attributes = {attribute.name: attribute.i for attribute in node.attribute}
        if attributes.get("sliding_window_cache"):
            windows |= dict.fromkeys(cached, attributes["local_window_size"])
        in_place = in_place and node.op_type == _ATTENTION and not any(node.input[_PLAIN_INPUTS:])
    return Layout(windows, in_place and not windows)
