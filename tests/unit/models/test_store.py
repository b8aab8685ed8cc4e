import hashlib
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nesa.errors import ManifestError, StoreError
from nesa.models import File, Store


def entry(data: bytes, path: str = "model.onnx") -> File:
    return File(path, hashlib.sha256(data).hexdigest(), len(data))


@given(data=st.binary(max_size=100))
def test_what_is_put_can_be_read(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    store = Store(tmp_path_factory.mktemp("store"))
    assert store.put(data) == store.put(data) == hashlib.sha256(data).hexdigest()
    assert store.read(entry(data)) == data
    assert [path.name for path in store.root.rglob("*") if path.is_file()] == [entry(data).sha256]


def test_threat_24_a_damaged_file_is_never_returned(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.put(b"weights")
    path = store.path(entry(b"weights").sha256)
    path.write_bytes(b"WEIGHTS")
    with pytest.raises(StoreError, match="damaged"):
        store.read(entry(b"weights"))
    path.write_bytes(b"weights" * 1000)
    with pytest.raises(StoreError, match="damaged"):
        store.read(entry(b"weights"))


def test_threat_24_sizes_are_checked_before_reading(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.path(store.put(b"weights")).write_bytes(b"weights" * 1000)
    monkeypatch.setattr(Path, "read_bytes", lambda _path: pytest.fail("read"))
    with pytest.raises(StoreError, match="damaged"):
        store.read(entry(b"weights"))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"model\.onnx is not in the model store"):
        Store(tmp_path).read(entry(b"x"))
    with pytest.raises(StoreError, match=r"manifest .* is not in the model store"):
        Store(tmp_path).manifest(bytes(32))


@pytest.mark.parametrize("key", ["", "ab", "../" * 20 + "passwd", "A" * 64, "g" * 64])
def test_threat_24_keys_are_digests(tmp_path: Path, key: str) -> None:
    with pytest.raises(StoreError, match="SHA-256"):
        Store(tmp_path).path(key)


def test_a_folder_becomes_a_manifest_and_its_files(tmp_path: Path, model_folders: Path) -> None:
    store = Store(tmp_path)
    digest = store.add_folder(model_folders / "file-type")
    manifest = store.manifest(digest)
    assert manifest.digest() == digest
    assert manifest.name == "file-type"
    assert store.missing(manifest) == ()
    store.path(manifest.files[0].sha256).unlink()
    assert store.missing(manifest) == manifest.files


def test_a_folder_whose_file_was_changed_is_refused(tmp_path: Path, model_folders: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(model_folders / "file-type", folder)
    graph = folder / "model.onnx"
    data = bytearray(graph.read_bytes())
    data[-1] ^= 1
    graph.write_bytes(data)
    with pytest.raises(StoreError, match="does not have the digest"):
        Store(tmp_path / "store").add_folder(folder)
    graph.write_bytes(data[:-1])
    with pytest.raises(StoreError, match="bytes instead of"):
        Store(tmp_path / "store").add_folder(folder)
    assert not [path for path in (tmp_path / "store").rglob("*") if path.is_file()]


def test_threat_24_a_link_out_of_the_folder_is_refused(tmp_path: Path, model_folders: Path) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    shutil.copyfile(model_folders / "file-type" / "manifest.json", folder / "manifest.json")
    (folder / "model.onnx").symlink_to(model_folders / "file-type" / "model.onnx")
    with pytest.raises(StoreError, match="leads out of"):
        Store(tmp_path / "store").add_folder(folder)


def test_threat_24_a_huge_manifest_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_bytes(b" " * 2_000_000)
    with pytest.raises(ManifestError, match="more than the"):
        Store(tmp_path / "store").add_folder(tmp_path)
    store = Store(tmp_path / "store")
    digest = bytes.fromhex(store.put(b" " * 2_000_000))
    with pytest.raises(ManifestError, match="more than the"):
        store.manifest(digest)


def test_a_store_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StoreError, match="cannot make"):
        Store(tmp_path / "file").put(b"x")
