"""From trained layers to a model's folder: float graph, provable graph, manifest, samples, and what was lost."""

import argparse
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import orjson
from onnx import TensorProto, helper, numpy_helper

from nesa.models import Feature
from nesa.provable import GRAPH, Loss, describe_provable, measure_loss, quantise, read_floats, read_provable
from train.layers import Array, Conv, Dense, Flatten, Layer, Relu

__all__ = ["Data", "Description", "arguments", "export", "to_onnx"]

RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True, slots=True)
class Data:
    """Inputs [N, …] and the right outputs' indices [N]."""

    values: Array
    labels: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Description:
    """What a manifest says of a model."""

    name: str
    task: str
    labels: tuple[str, ...]
    features: tuple[Feature, ...] = ()


def to_onnx(layers: Sequence[Layer], shape: tuple[int, ...]) -> bytes:
    """Return the float graph of layers that read [N, *shape] and make scores [N, classes]."""
    nodes: list[onnx.NodeProto] = []
    constants: list[TensorProto] = []
    last = "x"
    for number, layer in enumerate(layers):
        name = f"{type(layer).__name__.lower()}{number}"
        inputs = [last]
        if isinstance(layer, Dense | Conv):
            for suffix, value in (("weights", layer.weights), ("bias", layer.bias)):
                constants.append(numpy_helper.from_array(value, f"{name}.{suffix}"))
                inputs.append(f"{name}.{suffix}")
        last = "scores" if layer is layers[-1] else f"{name}.out"
        match layer:
            case Dense():
                node = helper.make_node("Gemm", inputs, [last], name, transB=1)
            case Conv(pad=pad, stride=stride):
                node = helper.make_node("Conv", inputs, [last], name, pads=[pad] * 4, strides=[stride] * 2)
            case Relu() | Flatten():
                node = helper.make_node(type(layer).__name__, inputs, [last], name)
            case _:
                raise TypeError(f"{type(layer).__name__} has no operator")
        nodes.append(node)
    graph = helper.make_graph(
        nodes,
        "float",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", *shape])],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["N", None])],
        initializer=constants,
    )
    made = helper.make_model(graph, producer_name="nesa", ir_version=8, opset_imports=[helper.make_opsetid("", 17)])
    return made.SerializeToString(deterministic=True)


def arguments(doc: str | None) -> tuple[Path, bool]:
    """Return what the command line says: the folder to write, and whether to record the results in ``results/``."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--record", action="store_true", help="also write the results that README.md shows")
    found = parser.parse_args()
    return found.folder, found.record


def export(
    folder: Path,
    graph: bytes,
    description: Description,
    calibration: Array,
    test: Data,
    *,
    input_exponent: int,
    record: bool,
) -> Loss:
    """Write a model's folder.

    It has ``float.onnx``, what was trained, ``model.onnx``, ``manifest.json``, and ``loss.json``, what the test lost.
    """
    model = read_floats(graph)
    made = quantise(model, calibration.astype(np.float64), input_exponent)
    provable = made.to_onnx()
    manifest = describe_provable(
        read_provable(provable),
        provable,
        name=description.name,
        task=description.task,
        licence="Apache-2.0",
        attribution=f"the Nesa authors; trained on synthetic data by models/train/{description.name}.py",
        labels=description.labels,
        features=description.features,
    )
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "float.onnx").write_bytes(graph)
    (folder / GRAPH).write_bytes(provable)
    (folder / "manifest.json").write_bytes(manifest.to_json())
    loss = measure_loss(model, made.model, test.values.astype(np.float64), test.labels)
    print(f"{description.name}: {made.model.weights} weights, manifest {manifest.digest().hex()}")
    print(f"right of {loss.samples}: {loss.correct_before} before, {loss.correct_after} after quantisation")
    found = {"weights": made.model.weights, **asdict(loss)}
    raw = orjson.dumps(found, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    (folder / "loss.json").write_bytes(raw)
    if record:
        (RESULTS / f"{description.name}.json").write_bytes(raw)
    return loss
