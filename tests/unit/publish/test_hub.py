"""Repositories from a hub on this machine, which only a policy that allows private addresses may call."""

import hashlib
import json
import os
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import numpy as np
import pytest

from nesa.errors import AddressRefusedError, DownloadError, HostileModelError, NesaError, UnsupportedModelError
from nesa.models import Policy, Progress
from nesa.publish import Repository, parse_repository
from nesa.publish._hub import fetch_repository
from unit.publish.folders import layout, safetensors

pytestmark = pytest.mark.anyio

LOCAL = Policy(allow_private=True, timeout=5)
COMMIT = "0123456789abcdef0123456789abcdef01234567"
NAME = Repository("them/tiny")


class Hub(ThreadingHTTPServer):
    """Lists and serves one repository as the hub does, and misbehaves on request."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.files: dict[str, bytes] = {}
        self.listing: dict[str, Any] = {"sha": COMMIT}
        self.extra: list[Any] = []
        self.digests: dict[str, str] = {}
        self.cut = -1
        self.asked: list[str] = []
        self.thread = threading.Thread(target=partial(self.serve_forever, poll_interval=0.01))
        self.thread.start()

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def listed(self) -> bytes:
        siblings: list[Any] = [
            {"rfilename": path, "size": len(data)}
            | ({"lfs": {"sha256": self.digests.get(path, hashlib.sha256(data).hexdigest())}} if ".safe" in path else {})
            for path, data in self.files.items()
        ]
        return json.dumps(self.listing | {"siblings": [*siblings, *self.extra]}).encode()

    def stop(self) -> None:
        self.shutdown()
        self.server_close()
        self.thread.join()


class Handler(BaseHTTPRequestHandler):
    server: Hub

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        del format, args

    def do_GET(self) -> None:
        hub, path = self.server, unquote(self.path)
        hub.asked.append(path)
        name = path.removeprefix(f"/them/tiny/resolve/{COMMIT}/")
        found = hub.listed() if path == "/api/models/them/tiny/revision/main?blobs=true" else hub.files.get(name)
        if found is None:
            self.send_error(404)
            return
        start = int(self.headers.get("range", "bytes=0-").removeprefix("bytes=").rstrip("-"))
        self.send_response(206 if start else 200)
        if start:
            self.send_header("content-range", f"bytes {start}-{len(found) - 1}/{len(found)}")
        self.send_header("content-length", str(len(found) - start))
        self.end_headers()
        self.wfile.write(found[start : hub.cut if hub.cut >= 0 and name.endswith("safetensors") else None])


@pytest.fixture
def hub() -> Iterator[Hub]:
    found = Hub()
    found.files = {
        "README.md": b"---\nlicense: mit\n---\n",
        "config.json": b'{"architectures": ["LlamaForCausalLM"]}',
        "tokenizer.json": b"{}",
        "model.safetensors": safetensors({"a": np.ones(5000, np.float32)}),
        "pytorch_model.bin": b"\x80\x02}",
        "modeling.py": b"harm()",
        ".gitattributes": b"",
        "checkpoints/old.safetensors": b"",
    }
    yield found
    found.stop()


async def fetch(hub: Hub, root: Path, *, graph: str = "", policy: Policy = LOCAL) -> Path:
    folder, commit = await fetch_repository(NAME, root, policy, print, graph=graph, endpoint=hub.endpoint)
    assert commit == COMMIT
    return folder


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("them/tiny", NAME),
        ("hf://them/tiny@v1.0", Repository("them/tiny", "v1.0")),
        ("a/b/c", None),
        ("tiny", None),
        ("../tiny", None),
        ("them/../x", None),
        ("them/tiny@", None),
        ("them/tiny@../x", None),
        ("them/tiny?x", None),
        ("", None),
    ],
)
async def test_what_names_a_repository(text: str, found: Repository | None) -> None:
    assert parse_repository(text) == found


async def test_what_can_be_published_is_fetched_and_nothing_else(hub: Hub, tmp_path: Path) -> None:
    seen: list[Progress] = []
    folder, _ = await fetch_repository(NAME, tmp_path, LOCAL, seen.append, endpoint=hub.endpoint)
    wanted = {"README.md", "config.json", "tokenizer.json", "model.safetensors"}
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {name: hub.files[name] for name in wanted}
    assert (seen[-1].path, seen[-1].done) == ("model.safetensors", len(hub.files["model.safetensors"]))
    hub.asked.clear()
    assert await fetch(hub, tmp_path) == folder
    assert len(hub.asked) == 1  # the listing alone


async def test_a_fetch_goes_on_where_it_ended(hub: Hub, tmp_path: Path) -> None:
    hub.cut = 1000
    with pytest.raises(DownloadError):
        await fetch(hub, tmp_path)
    assert not (tmp_path / f"them--tiny@{COMMIT}" / "model.safetensors").exists()
    hub.cut = -1
    folder = await fetch(hub, tmp_path)
    assert (folder / "model.safetensors").read_bytes() == hub.files["model.safetensors"]


async def test_graphs_are_fetched_where_there_are_no_weights_or_one_is_named(hub: Hub, tmp_path: Path) -> None:
    exported = layout(tmp_path / "layout")
    for path in exported.iterdir():
        hub.files[path.name if path.suffix == ".json" else f"onnx/{path.name}"] = path.read_bytes()
    hub.files["onnx/other.onnx"] = b"x"
    folder = await fetch(hub, tmp_path, graph="onnx/model.onnx")
    assert {path.name for path in (folder / "onnx").iterdir()} == {"model.onnx", "model.onnx.data"}
    del hub.files["model.safetensors"]
    folder = await fetch(hub, tmp_path / "again")
    assert {path.name for path in (folder / "onnx").iterdir()} == {"model.onnx", "model.onnx.data", "other.onnx"}


async def test_a_decoder_is_fetched_with_what_belongs_to_it(hub: Hub, tmp_path: Path) -> None:
    wanted = {"encoder_model.onnx", "decoder_model.onnx", "decoder_model.onnx_data", "decoder_with_past_model.onnx"}
    for name in (*wanted, "encoder_model_quantized.onnx"):
        hub.files[f"onnx/{name}"] = b"x"
    folder = await fetch(hub, tmp_path, graph="onnx/decoder_model.onnx")
    assert {path.name for path in (folder / "onnx").iterdir()} == wanted


async def test_threat_24_a_file_that_is_not_what_the_hub_says(hub: Hub, tmp_path: Path) -> None:
    hub.digests["model.safetensors"] = "0" * 64
    with pytest.raises(DownloadError, match=r"model.safetensors does not have the digest that the hub says; try again"):
        await fetch(hub, tmp_path)


@pytest.mark.parametrize(
    "path", ["../../evil.json", "/etc/evil.json", "a/../../b.json", "sub/../x.json", "x\n.json", "-x.json"]
)
async def test_threat_24_paths_that_lead_out(hub: Hub, tmp_path: Path, path: str) -> None:
    hub.files[path] = b"{}"
    try:
        folder = await fetch(hub, tmp_path / "root")
    except HostileModelError as error:
        assert "which is refused; choose another repository" in str(error)  # noqa: PT017 - or it was never looked at
    else:
        assert not (folder / path).exists()
    assert {entry.name for entry in os.scandir(tmp_path)} <= {"root"}


async def test_threat_24_pickles_alone_are_refused(hub: Hub, tmp_path: Path) -> None:
    del hub.files["model.safetensors"]
    with pytest.raises(
        HostileModelError, match=r"keeps its weights as pickles.*choose a repository that has safetensors"
    ):
        await fetch(hub, tmp_path)
    del hub.files["pytorch_model.bin"]
    with pytest.raises(UnsupportedModelError, match="neither safetensors nor an ONNX graph"):
        await fetch(hub, tmp_path)


async def test_threat_24_sizes_are_bounded_before_anything_is_fetched(hub: Hub, tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match="more than the 100 allowed"):
        await fetch(hub, tmp_path, policy=Policy(allow_private=True, max_bytes=100))
    assert len(hub.asked) == 1


@pytest.mark.parametrize("listing", [{"sha": "../../x"}, {"sha": None}, {"sha": 7}])
async def test_threat_24_a_commit_that_is_none(hub: Hub, tmp_path: Path, listing: dict[str, Any]) -> None:
    hub.listing = listing
    with pytest.raises(DownloadError, match="does not say which commit main of them/tiny is"):
        await fetch(hub, tmp_path)


async def test_threat_23_the_hub_is_called_at_public_addresses_only(hub: Hub, tmp_path: Path) -> None:
    with pytest.raises(AddressRefusedError):
        await fetch(hub, tmp_path, policy=Policy())


@pytest.mark.parametrize(
    "extra", [[7], [{"rfilename": 3, "size": 1}], [{"rfilename": "x.json"}], [{"rfilename": "x.json", "size": -1}]]
)
async def test_entries_that_say_nothing_are_passed_over(hub: Hub, tmp_path: Path, extra: list[Any]) -> None:
    hub.extra = extra
    assert not (await fetch(hub, tmp_path) / "x.json").exists()


async def test_what_is_not_there(hub: Hub, tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match="the server answered 404"):
        await fetch_repository(Repository("them/absent"), tmp_path, LOCAL, print, endpoint=hub.endpoint)
    hub.listing = {"siblings": 7}
    with pytest.raises(NesaError):
        await fetch(hub, tmp_path)


async def test_the_hub_needs_its_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "huggingface_hub.constants", None)
    with pytest.raises(DownloadError, match="needs this package's extra 'hf'"):
        await fetch_repository(NAME, tmp_path, LOCAL, print)


async def test_the_hub_is_the_librarys(hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", hub.endpoint)
    folder, _ = await fetch_repository(NAME, tmp_path, LOCAL, print)
    assert (folder / "model.safetensors").is_file()
