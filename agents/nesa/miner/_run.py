"""Runs a miner's agent as a process."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager

import anyio
import anyio.to_thread
import structlog
from anyio.abc import TaskStatus
from prometheus_client import start_http_server

from nesa.chain import Account, ChainClient, Key, NotFoundError, messages
from nesa.engines import load_model
from nesa.errors import MinerError
from nesa.logs import configure_logging
from nesa.miner._agent import Agent, Parts
from nesa.miner._attest import Attester
from nesa.miner._chain import AccountSender, LiveChain, Tamper
from nesa.miner._config import MinerConfig
from nesa.miner._enclave import enclave_key, enclave_reader
from nesa.miner._evidence import Notary
from nesa.miner._journal import Journal
from nesa.miner._metrics import Metrics
from nesa.miner._payloads import Payloads
from nesa.miner._pool import EngineFactory, ModelPool, Workers
from nesa.miner._prover import find_prover
from nesa.miner._registry import LiveRegistry
from nesa.models import Policy, Store
from nesa.relay import Blobs

__all__ = ["drain", "is_running", "run"]

_log = structlog.get_logger("nesa.miner")

_POLL = 0.25


async def run(
    config: MinerConfig,
    *,
    engine: EngineFactory = load_model,
    tamper: Tamper | None = None,
    task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED,
) -> None:
    """Run a miner until cancelled, or until it is drained.

    Args:
        config: its settings.
        engine: loads models; another one makes another miner, an honest one or not.
        tamper: changes entries before they are signed; for tests of dishonest miners.
        task_status: told when the models are loaded and the first block was seen.

    Raises:
        MinerError: another agent uses this folder, a port is taken, or the chain does not know the miner by these keys.
        ChainError: no node answers, a key is missing or the password is wrong.
    """
    configure_logging()
    operator, claim = config.keys()
    async with AsyncExitStack() as stack:
        stack.enter_context(_locked(config))
        config.drain_flag.unlink(missing_ok=True)
        metrics = Metrics()
        _serve_metrics(config, metrics, stack)
        client = await stack.enter_async_context(ChainClient(config.network))
        policy = Policy(allow_private=config.allow_private, allow_files=config.allow_private)
        blobs = await stack.enter_async_context(
            Blobs(config.network.chain_id, relays=config.relays, signer=operator, policy=policy)
        )
        await _check_keys(client, config, operator, claim)
        chain = LiveChain(client, config.owner)
        accounts = Account(client, operator), Account(client, claim)
        await _serve_versions(config, chain, accounts[0])
        journal = Journal(config.journal, owner=config.owner, chain_id=config.network.chain_id)
        stack.callback(journal.close)
        store = Store(config.store)
        attester = await _attester(config, client, accounts[0])

        async def admitted(version: int) -> bytes | None:
            keys = client.attestation.verifying_keys(version_id=version)
            async for key in keys:
                if not key.private_input:
                    return key.key
            return None

        senders = [AccountSender(account, denom=config.network.denom, tamper=tamper) for account in accounts]
        parts = Parts(
            owner=config.owner,
            chain=chain,
            claims=senders[1],
            operator=senders[0],
            journal=journal,
            pool=ModelPool(
                chain,
                store,
                engine=engine,
                config=config.engine,
                policy=policy if config.download else None,
            ),
            workers=Workers(config.workers, config.queue),
            payloads=Payloads(blobs, policy),
            notary=Notary(config.network.chain_id, config.owner, enclave=attester, prover=find_prover(store, admitted)),
            metrics=metrics,
            claims_open=lambda: not config.drain_flag.exists(),
        )
        async with anyio.create_task_group() as tasks:
            if attester is not None:
                tasks.start_soon(attester.run)
            await Agent(parts).run(task_status=task_status)
            tasks.cancel_scope.cancel()
        _log.info("drained")


async def _attester(config: MinerConfig, client: ChainClient, operator: Account) -> Attester | None:
    """Return this machine's enclave if the settings name one."""
    if not config.enclave:
        return None
    key, reader = await anyio.to_thread.run_sync(lambda: (enclave_key(config), enclave_reader(config)))
    registry = LiveRegistry(client, operator, config.owner)
    return Attester(config.owner, key, reader, registry, reload=lambda: enclave_key(config))


@contextmanager
def _locked(config: MinerConfig) -> Iterator[None]:
    try:
        handle = os.open(config.lock, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise MinerError(f"{config.home} cannot be written: {error.strerror}") from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise MinerError(f"another agent runs in {config.home}") from error
        yield
    finally:
        os.close(handle)


def is_running(config: MinerConfig) -> bool:
    """Tell whether an agent runs in this folder."""
    try:
        with _locked(config):
            return False
    except MinerError:
        return config.lock.exists()


def _serve_metrics(config: MinerConfig, metrics: Metrics, stack: AsyncExitStack) -> None:
    if not config.metrics_port:
        return
    where = f"{config.metrics_host}:{config.metrics_port}"
    try:
        server, _ = start_http_server(config.metrics_port, config.metrics_host, registry=metrics.registry)
    except OSError as error:
        raise MinerError(f"metrics cannot be served on {where}: {error.strerror}") from error
    stack.callback(server.server_close)
    stack.callback(server.shutdown)


async def _check_keys(client: ChainClient, config: MinerConfig, operator: Key, claim: Key) -> None:
    try:
        miner = (await client.miners.get(config.owner)).miner
    except NotFoundError as error:
        raise MinerError(f"{config.owner} is not registered as a miner; nesa miner stake registers it") from error
    for name, key, expected in (("operator", operator, miner.operator), ("claim", claim, miner.claim_key)):
        if key.address != expected:
            raise MinerError(
                f"the chain knows {expected} as this miner's {name} key, but the key here is {key.address}"
            )


async def _serve_versions(config: MinerConfig, chain: LiveChain, account: Account) -> None:
    """Bring what the chain says this miner serves to what the settings say."""
    if not config.serve:
        return
    served = {version: entry.ask for version, entry in (await chain.served()).items()}
    changed = {version: ask for version, ask in config.serve.items() if served.get(version) != ask}
    dropped = sorted(served.keys() - config.serve.keys())
    if changed or dropped:
        await account.send(messages.serve(account.address, changed, drop=dropped))
        _log.info("serving", versions=sorted(config.serve), dropped=dropped)


async def drain(config: MinerConfig, *, wait: bool = True) -> None:
    """Tell a running agent to take no new work and to end when it owes nothing; wait until it has.

    Raises:
        MinerError: no agent runs in this folder.
    """
    if not is_running(config):
        raise MinerError(f"no agent runs in {config.home}")
    config.drain_flag.touch()
    while wait and is_running(config):  # noqa: ASYNC110 - another process
        await anyio.sleep(_POLL)
