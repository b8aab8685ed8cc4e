"""Nesa: verifiable AI inference on a chain.

Subpackages depend on each other in one direction only:
``cli → {miner, client} → {chain, relay, engines, verify, models} → proto``.
"""

from importlib.metadata import version

__all__ = ["__version__"]

__version__ = version("nesa")
