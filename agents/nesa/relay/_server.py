"""Runs a relay: the NATS server as a child process, and the service that answers for it."""

import os
import secrets
import signal
import ssl
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import anyio
import structlog
from anyio.abc import Process, TaskGroup, TaskStatus
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error

from nesa.errors import RelayError
from nesa.logs import configure_logging
from nesa.relay._callout import answer
from nesa.relay._config import RelayConfig, ServerSecrets, server_config
from nesa.relay._dial import dial, hang_up
from nesa.relay._nkeys import ACCOUNT, USER, NatsKey
from nesa.relay._service import BlobService
from nesa.relay._store import BlobStore
from nesa.relay._uploaders import Uploaders
from nesa.relay._uploads import Uploads

__all__ = ["run_relay"]

_log = structlog.get_logger("nesa.relay")

_START = 20.0
_STOP = 10.0
_RECONNECT = 0.1


async def run_relay(
    config: RelayConfig, uploaders: Uploaders, *, task_status: TaskStatus[str] = anyio.TASK_STATUS_IGNORED
) -> None:
    """Run a relay until cancelled; ``task_status`` gets its URL once it serves.

    Raises:
        RelayError: the server does not start (its port is in use, the program is missing) or ended by itself.
    """
    configure_logging()
    issuer = NatsKey.generate(ACCOUNT)
    shared = ServerSecrets(issuer.public, NatsKey.generate(USER).public, secrets.token_hex(32), secrets.token_hex(32))
    scratch = config.home / "scratch"
    async with AsyncExitStack() as stack:
        try:
            scratch.mkdir(parents=True, exist_ok=True)
            settings = _write(config.home / "nats.conf", server_config(config, shared))
        except OSError as error:
            raise RelayError(f"the relay cannot write to {config.home}: {error.strerror}") from error
        process = await stack.enter_async_context(_nats_server(config, settings))
        service = await _connect(stack, config, process, "service", shared.service_password)
        clients = await _connect(stack, config, process, "blobs", shared.client_password)
        store = await BlobStore.open(
            service.jetstream(timeout=_STOP), scratch, ttl=config.limits.ttl, max_bytes=config.limits.max_bytes
        )
        uploads = Uploads(scratch)
        stack.callback(store.close)
        stack.callback(uploads.close)
        async with anyio.create_task_group() as tasks:
            blobs = BlobService(store, uploads, uploaders, config.limits)
            await blobs.run(clients, tasks)
            await _answer_logins(service, issuer, config, blobs)
            _log.info("serving", url=config.url)
            task_status.started(config.url)
            await _watch(process, tasks)


def _write(path: Path, text: str) -> Path:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    return path


@asynccontextmanager
async def _nats_server(config: RelayConfig, settings: Path) -> AsyncIterator[Process]:
    log = config.home / "nats.log"
    command = [str(config.server), "--config", str(settings), "--log", str(log)]
    try:
        process = await anyio.open_process(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
    except OSError as error:
        raise RelayError(f"the program {config.server} cannot be started: {error.strerror}") from error
    try:
        yield process
    finally:
        with anyio.CancelScope(shield=True):
            if process.returncode is None:
                process.send_signal(signal.SIGTERM)
            with anyio.move_on_after(_STOP):
                await process.wait()
            if process.returncode is None:
                process.kill()
                await process.wait()


async def _connect(stack: AsyncExitStack, config: RelayConfig, process: Process, user: str, password: str) -> Client:
    host = "127.0.0.1" if config.host in {"0.0.0.0", "::"} else config.host  # noqa: S104 - compared, not bound
    url, tls = f"nats://{host}:{config.port}", None
    if config.tls_certificate:
        # This process started the server a moment ago on this machine; the certificate's name is the public one.
        tls = ssl.create_default_context()
        tls.check_hostname, tls.verify_mode = False, ssl.CERT_NONE

    async def connect(*, reconnect: bool) -> Client:
        return await dial(
            url,
            user=user,
            password=password,
            tls=tls,
            allow_reconnect=reconnect,
            reconnect_time_wait=_RECONNECT,
            error_cb=_log_error,
        )

    with anyio.move_on_after(_START):
        while process.returncode is None:
            try:
                await hang_up(await connect(reconnect=False))
            except (OSError, Error):
                await anyio.sleep(0.05)
                continue
            client = await connect(reconnect=True)
            stack.push_async_callback(hang_up, client)
            return client
    raise RelayError(
        f"the NATS server did not start on {config.host}:{config.port} (is the port in use? "
        f"its log is {config.home / 'nats.log'})"
    )


async def _log_error(error: Exception) -> None:
    _log.debug("nats", error=str(error))


async def _answer_logins(service: Client, issuer: NatsKey, config: RelayConfig, blobs: BlobService) -> None:
    async def receive(message: Msg) -> None:
        try:
            reply, login = answer(
                issuer, message.data.decode(), chain_id=config.chain_id, relays=config.names, now=int(time.time())
            )
            if login.inbox:
                blobs.admit(login.inbox)
            await message.respond(reply.encode())
        except (RelayError, Error, UnicodeDecodeError) as error:
            _log.warning("login_failed", error=str(error))
        else:
            _log.info("login", address=login.address, refused=not login.inbox)

    await service.subscribe("$SYS.REQ.USER.AUTH", cb=receive)


async def _watch(process: Process, tasks: TaskGroup) -> None:
    code = await process.wait()
    tasks.cancel_scope.cancel()
    raise RelayError(f"the NATS server ended by itself with code {code}")
