"""Attests a miner's enclave once, or gives its key up, while no agent has to run."""

from dataclasses import dataclass

import anyio.to_thread

from nesa.chain import Account, ChainClient, Platform, messages
from nesa.miner._attest import Attester
from nesa.miner._config import MinerConfig
from nesa.miner._enclave import enclave_key, enclave_reader, forget_key
from nesa.miner._registry import LiveRegistry
from nesa.tee import measurement_of

__all__ = ["Attestation", "attest", "revoke"]


@dataclass(frozen=True, slots=True)
class Attestation:
    """What was sent to the chain.

    Attributes:
        key: the ed25519 public key, 32 bytes.
        platform: that made the quote.
        product: of the platform.
        measurement: of the enclave, 48 bytes.
        gpu: whether a GPU's report came with it.
        expires: in seconds since 1970.
    """

    key: bytes
    platform: Platform
    product: str
    measurement: bytes
    gpu: bool
    expires: int


async def attest(config: MinerConfig, *, enclave: str = "") -> Attestation:
    """Have the key of a miner's folder attested, for as long as the chain allows; it is made at first.

    Args:
        config: the miner's settings.
        enclave: as in the settings, in place of what they say.

    Raises:
        AttestationError: this machine cannot attest itself.
        MinerError: no enclave is configured, or the keys' password is missing.
        ChainError: no node answers, or the chain refuses the quote.
    """
    operator, _ = config.keys()
    key, reader = await anyio.to_thread.run_sync(lambda: (enclave_key(config), enclave_reader(config, enclave)))
    async with ChainClient(config.network) as client:
        registry = LiveRegistry(client, Account(client, operator), config.owner)
        quote, expires = await Attester(config.owner, key, reader, registry).attest()
    return Attestation(
        key=key.key,
        platform=quote.platform,
        product=quote.product,
        measurement=measurement_of(quote),
        gpu=bool(quote.gpu_report),
        expires=expires,
    )


async def revoke(config: MinerConfig) -> bytes:
    """Give up the attested key of a miner's folder for good, and return it; the next attestation makes another.

    Raises:
        AttestationError: the key cannot be read or removed.
        MinerError: the keys' password is missing.
        ChainError: no node answers, or the chain does not know the key.
    """
    operator, _ = config.keys()
    key = enclave_key(config).key
    async with ChainClient(config.network) as client:
        await Account(client, operator).send(messages.revoke_key(operator.address, config.owner, key))
    forget_key(config)
    return key
