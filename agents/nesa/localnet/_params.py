"""Parameters of networks for play: windows of seconds, committees of a few, and the same rules.

They follow the modules' own ``LocalnetParams``; what is not named keeps the main network's default. Claims are taken
for longer: a window ends early when all miners have claimed, and a machine that runs everything may be slow.
"""

from collections.abc import Mapping
from typing import Any

from nesa.localnet._topology import NES

__all__ = ["LOCALNET_PARAMS", "merged"]

LOCALNET_PARAMS: Mapping[str, Mapping[str, Any]] = {
    "beacon": {"key_delay": 20},
    "gov": {"voting_period": "60s", "expedited_voting_period": "30s", "max_deposit_period": "60s"},
    "model": {
        "registration_fee": NES,
        "probation_checks": 3,
        "probation_miners": 2,
        "suspension_checks": 20,
        "suspension_bps": 5_000,
    },
    "miner": {
        "slot_unit": 10 * NES,
        "min_stake": 100 * NES,
        "epoch_blocks": 120,
        "unbonding_blocks": 480,
        "strike_window": 5_000,
        "jail_blocks": 120,
        "key_delay": 5,
    },
    "job": {
        "unverified_below": 4,
        "verifiers": 3,
        "appeal_seats": 7,
        "appeal_floor": 5,
        "claim_window": 8,
        "challenge_window": 6,
        "appeal_window": 12,
        "retention": 5_000,
    },
}


def merged(changes: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return these parameters with ``changes`` on top."""
    modules = [*LOCALNET_PARAMS, *(module for module in changes if module not in LOCALNET_PARAMS)]
    return {module: {**LOCALNET_PARAMS.get(module, {}), **changes.get(module, {})} for module in modules}
