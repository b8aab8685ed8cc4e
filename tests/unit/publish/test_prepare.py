"""From a folder to a model that miners can load, read and check."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import anyio.from_thread
import onnx
import pytest
from onnx import helper

from nesa.client import read_manifest
from nesa.engines import EngineConfig, Outcome, load_model
from nesa.errors import (
    CalibrationError,
    HostileModelError,
    ManifestError,
    NesaError,
    StoreError,
    TemplateError,
    TokenizerError,
    UnsupportedModelError,
)
from nesa.models import Manifest, Policy, Profile, Progress, Store, TextInput, TextOutput
from nesa.publish import Form, Measured, Wishes, Workshop, parts_of
from nesa.verify import Delivery, check, fingerprint, scores_ok
from textmodels import LAYOUTS, conversation, seed
from unit.publish.folders import WISHES, layout, opaque, prepare, rewrite, without_hidden

pytestmark = pytest.mark.anyio

NAMES = sorted(path.name for path in LAYOUTS.iterdir())
END = {"eos_token": "<|end|>"}
HOSTILE = "{% for i in range(99999999) %}x{% endfor %}"


def text(manifest: Manifest) -> tuple[TextInput, TextOutput]:
    assert isinstance(manifest.input, TextInput)
    assert isinstance(manifest.output, TextOutput)
    return manifest.input, manifest.output


@pytest.mark.parametrize("name", NAMES)
async def test_layouts_become_models_that_answer_and_read(tmp_path: Path, name: str) -> None:
    folder = layout(tmp_path / "A_Model", name)
    (folder / "README.md").write_text("---\nlicense: apache-2.0\n---\n# Wonder 7\n")
    prepared = await prepare(folder, tmp_path / "store", replace(WISHES, licence=""))
    manifest = prepared.manifest
    shows = (LAYOUTS / name / "genai_config.json").exists()
    assert (prepared.form, len(prepared.changes)) == (Form.GRAPH, 0 if shows else 1)
    assert prepared.measured == Measured(manifest.profile)
    assert manifest.name == "a-model"
    assert (manifest.task, manifest.unit, manifest.engine.name) == ("text-generation", "token", "onnx-text")
    assert (manifest.licence, manifest.attribution) == ("Apache-2.0", "Wonder 7")
    spec, output = text(manifest)
    assert (spec.context, spec.bos, spec.eos, output.stops) == (128, "<|s|>", "<|end|>", (2,))
    assert spec.head_size == (16 if shows else 8)
    assert manifest.sampling.max_tokens == 64
    assert "README.md" in [file.path for file in manifest.files]
    assert read_manifest(prepared.folder) == manifest  # what is laid out can be served as it is
    assert {path.name for path in prepared.folder.iterdir()} == {
        "manifest.json",
        *(file.path for file in manifest.files),
    }

    served = Store(tmp_path / "miner")
    served.add_folder(prepared.folder)
    writes, reads = (load_model(manifest, served, EngineConfig(threads=threads)) for threads in (1, 2))
    options = b'{"max_tokens":8}'
    written = writes.run(conversation(), options, seed(1))
    mark = fingerprint(written, manifest.profile, seed(2), "chain")
    delivery = Delivery(written.outcome, written.payload, written.units, mark)
    arguments: Any = {"chain_id": "chain", "executor_seed": seed(2), "check_seed": seed(3), "max_units": 99}
    found = check(reads, conversation(), options, seed(1), delivery, **arguments)
    assert found.outcome is Outcome.OK
    assert scores_ok(found.scores, manifest.profile)
    other = replace(delivery, fingerprint=fingerprint(written, manifest.profile, seed(4), "chain"))
    assert not scores_ok(check(reads, conversation(), options, seed(1), other, **arguments).scores, manifest.profile)


async def test_a_graph_that_hides_its_states_is_made_to_show_them(tmp_path: Path) -> None:
    prepared = await prepare(without_hidden(layout(tmp_path / "model")), tmp_path / "store")
    assert len(prepared.changes) == 1
    assert prepared.manifest.profile.tensor == "/model/final_norm/output_0"
    shown = onnx.load(prepared.folder / "model.onnx", load_external_data=False)
    assert [value.name for value in shown.graph.output].count("/model/final_norm/output_0") == 1


UNVERIFIED = replace(WISHES, unverified=True)


async def test_a_graph_that_shows_nothing_is_published_unverified_when_asked_to(tmp_path: Path) -> None:
    folder = opaque(layout(tmp_path / "model"))
    with pytest.raises(UnsupportedModelError, match="or publish it as it is with --unverified"):
        await prepare(folder, tmp_path / "store")
    prepared = await prepare(folder, tmp_path / "store", replace(UNVERIFIED, parts=parts_of(4)))
    manifest = prepared.manifest
    assert manifest.profile == Profile.unchecked(20)
    assert prepared.measured == Measured(manifest.profile)  # and nothing was calibrated
    assert (prepared.changes, prepared.left_out) == ((), ())
    assert (prepared.folder / "model.onnx").read_bytes() == (folder / "model.onnx").read_bytes()
    assert read_manifest(prepared.folder) == manifest
    served = Store(tmp_path / "miner")
    served.add_folder(prepared.folder)
    open_ = (await prepare(layout(tmp_path / "open"), tmp_path / "store")).folder
    served.add_folder(open_)
    mine, theirs = (
        load_model(found, served, EngineConfig(threads=1)).run(conversation(), b"", seed(1))
        for found in (manifest, read_manifest(open_))
    )
    assert mine.outcome is Outcome.OK
    assert mine.payload == theirs.payload
    # What was prepared is a folder with a manifest, which can be published again.
    again = await prepare(prepared.folder, tmp_path / "again", Wishes(parts=None))
    assert (again.manifest, again.form) == (manifest, Form.MANIFEST)


async def test_what_can_be_checked_is_not_published_unverified(tmp_path: Path) -> None:
    sentence = "leave out --unverified"
    for name in NAMES:
        with pytest.raises(UnsupportedModelError, match=sentence):
            await prepare(layout(tmp_path / name, name), tmp_path / "store", UNVERIFIED)
    with pytest.raises(UnsupportedModelError, match=sentence):
        await prepare(without_hidden(layout(tmp_path / "hidden")), tmp_path / "store", UNVERIFIED)
    profile = (await prepare(layout(tmp_path / "other"), tmp_path / "store")).manifest.profile
    with pytest.raises(ManifestError, match="no thresholds: leave out --profile"):
        await prepare(opaque(layout(tmp_path / "opaque")), tmp_path / "store", replace(UNVERIFIED, profile=profile))


async def test_the_same_folder_gives_the_same_model(tmp_path: Path) -> None:
    folder = without_hidden(layout(tmp_path / "model"))
    first = await prepare(folder, tmp_path / "store")
    assert await prepare(folder, tmp_path / "store") == first
    assert (await prepare(folder, tmp_path / "other")).manifest == first.manifest
    shutil.rmtree(tmp_path / "store" / "models")
    assert (await prepare(folder, tmp_path / "store")).folder.is_dir()


async def test_thresholds_are_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = layout(tmp_path / "model")
    wishes = replace(WISHES, parts=parts_of(4))
    prepared = await prepare(folder, tmp_path / "store", wishes)
    measured = prepared.measured
    assert measured is not None
    assert prepared.manifest.profile == measured.profile != (await prepare(folder, tmp_path / "b")).manifest.profile
    assert {one.kind for one in measured.honest} == {"honest", "every way", "hard prompts"}
    assert all(one.checks for one in measured.honest)
    assert {"int8", "system", "edited"} <= {one.kind for one in measured.cheats}
    assert [path.name for path in (tmp_path / "store" / "models").iterdir()] == [prepared.manifest.digest().hex()]

    def nothing(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr("nesa.publish._calibrate.Calibration", nothing)
    monkeypatch.setattr("nesa.publish._calibrate.try_model", nothing)
    assert await prepare(folder, tmp_path / "store", wishes) == prepared  # nothing is measured twice


async def test_a_measurement_goes_on_where_it_was_interrupted(tmp_path: Path) -> None:
    folder, seen = layout(tmp_path / "model"), list[Progress]()
    wishes = replace(WISHES, parts=parts_of(6))
    with anyio.CancelScope() as scope:

        def report(progress: Progress) -> None:
            seen.append(progress)
            if (progress.path, progress.done) == ("calibrating", 2):
                anyio.from_thread.run_sync(scope.cancel)

        await Workshop(Store(tmp_path / "store"), Policy(), report).prepare(folder, wishes)
    assert scope.cancelled_caught
    assert seen[-1].done == 2  # what was under way is left off at once
    kept = seen[-1].done
    seen.clear()
    await Workshop(Store(tmp_path / "store"), Policy(), seen.append).prepare(folder, wishes)
    measured = [progress.done for progress in seen if progress.path == "calibrating"]
    assert kept < measured[0] <= kept + 2
    assert measured[-1] == wishes.parts.total if wishes.parts else 0


async def test_a_damaged_measurement_is_told(tmp_path: Path) -> None:
    folder = layout(tmp_path / "model")
    wishes = replace(WISHES, parts=parts_of(1))
    await prepare(folder, tmp_path / "store", wishes)
    (kept,) = (tmp_path / "store" / "work" / "measured").glob("*.1.json")
    kept.write_text("{}")
    with pytest.raises(CalibrationError, match="holds no calibration"):
        await prepare(folder, tmp_path / "store", wishes)


async def test_thresholds_may_be_given(tmp_path: Path) -> None:
    folder = layout(tmp_path / "model")
    profile = replace((await prepare(folder, tmp_path / "store")).manifest.profile, threshold=77, run_window=30)
    prepared = await prepare(folder, tmp_path / "store", replace(WISHES, profile=profile))
    assert (prepared.manifest.profile, prepared.measured) == (profile, Measured(profile, given=True))
    wrong = replace(WISHES, profile=replace(profile, tensor="x"))
    with pytest.raises(ManifestError, match="the profile is about 'x', and the graph shows 'hidden_states'"):
        await prepare(folder, tmp_path / "store", wrong)


async def test_what_is_laid_out_is_mended_and_not_shared(tmp_path: Path) -> None:
    folder = layout(tmp_path / "model")
    prepared = await prepare(folder, tmp_path / "store")
    target = prepared.folder / "model.onnx.data"
    assert target.stat().st_nlink == 1  # the onnx library opens no file that has two names
    assert target.stat().st_mode & 0o777 == 0o644  # a server may run as somebody else
    whole = target.read_bytes()
    target.write_bytes(bytes(len(whole)))
    assert (await prepare(folder, tmp_path / "store")).folder == prepared.folder
    assert target.read_bytes() == whole


async def test_wishes_are_followed(tmp_path: Path) -> None:
    wishes = replace(WISHES, attribution="me", prompt_bps=0, context=64, engine="onnxruntime-genai")
    manifest = (await prepare(layout(tmp_path / "model"), tmp_path / "store", wishes)).manifest
    spec, _ = text(manifest)
    assert (manifest.attribution, spec.prompt_bps, spec.context) == ("me", 0, 64)
    assert (manifest.engine.name, manifest.sampling.limit) == ("onnxruntime-genai", 63)
    with pytest.raises(UnsupportedModelError, match="room for 128 tokens, fewer than the 129 of --context"):
        await prepare(layout(tmp_path / "other"), tmp_path / "store", replace(WISHES, context=129))


async def test_a_folder_as_optimum_writes_it(tmp_path: Path) -> None:
    """Without onnxruntime-genai's settings, the graph in a folder of its own, the template in a list."""
    folder = layout(tmp_path / "model")
    (folder / "onnx").mkdir()
    for name in ("model.onnx", "model.onnx.data"):
        (folder / name).rename(folder / "onnx" / name)
    (folder / "genai_config.json").unlink()
    template = (folder / "chat_template.jinja").read_text()
    (folder / "chat_template.jinja").unlink()
    rewrite(
        folder / "config.json", hidden_size=32, num_attention_heads=2, max_position_embeddings=96, eos_token_id=[2, 5]
    )
    rewrite(
        folder / "tokenizer_config.json",
        bos_token={"content": "<|s|>"},
        chat_template=[{"name": "tools", "template": "x"}, {"name": "default", "template": template}],
        **END,
    )
    rewrite(folder / "generation_config.json", do_sample=True, temperature=0.5, top_k=7)
    prepared = await prepare(folder, tmp_path / "store")
    spec, output = text(prepared.manifest)
    assert (spec.context, spec.head_size, spec.bos, spec.eos, output.stops) == (96, 16, "<|s|>", "<|end|>", (2, 5))
    assert (prepared.manifest.sampling.temperature, prepared.manifest.sampling.top_k) == (500, 7)
    assert (prepared.folder / "chat_template.jinja").read_text() == template
    assert {"config.json", "generation_config.json", "tokenizer_config.json"} == set(prepared.left_out)


async def test_without_a_template_a_model_continues_prompts(tmp_path: Path) -> None:
    folder = layout(tmp_path / "model")
    (folder / "chat_template.jinja").unlink()
    manifest = (await prepare(folder, tmp_path / "store")).manifest
    assert text(manifest)[0].template == ""


async def test_a_manifest_is_taken_as_it_is(tmp_path: Path, model_folders: Path) -> None:
    prepared = await prepare(model_folders / "style-transfer", tmp_path / "store", Wishes())
    assert prepared.manifest == Manifest.from_json((model_folders / "style-transfer" / "manifest.json").read_bytes())
    assert (prepared.form, prepared.measured) == (Form.MANIFEST, None)
    again = await prepare(prepared.folder, tmp_path / "other", Wishes())
    assert again.manifest == prepared.manifest


@pytest.mark.parametrize("wish", [{"licence": "MIT"}, {"attribution": "me"}, {"context": 5}, {"graph": "model.onnx"}])
async def test_a_manifest_is_not_contradicted(tmp_path: Path, model_folders: Path, wish: dict[str, Any]) -> None:
    with pytest.raises(
        UnsupportedModelError, match=r"has a manifest, which says licence.*change them in manifest.json"
    ):
        await prepare(model_folders / "file-type", tmp_path / "store", Wishes(**wish))


async def refused(tmp_path: Path, folder: Path, kind: type[NesaError], sentence: str, **policy: Any) -> None:
    wishes = Wishes() if (folder / "manifest.json").exists() else WISHES
    with pytest.raises(kind, match=sentence) as caught:
        await prepare(folder, tmp_path / "store", wishes, policy=Policy(**policy))
    assert "\n" not in str(caught.value)
    assert not list((tmp_path / "store").rglob("manifest.json"))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"op_type": "Loop"}, "uses the operator Loop, which is not allowed; export the model again"),
        ({"op_type": "Evil", "domain": "com.evil"}, "uses the operator com.evil.Evil, which is not allowed; export"),
        ({"op_type": "RandomNormalLike"}, "uses the operator RandomNormalLike, which is not allowed; export"),
    ],
)
async def test_threat_24_operators_that_no_honest_model_needs(
    tmp_path: Path, changes: dict[str, str], sentence: str
) -> None:
    folder = layout(tmp_path / "model")
    graph = onnx.load(folder / "model.onnx", load_external_data=False)
    for name, value in changes.items():
        setattr(graph.graph.node[-1], name, value)
    (folder / "model.onnx").write_bytes(graph.SerializeToString())
    await refused(tmp_path, folder, HostileModelError, sentence)


@pytest.mark.parametrize("place", ["../secret", "/etc/passwd", "absent.data", "sub/../../secret", ""])
async def test_threat_24_constants_outside_the_folder(tmp_path: Path, place: str) -> None:
    (tmp_path / "secret").write_bytes(bytes(2**16))
    folder = layout(tmp_path / "model")
    graph = onnx.load(folder / "model.onnx", load_external_data=False)
    for tensor in graph.graph.initializer:
        for entry in tensor.external_data:
            if entry.key == "location":
                entry.value = place
    (folder / "model.onnx").write_bytes(graph.SerializeToString())
    await refused(tmp_path, folder, HostileModelError, "keeps constants outside its files, which is refused; export")


@pytest.mark.parametrize("place", ["{% include '/etc/passwd' %}", "{{ ''.__class__.__mro__ }}", HOSTILE, "{% bad"])
async def test_threat_24_templates_that_do_more_than_templates(tmp_path: Path, place: str) -> None:
    folder = layout(tmp_path / "model")
    (folder / "chat_template.jinja").write_text(place)
    await refused(tmp_path, folder, TemplateError, "; put another chat_template.jinja there$")


async def test_threat_24_what_is_no_graph(tmp_path: Path) -> None:
    folder = layout(tmp_path / "model")
    (folder / "model.onnx").write_bytes(b"\xff" * 100)
    await refused(tmp_path, folder, HostileModelError, "the graph's file is not ONNX; export the model again")
    await refused(tmp_path, layout(tmp_path / "b"), UnsupportedModelError, "more than the 1000 allowed", max_bytes=1000)


async def test_threat_24_a_graph_with_its_own_functions(tmp_path: Path) -> None:
    folder = layout(tmp_path / "model")
    graph = onnx.load(folder / "model.onnx", load_external_data=False)
    node = helper.make_node("Identity", ["a"], ["b"])
    graph.functions.append(helper.make_function("x", "F", ["a"], ["b"], [node], [helper.make_opsetid("", 20)]))
    (folder / "model.onnx").write_bytes(graph.SerializeToString())
    await refused(
        tmp_path, folder, HostileModelError, "functions or training steps of its own, which are refused; export"
    )


async def test_threat_24_a_manifest_that_says_too_much(tmp_path: Path, model_folders: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(model_folders / "file-type", folder)
    found = json.loads((folder / "manifest.json").read_bytes())
    found["files"][0]["path"] = "../model.onnx"
    (folder / "manifest.json").write_text(json.dumps(found))
    await refused(tmp_path, folder, ManifestError, r"files\[0\].path must be a string")
    found["files"][0] |= {"path": "model.onnx", "sha256": "0" * 64}
    (folder / "manifest.json").write_text(json.dumps(found))
    await refused(tmp_path, folder, StoreError, "does not have the digest in its manifest")


async def test_what_belongs_to_two_models(tmp_path: Path) -> None:
    folder = layout(tmp_path / "model")
    found = json.loads((folder / "tokenizer.json").read_bytes())
    found["added_tokens"].append({**found["added_tokens"][0], "id": 300, "content": "<|more|>"})
    (folder / "tokenizer.json").write_text(json.dumps(found))
    await refused(tmp_path, folder, TokenizerError, "the tokenizer has 301 tokens, and the graph tells 300 apart")
    (folder / "tokenizer.json").write_text("{}")
    await refused(tmp_path, folder, TokenizerError, "none that the tokenizers library reads")
    (folder / "tokenizer.json").unlink()
    await refused(tmp_path, folder, UnsupportedModelError, "no tokenizer.json; save the tokenizer anew")


@pytest.mark.parametrize(
    ("model", "sentence"),
    [
        ({"eos_token_id": None}, "nothing says which token ends an answer"),
        ({"context_length": None}, "how many tokens the model has room for; say so with --context"),
        ({"decoder": {"filename": "model.onnx"}}, "how large a head of the cache is"),
    ],
)
async def test_what_nothing_tells(tmp_path: Path, model: dict[str, object], sentence: str) -> None:
    folder = layout(tmp_path / "model")
    found = json.loads((folder / "genai_config.json").read_bytes())["model"] | model
    rewrite(folder / "genai_config.json", model=found)
    await refused(tmp_path, folder, UnsupportedModelError, sentence)


async def test_a_licence_has_to_be_named(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedModelError, match="under which licence the weights are; say so with --licence"):
        await prepare(layout(tmp_path / "model"), tmp_path / "store", replace(WISHES, licence=""))
    with pytest.raises(ManifestError, match="licence must be a string"):
        await prepare(layout(tmp_path / "other"), tmp_path / "store", replace(WISHES, licence="what I like: all"))


async def test_a_name_that_no_manifest_admits(tmp_path: Path) -> None:
    folder = layout(tmp_path / "model")
    (folder / "model.onnx").rename(folder / "mod\u00e8l.onnx")
    (folder / "genai_config.json").unlink()
    rewrite(folder / "config.json", head_dim=16, max_position_embeddings=64, eos_token_id=2)
    await refused(tmp_path, folder, ManifestError, "graph must be a string")


async def test_a_model_whose_states_are_not_numbers(tmp_path: Path) -> None:
    folder = layout(tmp_path / "model")
    raw = bytearray((folder / "model.onnx.data").read_bytes())
    raw[: len(raw)] = b"\x00\x00\xc0\x7f" * (len(raw) // 4)
    (folder / "model.onnx.data").write_bytes(raw)
    await refused(tmp_path, folder, UnsupportedModelError, "answer to 'Hello' is NON_FINITE; export it again")
