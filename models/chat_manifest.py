"""The manifests of the chat model, in float32 and in 4 bits."""

import hashlib
import json
from pathlib import Path

from nesa.models import Engine, File, Hardware, Manifest, Profile, SamplingOption, TextInput, TextOutput

__all__ = ["PROFILES", "describe_chat"]

MEBIBYTE = 2**20
_FILES = ("genai_config.json", "model.onnx", "model.onnx.data", "tokenizer.json", "tokenizer_config.json")
_TOKENIZER = "tokenizer.json"
_CONTEXT, _HEAD = 512, 32
_BEGIN, _END = "<|begin|>", "<|end|>"

PROFILES = {
    name: Profile(
        tensor="hidden_states",
        feature_axis=2,
        # An answer may be one token of 256 features, so a round takes a quarter as many sums: the three rounds that
        # there can be leave the tensor undetermined.
        positions=16,
        projections=4,
        scale_bits=14,
        shift=6,
        threshold=32,
        score_thresholds=(32, 256, 128, 4, 0),
        run_window=20,
        proof_systems=("tee",),
    )
    for name in ("chat-fp32", "chat-int4")
}
"""By the models' names; calibrated by calibrate.py."""


def describe_chat(folder: Path, name: str) -> Manifest:
    """Return the manifest of the model in ``folder``."""
    raw = {path: (folder / path).read_bytes() for path in _FILES}
    files = tuple(File(path, hashlib.sha256(data).hexdigest(), len(data)) for path, data in raw.items())
    ids = {token["content"]: token["id"] for token in json.loads(raw[_TOKENIZER])["added_tokens"]}
    return Manifest(
        name=name,
        task="text-generation",
        licence="Apache-2.0",
        attribution="Nesa's own, trained by models/train/chat on text that it makes",
        unit="token",
        engine=Engine("onnx-text", ("1.31", "1.32"), "all", "model.onnx"),
        files=files,
        input=TextInput(
            tokenizer=_TOKENIZER,
            template="tokenizer_config.json",
            bos=_BEGIN,
            eos=_END,
            max_bytes=8192,
            context=_CONTEXT,
            head_size=_HEAD,
            prompt_bps=2_500,
        ),
        options=(SamplingOption(max_tokens=96, limit=256, temperature=700, top_k=40),),
        output=TextOutput("logits", (ids[_END],), band=64, clip=2**16),
        hardware=Hardware(256 * MEBIBYTE, ("cpu", "cuda")),
        profile=PROFILES[name],
    )
