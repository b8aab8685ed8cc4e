"""Writes the model's folder as Hugging Face's libraries read it: config, tokenizer, chat template, float32 weights."""

import json
import shutil
from pathlib import Path

from train.chat.store import read_tensors, unpack, write_tensors

__all__ = ["KEPT", "SPECIAL", "TEMPLATE", "write_folder", "write_settings"]

KEPT = Path(__file__).parents[2] / "chat"
"""Where the repository keeps the weights, the tokenizer and the graphs."""
SPECIAL = ("<|pad|>", "<|begin|>", "<|end|>", "<|system|>", "<|user|>", "<|assistant|>")
"""The first tokens, in the order of their ids."""
TEMPLATE = (
    "{{ '<|begin|>' }}{% for message in messages %}{{ '<|' + message['role'] + '|>' + message['content'] + '<|end|>' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)
PAD, BEGIN, END = range(3)
CONFIG = {
    "architectures": ["LlamaForCausalLM"],
    "model_type": "llama",
    "vocab_size": 3072,
    "hidden_size": 256,
    "intermediate_size": 768,
    "num_hidden_layers": 5,
    "num_attention_heads": 8,
    "num_key_value_heads": 4,
    "head_dim": 32,
    "max_position_embeddings": 512,
    "hidden_act": "silu",
    "rms_norm_eps": 1e-5,
    "rope_theta": 10000.0,
    "attention_bias": False,
    "attention_dropout": 0.0,
    "mlp_bias": False,
    "tie_word_embeddings": False,
    "initializer_range": 0.02,
    "pad_token_id": PAD,
    "bos_token_id": BEGIN,
    "eos_token_id": END,
    "dtype": "float32",
    "use_cache": True,
}
GENERATION = {"pad_token_id": PAD, "bos_token_id": BEGIN, "eos_token_id": END, "do_sample": False, "max_new_tokens": 96}
TOKENIZER = {
    "tokenizer_class": "PreTrainedTokenizerFast",
    "added_tokens_decoder": {
        str(number): {
            "content": token,
            "lstrip": False,
            "normalized": False,
            "rstrip": False,
            "single_word": False,
            "special": True,
        }
        for number, token in enumerate(SPECIAL)
    },
    "pad_token": SPECIAL[PAD],
    "bos_token": SPECIAL[BEGIN],
    "eos_token": SPECIAL[END],
    "add_bos_token": False,
    "clean_up_tokenization_spaces": False,
    "model_max_length": CONFIG["max_position_embeddings"],
    "chat_template": TEMPLATE,
}


def write_settings(folder: Path, kept: Path = KEPT) -> None:
    """Write everything but the weights."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in (("config", CONFIG), ("generation_config", GENERATION), ("tokenizer_config", TOKENIZER)):
        (folder / f"{name}.json").write_text(json.dumps(content, indent=2) + "\n")
    shutil.copyfile(kept / "tokenizer.json", folder / "tokenizer.json")


def write_folder(folder: Path, kept: Path = KEPT) -> None:
    """Write the folder of what the repository keeps."""
    write_settings(folder, kept)
    write_tensors(folder / "model.safetensors", unpack(read_tensors(kept / "weights.safetensors")))
