"""Folders that people bring, made of the layouts that exporters write."""

import json
import shutil
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx

from nesa.models import Policy, Store
from nesa.publish import Prepared, Wishes, Workshop
from textmodels import LAYOUTS

__all__ = ["WISHES", "layout", "opaque", "prepare", "rewrite", "safetensors", "without_hidden"]

WISHES = Wishes(licence="MIT", parts=None)


def layout(target: Path, name: str = "llama") -> Path:
    """Copy a language model as its exporter wrote it."""
    shutil.copytree(LAYOUTS / name, target)
    (target / "expected.json").unlink()
    if not (target / "genai_config.json").exists():  # optimum writes what transformers does
        rewrite(target / "config.json", n_positions=128, n_embd=32, bos_token_id=1, eos_token_id=2)
    return target


def without_hidden(folder: Path) -> Path:
    """Hide a graph's hidden states, as the builder does unless it is told otherwise."""
    graph = onnx.load(folder / "model.onnx", load_external_data=False)
    for node in graph.graph.node:
        for names in (node.input, node.output):
            for place, name in enumerate(names):
                if name == "hidden_states":
                    names[place] = "/model/final_norm/output_0"
    kept = [value for value in graph.graph.output if value.name != "hidden_states"]
    del graph.graph.output[:]
    graph.graph.output.extend(kept)
    (folder / "model.onnx").write_bytes(graph.SerializeToString())
    return folder


def opaque(folder: Path) -> Path:
    """Hide a graph's hidden states so that nobody finds them: its logits come from what may be made of anything."""
    graph = onnx.load(without_hidden(folder) / "model.onnx", load_external_data=False)
    for node in graph.graph.node:
        for place, name in enumerate(node.output):
            if name == "logits":
                node.output[place] = "bare"
    graph.graph.initializer.append(onnx.numpy_helper.from_array(np.zeros(1, np.float32), "nothing"))
    graph.graph.node.append(onnx.helper.make_node("Sub", ["bare", "nothing"], ["logits"]))
    (folder / "model.onnx").write_bytes(graph.SerializeToString())
    return folder


def rewrite(path: Path, **changes: Any) -> None:
    """Change keys of a file of settings; None removes one."""
    found = json.loads(path.read_bytes()) if path.exists() else {}
    found |= changes
    path.write_text(json.dumps({key: value for key, value in found.items() if value is not None}))


def safetensors(tensors: Mapping[str, npt.NDArray[np.float32]]) -> bytes:
    """Return a file in safetensors' format."""
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    place = 0
    for name, values in tensors.items():
        header[name] = {"dtype": "F32", "shape": list(values.shape), "data_offsets": [place, place + values.nbytes]}
        place += values.nbytes
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + b"".join(values.tobytes() for values in tensors.values())


async def prepare(folder: Path, root: Path, wishes: Wishes = WISHES, *, policy: Policy | None = None) -> Prepared:
    """Prepare a folder in a store of its own."""
    return await Workshop(Store(root), policy or Policy(), lambda _progress: None).prepare(folder, wishes)
