"""Encoder-decoders, as optimum exports them."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import onnx
import pytest

from nesa.engines import MARGINS, EngineConfig, Outcome, load_model
from nesa.errors import TemplateError, UnsupportedModelError
from nesa.models import SourceInput, Store
from nesa.publish import Form, Measured, Wishes, parts_of
from unit.publish.folders import WISHES, prepare, rewrite

pytestmark = pytest.mark.anyio

FOLDER = Path(__file__).parents[2] / "fixtures" / "encoders" / "t5"
FIRST, PAST, MERGED = "decoder_model.onnx", "decoder_with_past_model.onnx", "decoder_model_merged.onnx"
PROMPT = b'{"prompt":"The miner asks"}'


def t5(target: Path, *absent: str, **config: Any) -> Path:
    shutil.copytree(FOLDER, target)
    for name in ("expected.json", *absent):
        (target / name).unlink()
    settings = {"is_encoder_decoder": True, "n_positions": 64, "decoder_start_token_id": 0, "eos_token_id": 2}
    rewrite(target / "config.json", **(settings | config))
    return target


@pytest.mark.parametrize(("absent", "graphs"), [((MERGED,), {FIRST, PAST}), ((), {MERGED}), ((MERGED, PAST), {FIRST})])
async def test_an_encoder_decoder_becomes_a_model_that_is_checked(
    absent: tuple[str, ...], graphs: set[str], tmp_path: Path
) -> None:
    folder = t5(tmp_path / "model", *absent)
    prepared = await prepare(folder, tmp_path / "store", replace(WISHES, parts=parts_of(4)))
    manifest = prepared.manifest
    assert (prepared.form, manifest.task, manifest.engine.name) == (Form.GRAPH, "text2text-generation", "onnx-seq2seq")
    assert {file.path for file in manifest.files} == {"encoder_model.onnx", "tokenizer.json", *graphs}
    assert isinstance(manifest.input, SourceInput)
    assert (manifest.input.encoder, manifest.input.start, manifest.input.context) == ("encoder_model.onnx", 0, 64)
    assert prepared.measured == Measured(manifest.profile)  # by rule: only models that decode alone are calibrated
    assert not prepared.changes
    for file in manifest.files:
        assert (prepared.folder / file.path).read_bytes() == (folder / file.path).read_bytes()
    again = Wishes()
    assert (await prepare(prepared.folder, tmp_path / "other", again)).manifest == manifest

    served = Store(tmp_path / "miner")
    served.add_folder(prepared.folder)
    model = load_model(manifest, served, EngineConfig(threads=1))
    options = b'{"temperature":1500,"top_k":0}'
    written = model.run(PROMPT, options, bytes(32))
    assert written.outcome is Outcome.OK
    assert int(model.read(PROMPT, options, bytes(32), written.payload).tensors[MARGINS].max()) == 0
    assert int(model.read(b'{"prompt":"who?"}', options, bytes(32), written.payload).tensors[MARGINS].max()) > 2**14


async def test_the_decoder_that_is_asked_for(tmp_path: Path) -> None:
    folder = t5(tmp_path / "model")
    prepared = await prepare(folder, tmp_path / "store", replace(WISHES, graph=FIRST))
    assert prepared.manifest.engine.graph == FIRST
    assert PAST in {file.path for file in prepared.manifest.files}
    merged = await prepare(folder, tmp_path / "store")
    size = (folder / MERGED).stat().st_size
    assert merged.manifest.hardware.memory == prepared.manifest.hardware.memory + size
    with pytest.raises(UnsupportedModelError, match=r"lacks none.onnx; export it with optimum's task"):
        await prepare(folder, tmp_path / "store", replace(WISHES, graph="none.onnx"))


async def test_what_is_missing_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedModelError, match=r"lacks encoder_model.onnx or decoder_model.onnx"):
        await prepare(t5(tmp_path / "a", "encoder_model.onnx"), tmp_path / "store")
    with pytest.raises(UnsupportedModelError, match="which token answers begin after; write decoder_start_token_id"):
        await prepare(t5(tmp_path / "b", decoder_start_token_id=None), tmp_path / "store")
    with pytest.raises(UnsupportedModelError, match="how many tokens the model has room for"):
        await prepare(t5(tmp_path / "c", n_positions=None), tmp_path / "store")
    folder = t5(tmp_path / "d", MERGED)
    shutil.copy(folder / "encoder_model.onnx", folder / FIRST)
    with pytest.raises(UnsupportedModelError, match="does not read what an encoder made"):
        await prepare(folder, tmp_path / "store")


async def test_threat_24_a_template_that_does_too_much_is_refused_with_what_to_do(tmp_path: Path) -> None:
    folder = t5(tmp_path / "model")
    (folder / "chat_template.jinja").write_text("{% for i in range(9999999) %}x{% endfor %}")
    with pytest.raises(TemplateError, match=r"put another chat_template.jinja there"):
        await prepare(folder, tmp_path / "store")


async def test_graphs_of_two_models(tmp_path: Path) -> None:
    folder = t5(tmp_path / "model", MERGED)
    past = onnx.load(folder / PAST)
    hidden = "/network/decoder/final_layer_norm/Mul_1_output_0"
    for node in past.graph.node:
        for names in (node.input, node.output):
            names[:] = ["other" if name == hidden else name for name in names]
    onnx.save(past, folder / PAST)
    with pytest.raises(UnsupportedModelError, match=f"call their hidden states {hidden} and other; leave {PAST} away"):
        await prepare(folder, tmp_path / "store")

    folder = t5(tmp_path / "scaled", MERGED)
    past = onnx.load(folder / PAST)
    weights = next(one for one in past.graph.initializer if one.name == "network.shared.weight")
    weights.raw_data = (4 * onnx.numpy_helper.to_array(weights)).tobytes()
    onnx.save(past, folder / PAST)
    with pytest.raises(UnsupportedModelError, match="computes something else as it reads than as it writes"):
        await prepare(folder, tmp_path / "store")
