"""A verifier's check with the real models: honest machines agree, and each cheat is seen by the score meant for it."""

import io
from collections.abc import Callable
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

import nesa.verify
from calibration import cheats
from calibration.inputs import file_sample, image_sample
from nesa.engines import EngineConfig, Model, Outcome, Output, encode_options, load_model
from nesa.errors import FingerprintError, ModelUnavailableError
from nesa.models import LabelOutput, Manifest, Store
from nesa.verify import (
    FAR,
    Check,
    Delivery,
    Standing,
    check,
    distance,
    fingerprint,
    fingerprint_seed,
    image_distance,
    label_distance,
    output_distance,
    scores_ok,
    standing,
    tile_distance,
)

CHAIN = "nesa-test-1"
BEACONS = [bytes([i]) * 32 for i in range(3)]
SEEDS = [fingerprint_seed(CHAIN, beacon, 7, i) for i, beacon in enumerate(BEACONS)]
SAMPLES: dict[str, Callable[[int], tuple[bytes, bytes]]] = {"style-transfer": image_sample, "file-type": file_sample}
NUMBERS = {"style-transfer": (1, 3, 8), "file-type": (1, 4, 6)}

Pixels = np.ndarray[tuple[int, ...], np.dtype[np.uint8]]


@pytest.fixture(scope="module", params=sorted(SAMPLES))
def model(request: pytest.FixtureRequest, store: Store, model_folders: Path) -> Model:
    manifest = Manifest.from_json((model_folders / request.param / "manifest.json").read_bytes())
    return load_model(manifest, store)


def deliver(model: Model, output: Output, payload: bytes | None = None) -> Delivery:
    found = fingerprint(output, model.manifest.profile, SEEDS[0], CHAIN)
    return Delivery(output.outcome, output.payload if payload is None else payload, output.units, found)


def judge(model: Model, sample: tuple[bytes, bytes], delivery: Delivery, max_units: int = 10) -> Check:
    return check(
        model,
        *sample,
        b"",
        delivery,
        chain_id=CHAIN,
        executor_seed=SEEDS[0],
        check_seed=SEEDS[1],
        max_units=max_units,
    )


@pytest.fixture(params=[0, 1, 2])
def sample(request: pytest.FixtureRequest, model: Model) -> tuple[bytes, bytes]:
    name = model.manifest.name
    return SAMPLES[name](NUMBERS[name][request.param])


@pytest.mark.parametrize(("threads", "level"), list(product((1, 2, 4), ("disabled", "basic", "extended", "all"))))
def test_threat_19_honest_machines_agree(
    model: Model, store: Store, sample: tuple[bytes, bytes], threads: int, level: str
) -> None:
    other = load_model(model.manifest, store, EngineConfig(threads=threads, optimisation=level))
    profile = model.manifest.profile
    found = judge(model, sample, deliver(model, other.run(*sample)))
    assert scores_ok(found.scores, profile)
    theirs = judge(other, sample, deliver(model, model.run(*sample)))
    assert standing(distance(found.fingerprint, theirs.fingerprint, profile), profile) is Standing.GOOD


@pytest.mark.parametrize("swap", [cheats.int8, cheats.half])
def test_threat_19_a_cheaper_model_is_caught(
    model: Model, store: Store, sample: tuple[bytes, bytes], swap: Callable[[bytes], bytes]
) -> None:
    manifest = model.manifest
    cheap = cheats.with_graph(manifest, store, swap(store.read(manifest.file("model.onnx"))))
    found = judge(model, sample, deliver(model, cheap.run(*sample)))
    assert not scores_ok(found.scores, manifest.profile)


def test_threat_19_another_style_is_caught(store: Store, style_manifest: Manifest) -> None:
    model = load_model(style_manifest, store)
    sample = image_sample(1)
    found = judge(model, sample, deliver(model, model.run(sample[0], cheats.other_style(sample[1]))))
    assert found.scores[0] > style_manifest.profile.score_thresholds[0]
    assert found.scores[1] > style_manifest.profile.score_thresholds[1]


def test_threat_31_a_forged_answer_under_an_honest_fingerprint_is_caught(
    model: Model, sample: tuple[bytes, bytes]
) -> None:
    own = model.run(*sample)
    rng = np.random.default_rng(0)
    spec = model.manifest.output
    forged = (
        cheats.forge_label(own, spec.labels, rng) if isinstance(spec, LabelOutput) else cheats.forge_patch(own, rng)
    )
    found = judge(model, sample, deliver(model, own, forged))
    thresholds = model.manifest.profile.score_thresholds
    assert found.scores[0] <= thresholds[0]  # the fingerprint is honest
    assert found.scores[1] > thresholds[1]
    assert not scores_ok(found.scores, model.manifest.profile)


def test_threat_47_copied_and_guessed_fingerprints_are_at_fault(model: Model, sample: tuple[bytes, bytes]) -> None:
    profile = model.manifest.profile
    delivery = deliver(model, model.run(*sample))
    own = judge(model, sample, delivery).fingerprint
    values = np.frombuffer(own, ">i2")
    guess = np.random.default_rng(0).normal(0, values.std(), values.shape).astype(">i2").tobytes()
    for lazy in (delivery.fingerprint, bytes(len(own)), guess):
        assert standing(distance(lazy, own, profile), profile) is Standing.FAULT


def test_threat_47_a_tensor_cannot_be_solved_from_two_rounds(store: Store, file_manifest: Manifest) -> None:
    """The tensor of one position: all that was revealed before an appeal, solved by least squares."""
    profile = file_manifest.profile
    model = load_model(file_manifest, store)
    output = model.run(*file_sample(1))
    features = output.tensors[profile.tensor].shape[1]
    assert 2 * profile.positions * profile.projections <= features / 2
    units = [Output(Outcome.OK, tensors={profile.tensor: unit[None]}) for unit in np.eye(features, dtype=np.float32)]
    fine = replace(profile, shift=0, scale_bits=0)
    signs = [
        np.stack([np.frombuffer(fingerprint(unit, fine, seed, CHAIN), ">i2") for unit in units], axis=1)
        for seed in SEEDS
    ]
    revealed = [np.frombuffer(fingerprint(output, profile, seed, CHAIN), ">i2") for seed in SEEDS]
    solved = np.linalg.lstsq(np.vstack(signs[:2]), np.concatenate(revealed[:2]), rcond=None)[0]
    known = np.vstack(signs[:2]) @ solved
    assert np.abs(known - np.concatenate(revealed[:2])).max() < 1  # it explains all that was seen
    predicted = np.rint(signs[2] @ solved).clip(-32768, 32767).astype(">i2").tobytes()
    assert standing(distance(predicted, revealed[2].tobytes(), profile), profile) is Standing.FAULT


def test_threat_18_a_verifier_without_the_model_abstains(tmp_path: Path, model: Model) -> None:
    with pytest.raises(ModelUnavailableError):
        load_model(model.manifest, Store(tmp_path))


def test_an_appeal_scores_the_first_committee(model: Model, sample: tuple[bytes, bytes]) -> None:
    delivery = deliver(model, model.run(*sample))
    first = judge(model, sample, delivery)
    lazy = delivery.fingerprint
    found = check(
        model,
        *sample,
        b"",
        delivery,
        chain_id=CHAIN,
        executor_seed=SEEDS[0],
        check_seed=SEEDS[2],
        max_units=10,
        earlier=[first.fingerprint, lazy, b""],
        earlier_seed=SEEDS[1],
    )
    assert len(found.scores) == 6
    assert found.scores[:4] == (0, 0, 0, 0)
    assert found.scores[4] > 4 * model.manifest.profile.threshold
    assert found.scores[5] == FAR


def test_outcomes_are_compared_first(store: Store, style_manifest: Manifest) -> None:
    model = load_model(style_manifest, store)
    good, bad = image_sample(1), (b"nothing", b"")
    refused = Delivery(Outcome.INVALID_INPUT, b"", 0, b"")
    assert judge(model, bad, refused).scores == (0, 0, 0)
    assert judge(model, bad, refused).fingerprint == b""
    assert judge(model, good, refused).scores == (FAR, FAR, 1)
    assert judge(model, bad, deliver(model, model.run(*good))).scores == (FAR, FAR, 1)
    assert judge(model, good, deliver(model, model.run(*good)), max_units=0).outcome is Outcome.OVER_LIMIT


def test_units_and_sizes_are_compared(model: Model, sample: tuple[bytes, bytes]) -> None:
    honest = deliver(model, model.run(*sample))
    assert judge(model, sample, replace(honest, units=3)).scores == (0, 0, 2)
    assert not scores_ok((0, 0, 2), model.manifest.profile)
    assert judge(model, sample, replace(honest, fingerprint=b"short")).scores[0] == FAR
    assert judge(model, sample, replace(honest, payload=b"")).scores[1] == FAR


def png(pixels: Pixels, **options: object) -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG", **options)
    return out.getvalue()


GREY = np.full((40, 37, 3), 100, np.uint8)


def test_the_worst_tile_counts() -> None:
    spot = GREY.copy()
    spot[39, 36] = 200  # in the tile of 8 × 5 at the corner
    assert image_distance(png(GREY), png(spot)) == 1000 * 300 // (3 * 8 * 5)
    spot[0, 0] = 101  # elsewhere: does not add up
    assert tile_distance(GREY, spot) == 1000 * 300 // (3 * 8 * 5)
    assert tile_distance(GREY, GREY + 1) == 1000
    assert image_distance(png(GREY), png(GREY, compress_level=0)) == 0


def test_pictures_that_are_shown_differently_are_far() -> None:
    own = png(GREY)
    info = PngImagePlugin.PngInfo()
    info.add_text("comment", "x")
    jpeg = io.BytesIO()
    Image.fromarray(GREY).save(jpeg, "JPEG")
    transparent = np.dstack([GREY, np.zeros(GREY.shape[:2], np.uint8)])
    for delivered in (
        b"",
        own[:-1],
        own + b"x",
        own[:50] + own[60:],
        png(GREY, pnginfo=info),
        png(GREY, icc_profile=b"profile"),
        png(GREY, transparency=(100, 100, 100)),
        png(GREY[..., 0]),
        png(transparent),
        png(GREY[:-1]),
        png(np.zeros((3000, 3000, 3), np.uint8)),
        jpeg.getvalue(),
    ):
        assert image_distance(own, delivered) == FAR


SPEC = LabelOutput("p", ("go", "python", "rust"))
OWN = Output(Outcome.OK, tensors={"p": np.array([[0.25, 0.5, 0.25]], np.float32)})


@pytest.mark.parametrize(
    ("payload", "wanted"),
    [
        (b'{"label":"python","score_ppm":500000}', 0),
        (b'{"score_ppm": 500001, "label": "python"}', 1),
        (b'{"label":"python","score_ppm":900000}', 400_000),
        (b'{"label":"go","score_ppm":250000}', 250_000),
        (b'{"label":"go","score_ppm":500000}', 250_000),
        (b'{"label":"cobol","score_ppm":500000}', FAR),
        (b'{"label":"python","score_ppm":500000.0}', FAR),
        (b'{"label":"python","score_ppm":true}', FAR),
        (b'{"label":"python","score_ppm":-1}', FAR),
        (b'{"label":"python","score_ppm":1000001}', FAR),
        (b'{"label":"python","score_ppm":500000,"note":"x"}', FAR),
        (b'{"label":"python"}', FAR),
        (b'{"label":1,"score_ppm":500000}', FAR),
        (b"[]", FAR),
        (b"", FAR),
        (b'{"label":"python","score_ppm":500000}' + b" " * 5000, FAR),
    ],
)
def test_label_distances(payload: bytes, wanted: int) -> None:
    assert label_distance(SPEC, OWN, payload) == wanted


def test_two_labels_within_rounding_are_equally_right() -> None:
    row = np.array([[0.4999999, 0.5, 0.0]], np.float32)
    own = Output(Outcome.OK, tensors={"p": row})
    assert label_distance(SPEC, own, b'{"label":"go","score_ppm":500000}') == 0


def test_an_output_without_its_tensor_is_an_error(file_manifest: Manifest) -> None:
    with pytest.raises(FingerprintError, match="did not give"):
        output_distance(file_manifest, Output(Outcome.OK), b"")


def test_options_reach_the_model(store: Store, style_manifest: Manifest) -> None:
    model = load_model(style_manifest, store)
    data, _ = image_sample(1)
    first, other = (model.run(data, encode_options({"style": style})) for style in (1, 2))
    assert output_distance(style_manifest, first, other.payload) > style_manifest.profile.score_thresholds[1]


def test_exported_names() -> None:
    assert all(hasattr(nesa.verify, name) for name in nesa.verify.__all__)
    assert {"check", "fingerprint", "fingerprint_seed", "distance", "reference"} <= set(nesa.verify.__all__)
