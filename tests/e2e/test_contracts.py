"""Contracts ask for inference on a real network, are called back, and act; wallets of MetaMask's kind ask directly."""

import hashlib
import sys
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio
import pytest
from web3.logs import DISCARD

import nesa
from e2e.conftest import Net, Shell
from nesa.chain import (
    Account,
    CallbackState,
    Key,
    Keystore,
    KeyType,
    NotFoundError,
    Outcome,
    Status,
    TxFailedError,
    from_evm_address,
)
from nesa.client import Client, JobRequest, ask_faucet, find_version
from nesa.engines import parse_label
from nesa.evm import Callback, InferenceContract, RevertedError, answer_contracts, call_back, deploy, transact

if TYPE_CHECKING:
    from web3 import AsyncWeb3

pytestmark = [pytest.mark.e2e, pytest.mark.anyio, pytest.mark.timeout(300)]

FILES = "nesa/file-type"
ROOT = Path(nesa.__file__).parents[2]
BUILT = ROOT / "contracts" / "out"
GUIDE = (ROOT / "docs" / "guides" / "contracts.md").read_text()
EXAMPLE = ROOT / "contracts" / "examples" / "guest_book.py"
NES = 10**18
WAITING, SHOWN, REJECTED = 1, 2, 3
PRAISE = (
    "It was a lovely stay. The garden is quiet, the bread is good, and the hosts know every path of the valley.\n" * 3
)
SCRIPT = "<html><head><script>steal(document.cookie)</script></head><body><p>Look here!</p></body></html>\n" * 3


async def ended(client: Client, job_id: int) -> None:
    """Wait until the job of a contract is over."""
    with anyio.fail_after(120):
        async for _ in client.chain.blocks():
            view = await client.chain.jobs.get(job_id)
            if view.record is not None:
                return


async def sign(web3: "AsyncWeb3[Any]", book: Any, key: Key, text: str) -> int:
    price = await book.functions.quote(text).call()
    receipt = await transact(
        web3, key, {"to": book.address, "data": book.encode_abi("sign", [text]), "value": price + NES}
    )
    (signed,) = book.events.Signed().process_receipt(receipt, errors=DISCARD)
    assert signed["args"]["author"] == web3.to_checksum_address(key.evm_address)
    return int(signed["args"]["jobId"])


async def test_a_guest_book_is_moderated_by_a_model(
    net: Net, web3: "AsyncWeb3[Any]", client: Client, user: Key, shell: Shell
) -> None:
    quote = await client.estimate(JobRequest(FILES, PRAISE.encode()))
    book = await deploy(
        web3, user, BUILT / "GuestBook.sol" / "GuestBook.json",
        quote.version.id, quote.terms.price, quote.terms.assurance.check_bps, "txt", 500_000,
    )  # fmt: skip
    before = await web3.eth.get_balance(web3.to_checksum_address(user.evm_address))
    praise = await sign(web3, book, user, PRAISE)
    script = await sign(web3, book, user, SCRIPT)
    spent = before - await web3.eth.get_balance(web3.to_checksum_address(user.evm_address))
    assert spent < NES, "what was sent beyond the price came back"
    assert (await book.functions.entries(praise).call())[1] == WAITING
    entry = await client.chain.callbacks.entry(praise)
    assert (entry.state, entry.contract) == (CallbackState.WAITING, from_evm_address(book.address))

    somebody = Key.generate(KeyType.COSMOS)
    await ask_faucet(net.network, somebody.address)
    account = Account(client.chain, somebody)
    Keystore(shell.keys, scrypt_n=1024).add("somebody", somebody, "secret")
    for job_id in (praise, script):
        await ended(client, job_id)

    async def told(*arguments: str) -> dict[str, Any]:
        found = await anyio.to_thread.run_sync(lambda: shell.json("callbacks", *arguments))
        return dict(found)

    had = await client.chain.bank.balance(somebody.address)
    first = await told("answer", str(praise), "--from", "somebody")
    assert (first["job_id"], first["success"], int(first["fee"])) == (praise, True, entry.fee)
    assert first["gas_used"] < 120_000
    has = await client.chain.bank.balance(somebody.address)
    assert has == had + int(first["profit"]) > had, "the fee covers the gas"
    async with aclosing(answer_contracts(client.chain, account)) as answers:  # type: ignore[type-var]
        offer, called = await anext(answers)
    assert (called.job_id, called.success, called.fee) == (script, True, entry.fee)
    assert await client.chain.bank.balance(somebody.address) == has + offer.profit > has

    for job_id, label, state in ((praise, "txt", SHOWN), (script, "html", REJECTED)):
        result = await InferenceContract(web3).get_result(job_id)
        assert (result.status, result.done) == (Status.SETTLED, True)
        assert (await book.functions.entries(job_id).call())[1] == state, label
        with pytest.raises(TxFailedError):
            await call_back(account, job_id)
        with pytest.raises(NotFoundError):
            await client.chain.callbacks.entry(job_id)
    again = await anyio.to_thread.run_sync(
        lambda: shell.refused("callbacks", "answer", str(praise), "--from", "somebody")
    )
    assert "was told already" in again
    assert await book.functions.length().call() == 1
    assert await book.functions.shown(0).call() == praise
    assert (await client.chain.callbacks.solvency()).solvent
    assert (await client.chain.jobs.solvency()).solvent


async def test_a_wallet_of_metamasks_kind_asks_through_the_contract(
    web3: "AsyncWeb3[Any]", client: Client, user: Key
) -> None:
    contract = InferenceContract(web3, user)
    quote = await client.estimate(JobRequest(FILES, PRAISE.encode()))
    terms = replace(quote.terms, deadline=await client.chain.height() + 200)
    costs = await contract.estimate(terms, Callback(max_output=256))
    assert costs.refusal == ""
    assert (costs.escrow, costs.callback_fee) == (quote.estimate.escrow, 0)
    asked = await contract.request(terms, Callback(max_output=256))
    assert asked.escrow == costs.escrow
    assert not (await contract.status(asked.job_id)).done
    view = await client.chain.jobs.get(asked.job_id)
    assert view.job is not None
    assert view.job.requester == user.address
    await ended(client, asked.job_id)

    result = await contract.get_result(asked.job_id)
    assert (result.status, result.done, result.outcome) == (Status.SETTLED, True, Outcome.OK)
    assert hashlib.sha256(result.output).digest() == result.output_digest
    label = parse_label(result.output)
    assert label is not None
    assert label.label == "txt"
    assert await contract.evidence(asked.job_id) in {"lottery", "check"}


async def test_refusals_come_with_their_reasons(web3: "AsyncWeb3[Any]", client: Client, user: Key) -> None:
    contract = InferenceContract(web3, user)
    quote = await client.estimate(JobRequest(FILES, PRAISE.encode()))
    terms = replace(quote.terms, deadline=await client.chain.height() + 200)
    assert "gas limit" in (await contract.estimate(terms, Callback(gas_limit=10**9))).refusal
    with pytest.raises(RevertedError, match="gas limit"):
        await contract.request(terms, Callback(gas_limit=10**9))
    with pytest.raises(RevertedError, match="version"):
        await contract.request(replace(terms, version_id=999))
    with pytest.raises(RevertedError, match="there is no job"):
        await contract.get_result(10**9)
    with pytest.raises(RevertedError, match="takes no coins"):
        await transact(web3, user, {"to": contract._contract.address, "data": "0x00000000", "value": 1})


@pytest.mark.parametrize(("text", "state"), [("", "shown"), (SCRIPT, "rejected")])
async def test_the_guides_example_runs_as_it_stands(net: Net, text: str, state: str) -> None:
    network = str(net.home.root / "network.json")
    done = await anyio.run_process([sys.executable, str(EXAMPLE), network, *([text] if text else [])])
    lines = done.stdout.decode().splitlines()
    assert lines[-1] == f"the entry is {state}"
    assert len(lines) == 5


def code(language: str, word: str) -> str:
    """The block of code in the guide that has a word in it."""
    (found,) = [block for block in GUIDE.split(f"```{language}\n")[1:] if word in block.partition("\n```")[0]]
    return found.partition("\n```")[0]


async def test_the_guides_contract_and_python_run_as_they_stand(
    net: Net, web3: "AsyncWeb3[Any]", client: Client, user: Key, tmp_path: Path
) -> None:
    version = (await find_version(client.chain, FILES)).id
    source = code("solidity", "contract Mine")
    assert "terms.versionId = 4;" in source
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "Mine.sol").write_text(source.replace("terms.versionId = 4;", f"terms.versionId = {version};"))
    contracts = ROOT / "contracts"
    (tmp_path / "foundry.toml").write_text(
        f"""[profile.default]
solc = "{contracts / "tools" / "solc"}"
offline = true
remappings = ["nesa/={contracts / "src"}/"]
"""
    )
    await anyio.run_process([str(contracts / "node_modules" / ".bin" / "forge"), "build", "--root", str(tmp_path)])
    mine = await deploy(web3, user, tmp_path / "out" / "Mine.sol" / "Mine.json")
    data = mine.encode_abi("ask", [PRAISE.encode()])
    receipt = await transact(web3, user, {"to": mine.address, "data": data, "value": NES})
    abi = InferenceContract(web3)._contract
    (asked,) = abi.events.JobRequested().process_receipt(receipt, errors=DISCARD)

    # beside it, the snippet for wallets
    snippet = code("python", "InferenceContract(connect(network), key)").replace(
        "version_id=4", f"version_id={version}"
    )
    known: dict[str, Any] = {"network": net.network, "key": user, "chain": client.chain}
    body = "".join(f"    {line}\n" for line in snippet.splitlines())
    exec(f"async def run():\n{body}    return contract, asked, result\n", known)  # noqa: S102 - the guide's own
    contract, wallet, result = await known["run"]()
    await contract._web3.provider.disconnect()
    assert (wallet.callback_fee, result.done) == (0, False)

    job_id = asked["args"]["jobId"]
    await ended(client, job_id)
    called = await call_back(Account(client.chain, user), job_id)
    assert called.success, called.failure
    label = parse_label(await mine.functions.last().call())
    assert label is not None
    assert label.label == "txt"
