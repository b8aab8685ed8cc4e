"""Edit a genesis file: accounts, balances, and the modules' state of a network that starts with staked miners.

Everything here is a function on the parsed JSON, so that it can be read and tested without a node.
"""

import base64
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import bech32

from nesa.errors import NesaError
from nesa.localnet._topology import DENOM

__all__ = [
    "GenesisMiner",
    "VerifyingKey",
    "add_accounts",
    "add_enclaves",
    "add_gentxs",
    "add_miners",
    "add_verifying_keys",
    "add_vrf_keys",
    "bech32_address",
    "fund_module",
    "module_address",
    "set_params",
]

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class GenesisMiner:
    """A miner that is staked when the chain starts: addresses, and the stake in anes."""

    owner: str
    operator: str
    claim_key: str
    moniker: str
    stake: int
    relays: tuple[str, ...] = ()


def bech32_address(raw: bytes, prefix: str = "nesa") -> str:
    """Return the address of 20 bytes, an account's unless the prefix says otherwise."""
    words = bech32.convertbits(raw, 8, 5)
    if len(raw) != 20 or words is None:  # noqa: PLR2004 - the length of every address
        raise NesaError("an address has 20 bytes")
    return str(bech32.bech32_encode(prefix, words))


def module_address(name: str) -> str:
    """Return the address of a module's account."""
    return bech32_address(hashlib.sha256(name.encode()).digest()[:20])


def _coins(amount: int) -> list[Json]:
    return [{"denom": DENOM, "amount": str(amount)}]


def _balance(genesis: Json, address: str, amount: int) -> None:
    balances: list[Json] = genesis["app_state"]["bank"]["balances"]
    if any(balance["address"] == address for balance in balances):
        raise NesaError(f"{address} is in the genesis file twice")
    if amount:
        balances.append({"address": address, "coins": _coins(amount)})


def add_accounts(genesis: Json, balances: Mapping[str, int]) -> None:
    """Add ordinary accounts with balances in anes."""
    accounts: list[Json] = genesis["app_state"]["auth"]["accounts"]
    for address, amount in balances.items():
        _balance(genesis, address, amount)
        accounts.append(
            {
                "@type": "/cosmos.auth.v1beta1.BaseAccount",
                "address": address,
                "pub_key": None,
                "account_number": str(len(accounts)),
                "sequence": "0",
            }
        )


def fund_module(genesis: Json, name: str, amount: int) -> None:
    """Give a module's account a balance in anes; the module itself creates the account."""
    _balance(genesis, module_address(name), amount)


def add_gentxs(genesis: Json, gentxs: Iterable[Json]) -> None:
    """Add the transactions that create the validators."""
    genesis["app_state"]["genutil"]["gen_txs"].extend(gentxs)


def add_vrf_keys(genesis: Json, keys: Mapping[str, bytes]) -> None:
    """Register validators' VRF keys, 32 bytes each, by consensus address; the beacon wants them in order."""
    genesis["app_state"]["beacon"]["keys"] = [
        {
            "consensus_address": address,
            "current": {"public_key": _base64(key), "effective_height": "1"},
            "next": None,
        }
        for address, key in sorted(keys.items())
    ]


def add_miners(genesis: Json, miners: Iterable[GenesisMiner]) -> None:
    """Stake ``miners`` from epoch 0 on, so that they may be drawn at once, and fund the stake's account."""
    state: Json = genesis["app_state"]["miner"]
    total = 0
    for miner in miners:
        total += miner.stake
        state["miners"].append(
            {
                "owner": miner.owner,
                "operator": miner.operator,
                "claim_key": miner.claim_key,
                "withdraw_address": miner.owner,
                "moniker": miner.moniker,
                "stake": str(miner.stake),
                "locked": "0",
                "unbonding": "0",
                "owed": "0",
                "checkpoints": [{"epoch": "0", "stake": str(miner.stake)}],
                "relays": list(miner.relays),
                "jailed_until": "0",
                "retired": False,
            }
        )
    fund_module(genesis, "miner_stake", total)


def add_enclaves(
    genesis: Json, product: str, *, roots: Iterable[bytes], least_tcb: bytes, measurement: bytes, name: str
) -> None:
    """Trust a simulated platform, and accept one enclave on it: whoever has its root's file attests what he likes."""
    state: Json = genesis["app_state"]["attestation"]
    state["params"]["allow_simulated"] = True
    state["anchors"].append(
        {
            "platform": "PLATFORM_SEV_SNP",
            "product": product,
            "certificates": [_base64(root) for root in roots],
            "min_tcb": _base64(least_tcb),
            "gpu_root": None,
            "simulated": True,
        }
    )
    state["measurements"].append({"platform": "PLATFORM_SEV_SNP", "value": _base64(measurement), "name": name})


@dataclass(frozen=True, slots=True)
class VerifyingKey:
    """A verifying key that needs no vote, of a model that is known before the chain starts."""

    version_id: int
    private_input: bool
    key: bytes
    input_size: int
    output_size: int
    transcript_digest: bytes


def add_verifying_keys(genesis: Json, keys: Iterable[VerifyingKey]) -> None:
    """Admit proofs under keys."""
    state: Json = genesis["app_state"]["attestation"]
    for key in keys:
        state["verifying_keys"].append(
            {
                "version_id": str(key.version_id),
                "private_input": key.private_input,
                "key": _base64(key.key),
                "input_size": str(key.input_size),
                "output_size": str(key.output_size),
                "transcript_digest": _base64(key.transcript_digest),
            }
        )


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def set_params(genesis: Json, changes: Mapping[str, Mapping[str, Any]]) -> None:
    """Change modules' parameters by name.

    Raises:
        NesaError: there is no such module or parameter.
    """
    for module, values in changes.items():
        params = genesis["app_state"].get(module, {}).get("params")
        if params is None:
            raise NesaError(f"the genesis file has no parameters of a module {module!r}")
        for name, value in values.items():
            if name not in params:
                raise NesaError(f"module {module!r} has no parameter {name!r}")
            params[name] = str(value) if isinstance(params[name], str) else value
    _sync_revision(genesis, changes)


def _sync_revision(genesis: Json, changes: Mapping[str, Mapping[str, Any]]) -> None:
    """Keep the job module's newest revision equal to the parameters in force."""
    if "job" in changes and (revisions := genesis["app_state"]["job"].get("revisions")):
        revisions[-1]["params"] = dict(genesis["app_state"]["job"]["params"])
