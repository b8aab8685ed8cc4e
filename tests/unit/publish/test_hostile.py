"""Threat 24: what could run code is refused by name, by content and by what settings ask for."""

import io
import json
import pickle
import random
import struct
import zipfile
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nesa.errors import HostileModelError
from nesa.publish._folder import Source, survey
from nesa.publish._hostile import check_hostile
from unit.publish.folders import layout, rewrite, safetensors

LIMIT = 2**30
TENSORS = {"a": np.ones((2, 3), np.float32), "b": np.zeros((4,), np.float32)}


class Harm:
    """An object whose unpickling would run a program."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return (print, ("harm",))


KINDS = ("empty", "list", "dict", "tuple", "harm", "text", "number", "arrays")


def torch_archive() -> bytes:
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w") as archive:
        archive.writestr("archive/data.pkl", pickle.dumps(Harm(), 2))
    return found.getvalue()


def look(folder: Path) -> Source:
    source = survey(folder, LIMIT)
    check_hostile(source)
    return source


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("value", [{}, [], {"a": 1}, (1, 2), Harm(), "x", 2**70, {"w": np.ones(3)}], ids=KINDS)
def test_threat_24_pickles_are_known_whatever_they_are_called(tmp_path: Path, protocol: int, value: object) -> None:
    folder = layout(tmp_path / "model")
    (folder / "weights.bin").write_bytes(pickle.dumps(value, protocol))
    with pytest.raises(HostileModelError, match=r"weights.bin is a pickle, .*save the weights as safetensors"):
        look(folder)


@pytest.mark.parametrize("name", ["pytorch_model.bin", "README", "data.msgpack", "model.onnx.data2"])
def test_threat_24_archives_of_torch_are_pickles(tmp_path: Path, name: str) -> None:
    folder = layout(tmp_path / "model")
    (folder / name).write_bytes(torch_archive())
    with pytest.raises(HostileModelError, match=f"{name} is a pickle"):
        look(folder)


@pytest.mark.parametrize("name", ["a.pt", "a.PTH", "sub/a.pkl", "a.ckpt", "a.joblib", "a.pickle"])
def test_threat_24_pickles_are_known_by_name(tmp_path: Path, name: str) -> None:
    folder = layout(tmp_path / "model")
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_bytes(b"")
    with pytest.raises(HostileModelError, match=f"{name} is a pickle"):
        look(folder)


@pytest.mark.parametrize("name", ["modeling_x.py", "a.so", "a.DLL", "custom/ops.dylib", "run.sh", "a.exe", "a.pyc"])
def test_threat_24_programs_are_refused(tmp_path: Path, name: str) -> None:
    folder = layout(tmp_path / "model")
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_bytes(b"x")
    with pytest.raises(HostileModelError, match=f"{name} is a program, and a model is data alone; remove it"):
        look(folder)


def test_threat_24_a_library_under_another_name_is_refused(tmp_path: Path) -> None:
    folder = layout(tmp_path / "model")
    (folder / "weights").write_bytes(b"\x7fELF\x02\x01\x01")
    with pytest.raises(HostileModelError, match="weights is a program"):
        look(folder)


@pytest.mark.parametrize("file", ["config.json", "tokenizer_config.json", "sub/processor_config.json"])
@pytest.mark.parametrize("key", ["auto_map", "custom_pipelines"])
def test_threat_24_settings_that_ask_for_code(tmp_path: Path, file: str, key: str) -> None:
    folder = layout(tmp_path / "model")
    (folder / file).parent.mkdir(exist_ok=True)
    rewrite(folder / file, **{key: {"AutoModelForCausalLM": "modeling_x.X"}})
    with pytest.raises(HostileModelError, match=rf"{file} asks for code of the model's own \({key}\)"):
        look(folder)


def test_what_exporters_write_is_not_hostile(tmp_path: Path) -> None:
    for name in ("llama", "gemma2", "qwen3"):
        look(layout(tmp_path / name, name))
    (tmp_path / "llama" / "model.safetensors").write_bytes(safetensors(TENSORS))
    look(tmp_path / "llama")


def test_threat_24_headers_are_small(tmp_path: Path) -> None:
    """What is read of one becomes objects, each many times as large as its text."""
    whole = safetensors({"a": np.ones(1, np.float32)})
    length = int.from_bytes(whole[:8], "little")
    header, rest = whole[8 : 8 + length], whole[8 + length :]
    for size, fits in ((2**24, True), (2**24 + 1, False)):
        folder = layout(tmp_path / str(size))
        (folder / "model.safetensors").write_bytes(size.to_bytes(8, "little") + header.ljust(size) + rest)
        with nullcontext() if fits else pytest.raises(HostileModelError, match="no safetensors at all"):
            look(folder)


@given(st.data())
def test_threat_24_damaged_safetensors_are_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Cut short, made longer, or with a number in the header that is not the tensors'."""
    whole = safetensors(TENSORS)
    length = int.from_bytes(whole[:8], "little")
    match data.draw(st.sampled_from(["cut", "longer", "length", "digit", "noise"])):
        case "cut":
            found = whole[: data.draw(st.integers(0, len(whole) - 1))]
        case "longer":
            found = whole + data.draw(st.binary(min_size=1, max_size=9))
        case "length":
            found = (
                data.draw(st.integers(0, 2**64 - 1).filter(lambda value: value != length)).to_bytes(8, "little")
                + whole[8:]
            )
        case "digit":
            places = [
                place for place in range(8, 8 + length) if 48 <= whole[place] <= 57 and whole[place - 1] != ord("F")
            ]
            place = data.draw(st.sampled_from([place for place in places if whole[place - 2 : place] != b"F3"]))
            other = data.draw(st.sampled_from([digit for digit in b"123456789" if digit != whole[place]]))
            found = whole[:place] + bytes([other]) + whole[place + 1 :]
        case _:
            found = random.Random(data.draw(st.integers(0, 99))).randbytes(64)
    folder = tmp_path_factory.mktemp("damaged")
    (folder / "model.safetensors").write_bytes(found)
    with pytest.raises(HostileModelError, match=r"model.safetensors is damaged, or no safetensors at all"):
        look(folder)


def test_threat_24_tensors_lie_one_after_another(tmp_path: Path) -> None:
    """Two in the same place, one before the file's data, or what nobody reads between them."""
    for places in ([[0, 4], [0, 8]], [[-4, 0], [0, 8]], [[0, 2], [6, 8]]):
        sizes = [end - begin for begin, end in places]
        entries = zip("ab", sizes, places, strict=True)
        header = {name: {"dtype": "U8", "shape": [size], "data_offsets": place} for name, size, place in entries}
        text = json.dumps(header).encode()
        (tmp_path / "model.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + bytes(8))
        with pytest.raises(HostileModelError, match="is damaged, or no safetensors"):
            look(tmp_path)


@pytest.mark.parametrize(
    "entry",
    [
        {"dtype": "F32", "shape": [2, 3], "data_offsets": [8, 32]},  # a hole before it
        {"dtype": "F32", "shape": [2, 3], "data_offsets": [-24, 0]},
        {"dtype": "F32", "shape": [-2, -3], "data_offsets": [0, 24]},
        {"dtype": "F32", "shape": [True, 6], "data_offsets": [0, 24]},
        {"dtype": "OBJECT", "shape": [6], "data_offsets": [0, 24]},
        {"dtype": "F32", "shape": [6]},
        "F32",
        None,
    ],
)
def test_threat_24_entries_that_make_no_sense(tmp_path: Path, entry: object) -> None:
    text = json.dumps({"a": entry}).encode()
    (tmp_path / "model.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + bytes(24))
    with pytest.raises(HostileModelError, match="is damaged, or no safetensors"):
        look(tmp_path)
