"""Finds out what would keep a miner from working, before it costs a bond."""

import importlib.util
import shutil
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata

import anyio.to_thread
import psutil

from nesa.chain import ChainClient, MinerInfo
from nesa.chain.amounts import format_nes
from nesa.errors import NesaError
from nesa.miner._config import SIMULATED, WITH_GPU, MinerConfig
from nesa.miner._run import is_running
from nesa.models import Store
from nesa.tee import Places, available

__all__ = ["Check", "attestation", "doctor", "runtimes"]

_RUNTIMES = ("onnxruntime", "onnxruntime-gpu", "onnxruntime-directml", "onnxruntime-openvino")
_PROVIDERS = {"cpu": "CPUExecutionProvider", "cuda": "CUDAExecutionProvider", "coreml": "CoreMLExecutionProvider"}
_DISK = 2 * 2**30
_GAS = 10**17
_CLOCK = 30.0
_DEFAULT_MEMORY = 512 * 2**20


@dataclass(frozen=True, slots=True)
class Check:
    """One finding.

    Attributes:
        name: what was looked at.
        ok: whether it is as it should be.
        text: one sentence.
        level: ``error`` when a miner cannot work so, ``warning`` when it might not for long.
    """

    name: str
    ok: bool
    text: str
    level: str = "error"


async def doctor(config: MinerConfig) -> list[Check]:
    """Look at this machine, the miner's folder and the chain; nothing is changed and nothing is raised."""
    checks = [*_port(config), *_disk(config), *_keys(config)]
    checks += await anyio.to_thread.run_sync(lambda: [*runtimes(), *_provider(config), *attestation(config)])
    try:
        async with ChainClient(config.network) as chain:
            checks += [*await _clock(chain), *await _miner(chain, config), *await _models(chain, config)]
    except NesaError as error:
        checks.append(Check("chain", ok=False, text=str(error)))
    return checks


def _port(config: MinerConfig) -> Iterator[Check]:
    where = f"{config.metrics_host}:{config.metrics_port}"
    if not config.metrics_port:
        return
    if is_running(config):
        yield Check("ports", ok=True, text=f"the agent is running and serves metrics on {where}")
        return
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((config.metrics_host, config.metrics_port))
        except OSError as error:
            yield Check("ports", ok=False, text=f"metrics cannot be served on {where}: {error.strerror}")
        else:
            yield Check("ports", ok=True, text=f"{where} is free for metrics")


def _disk(config: MinerConfig) -> Iterator[Check]:
    folder = next(path for path in (config.home, *config.home.parents) if path.exists())
    free = shutil.disk_usage(folder).free
    yield Check("disk", free >= _DISK, f"{free / 2**30:.1f} GiB are free at {folder}", "warning")


def _keys(config: MinerConfig) -> Iterator[Check]:
    try:
        config.keys()
    except NesaError as error:
        yield Check("keys", ok=False, text=str(error))
    else:
        yield Check("keys", ok=True, text="both hot keys can be opened")


def runtimes() -> Iterator[Check]:
    """Check that exactly one build of ONNX Runtime is installed.

    Two of them unpack into the same folder: whichever came last is what runs, with the other's version in the books.
    """
    found = [name for name in _RUNTIMES if _installed(name)]
    text = {
        0: "ONNX Runtime is not installed: install this package's extra 'cpu' or 'gpu'",
        1: f"{''.join(found)} {metadata.version(found[0]) if found else ''} is the only build of ONNX Runtime",
    }
    both = f"{' and '.join(found)} are installed together and break each other: uninstall all, then install one extra"
    yield Check("onnxruntime", len(found) == 1, text.get(len(found), both))


def _installed(name: str) -> bool:
    try:
        metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def _provider(config: MinerConfig) -> Iterator[Check]:
    wanted = _PROVIDERS.get(config.engine.provider)
    if wanted is None:
        yield Check("provider", ok=False, text=f"there is no execution provider {config.engine.provider!r}")
        return
    if importlib.util.find_spec("onnxruntime") is None:
        return
    import onnxruntime  # noqa: PLC0415 - an optional dependency

    available = onnxruntime.get_available_providers()
    yield Check("provider", wanted in available, f"this build of ONNX Runtime offers {', '.join(available)}")


def attestation(config: MinerConfig, places: Places | None = None) -> Iterator[Check]:
    """Say which ways to an attestation this machine has, and whether the one that is configured is among them."""
    found = available(places)
    for source in found:
        yield Check("attestation", source.usable, f"{source.name}: {source.text}", "warning")
    if config.enclave.startswith(SIMULATED):
        text = "the enclave is simulated, which proves nothing: only a local network trusts it"
        yield Check("enclave", ok=True, text=text)
    elif config.enclave:
        ready = any(source.reader for source in found)
        gpu = config.enclave != WITH_GPU or any(source.gpu and source.usable for source in found)
        text = "attests by this machine's hardware" if ready and gpu else "is configured, but this machine has none"
        yield Check("enclave", ready and gpu, f"{config.enclave} {text}")
    elif not found:
        text = "this machine has no hardware that attests itself, and takes no jobs that ask for it"
        yield Check("attestation", ok=True, text=text)


async def _clock(chain: ChainClient) -> list[Check]:
    block = await chain.block(await chain.height())
    behind = time.time() - block.time.timestamp()
    if abs(behind) <= _CLOCK:
        return [Check("clock", ok=True, text=f"the newest block is {behind:.0f} s old by this machine's clock")]
    text = (
        f"block {block.height} is {behind:.0f} s old by this machine's clock: the clock is wrong, or the chain stands"
    )
    return [Check("clock", ok=False, text=text)]


async def _miner(chain: ChainClient, config: MinerConfig) -> list[Check]:
    info = await chain.miners.get(config.owner)
    return [*_stake(info), *_registered(info, config), *await _gas(chain, info)]


def _stake(info: MinerInfo) -> Iterator[Check]:
    text = f"{format_nes(info.miner.stake)} staked, {format_nes(info.free)} free, {info.slots} slots"
    yield Check("stake", info.slots > 0 and info.free > 0, text)
    if info.miner.jailed_until:
        yield Check(
            "jail", ok=False, text=f"jailed until block {info.miner.jailed_until}; nesa miner unjail ends it then"
        )
    if info.miner.retired:
        yield Check("retired", ok=False, text="this miner has retired and takes no new work")


def _registered(info: MinerInfo, config: MinerConfig) -> Iterator[Check]:
    expected = {config.operator_key: info.miner.operator, config.claim_key: info.miner.claim_key}
    here = {stored.name: stored.address for stored in config.keystore.list()}
    wrong = [name for name, address in expected.items() if here.get(name) != address]
    text = (
        f"the chain has other keys than {', '.join(wrong)} here" if wrong else "the chain has the hot keys found here"
    )
    yield Check("registration", not wrong, text)


async def _gas(chain: ChainClient, info: MinerInfo) -> list[Check]:
    checks = []
    for name, address in (("operator", info.miner.operator), ("claim", info.miner.claim_key)):
        balance = await chain.bank.balance(address)
        text = f"the {name} key {address} has {format_nes(balance)} for fees"
        checks.append(Check(f"gas of {name}", balance >= _GAS, text, "warning" if balance else "error"))
    return checks


async def _models(chain: ChainClient, config: MinerConfig) -> list[Check]:
    store = Store(config.store)
    checks, needed = [], 0
    served = [entry.version_id async for entry in chain.miners.served(miner=config.owner)]
    for version_id in sorted({*served, *config.serve}):
        version = await chain.models.version(version_id)
        try:
            manifest = await anyio.to_thread.run_sync(store.manifest, version.manifest_digest)
            missing = store.missing(manifest)
            needed += manifest.hardware.memory
            text = f"{len(missing)} files are missing" if missing else "all files are here"
            checks.append(Check(f"model {version_id}", not missing, f"{version.model}: {text}", "warning"))
        except NesaError as error:
            needed += _DEFAULT_MEMORY
            checks.append(Check(f"model {version_id}", ok=False, text=f"{version.model}: {error}", level="warning"))
    available = psutil.virtual_memory().available
    text = f"{available / 2**30:.1f} GiB of memory are available, the models need {needed / 2**30:.1f} GiB"
    return [*checks, Check("memory", available >= needed, text)]
