"""The part of a genesis file that says what is trusted."""

from typing import Any


def empty_genesis() -> dict[str, Any]:
    """Return a genesis in which nothing is."""
    params = {"allow_simulated": False}
    state = {"params": params, "anchors": [], "measurements": [], "verifying_keys": []}
    return {"app_state": {"attestation": state}}
