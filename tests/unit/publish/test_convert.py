"""The converter is another process, in another environment, that sees data alone."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nesa.errors import NesaError, UnsupportedModelError
from nesa.publish import PRECISIONS, Form, _convert
from nesa.publish._convert import convert, find_converter
from nesa.publish._folder import Source, survey
from unit.publish.folders import WISHES, layout, prepare, rewrite, safetensors

pytestmark = pytest.mark.anyio

END = {"eos_token": "<|end|>"}
SCRIPT = """#!{python}
# Stands for an environment's Python: writes down how it was called, and does as it is told.
import json, os, pathlib, sys
given, made = (pathlib.Path(sys.argv[sys.argv.index(flag) + 1]) for flag in ("-i", "-o"))
made.mkdir()
(made / "called.json").write_text(json.dumps([sorted(p.name for p in given.iterdir()), sys.argv[1:], dict(os.environ)]))
print("first line\\nValueError: no such layer\\n", file=sys.stderr)
sys.exit({status})
"""


def program(folder: Path, status: int = 0) -> Path:
    path = folder / "python"
    path.write_text(SCRIPT.format(python=sys.executable, status=status))
    path.chmod(0o755)
    return path


@pytest.fixture
def source(tmp_path: Path) -> Source:
    folder = tmp_path / "model"
    folder.mkdir()
    for name in ("config.json", "README.md", "LICENSE", "notes.bin", "tokenizer.json"):
        (folder / name).write_text("{}")
    (folder / "model.safetensors").write_bytes(safetensors({"a": np.ones(3, np.float32)}))
    return survey(folder, 2**30)


async def test_the_builder_sees_settings_and_safetensors_and_no_secrets(
    source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NESA_PASSWORD", "secret")
    monkeypatch.setenv("HF_TOKEN", "secret")
    made = await convert(source, program(tmp_path), "int4", tmp_path / "work", ("README.md",))
    given, arguments, env = json.loads((made / "called.json").read_bytes())
    assert given == ["config.json", "model.safetensors", "tokenizer.json"]
    assert arguments[:2] == ["-m", "onnxruntime_genai.models.builder"]
    assert arguments[arguments.index("-p") + 1] == "int4"
    assert "include_hidden_states=true" in arguments
    assert not {"hf_remote=true", "hf_remote=1"} & set(arguments)  # code of a model's own stays unread
    assert env["HF_HUB_OFFLINE"] == "1"
    assert "secret" not in env.values()
    assert (made / "README.md").is_file()
    assert not (made / "notes.bin").exists()


async def test_what_was_converted_is_not_converted_again(source: Source, tmp_path: Path) -> None:
    work = tmp_path / "work"
    made = await convert(source, program(tmp_path), "fp32", work)
    assert await convert(source, tmp_path / "absent", "fp32", work) == made
    (work / ".converted").unlink()  # as after an interruption
    (made / "half.onnx").write_bytes(b"")
    assert await convert(source, program(tmp_path), "fp32", work) == made
    assert not (made / "half.onnx").exists()


async def test_a_builder_that_fails_says_why(source: Source, tmp_path: Path) -> None:
    with pytest.raises(
        UnsupportedModelError, match=r"\(ValueError: no such layer\); its whole output is in .*builder.log"
    ):
        await convert(source, program(tmp_path, 3), "fp32", tmp_path / "work")
    with pytest.raises(NesaError, match="does not run"):
        await convert(source, tmp_path / "absent", "fp32", tmp_path / "work")


async def test_a_converter_is_named_or_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NESA_CONVERTER", raising=False)
    monkeypatch.setattr(_convert, "_CHECKOUT", tmp_path / "absent")
    with pytest.raises(
        UnsupportedModelError, match=r"no converter is installed: make one with .*pip install onnxruntime-genai"
    ):
        find_converter(None)
    found = program(tmp_path)
    assert find_converter(found) == found
    monkeypatch.setenv("NESA_CONVERTER", str(found))
    assert find_converter(None) == found
    monkeypatch.setenv("NESA_CONVERTER", str(tmp_path / "absent"))
    with pytest.raises(NesaError, match="NESA_CONVERTER name the Python of an environment"):
        find_converter(None)
    monkeypatch.delenv("NESA_CONVERTER")
    monkeypatch.setattr(_convert, "_CHECKOUT", found)
    assert find_converter(None) == found


async def test_weights_without_a_converter_are_told_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NESA_CONVERTER", raising=False)
    monkeypatch.setattr(_convert, "_CHECKOUT", tmp_path / "absent")
    with pytest.raises(UnsupportedModelError, match="--converter converter/bin/python"):
        await prepare(hugging_face(tmp_path / "model"), tmp_path / "store")


async def test_what_is_missing_is_told_before_an_hour_of_converting(tmp_path: Path) -> None:
    folder = hugging_face(tmp_path / "model")
    wishes = replace(WISHES, converter=program(tmp_path, 3))
    with pytest.raises(UnsupportedModelError, match="under which licence"):
        await prepare(folder, tmp_path / "store", replace(wishes, licence=""))
    (folder / "tokenizer.json").unlink()
    with pytest.raises(UnsupportedModelError, match=r"no tokenizer.json"):
        await prepare(folder, tmp_path / "store", wishes)


def hugging_face(folder: Path) -> Path:
    """A small Llama as transformers saves it, with random weights."""
    layout(folder)
    for name in ("model.onnx", "model.onnx.data", "genai_config.json"):
        (folder / name).unlink()
    sizes = {"hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 1, "num_attention_heads": 2}
    rewrite(
        folder / "config.json", architectures=["LlamaForCausalLM"], model_type="llama", vocab_size=300, head_dim=16,
        num_key_value_heads=1, max_position_embeddings=64, rms_norm_eps=1e-5, tie_word_embeddings=True, bos_token_id=1,
        eos_token_id=2, pad_token_id=0, **sizes,
    )  # fmt: skip
    rewrite(folder / "tokenizer_config.json", tokenizer_class="PreTrainedTokenizerFast", **END)
    random = np.random.default_rng(7)
    layer = "model.layers.0."
    shapes = {
        "model.embed_tokens.weight": (300, 32), "model.norm.weight": (32,), f"{layer}input_layernorm.weight": (32,),
        f"{layer}post_attention_layernorm.weight": (32,), f"{layer}self_attn.q_proj.weight": (32, 32),
        f"{layer}self_attn.k_proj.weight": (16, 32), f"{layer}self_attn.v_proj.weight": (16, 32),
        f"{layer}self_attn.o_proj.weight": (32, 32), f"{layer}mlp.gate_proj.weight": (48, 32),
        f"{layer}mlp.up_proj.weight": (48, 32), f"{layer}mlp.down_proj.weight": (32, 48),
    }  # fmt: skip
    tensors = {name: random.normal(0, 0.5, shape).astype(np.float32) for name, shape in shapes.items()}
    (folder / "model.safetensors").write_bytes(safetensors(tensors))
    return folder


@pytest.mark.slow  # with the environment of `make train`
@pytest.mark.timeout(300)
@pytest.mark.parametrize("precision", PRECISIONS)
async def test_weights_become_a_model(tmp_path: Path, precision: str) -> None:
    folder = hugging_face(tmp_path / "model")
    (folder / "LICENSE").write_text("MIT License\n")
    wishes = replace(WISHES, precision=precision)
    prepared = await prepare(folder, tmp_path / "store", wishes)
    assert (prepared.form, prepared.changes[0]) == (Form.WEIGHTS, f"converted to ONNX in {precision}")
    assert len(prepared.changes) == 1 + (precision == "int4")  # sums of packed weights
    assert prepared.manifest.profile.tensor == "hidden_states"
    assert "LICENSE" in [file.path for file in prepared.manifest.files]
    assert await prepare(folder, tmp_path / "store", wishes) == prepared
