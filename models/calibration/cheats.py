"""What a miner that wants to save work would do. Test material: nothing of this is in the package."""

import io
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper
from PIL import Image

from nesa.engines import Model, Output, encode_options, load_model
from nesa.models import File, Manifest, Store

__all__ = ["forge_label", "forge_patch", "half", "int8", "other_style", "with_graph"]

STYLES = 26
PATCH = 16


def with_graph(manifest: Manifest, store: Store, graph: bytes) -> Model:
    """Load another graph as if it were the manifest's."""
    swapped = File(manifest.engine.graph, store.put(graph), len(graph))
    return load_model(replace(manifest, files=(swapped,)), store)


def int8(graph: bytes) -> bytes:
    """Quantise weights and activations to 8 bits, dynamically, as ONNX Runtime's own tool does."""
    from onnxruntime.quantization import QuantType, quantize_dynamic  # noqa: PLC0415 - seconds to import

    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "source.onnx"), Path(folder, "target.onnx")
        source.write_bytes(graph)
        quantize_dynamic(source, target, weight_type=QuantType.QUInt8, op_types_to_quantize=["Conv", "MatMul", "Gemm"])
        return target.read_bytes()


def half(graph: bytes) -> bytes:
    """Round the weights to 16-bit floats, which halves the file."""
    model = onnx.load_from_string(graph)
    for tensor in model.graph.initializer:
        if tensor.data_type == onnx.TensorProto.FLOAT:
            rounded = numpy_helper.to_array(tensor).astype(np.float16).astype(np.float32)
            tensor.CopyFrom(numpy_helper.from_array(rounded, tensor.name))
    return model.SerializeToString()


def other_style(options: bytes) -> bytes:
    """Return options that paint a style that was not asked for."""
    digits = "".join(filter(str.isdigit, options.decode())) or "0"
    return encode_options({"style": (int(digits) + 1) % STYLES})


def forge_patch(output: Output, rng: np.random.Generator) -> bytes:
    """Return the honest picture with one square of 16 pixels turned to its negative, at a random place."""
    with Image.open(io.BytesIO(output.payload)) as image:
        pixels = np.array(image)
    top, left = (int(rng.integers(max(1, side - PATCH + 1))) for side in pixels.shape[:2])
    pixels[top : top + PATCH, left : left + PATCH] ^= 255
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()


def forge_label(output: Output, labels: tuple[str, ...], rng: np.random.Generator) -> bytes:
    """Return another label with the honest score."""
    answer = output.payload.decode()
    while True:
        label = labels[int(rng.integers(len(labels)))]
        forged = f'{{"label":"{label}"{answer[answer.index(",") :]}'
        if forged != answer:
            return forged.encode()
