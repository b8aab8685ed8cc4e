"""The package's types against the ABI that the contracts' interface compiles to."""

import re
import subprocess
import sys
from dataclasses import fields
from typing import Any

import pytest

from nesa import evm
from nesa.chain import Assurance, Key, KeyType, Network, Terms
from nesa.evm import Callback, CallEstimate, CallResult, EvmError, InferenceContract, connect
from nesa.evm._contract import abi
from nesa.evm._types import callback_tuple, terms_tuple

NETWORK = Network("nesa-test-1", ("127.0.0.1:1",), json_rpc="http://127.0.0.1:1")
TERMS = Terms(
    version_id=1, input=b"abc", seed=b"\1" * 32, price=5, max_units=2,
    assurance=Assurance(10_000, 3, ("tee", "zk")), deadline=9,
)  # fmt: skip


def _function(name: str) -> Any:
    (found,) = (entry for entry in abi() if entry["type"] == "function" and entry["name"] == name)
    return found


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


@pytest.mark.parametrize(("kind", "function"), [(CallEstimate, "estimate"), (CallResult, "getResult")])
def test_types_have_the_fields_of_the_abi(kind: type[Any], function: str) -> None:
    (output,) = _function(function)["outputs"]
    assert [field.name for field in fields(kind)] == [_snake(part["name"]) for part in output["components"]]


def test_arguments_are_in_the_order_of_the_abi() -> None:
    terms, callback = _function("request")["inputs"]
    assert [part["name"] for part in callback["components"]] == ["gasLimit", "maxOutput"]
    assert callback_tuple(Callback(7, 8)) == (7, 8)
    values = dict(zip([part["name"] for part in terms["components"]], terms_tuple(TERMS), strict=True))
    assert values == {
        "versionId": 1, "input": b"abc", "inputDigest": bytes(32), "inputUri": "", "options": b"", "seed": b"\1" * 32,
        "price": 5, "maxUnits": 2, "checkBps": 10_000, "verifiers": 3, "evidence": "tee,zk", "deadline": 9,
    }  # fmt: skip


def test_web3_encodes_what_is_asked() -> None:
    contract = InferenceContract(connect(NETWORK))
    for function in ("request", "estimate"):
        encoded = contract._contract.encode_abi(function, [terms_tuple(TERMS), callback_tuple(Callback())])
        assert encoded.startswith("0x")


def test_a_network_without_json_rpc_is_refused() -> None:
    with pytest.raises(EvmError, match="json_rpc"):
        connect(Network("nesa-test-1", ("127.0.0.1:1",)))


@pytest.mark.anyio
async def test_only_ethereum_keys_send() -> None:
    with pytest.raises(EvmError, match="key is needed"):
        await InferenceContract(connect(NETWORK)).cancel(1)
    with pytest.raises(EvmError, match="Ethereum keys"):
        await InferenceContract(connect(NETWORK), Key.generate(KeyType.COSMOS)).cancel(1)


def test_exported_names() -> None:
    assert evm.__all__ == [
        "ADDRESS", "CallEstimate", "CallResult", "CallStatus", "Callback", "CallbackOffer", "EvmError",
        "InferenceContract", "Requested", "RevertedError", "answer_contracts", "call_back", "connect", "deploy",
        "load_artifact", "price_callback", "transact",
    ]  # fmt: skip
    assert all(hasattr(evm, name) for name in evm.__all__)


def test_web3_is_not_imported_until_it_is_used() -> None:
    code = "import sys, nesa.evm; sys.exit('web3' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=50)
