"""Downloads from a real server on this machine, which only a policy that allows private addresses may call."""

import hashlib
import shutil
import threading
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpcore
import httpx
import pytest

from nesa.errors import AddressRefusedError, DownloadError, ManifestError, NesaError
from nesa.models import File, Manifest, Policy, Progress, Store, fetch_manifest, fetch_model
from nesa.models._addresses import GuardedBackend, guarded_transport
from nesa.models._sources import locate

pytestmark = pytest.mark.anyio

LOCAL = Policy(allow_private=True, timeout=5)


class Server(ThreadingHTTPServer):
    """Serves a folder, with ranges, and misbehaves on request."""

    daemon_threads = True

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.folder = folder
        self.ranges: list[str] = []
        self.cut: int | None = None
        self.redirect = ""
        self.endless = False
        self.thread = threading.Thread(target=partial(self.serve_forever, poll_interval=0.01))
        self.thread.start()

    @property
    def uri(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def stop(self) -> None:
        self.shutdown()
        self.server_close()
        self.thread.join()


class Handler(BaseHTTPRequestHandler):
    server: Server

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        del format, args

    def do_GET(self) -> None:
        server = self.server
        if server.redirect:
            self.send_response(302)
            self.send_header("location", server.redirect)
            self.end_headers()
            return
        path = server.folder / self.path.lstrip("/")
        if not path.is_file():
            self.send_error(404)
            return
        data = path.read_bytes()
        if server.endless and path.suffix == ".onnx":
            self.send_response(200)
            self.end_headers()
            self.wfile.write(data + bytes(1))
            return
        start = 0
        wanted = self.headers.get("range", "")
        if wanted:
            server.ranges.append(wanted)
            start = int(wanted.removeprefix("bytes=").rstrip("-"))
            self.send_response(206)
            self.send_header("content-range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        else:
            self.send_response(200)
        self.send_header("content-length", str(len(data) - start))
        self.end_headers()
        stop = len(data) if server.cut is None or path.suffix != ".onnx" else server.cut
        self.wfile.write(data[start:stop])


@pytest.fixture
def server(tmp_path: Path, model_folders: Path) -> Iterator[Server]:
    folder = tmp_path / "served"
    shutil.copytree(model_folders / "file-type", folder)
    found = Server(folder)
    yield found
    found.stop()


@pytest.fixture
def empty(tmp_path: Path) -> Store:
    return Store(tmp_path / "empty")


async def test_a_model_is_fetched_with_progress(server: Server, empty: Store, file_manifest: Manifest) -> None:
    seen: list[Progress] = []
    digest = file_manifest.digest()
    assert await fetch_model(empty, server.uri, digest, policy=LOCAL, progress=seen.append) == file_manifest
    size = file_manifest.files[0].size
    assert (seen[-1].path, seen[-1].done, seen[-1].total) == ("model.onnx", size, size)
    assert [one.done for one in seen] == sorted(one.done for one in seen)
    assert empty.missing(file_manifest) == ()
    server.folder.joinpath("manifest.json").unlink()  # what is in the store is not fetched again
    assert await fetch_model(empty, server.uri, digest, policy=LOCAL) == file_manifest


async def test_a_manifest_is_fetched_alone(server: Server, empty: Store, file_manifest: Manifest) -> None:
    assert await fetch_manifest(empty, server.uri, file_manifest.digest(), policy=LOCAL) == file_manifest
    assert empty.missing(file_manifest) == file_manifest.files


async def test_an_interrupted_download_is_resumed(server: Server, empty: Store, file_manifest: Manifest) -> None:
    server.cut = 1_000_000
    with pytest.raises(DownloadError):
        await fetch_model(empty, server.uri, file_manifest.digest(), policy=LOCAL)
    kept = empty.partial(file_manifest.files[0].sha256).stat().st_size
    assert 0 < kept <= 1_000_000
    server.cut = None
    await fetch_model(empty, server.uri, file_manifest.digest(), policy=LOCAL)
    assert server.ranges == [f"bytes={kept}-"]
    assert empty.missing(file_manifest) == ()


async def test_threat_24_a_file_with_another_digest_is_refused(
    server: Server, empty: Store, file_manifest: Manifest
) -> None:
    graph = server.folder / "model.onnx"
    graph.write_bytes(bytes(file_manifest.files[0].size))
    with pytest.raises(DownloadError, match="size and digest"):
        await fetch_model(empty, server.uri, file_manifest.digest(), policy=LOCAL)
    assert empty.missing(file_manifest) == file_manifest.files
    assert not empty.partial(file_manifest.files[0].sha256).exists()


async def test_threat_24_a_manifest_with_another_digest_is_refused(server: Server, empty: Store) -> None:
    with pytest.raises(ManifestError, match="does not have the digest registered"):
        await fetch_model(empty, server.uri, bytes(32), policy=LOCAL)


async def test_threat_24_a_file_longer_than_declared_is_cut_off(
    server: Server, empty: Store, file_manifest: Manifest
) -> None:
    graph = server.folder / "model.onnx"
    graph.write_bytes(graph.read_bytes() + bytes(10))
    with pytest.raises(DownloadError, match="larger than"):
        await fetch_model(empty, server.uri, file_manifest.digest(), policy=LOCAL)
    assert not empty.partial(file_manifest.files[0].sha256).exists()  # the announced size was enough
    graph.write_bytes(graph.read_bytes()[:-10])
    server.endless = True
    with pytest.raises(DownloadError, match="larger than"):
        await fetch_model(empty, server.uri, file_manifest.digest(), policy=LOCAL)


async def test_threat_24_a_model_larger_than_the_policy_is_not_begun(
    server: Server, empty: Store, file_manifest: Manifest
) -> None:
    small = Policy(allow_private=True, max_bytes=1000)
    with pytest.raises(DownloadError, match="more than the 1000 allowed"):
        await fetch_model(empty, server.uri, file_manifest.digest(), policy=small)


async def test_a_missing_file_is_reported(server: Server, empty: Store, file_manifest: Manifest) -> None:
    (server.folder / "model.onnx").unlink()
    with pytest.raises(DownloadError, match="the server answered 404"):
        await fetch_model(empty, server.uri, file_manifest.digest(), policy=LOCAL)


async def test_threat_23_a_local_server_is_refused_by_default(server: Server, empty: Store) -> None:
    with pytest.raises(AddressRefusedError, match="by http, which is refused"):
        await fetch_model(empty, server.uri, bytes(32))
    with pytest.raises(AddressRefusedError, match="private address"):
        await fetch_model(empty, server.uri.replace("http:", "https:"), bytes(32))
    assert server.ranges == []


PRIVATE = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",  # noqa: S104 - refused, not bound
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1%eth0",
    "fc00::1",
    "::ffff:10.0.0.1",
    "64:ff9b::a00:1",
    "2002:0a00:0001::1",
    "ff02::1",
]


@pytest.mark.parametrize("address", PRIVATE)
async def test_threat_23_private_addresses_are_refused_after_resolution(empty: Store, address: str) -> None:
    async def resolver(_host: str, _port: int) -> list[str]:
        return ["93.184.216.34", address]  # one public answer does not excuse the other

    with pytest.raises(AddressRefusedError, match=r"models\.example has a private address"):
        await fetch_model(empty, "https://models.example", bytes(32), policy=Policy(resolver=resolver))


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "127.1", "localhost", "[::1]", "[::ffff:127.0.0.1]"])
async def test_threat_23_other_spellings_of_this_machine_are_refused(empty: Store, host: str) -> None:
    with pytest.raises(NesaError, match=r"private address|cannot be found|is not an address"):
        await fetch_model(empty, f"https://{host}", bytes(32))


class Rerouted(httpcore.AsyncNetworkBackend):
    """Stands for the internet: whatever public address is called, the test's server answers."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.called: list[str] = []

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's interface
        local_address: str | None = None,
        socket_options: object = None,
    ) -> httpcore.AsyncNetworkStream:
        del port, socket_options
        self.called.append(host)
        return await httpcore.AnyIOBackend().connect_tcp("127.0.0.1", self.port, timeout, local_address)


@pytest.mark.parametrize(
    "target", ["http://10.0.0.1/", "http://inside.example/", "http://169.254.169.254/latest/meta-data/"]
)
async def test_threat_23_redirects_inward_are_refused(
    monkeypatch: pytest.MonkeyPatch, server: Server, target: str
) -> None:
    async def resolver(host: str, _port: int) -> list[str]:
        return {"outside.example": ["93.184.216.34"], "inside.example": ["192.168.0.9"]}.get(host, [host])

    transport = guarded_transport(resolver=resolver)
    backend = transport._pool._network_backend
    assert isinstance(backend, GuardedBackend)
    internet = Rerouted(server.server_address[1])
    monkeypatch.setattr(backend, "_inner", internet)
    server.redirect = target
    async with httpx.AsyncClient(transport=transport, follow_redirects=True) as client:
        with pytest.raises(AddressRefusedError):
            await client.get("http://outside.example/model.onnx")
    assert internet.called == ["93.184.216.34"]  # the address that was checked, not the name again


async def test_threat_23_unix_sockets_are_refused() -> None:
    with pytest.raises(AddressRefusedError):
        await GuardedBackend().connect_unix_socket("/run/docker.sock")


async def test_files_are_read_only_if_configured(model_folders: Path, empty: Store, file_manifest: Manifest) -> None:
    uri = (model_folders / "file-type").as_uri()
    with pytest.raises(DownloadError, match="refused unless they are configured"):
        await fetch_model(empty, uri, file_manifest.digest())
    policy = Policy(allow_files=True)
    with pytest.raises(DownloadError, match="file:///path"):
        await fetch_model(empty, "file://host/path", file_manifest.digest(), policy=policy)
    seen: list[Progress] = []
    await fetch_model(empty, uri, file_manifest.digest(), policy=policy, progress=seen.append)
    assert empty.missing(file_manifest) == ()
    assert seen[-1].done == seen[-1].total


@pytest.mark.parametrize(
    ("uri", "sentence"),
    [
        ("ftp://models.example/x", "not one of https, file, hf, s3"),
        ("models.example/x", "not one of"),
        ("hf://owner", "hf://owner/name@revision/folder"),
        ("s3:///prefix", "s3://bucket/prefix"),
        ("s3://a bucket/prefix", "not a bucket's address"),
        ("https://[::::]/x", "not an address"),
        ("https://xn--/x", "not an address"),
        ("https://a..b/x", "cannot be found"),
        ("file:///a%00b", "file:///path"),
    ],
)
async def test_addresses_that_are_none(empty: Store, uri: str, sentence: str) -> None:
    with pytest.raises(DownloadError, match=sentence):
        await fetch_model(empty, uri, bytes(32), policy=Policy(allow_files=True))


async def test_hubs_become_https_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    assert locate("hf://owner/name@v1/onnx")("model.onnx").endswith("/owner/name/resolve/v1/onnx/model.onnx")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    address = locate("s3://bucket/some/prefix")("model.onnx")
    assert address.startswith("https://")
    assert "/some/prefix/model.onnx" in address


async def test_an_unreachable_host_is_one_sentence(empty: Store) -> None:
    async def resolver(_host: str, _port: int) -> list[str]:
        raise OSError("no such host")

    with pytest.raises(DownloadError, match=r"the host models\.example cannot be found"):
        await fetch_model(empty, "https://models.example", bytes(32), policy=Policy(resolver=resolver))


async def test_an_empty_file_needs_no_download(server: Server, empty: Store, file_manifest: Manifest) -> None:
    nothing = File("empty.txt", hashlib.sha256(b"").hexdigest(), 0)
    manifest = Manifest.from_json(
        file_manifest.to_json().replace(
            b'"files":[', f'"files":[{{"path":"{nothing.path}","sha256":"{nothing.sha256}","size":0}},'.encode()
        )
    )
    (server.folder / "manifest.json").write_bytes(manifest.to_json())
    await fetch_model(empty, server.uri, manifest.digest(), policy=LOCAL)
    assert empty.missing(manifest) == ()
