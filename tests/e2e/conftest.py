"""A network that the end-to-end tests share: one validator, relay, faucet and six miners that serve four models."""

import io
import json
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, redirect_stderr, redirect_stdout
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

import anyio
import pytest

from build import chat as write_chat
from build import train
from nesa.chain import Key, Keystore, KeyType, Network
from nesa.cli import main
from nesa.client import Client, ask_faucet
from nesa.evm import connect
from nesa.localnet import Home, MinerKeys, State, Topology, miner_keys, shared_key
from nesa.localnet._process import guarded
from nesa.models import Policy, Store

if TYPE_CHECKING:
    from web3 import AsyncWeb3

NESA = (sys.executable, "-m", "nesa.cli")
BUILT = Path(__file__).parents[2] / "build" / "models"  # of make setup
LOCAL = Policy(allow_private=True, allow_files=True)
READY_SECONDS = 240  # on a machine that does other things as well


@dataclass(frozen=True, slots=True)
class Net:
    """A running network."""

    home: Home
    topology: Topology
    supervisor: "subprocess.Popen[bytes]"

    @property
    def network(self) -> Network:
        return Network.load(self.home.root / "network.json")

    @property
    def state(self) -> State:
        return State.load(self.home)

    def key(self, name: str) -> Key:
        return shared_key(self.home, name)

    def miner(self, number: int) -> MinerKeys:
        return miner_keys(self.home, number)


def start(root: Path, topology: Topology, **env: str) -> Net:
    """Start a network that ends with this process, and wait until it is ready."""
    root.mkdir(parents=True, exist_ok=True)
    plan = root.with_suffix(".json")
    plan.write_text(json.dumps(asdict(topology)))
    command = guarded((*NESA, "localnet", "up", "--home", str(root), "--plan", str(plan), "--json"))
    with root.with_suffix(".log").open("wb") as log:
        supervisor = subprocess.Popen(
            command, stdout=log, stderr=log, env={**os.environ, **env}, start_new_session=True
        )
    net = Net(Home(root), topology, supervisor)
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end and supervisor.poll() is None:
        if net.home.state.is_file() and (state := net.state).ready and state.supervisor.pid == supervisor.pid:
            return net
        time.sleep(0.2)
    stop(net)
    raise RuntimeError(root.with_suffix(".log").read_text())


def stop(net: Net) -> int:
    """End a network and return the supervisor's status."""
    net.supervisor.terminate()
    try:
        return net.supervisor.wait(60)
    except subprocess.TimeoutExpired:
        net.supervisor.kill()
        raise


@pytest.fixture(scope="session")
def credit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a model that can be proven, with its keys; it is trained where make setup has not done so."""
    if (BUILT / "credit" / "setup.json").is_file():
        return BUILT / "credit"
    folder = tmp_path_factory.mktemp("trained") / "credit"
    train(folder, "credit")
    return folder


@pytest.fixture(scope="session")
def chat(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the chat model in float32; it is written where make setup has not done so."""
    if (BUILT / "chat-fp32" / "manifest.json").is_file():
        return BUILT / "chat-fp32"
    folder = tmp_path_factory.mktemp("chat")
    write_chat(folder)
    return folder / "chat-fp32"


@pytest.fixture(scope="session")
def models(model_folders: Path, credit: Path, chat: Path) -> dict[str, str]:
    """Folders of the models that the network publishes, by name; versions count from 1 in this order."""
    return {f"nesa/{name}": str(model_folders / name) for name in ("style-transfer", "file-type")} | {
        "nesa/credit": str(credit),
        "nesa/chat": str(chat),
    }


@pytest.fixture(scope="session")
def net(tmp_path_factory: pytest.TempPathFactory, models: dict[str, str]) -> Iterator[Net]:
    network = start(tmp_path_factory.mktemp("shared") / "net", Topology(miners=6, models=models))
    yield network
    stop(network)


@pytest.fixture
def user(net: Net) -> Key:
    """A new account with coins from the faucet."""
    key = Key.generate(KeyType.ETHEREUM)
    anyio.run(ask_faucet, net.network, key.address)
    return key


@pytest.fixture
async def client(net: Net, user: Key, tmp_path: Path) -> AsyncIterator[Client]:
    async with Client(net.network, user, store=Store(tmp_path / "store"), policy=LOCAL) as found:
        yield found


@asynccontextmanager
async def json_rpc(net: Net) -> AsyncIterator["AsyncWeb3[Any]"]:
    """A connection to the network's JSON-RPC, closed in the end."""
    web3 = connect(net.network)
    try:
        yield web3
    finally:
        await web3.provider.disconnect()


@pytest.fixture
async def web3(net: Net) -> AsyncIterator["AsyncWeb3[Any]"]:
    async with json_rpc(net) as found:
        yield found


@dataclass(frozen=True, slots=True)
class Done:
    """What a command said, and its status."""

    returncode: int
    stdout: str
    stderr: str


class Shell:
    """The command line, as a user with keys of its own would use it; in this process, because imports take a while."""

    def __init__(self, net: Net, folder: Path) -> None:
        self.keys = folder / "keys"
        self.env = {
            "NESA_NETWORK": str(net.home.root / "network.json"),
            "NESA_KEYS": str(self.keys),
            "NESA_PASSWORD": "secret",
        }

    def __call__(self, *args: str, **env: str) -> Done:
        out, err = io.StringIO(), io.StringIO()
        nobody = mock.patch("sys.stdin", io.StringIO())  # at the keyboard
        with mock.patch.dict(os.environ, self.env | env), redirect_stdout(out), redirect_stderr(err), nobody:
            try:
                main(list(args))
            except SystemExit as end:
                code = end.code
        assert isinstance(code, int)
        return Done(code, out.getvalue(), err.getvalue())

    def json(self, *args: str) -> Any:
        """Run a command that must succeed, and return what it prints."""
        done = self(*args, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def refused(self, *args: str, status: int = 1, **env: str) -> str:
        """Run a command that must fail with one sentence, and return the sentence."""
        done = self(*args, **env)
        assert done.returncode == status, (done.stdout, done.stderr)
        lines = [line for line in done.stderr.splitlines() if line.startswith("Error: ")]
        assert len(lines) == 1, done.stderr
        return lines[0]


@pytest.fixture
def shell(net: Net, user: Key, tmp_path: Path) -> Shell:
    """A shell whose key store has the user's key under the name ``me``."""
    found = Shell(net, tmp_path)
    Keystore(found.keys, scrypt_n=1024).add("me", user, "secret")
    return found
