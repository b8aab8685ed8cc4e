"""A miner beside those of a network: with a stake of its own, run by a program of its own."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import anyio

from nesa.chain import Account, ChainClient, Key, Keystore, KeyType, Network, messages
from nesa.engines import EngineConfig
from nesa.errors import NesaError
from nesa.localnet import PASSWORD, Command, Service, tail
from nesa.miner import init_home

__all__ = ["Guest"]

_GAS = 10**20  # anes for each of its keys
_READY = 60.0


def _new_key() -> Key:
    return Key.generate(KeyType.COSMOS)


@dataclass(frozen=True, slots=True)
class Guest:
    """A miner's name, folder, stake in anes, and keys."""

    name: str
    home: Path
    stake: int
    owner: Key = field(default_factory=_new_key)
    operator: Key = field(default_factory=_new_key)
    claim: Key = field(default_factory=_new_key)

    @property
    def funds(self) -> dict[str, int]:
        """What its accounts need when the chain starts, in anes by address."""
        gas = dict.fromkeys((self.operator.address, self.claim.address), _GAS)
        return {self.owner.address: self.stake + _GAS, **gas}

    @asynccontextmanager
    async def at_work(
        self, chain: ChainClient, network: Network, serve: dict[int, int], program: Sequence[str], store: Path
    ) -> AsyncIterator[None]:
        """Register and run it while the block runs, which begins when it has slots and serves.

        Args:
            chain: of the network.
            network: which it joins.
            serve: asks in anes by version.
            program: that runs it, given its folder.
            store: of models' files.

        Raises:
            NesaError: it ended, or was not ready in time.
        """
        keys = Keystore(self.home / "keys", scrypt_n=1 << 10)  # the password is everybody's
        keys.add("operator", self.operator, PASSWORD)
        keys.add("claim", self.claim, PASSWORD)
        init_home(
            self.home, network, owner=self.owner.address, serve=serve, engine=EngineConfig(threads=1),
            password=PASSWORD, metrics_port=0, workers=1, queue=128, allow_private=True, store=store,
        )  # fmt: skip
        message = messages.register_miner(
            self.owner.address,
            operator=self.operator.address,
            claim_key=self.claim.address,
            stake=self.stake,
            moniker=self.name,
        )
        await Account(chain, self.owner).send(message)
        environment = {"NESA_PASSWORD": PASSWORD, "PYTHONUNBUFFERED": "1"}
        service = await Service.start(Command(self.name, tuple(program), self.home.with_suffix(".log"), environment))
        try:
            await self._ready(chain, service, set(serve))
            yield
        finally:
            await service.stop()

    async def _ready(self, chain: ChainClient, service: Service, wanted: set[int]) -> None:
        with anyio.move_on_after(_READY):
            while service.returncode is None:
                served = {item.version_id async for item in chain.miners.served(miner=self.owner.address)}
                if served >= wanted and (await chain.miners.get(self.owner.address)).slots:
                    return
                await anyio.sleep(0.2)
        raise NesaError(f"{self.name} is not ready: {tail(service.command.log) or 'it said nothing'}")
