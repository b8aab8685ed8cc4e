"""What a folder holds is listed without leaving it."""

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nesa.errors import HostileModelError, UnsupportedModelError
from nesa.publish._folder import survey

NAMES = st.text("abcXYZ019._- é", min_size=1, max_size=8).filter(lambda name: name not in {".", ".."})
TREES = st.dictionaries(st.lists(NAMES, min_size=1, max_size=4).map(tuple), st.binary(max_size=20), max_size=8)


@given(TREES)
def test_what_is_listed_is_what_is_there_and_not_hidden(tree: dict[tuple[str, ...], bytes]) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        root, wanted = Path(scratch), {}
        for parts, data in tree.items():
            path = root.joinpath(*parts)
            if any(parent.is_file() for parent in path.parents) or path.is_dir():
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            if not any(part.startswith(".") for part in parts):
                wanted["/".join(parts)] = len(data)
        found = survey(root, 1000)
        assert dict(found.files) == wanted
        assert all((root / path).read_bytes() == found.read(path, 20) for path in wanted)


@pytest.mark.parametrize("target", ["../secret", "{outside}/secret", "inside/../../secret", "../model/../secret"])
def test_threat_24_a_link_out_of_the_folder_is_not_followed(tmp_path: Path, target: str) -> None:
    (tmp_path / "secret").write_text("of mine")
    folder = tmp_path / "model"
    (folder / "inside").mkdir(parents=True)
    (folder / "model.onnx").symlink_to(target.format(outside=tmp_path))
    with pytest.raises(HostileModelError, match=r"model.onnx is a link out of the folder; put the file itself there"):
        survey(folder, 1000)


def test_threat_24_links_within_count_as_the_files_they_lead_to(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("1234")
    (tmp_path / "b").symlink_to("a")
    assert survey(tmp_path, 1000).files == {"a": 4, "b": 4}


def test_threat_24_other_links_and_things_are_refused(tmp_path: Path) -> None:
    nowhere = tmp_path / "one"
    nowhere.mkdir()
    (nowhere / "x").symlink_to("y")
    with pytest.raises(HostileModelError, match="x is a link that leads nowhere"):
        survey(nowhere, 1000)
    circle = tmp_path / "two"
    circle.mkdir()
    (circle / "x").symlink_to(".")
    with pytest.raises(HostileModelError, match="x is a link to a folder"):
        survey(circle, 1000)
    itself = tmp_path / "four"
    itself.mkdir()
    (itself / "x").symlink_to("x")
    with pytest.raises(HostileModelError, match="x is a link that leads nowhere"):
        survey(itself, 1000)
    pipe = tmp_path / "three"
    pipe.mkdir()
    os.mkfifo(pipe / "x")
    with pytest.raises(HostileModelError, match="x is neither a file nor a folder"):
        survey(pipe, 1000)


def test_threat_24_sizes_and_depths_are_bounded(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(bytes(1001))
    with pytest.raises(
        UnsupportedModelError, match="1001 bytes, more than the 1000 allowed; allow more with --max-size"
    ):
        survey(tmp_path, 1000)
    assert survey(tmp_path, 1001).files == {"a": 1001}
    deep = tmp_path / "deep"
    deep.joinpath(*"abcdefgh").mkdir(parents=True)
    with pytest.raises(UnsupportedModelError, match="lies deeper than 8 folders"):
        survey(tmp_path, 2000)


def test_what_is_no_folder(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedModelError, match="is not a folder; name one that holds a model"):
        survey(tmp_path / "absent", 1000)


def test_settings_are_objects(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("[1]")
    (tmp_path / "b.json").write_text('{"x": NaN}')
    (tmp_path / "c.json").write_text('{"x": 1}')
    source = survey(tmp_path, 1000)
    with pytest.raises(UnsupportedModelError, match=r"a.json is not a JSON object"):
        source.settings("a.json")
    with pytest.raises(UnsupportedModelError, match=r"b.json is not JSON"):
        source.settings("b.json")
    assert source.settings("c.json") == {"x": 1}
    assert source.settings("absent.json") == {}
    with pytest.raises(UnsupportedModelError, match=r"c.json has 8 bytes, more than the 7 that are read of it"):
        source.read("c.json", 7)
