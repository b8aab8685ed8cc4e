"""Models of a network: published once, before its miners start, which then serve them."""

from collections.abc import Mapping
from pathlib import Path

from nesa.chain import Account, ChainClient, Key, NotFoundError, Version
from nesa.client import find_version, publish_model
from nesa.localnet._topology import NES

__all__ = ["ASKS", "find_models", "publish_models"]

ASKS = {"IMAGE": NES, "REQUEST": NES // 10, "TOKEN": NES // 1000}
"""What the miners ask per unit, in anes."""

_ROYALTY_BPS = 500


async def publish_models(chain: ChainClient, publisher: Key, models: Mapping[str, Path]) -> list[Version]:
    """Publish the models that the chain does not have yet; return the newest version of each.

    Args:
        chain: the network's chain.
        publisher: who pays, and gets the royalties.
        models: folders by name.
    """
    account = Account(chain, publisher)
    versions = []
    for name, folder in models.items():
        try:
            await chain.models.get(name)
        except NotFoundError:
            uri = folder.absolute().as_uri()
            await publish_model(chain, account, name, folder, uri=uri, royalty_bps=_ROYALTY_BPS)
        versions.append(await find_version(chain, name))
    return versions


def find_models(folder: Path) -> list[Path]:
    """Return the models in ``folder``, each a folder with a manifest."""
    return sorted(manifest.parent.absolute() for manifest in folder.glob("*/manifest.json"))
