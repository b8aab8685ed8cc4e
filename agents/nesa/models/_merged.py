"""Splits a merged decoder, as optimum writes it, into the two graphs that it branches to."""

import onnx

from nesa.errors import HostileModelError

__all__ = ["split_merged"]

_CHOICE = "use_cache_branch"
_BRANCHES = "else_branch", "then_branch"


def split_merged(model: onnx.ModelProto) -> tuple[onnx.ModelProto, ...] | None:
    """Return the graph without a cache and the graph with one; None where a graph does not choose between such.

    Each has what it needs of the inputs and constants that both share.

    Raises:
        HostileModelError: it chooses in another way than by one branch at its top.
    """
    graph = model.graph
    if all(value.name != _CHOICE for value in graph.input):
        return None
    node = graph.node[0]
    branches = {attribute.name: attribute.g for attribute in node.attribute if attribute.HasField("g")}
    if len(graph.node) != 1 or node.op_type != "If" or list(node.input) != [_CHOICE] or set(branches) != {*_BRANCHES}:
        raise HostileModelError("the graph branches otherwise than merged decoders do, which is refused")
    return tuple(_alone(model, branches[name]) for name in _BRANCHES)


def _alone(model: onnx.ModelProto, branch: onnx.GraphProto) -> onnx.ModelProto:
    found = onnx.ModelProto(ir_version=model.ir_version, opset_import=model.opset_import)
    found.graph.CopyFrom(branch)
    found.graph.ClearField("input")  # branches have none of their own
    read = {name for node in branch.node for name in node.input}
    found.graph.input.extend(value for value in model.graph.input if value.name in read)
    found.graph.initializer.extend(tensor for tensor in model.graph.initializer if tensor.name in read)
    return found
