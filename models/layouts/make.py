"""Writes small language models with random weights, as the exporters of other people's models write them.

For the tests of engines: that they load what is out there, unchanged. Needs the environment of `make train`.

Usage: python models/layouts/make.py FOLDER
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import torch
import transformers
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

SPECIAL = ["<|pad|>", "<|s|>", "<|end|>", "<|user|>", "<|assistant|>", "<|system|>"]
TEXT = ["The network asks a miner, the miner asks its model. What is it? It is a small one."] * 20
TEMPLATE = (
    "{{ bos_token }}{% for m in messages %}{{ '<|' + m['role'] + '|>' + m['content'] + eos_token }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)
# Sizes that all have in common; a wide spread of weights makes their answers depend on every layer.
COMMON: dict[str, object] = {
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "num_key_value_heads": 1,
    "max_position_embeddings": 128,
    "pad_token_id": 0,
    "bos_token_id": 1,
    "eos_token_id": 2,
    "initializer_range": 0.5,
}
LAYOUTS: dict[str, tuple[str, dict[str, object]]] = {
    "llama": ("Llama", {"head_dim": 16, "tie_word_embeddings": True}),
    "mistral": ("Mistral", {"head_dim": 16, "sliding_window": None}),
    "qwen2": ("Qwen2", {}),
    "qwen3": ("Qwen3", {"head_dim": 16}),
    "phi3": ("Phi3", {"original_max_position_embeddings": 128}),
    "gemma2": ("Gemma2", {"head_dim": 16, "query_pre_attn_scalar": 16, "sliding_window": 16}),
}


def tokenizer() -> transformers.PreTrainedTokenizerFast:
    """Return a byte-pair tokenizer of some three hundred tokens."""
    found = Tokenizer(models.BPE())
    found.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    found.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    found.train_from_iterator(
        TEXT,
        trainers.BpeTrainer(vocab_size=300, special_tokens=SPECIAL, initial_alphabet=alphabet, show_progress=False),
    )
    marks = dict(zip(("pad_token", "bos_token", "eos_token"), SPECIAL, strict=False))
    fast = transformers.PreTrainedTokenizerFast(tokenizer_object=found, **marks)
    fast.chat_template = TEMPLATE
    return fast


def make(name: str, folder: Path) -> None:
    """Write one model in ``folder``: with onnxruntime-genai's builder."""
    kind, sizes = LAYOUTS[name]
    words = tokenizer()
    torch.manual_seed(len(name))
    config = getattr(transformers, f"{kind}Config")(**{**COMMON, "vocab_size": len(words) + 4, **sizes})
    network = getattr(transformers, f"{kind}ForCausalLM")(config).eval()
    with tempfile.TemporaryDirectory() as scratch:
        source = Path(scratch) / "hf"
        network.save_pretrained(source)
        words.save_pretrained(source)
        builder = [sys.executable, "-m", "onnxruntime_genai.models.builder", "-m", str(source), "-o", str(folder)]
        builder += ["-p", "fp32", "-e", "cpu", "-c", scratch, "--extra_options", "include_hidden_states=true"]
        subprocess.run(builder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for unused in ("tokenizer_config.json", "special_tokens_map.json"):
        (folder / unused).unlink(missing_ok=True)
    with torch.no_grad():
        logits = network(torch.tensor([list(range(5, 25))])).logits[0, -1, :8]
    (folder / "expected.json").write_text(json.dumps({"logits": [round(float(x), 5) for x in logits]}) + "\n")


def main() -> None:
    """Write all layouts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="*", default=list(LAYOUTS))
    args = parser.parse_args()
    for name in args.names:
        shutil.rmtree(args.folder / name, ignore_errors=True)
        make(name, args.folder / name)
        print(name, sum(file.stat().st_size for file in (args.folder / name).iterdir()), "bytes")


if __name__ == "__main__":
    main()
