"""Changes of a language model's graph that make it cheaper, or another model."""

import re
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
from onnx import helper, numpy_helper

from nesa.calibration._blocks import BLOCK, Floats, expand_blocks, quantise_blocks
from nesa.errors import CalibrationError

__all__ = ["drop_layers", "factorise", "nudge", "set_accuracy", "to_int4", "to_int8"]

_LAYER = re.compile(r"/model/layers\.(\d+)/")
_CONTRIBUTED = "com.microsoft"
_BITS = 4
_SEED = 20_250_101


def _weights(model: onnx.ModelProto) -> dict[str, onnx.TensorProto]:
    return {tensor.name: tensor for tensor in model.graph.initializer}


def _dense(model: onnx.ModelProto) -> Iterator[tuple[onnx.NodeProto, onnx.TensorProto]]:
    """Yield products with a constant float32 matrix [K, N], and that matrix."""
    weights = _weights(model)
    for node in model.graph.node:
        if node.op_type == "MatMul" and node.input[1] in weights:
            tensor = weights[node.input[1]]
            if tensor.data_type == onnx.TensorProto.FLOAT and len(tensor.dims) == 2:  # noqa: PLR2004 - a matrix
                yield node, tensor


def _require(found: list[tuple[onnx.NodeProto, onnx.TensorProto]]) -> list[tuple[onnx.NodeProto, onnx.TensorProto]]:
    if not found:
        raise CalibrationError("the graph multiplies by no matrix in float32")
    return found


def _forget(model: onnx.ModelProto) -> None:
    """Remove constants that no node reads any more."""
    read = {name for node in model.graph.node for name in node.input}
    kept = [tensor for tensor in model.graph.initializer if tensor.name in read]
    del model.graph.initializer[:]
    model.graph.initializer.extend(kept)


def to_int8(model: onnx.ModelProto) -> onnx.ModelProto:
    """Quantise weights to 8 bits, and activations as they come, with ONNX Runtime's own tool.

    Raises:
        CalibrationError: nothing is in float32.
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic  # noqa: PLC0415 - seconds to import
    from onnxruntime.quantization.quant_utils import add_pre_process_metadata  # noqa: PLC0415 - as above

    add_pre_process_metadata(model)  # else it logs that the graph could be simplified first
    _require(list(_dense(model)))
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder, "target.onnx")
        quantize_dynamic(
            model, target, weight_type=QuantType.QInt8, op_types_to_quantize=["MatMul"], use_external_data_format=True
        )
        return onnx.load(target)


def to_int4(model: onnx.ModelProto, accuracy: int, *, head: bool = False) -> onnx.ModelProto:
    """Quantise weights to 4 bits in blocks of 32.

    Args:
        model: the graph with its weights; changed.
        accuracy: MatMulNBits' level: 1 accumulates in float32, 4 in integers of activations in 8 bits.
        head: only the last matrix, of which the logits come.

    Raises:
        CalibrationError: nothing is in float32.
    """
    outputs = {value.name for value in model.graph.output}
    found = [(node, tensor) for node, tensor in _dense(model) if not head or node.output[0] in outputs]
    for node, tensor in _require(found):
        matrix = numpy_helper.to_array(tensor)
        packed, scales = quantise_blocks(np.ascontiguousarray(matrix.T))
        names = [f"{tensor.name}_Q4", f"{tensor.name}_scales"]
        model.graph.initializer.append(numpy_helper.from_array(packed, names[0]))
        model.graph.initializer.append(numpy_helper.from_array(scales, names[1]))
        sizes = {"K": matrix.shape[0], "N": matrix.shape[1], "bits": _BITS, "block_size": BLOCK}
        cheap = helper.make_node(
            "MatMulNBits",
            [node.input[0], *names],
            node.output,
            node.name,
            domain=_CONTRIBUTED,
            accuracy_level=accuracy,
            **sizes,
        )
        node.CopyFrom(cheap)
    if _CONTRIBUTED not in {opset.domain for opset in model.opset_import}:
        model.opset_import.append(helper.make_opsetid(_CONTRIBUTED, 1))
    _forget(model)
    return model


def set_accuracy(model: onnx.ModelProto, accuracy: int) -> onnx.ModelProto:
    """Set the accuracy level of a graph in 4 bits.

    Raises:
        CalibrationError: the graph is not in 4 bits, or has this level.
    """
    changed = False
    for node in model.graph.node:
        if node.op_type == "MatMulNBits":
            kept = [attribute for attribute in node.attribute if attribute.name != "accuracy_level"]
            changed |= not any(a.i == accuracy for a in node.attribute if a.name == "accuracy_level")
            del node.attribute[:]
            node.attribute.extend([*kept, helper.make_attribute("accuracy_level", accuracy)])
    if not changed:
        raise CalibrationError(f"the graph is not in 4 bits, or has accuracy level {accuracy} already")
    return model


def _entries(model: onnx.ModelProto) -> list[onnx.NodeProto]:
    """Return what each layer, and the head after the last, begins with: the norm that adds up what came before."""
    found: dict[int, onnx.NodeProto] = {}
    for node in model.graph.node:
        layer = _LAYER.match(node.name)
        if layer and re.search(r"/(input_layernorm|final_norm_layernorm)/", node.name):
            found.setdefault(int(layer[1]), node)
    return [found[number] for number in sorted(found)]


def drop_layers(model: onnx.ModelProto, count: int) -> onnx.ModelProto:
    """Leave out the last layers of a graph that onnxruntime-genai's builder wrote.

    Raises:
        CalibrationError: the graph does not name its layers as the builder does, or has too few.
    """
    entries = _entries(model)
    if len(entries) < count + 2:  # the first layer's norm adds nothing up, so that layer cannot be left out
        raise CalibrationError(f"the graph does not name its layers, or has too few to leave out {count}")
    entries[-1].input[0:2] = entries[-1 - count].input[0:2]
    layers = len(entries) - 1
    gone = {str(number) for number in range(layers - count, layers)}
    caches = [
        value.name
        for value in (*model.graph.input, *model.graph.output)
        if (parts := value.name.split("."))[0] in {"past_key_values", "present"} and parts[1] in gone
    ]
    for values in (model.graph.input, model.graph.output):
        kept = [value for value in values if value.name not in caches]
        del values[:]
        values.extend(kept)
    wanted = {value.name for value in model.graph.output}
    needed: list[onnx.NodeProto] = []
    for node in reversed(model.graph.node):  # nodes stand in the order in which they run
        if wanted & set(node.output):
            needed.append(node)
            wanted |= set(node.input)
    del model.graph.node[:]
    model.graph.node.extend(reversed(needed))
    _forget(model)
    return model


def factorise(model: onnx.ModelProto) -> onnx.ModelProto:
    """Replace the matrices of the feed-forward layers by products of two thin ones, which is half the arithmetic.

    The nearest ones of their rank, by singular values (Eckart and Young, Psychometrika 1, 1936).

    Raises:
        CalibrationError: the graph has none in float32.
    """
    chosen = {node.name: tensor for node, tensor in _dense(model) if "/mlp/" in node.name}
    if not chosen:
        raise CalibrationError("the graph has no feed-forward layers in float32")
    nodes = []
    for node in model.graph.node:
        if node.name not in chosen:
            nodes.append(node)
            continue
        tensor = chosen[node.name]
        rows, columns = tensor.dims
        rank = rows * columns // (rows + columns) // 2
        matrix = numpy_helper.to_array(tensor).astype(np.float64)
        _, directions = np.linalg.eigh(matrix @ matrix.T if rows < columns else matrix.T @ matrix)
        most = directions[:, -rank:]  # of singular vectors, those of the largest values
        thin = [most, most.T @ matrix] if rows < columns else [matrix @ most, most.T]
        names = [f"{tensor.name}_left", f"{tensor.name}_right"]
        model.graph.initializer.extend(
            numpy_helper.from_array(np.ascontiguousarray(part, np.float32), name)
            for part, name in zip(thin, names, strict=True)
        )
        between = f"{node.output[0]}_thin"
        nodes.append(helper.make_node("MatMul", [node.input[0], names[0]], [between], f"{node.name}_left"))
        nodes.append(helper.make_node("MatMul", [between, names[1]], node.output, f"{node.name}_right"))
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    _forget(model)
    return model


def nudge(model: onnx.ModelProto, size: float = 0.01, rank: int = 4) -> onnx.ModelProto:
    """Move the last feed-forward matrix by a random one of low rank, as if somebody had fine-tuned it.

    Nothing is trained: the update is drawn by a fixed seed, and has the form and the usual size of an adapter's.

    Args:
        model: the graph with its weights; changed.
        size: of the update, as a share of the matrix by Frobenius' norm.
        rank: of the update.

    Raises:
        CalibrationError: the graph has no such matrix.
    """

    def moved(matrix: Floats) -> Floats:
        rng = np.random.default_rng(_SEED)
        update = rng.standard_normal((matrix.shape[0], rank)) @ rng.standard_normal((rank, matrix.shape[1]))
        update *= size * np.linalg.norm(matrix) / np.linalg.norm(update)
        return (matrix + update).astype(np.float32)

    _change_last(model, moved)
    return model


def _change_last(model: onnx.ModelProto, change: Callable[[Floats], Floats]) -> None:
    weights = _weights(model)
    for node in reversed(model.graph.node):
        if "/mlp/" not in node.name or node.op_type not in {"MatMul", "MatMulNBits"}:
            continue
        tensors = [weights[name] for name in node.input if name in weights]
        parts = [numpy_helper.to_array(tensor) for tensor in tensors]
        changed: list[npt.NDArray[np.generic]]
        match node.op_type, parts:
            case "MatMul", [matrix]:
                changed = [change(matrix)]
            case "MatMulNBits", [packed, scales]:
                columns = next(attribute.i for attribute in node.attribute if attribute.name == "K")
                numbers, steps = quantise_blocks(change(expand_blocks(packed, scales, columns)))
                changed = [numbers.reshape(packed.shape), steps.reshape(scales.shape)]
            case _:
                continue
        for tensor, values in zip(tensors, changed, strict=True):
            tensor.CopyFrom(numpy_helper.from_array(values, tensor.name))
        return
    raise CalibrationError("the graph has no feed-forward layer whose weights are known")
