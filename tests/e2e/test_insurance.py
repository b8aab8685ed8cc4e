"""An insurance contract pays by a model's decision on data that nobody sees: real proofs, on a running network."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio
import pytest
from eth_abi.abi import encode
from eth_utils.crypto import keccak

import nesa
from e2e.conftest import Net, json_rpc
from nesa.chain import ChainClient, Key, KeyType, decode_address
from nesa.client import ask_faucet
from nesa.engines import encode_features
from nesa.evm import RevertedError, deploy, transact
from nesa.models import Manifest, TensorInput
from nesa.provable import PROVING_KEYS, as_context, commitment, decision_digest, new_salt, prove

if TYPE_CHECKING:
    from web3 import AsyncWeb3
    from web3.contract.async_contract import AsyncContractFunction

pytestmark = [pytest.mark.e2e, pytest.mark.anyio, pytest.mark.timeout(300)]

BUILT = Path(nesa.__file__).parents[2] / "contracts" / "out"
CREDIT = 3  # the version of the credit model on the shared network
PAYS, REFUSES = "decline.json", "approve.json"  # the model's first output is above zero, or not
PAID, OPEN = 0, 1  # the policy that is paid, and the one for which every claim is refused
SEASON = 2026
SUMS = (6 * 10**17 + 1, 3 * 10**17)
FUNDS = sum(SUMS) + 7  # which is promised to nobody
GAS = 500_000


@dataclass(frozen=True, slots=True)
class Claim:
    """What a claim says."""

    policy: int
    season: int
    output: bytes
    proof: bytes

    @property
    def arguments(self) -> tuple[int, int, bytes, bytes]:
        return self.policy, self.season, self.output, self.proof


@dataclass(frozen=True, slots=True)
class Insured:
    """An insurance with two policies of one holder, the same data measured for both, and proofs of what was decided.

    The holder has nothing, so whatever it holds was paid out.
    """

    address: str
    insurer: Key
    holder: Key
    stranger: Key
    claims: dict[str, Claim] = field(default_factory=dict)

    def contract(self, web3: "AsyncWeb3[Any]") -> Any:
        abi = json.loads((BUILT / "CropInsurance.sol" / "CropInsurance.json").read_text())["abi"]
        return web3.eth.contract(address=web3.to_checksum_address(self.address), abi=abi)

    async def balances(self, web3: "AsyncWeb3[Any]") -> tuple[int, ...]:
        """What the contract, the holder and the stranger have."""
        accounts = (self.address, self.holder.evm_address, self.stranger.evm_address)
        return tuple([await web3.eth.get_balance(web3.to_checksum_address(account)) for account in accounts])


async def refusal(contract: Any, function: "AsyncContractFunction", sender: Key) -> str:
    """Return the name of the error with which a contract refuses a call."""
    from web3.exceptions import ContractCustomError  # noqa: PLC0415 (slow to import)

    with pytest.raises(ContractCustomError) as caught:
        await function.call({"from": contract.w3.to_checksum_address(sender.evm_address)})
    errors = {}
    for item in contract.abi:
        if item["type"] == "error":
            signature = f"{item['name']}({','.join(argument['type'] for argument in item['inputs'])})"
            errors["0x" + keccak(text=signature)[:4].hex()] = item["name"]
    return str(errors[str(caught.value.data)[:10]])


@pytest.fixture(scope="module")
def insured(net: Net, credit: Path) -> Insured:
    """The insurance, with proofs that ``nesa-prove`` made of private data under the chain's own key."""
    insurer, holder, station, stranger = (Key.generate(KeyType.ETHEREUM) for _ in range(4))
    spec = Manifest.from_json((credit / "manifest.json").read_bytes()).input
    assert isinstance(spec, TensorInput)
    data = {name: encode_features(spec, json.loads((credit / name).read_bytes())) for name in (PAYS, REFUSES)}
    salts = {name: new_salt() for name in data}

    async def found(web3: "AsyncWeb3[Any]") -> Insured:
        for key in (insurer, station, stranger):
            await ask_faucet(net.network, key.address)
        async with ChainClient(net.network) as chain:
            (raw,) = [key.key async for key in chain.attestation.verifying_keys(version_id=CREDIT) if key.private_input]
        verifier = await deploy(web3, insurer, BUILT / "Groth16Verifier.sol" / "Groth16Verifier.json", raw)
        contract = await deploy(
            web3, insurer, BUILT / "CropInsurance.sol" / "CropInsurance.json",
            verifier.address, CREDIT, net.network.chain_id, web3.to_checksum_address(station.evm_address),
            value=FUNDS,
        )  # fmt: skip

        async def act(key: Key, name: str, *arguments: object) -> None:
            await transact(web3, key, {"to": contract.address, "data": contract.encode_abi(name, arguments)})

        for policy, amount in enumerate(SUMS):
            await act(insurer, "insure", web3.to_checksum_address(holder.evm_address), amount)
            await act(station, "measure", policy, SEASON, commitment(salts[PAYS], data[PAYS]))
        await act(station, "measure", OPEN, SEASON + 1, commitment(salts[REFUSES], data[REFUSES]))

        insurance = Insured(contract.address, insurer, holder, stranger)
        for name, policy, season, file in (
            ("paid", PAID, SEASON, PAYS),
            ("open", OPEN, SEASON, PAYS),
            ("refuses", OPEN, SEASON + 1, REFUSES),
        ):
            # what the contract asks for is what Python and the chain call the decision of the holder
            label = keccak(
                encode(["uint256", "address", "uint256", "uint256"],
                       [await web3.eth.chain_id, contract.address, policy, season])
            )  # fmt: skip
            statement = decision_digest(
                net.network.chain_id, version=CREDIT, account=decode_address(holder.address), label=label
            )
            context = as_context(statement)
            assert await contract.functions.contextOf(policy, season).call() == context
            proven = prove(
                credit / "model.onnx", credit / PROVING_KEYS[True], data[file], context, salt=salts[file], timeout=120
            )  # fmt: skip
            insurance.claims[name] = Claim(policy, season, proven.output, proven.proof)
        return insurance

    async def connected() -> Insured:
        async with json_rpc(net) as web3:
            return await found(web3)

    return anyio.run(connected)


async def send(web3: "AsyncWeb3[Any]", insured: Insured, claim: Claim) -> tuple[bool, int]:
    """Have the stranger send a claim, whatever will come of it; return whether it succeeded, and what it cost."""
    data = insured.contract(web3).encode_abi("claim", claim.arguments)
    (_, _, before), height = await insured.balances(web3), await web3.eth.block_number
    try:
        receipt = await transact(web3, insured.stranger, {"to": insured.address, "data": data, "gas": GAS})
    except RevertedError:
        _, _, after = await insured.balances(web3)
        assert await web3.eth.block_number > height, "it is in a block"
        return False, before - after
    return True, receipt["gasUsed"] * receipt["effectiveGasPrice"]


def swapped(insured: Insured) -> Claim:
    found = insured.claims["refuses"]
    return replace(found, output=found.output[::-1])


REFUSED: dict[str, tuple[str, Callable[[Insured], Claim]]] = {
    "another policy's proof, of the same data and holder": (
        "NotProven",
        lambda it: replace(it.claims["open"], proof=it.claims["paid"].proof),
    ),
    "another season's proof": ("NotProven", lambda it: replace(it.claims["open"], proof=it.claims["refuses"].proof)),
    "a decision that is not to pay": ("NoDecision", lambda it: it.claims["refuses"]),
    "a decision that was turned round": ("NotProven", swapped),
    "a decision with another score": (
        "NotProven",
        lambda it: replace(
            it.claims["open"], output=bytes([it.claims["open"].output[0] - 1, it.claims["open"].output[1]])
        ),
    ),
    "a decision with a byte too many": (
        "NoDecision",
        lambda it: replace(it.claims["open"], output=it.claims["open"].output + b"\0"),
    ),
    "a season without measurements": ("NotClaimable", lambda it: replace(it.claims["open"], season=SEASON + 2)),
    "a proof cut off": ("NotProven", lambda it: replace(it.claims["open"], proof=it.claims["open"].proof[:-1])),
    "a point that is on no curve": (
        "NotProven",
        lambda it: replace(it.claims["open"], proof=bytes(31) + b"\1" + it.claims["open"].proof[32:]),
    ),
}


@pytest.mark.parametrize("case", REFUSED)
async def test_whatever_is_not_this_claims_proof_pays_nothing(
    web3: "AsyncWeb3[Any]", insured: Insured, case: str
) -> None:
    error, change = REFUSED[case]
    contract, claim = insured.contract(web3), change(insured)
    await contract.functions.claim(*insured.claims["open"].arguments).call()  # the holder's own would be paid
    before = await insured.balances(web3)
    assert await refusal(contract, contract.functions.claim(*claim.arguments), insured.stranger) == error
    done, cost = await send(web3, insured, claim)
    assert not done
    assert await insured.balances(web3) == (before[0], before[1], before[2] - cost)
    assert await contract.functions.policies(OPEN).call() == [
        web3.to_checksum_address(insured.holder.evm_address), SUMS[OPEN], False,
    ]  # fmt: skip


async def test_a_proven_decision_pays_its_sum_to_the_holder_once(web3: "AsyncWeb3[Any]", insured: Insured) -> None:
    contract, claim = insured.contract(web3), insured.claims["paid"]
    before = await insured.balances(web3)
    assert before[:2] == (FUNDS, 0)
    assert await contract.functions.promised().call() == sum(SUMS)
    done, cost = await send(web3, insured, claim)
    assert done
    paid = (FUNDS - SUMS[PAID], SUMS[PAID], before[2] - cost)
    assert await insured.balances(web3) == paid
    assert await contract.functions.promised().call() == SUMS[OPEN]

    assert await refusal(contract, contract.functions.claim(*claim.arguments), insured.stranger) == "NotClaimable"
    done, cost = await send(web3, insured, claim)
    assert not done
    assert await insured.balances(web3) == (*paid[:2], paid[2] - cost)
    assert await contract.functions.promised().call() == SUMS[OPEN]


async def test_nobody_is_promised_what_is_not_there(web3: "AsyncWeb3[Any]", insured: Insured) -> None:
    contract, holder = insured.contract(web3), web3.to_checksum_address(insured.holder.evm_address)
    (held, _, _), promised = await insured.balances(web3), await contract.functions.promised().call()
    assert held - promised == FUNDS - sum(SUMS)
    insure = contract.functions.insure
    assert await refusal(contract, insure(holder, held - promised + 1), insured.insurer) == "NotCovered"
    assert await refusal(contract, insure(holder, 1), insured.stranger) == "NotInsurer"
    await insure(holder, held - promised).call({"from": web3.to_checksum_address(insured.insurer.evm_address)})
