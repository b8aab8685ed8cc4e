"""What an engine refuses to load, and graphs whose numbers are not finite."""

import builtins
import io
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from onnx import TensorProto, helper
from PIL import Image

from nesa.engines import EngineConfig, Model, Outcome, load_model
from nesa.errors import EngineError, HostileModelError, ManifestError, ModelUnavailableError, ProviderError
from nesa.models import Engine, File, Manifest, Store


def with_graph(manifest: Manifest, store: Store, *nodes: tuple[str, list[str], list[str]]) -> Model:
    """Load a tiny graph from an image to an image as if it were the manifest's."""
    image = helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 3, "h", "w"])
    weights = helper.make_tensor_value_info("style_weights", TensorProto.FLOAT, [26])
    stylized = helper.make_tensor_value_info("stylized", TensorProto.FLOAT, [1, 3, "h", "w"])
    made = [helper.make_node(kind, inputs, outputs) for kind, inputs, outputs in nodes]
    graph = helper.make_graph(made, "g", [image, weights], [stylized])
    raw = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8).SerializeToString()
    file = File("model.onnx", store.put(raw), len(raw))
    return load_model(replace(manifest, files=(file,), profile=replace(manifest.profile, tensor="hidden")), store)


@pytest.fixture
def data() -> bytes:
    out = io.BytesIO()
    pixels = np.random.default_rng(0).integers(0, 256, (40, 40, 3), dtype=np.uint8)
    pixels[0, 0] = 0
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()


def test_numbers_that_are_not_finite_have_a_canonical_outcome(
    store: Store, style_manifest: Manifest, data: bytes
) -> None:
    hidden = with_graph(style_manifest, store, ("Log", ["image"], ["hidden"]), ("Sigmoid", ["hidden"], ["stylized"]))
    assert hidden.run(data).outcome is Outcome.NON_FINITE  # log 0, though its sigmoid is finite
    output = with_graph(style_manifest, store, ("Relu", ["image"], ["hidden"]), ("Log", ["hidden"], ["stylized"]))
    assert output.run(data).outcome is Outcome.NON_FINITE
    fine = with_graph(style_manifest, store, ("Relu", ["image"], ["hidden"]), ("Sigmoid", ["hidden"], ["stylized"]))
    assert fine.run(data).outcome is Outcome.OK


def test_a_graph_that_fails_is_this_machine_s_affair(store: Store, style_manifest: Manifest, data: bytes) -> None:
    model = with_graph(
        style_manifest, store, ("Relu", ["image"], ["hidden"]), ("MatMul", ["hidden", "style_weights"], ["stylized"])
    )
    with pytest.raises(EngineError, match="failed on style-transfer"):
        model.run(data)


def test_threat_18_a_missing_file_makes_a_model_unavailable(tmp_path: Path, style_manifest: Manifest) -> None:
    with pytest.raises(ModelUnavailableError, match="not on this machine"):
        load_model(style_manifest, Store(tmp_path))


def test_threat_18_a_damaged_file_makes_a_model_unavailable(
    tmp_path: Path, model_folders: Path, style_manifest: Manifest
) -> None:
    store = Store(tmp_path)
    store.add_folder(model_folders / "style-transfer")
    path = store.path(style_manifest.files[0].sha256)
    path.write_bytes(bytes(style_manifest.files[0].size))
    with pytest.raises(ModelUnavailableError, match="damaged"):
        load_model(style_manifest, store)


def test_threat_18_another_runtime_makes_a_model_unavailable(store: Store, style_manifest: Manifest) -> None:
    engine = Engine("onnx", ("1.2",), "all", "model.onnx")
    with pytest.raises(ModelUnavailableError, match=r"needs ONNX Runtime 1\.2, and 1\.\d+ is installed"):
        load_model(replace(style_manifest, engine=engine), store)
    with pytest.raises(ModelUnavailableError, match="has no engine"):
        load_model(replace(style_manifest, engine=replace(engine, name="other")), store)


def test_threat_18_no_runtime_makes_a_model_unavailable(
    monkeypatch: pytest.MonkeyPatch, store: Store, style_manifest: Manifest
) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(ModelUnavailableError, match="ONNX Runtime is not installed"):
        load_model(style_manifest, store)


def test_providers_are_verified(monkeypatch: pytest.MonkeyPatch, store: Store, style_manifest: Manifest) -> None:
    with pytest.raises(ProviderError, match="not calibrated for the execution provider 'cuda'"):
        load_model(style_manifest, store, EngineConfig(provider="cuda"))
    everywhere = replace(style_manifest, hardware=replace(style_manifest.hardware, providers=("cpu", "cuda")))
    with pytest.raises(ProviderError, match="has no execution provider 'cuda'"):
        load_model(everywhere, store, EngineConfig(provider="cuda"))
    # onnxruntime-gpu on a machine without a card: offered, and silently replaced
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: ["CUDAExecutionProvider"])
    with pytest.warns(UserWarning, match="CUDAExecutionProvider"), pytest.raises(ProviderError, match="fell back"):
        load_model(everywhere, store, EngineConfig(provider="cuda"))


def test_levels_are_known(store: Store, style_manifest: Manifest) -> None:
    with pytest.raises(EngineError, match="optimisation level 'most'"):
        load_model(style_manifest, store, EngineConfig(optimisation="most"))


def test_graph_and_manifest_must_fit(store: Store, style_manifest: Manifest) -> None:
    with pytest.raises(ManifestError, match="no tensor 'hidden'"):
        with_graph(style_manifest, store, ("Sigmoid", ["image"], ["stylized"]))
    with pytest.raises(ManifestError, match="inputs are not those"):
        load_model(replace(style_manifest, options=()), store)
    with pytest.raises(ManifestError, match="does not have the output"):
        load_model(replace(style_manifest, output=replace(style_manifest.output, tensor="other")), store)


def test_threat_24_a_hostile_graph_is_not_loaded(store: Store, style_manifest: Manifest) -> None:
    with pytest.raises(HostileModelError, match="RandomNormalLike"):
        with_graph(
            style_manifest, store, ("RandomNormalLike", ["image"], ["hidden"]), ("Relu", ["hidden"], ["stylized"])
        )


def test_threat_24_nothing_is_unpickled(
    monkeypatch: pytest.MonkeyPatch, store: Store, style_manifest: Manifest
) -> None:
    imported: list[str] = []
    original = builtins.__import__

    def watch(name: str, *args: object, **kwargs: object) -> object:
        imported.append(name)
        return original(name, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", watch)
    load_model(style_manifest, store)
    assert not {"pickle", "torch", "joblib"} & set(imported)
