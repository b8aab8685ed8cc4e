"""Small language models with random weights, for tests; models/layouts made their files."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from nesa.models import (
    Engine,
    File,
    Hardware,
    Manifest,
    Profile,
    SamplingOption,
    Store,
    TextInput,
    TextOutput,
)

__all__ = ["LAYOUTS", "conversation", "manifest_of", "seed", "stored"]

LAYOUTS = Path(__file__).parents[1] / "fixtures" / "layouts"
_STOP = 2
_HEADS = {"gpt2": 8}
_HIDDEN = {"gpt2": "/network/transformer/ln_f/LayerNormalization_output_0"}  # an optimum's export shows none
_NOT_THE_MODELS = {"manifest.json", "expected.json"}


def manifest_of(folder: Path, *, engine: str = "onnx-text", **changes: Any) -> Manifest:
    """Return a manifest of a folder's files."""
    raw = {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.name not in _NOT_THE_MODELS}
    files = tuple(File(name, hashlib.sha256(data).hexdigest(), len(data)) for name, data in raw.items())
    manifest = Manifest(
        name=folder.name,
        task="text-generation",
        licence="Apache-2.0",
        attribution="nobody",
        unit="token",
        engine=Engine(engine, ("1.32",), "all", "model.onnx"),
        files=files,
        input=TextInput(
            "tokenizer.json", "chat_template.jinja", "<|s|>", "<|end|>", 4096, 128, _HEADS.get(folder.name, 16), 2500
        ),
        options=(SamplingOption(max_tokens=32, limit=64, temperature=700, top_k=0),),
        output=TextOutput("logits", (_STOP,), band=65, clip=65_536),
        hardware=Hardware(2**28, ("cpu",)),
        profile=Profile(
            _HIDDEN.get(folder.name, "hidden_states"), 2, 16, 2, 12, 5, 400, (400, 1000, 1000, 3, 0), 20, ()
        ),
    )
    return replace(manifest, **changes)


def stored(store: Store, manifest: Manifest, folder: Path) -> Manifest:
    """Put a manifest's files into a store, and return it."""
    for file in manifest.files:
        store.put_file(folder / file.path, file)
    store.put(manifest.to_json())
    return manifest


def conversation(text: str = "what is it?") -> bytes:
    """Return a request's input."""
    return json.dumps({"messages": [{"role": "user", "content": text}]}).encode()


def seed(number: int) -> bytes:
    """Return a request's seed."""
    return hashlib.sha256(number.to_bytes(8)).digest()
