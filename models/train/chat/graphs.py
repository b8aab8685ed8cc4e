"""Fills the model's ONNX graphs with its weights, with numpy and onnx alone: the same bytes on every machine.

The repository keeps the two graphs as export.py made them, without the data that they point to. Each initializer's
name says which weights it is: MatMul reads them turned, the projections of an attention as one, and those of the
graph in 4 bits in blocks.
"""

import hashlib
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx

from train.chat.folder import CONFIG, KEPT, write_folder, write_settings
from train.chat.store import read_tensors, unpack

__all__ = ["DATA", "GRAPHS", "in_four_bits", "initializer", "quantise", "write_all", "write_graph"]

Floats = npt.NDArray[np.float32]
GRAPHS = {"fp32": "fp32.onnx", "int4": "int4.onnx"}
DATA = "model.onnx.data"
BLOCK = 32
"""Inputs that share a scale in the graph of 4 bits."""


def rotations() -> tuple[Floats, Floats]:
    """Return cosines and sines [context, half a head] of the rotary embedding, rounded from doubles."""
    head, context = int(CONFIG["head_dim"]), int(CONFIG["max_position_embeddings"])  # type: ignore[call-overload]
    speeds = (float(CONFIG["rope_theta"]) ** (-np.arange(0, head, 2) / head)).astype(np.float32)  # type: ignore[arg-type]
    angles = np.outer(np.arange(context, dtype=np.float32), speeds).astype(np.float64)
    return np.cos(angles).astype(np.float32), np.sin(angles).astype(np.float32)


def quantise(matrix: Floats) -> tuple[npt.NDArray[np.uint8], Floats]:
    """Return MatMulNBits' symmetric form of a matrix [N, K]: two numbers a byte [N, blocks, 16], scales [N, blocks].

    A number q stands for (q - 8) · scale, so one end reaches further than the other: the scale's sign is such that the
    value furthest from zero is at that end.
    """
    rows, columns = matrix.shape
    blocks = matrix.reshape(rows, columns // BLOCK, BLOCK)
    furthest = np.take_along_axis(blocks, np.abs(blocks).argmax(axis=2)[:, :, None], axis=2)
    scales = furthest / np.float32(-8)
    numbers = np.clip(np.rint(blocks / np.where(scales == 0, np.float32(1), scales)) + 8, 0, 15).astype(np.uint8)
    return numbers[:, :, 0::2] | numbers[:, :, 1::2] << 4, scales[:, :, 0]


def in_four_bits(weights: Mapping[str, Floats]) -> dict[str, Floats]:
    """Return the weights as the graph of 4 bits sees them: matrices rounded, embeddings and vectors as they are."""
    seen = dict(weights)
    for name, matrix in weights.items():
        if matrix.ndim == 1 or "embed_tokens" in name:
            continue
        packed, scales = quantise(matrix)
        numbers = np.stack([packed & 15, packed >> 4], axis=-1).reshape(*scales.shape, BLOCK).astype(np.float32)
        seen[name] = ((numbers - 8) * scales[:, :, None]).reshape(matrix.shape)
    return seen


def initializer(name: str, weights: Mapping[str, Floats]) -> npt.NDArray[np.generic]:
    """Return the data of the graph's initializer of this name."""
    if name in {"cos_cache", "sin_cache"}:
        return rotations()[name == "sin_cache"]
    if name == f"model.layers.{CONFIG['num_hidden_layers']}.final_norm_layernorm.weight":
        return weights["model.norm.weight"]
    found = re.fullmatch(r"(?P<place>.*)\.MatMul\.weight(?P<form>|_Q4|_scales)", name)
    if not found:
        return weights[name]
    place = re.sub(r"\.attn\.", ".self_attn.", found["place"])
    parts = (
        [place.replace("qkv_proj", part) for part in ("q_proj", "k_proj", "v_proj")] if "qkv_proj" in place else [place]
    )
    matrix = np.concatenate([weights[f"{part}.weight"] for part in parts])
    match found["form"]:
        case "_Q4":
            return quantise(matrix)[0]
        case "_scales":
            return quantise(matrix)[1]
    return np.ascontiguousarray(matrix.T)


def write_graph(folder: Path, precision: str, kept: Path = KEPT) -> None:
    """Write the folder of one precision as ONNX Runtime GenAI reads it."""
    folder.mkdir(parents=True, exist_ok=True)
    write_settings(folder, kept)
    shutil.copyfile(kept / "genai_config.json", folder / "genai_config.json")
    shutil.copyfile(kept / GRAPHS[precision], folder / "model.onnx")
    weights = unpack(read_tensors(kept / "weights.safetensors"))
    with (folder / DATA).open("wb") as file:
        for tensor in onnx.load(folder / "model.onnx", load_external_data=False).graph.initializer:
            lies = {entry.key: entry.value for entry in tensor.external_data}
            data = initializer(tensor.name, weights)
            if data.shape != tuple(tensor.dims) or data.nbytes != int(lies["length"]):
                raise SystemExit(f"{tensor.name} of the graph {precision} is not what the weights are")
            file.seek(int(lies["offset"]))
            file.write(data.tobytes())


def write_all(folder: Path, kept: Path = KEPT) -> dict[str, str]:
    """Write the model in its three forms beside each other; return the SHA-256 of each file of weights."""
    write_folder(folder / "chat", kept)
    for precision in GRAPHS:
        write_graph(folder / f"chat-{precision}", precision, kept)
    files = ["chat/model.safetensors", *(f"chat-{precision}/{DATA}" for precision in GRAPHS)]
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in files}
