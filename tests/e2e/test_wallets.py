"""Wallets request jobs with their own libraries: Keplr's in CosmJS, MetaMask's in viem, a Ledger's mode in nesad."""

import base64
import json
import re
import secrets
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest

import nesa
from e2e.conftest import Net
from nesa._programs import find_program
from nesa.chain import Key, KeyType, Status, from_evm_address, job_ids, new_mnemonic
from nesa.client import Client, JobRequest, ask_faucet

pytestmark = [pytest.mark.e2e, pytest.mark.anyio, pytest.mark.timeout(300)]

EXAMPLES = Path(nesa.__file__).parents[2] / "contracts" / "examples" / "wallets"
COSMOS, ETHEREUM = KeyType.COSMOS.type_url, KeyType.ETHEREUM.type_url
DIRECT, AMINO = "SIGN_MODE_DIRECT", "SIGN_MODE_LEGACY_AMINO_JSON"
CONTRACT = ("metamask.mjs", "contract")
WALLETS = {  # example: the key and the mode that the chain saw
    ("keplr.mjs", "direct"): (COSMOS, DIRECT),
    ("keplr.mjs", "amino"): (COSMOS, AMINO),
    ("keplr.mjs", "ethereum"): (ETHEREUM, DIRECT),
    ("metamask.mjs", "eip712"): (ETHEREUM, AMINO),
}
TEXT = "It was a lovely stay <and> the bread & the honey were good. The hosts know every path of the valley.\n" * 3


@dataclass(frozen=True, slots=True)
class Told:
    """What an example printed."""

    account: str
    job_id: int
    tx_hash: str
    end: str


def rest(net: Net, path: str) -> Any:
    answer = httpx.get(net.network.rest + path)
    answer.raise_for_status()
    return answer.json()


@pytest.fixture(scope="module")
def told(net: Net) -> Mapping[tuple[str, str], Told]:
    """Every example's run, all at once."""
    found: dict[tuple[str, str], Told] = {}

    async def run(example: tuple[str, str]) -> None:
        script, way = example
        command = ["node", str(EXAMPLES / script), str(net.home.root / "network.json"), way, TEXT]
        done = await anyio.run_process(command, check=False)
        assert done.returncode == 0, done.stderr.decode()
        lines = {line[:11].rstrip(): line[12:] for line in done.stdout.decode().splitlines()}
        asked = re.fullmatch(r"job (\d+), \d+ gas, tx (\w+)", lines["requested"])
        assert asked is not None, lines
        found[example] = Told(lines["account"], int(asked[1]), asked[2], lines["job is over"])

    async def all_of_them() -> None:
        async with anyio.create_task_group() as tasks:
            for example in (*WALLETS, CONTRACT):
                tasks.start_soon(run, example)

    anyio.run(all_of_them)
    return found


@pytest.mark.parametrize("example", WALLETS, ids=lambda example: example[1])
async def test_a_cosmos_message_is_signed_by_the_wallet(
    told: Mapping[tuple[str, str], Told], net: Net, client: Client, example: tuple[str, str]
) -> None:
    run = told[example]
    sent = rest(net, f"/cosmos/tx/v1beta1/txs/{run.tx_hash}")["tx"]
    (signer,) = sent["auth_info"]["signer_infos"]
    assert (signer["public_key"]["@type"], signer["mode_info"]["single"]["mode"]) == WALLETS[example]
    (message,) = sent["body"]["messages"]
    (terms,) = message["requests"]
    assert message["requester"] == run.account
    assert base64.b64decode(terms["input"]) == TEXT.encode()
    assert terms["assurance"]["check_bps"] == 500

    record = (await client.chain.jobs.get(run.job_id)).record
    assert record is not None
    assert (record.requester, record.status) == (run.account, Status.SETTLED)
    assert run.end.startswith("STATUS_SETTLED")


async def test_viem_calls_the_contract(told: Mapping[tuple[str, str], Told], client: Client) -> None:
    run = told[CONTRACT]
    record = (await client.chain.jobs.get(run.job_id)).record
    assert record is not None
    assert (record.requester, record.status) == (from_evm_address(run.account), Status.SETTLED)
    assert '"label":"txt"' in run.end


class Keyring:
    """nesad with a keyring that has one key, named ``me``."""

    def __init__(self, net: Net, home: Path, words: str, kind: KeyType) -> None:
        self._program = find_program("NESAD", "nesad", "build")
        self._home = ["--home", str(home)]
        self._net = ["--node", net.network.rpc[0].replace("http", "tcp"), "--output", "json"]
        keyring = ["--keyring-backend", "test"]
        name = "secp256k1" if kind is KeyType.COSMOS else "eth_secp256k1"
        of_kind = ["--key-type", name, "--coin-type", str(kind.coin_type)]
        self._run("keys", "add", "me", "--recover", *of_kind, *keyring, entered=words)
        self._from = ["--from", "me", "--chain-id", net.network.chain_id, *keyring, *self._net]

    def _run(self, *arguments: str, entered: str = "") -> str:
        command = [self._program, *arguments, *self._home]
        done = subprocess.run(command, input=f"{entered}\n", capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def signed(self, path: Path, terms: Mapping[str, Any]) -> Any:
        """A request, signed in Amino JSON as a Ledger would sign it."""
        fee = ["--gas", "400000", "--gas-prices", "1500000000anes"]
        path.write_text(
            self._run("tx", "job", "request", "--requests", json.dumps(terms), "--generate-only", *fee, *self._from)
        )
        return json.loads(self._run("tx", "sign", str(path), "--sign-mode", "amino-json", *self._from))

    def broadcast(self, path: Path, transaction: Any) -> Any:
        path.write_text(json.dumps(transaction))
        return json.loads(self._run("tx", "broadcast", str(path), *self._net))


@pytest.mark.parametrize("kind", KeyType)
async def test_threat_51_what_was_signed_in_amino_json_cannot_be_changed(
    net: Net, client: Client, tmp_path: Path, kind: KeyType
) -> None:
    words = new_mnemonic()
    key = Key.from_mnemonic(words, kind)
    await ask_faucet(net.network, key.address)
    quote = await client.estimate(JobRequest("nesa/file-type", TEXT.encode()))
    terms = {
        "version_id": quote.version.id,
        "input": base64.b64encode(TEXT.encode()).decode(),
        "seed": base64.b64encode(secrets.token_bytes(32)).decode(),
        "price": str(quote.terms.price),
        "max_units": 1,
        "assurance": {"check_bps": 500},
        "deadline": await client.chain.height() + 200,
    }
    keyring = Keyring(net, tmp_path / "keys", words, kind)
    signed = keyring.signed(tmp_path / "unsigned.json", terms)

    changed = json.loads(json.dumps(signed))
    changed["body"]["messages"][0]["requests"][0]["price"] = str(2 * quote.terms.price)
    refused = keyring.broadcast(tmp_path / "changed.json", changed)
    assert (refused["codespace"], refused["code"]) == ("sdk", 4), refused
    assert "signature verification failed" in refused["raw_log"]

    sent = keyring.broadcast(tmp_path / "signed.json", signed)
    assert sent["code"] == 0, sent
    with anyio.fail_after(60):
        async for _ in client.chain.blocks():
            result = await client.chain.tx(sent["txhash"])
            if result is not None:
                break
    assert result is not None
    assert result.code == 0, result.log
    (signer,) = signed["auth_info"]["signer_infos"]
    assert (signer["public_key"]["@type"], signer["mode_info"]["single"]["mode"]) == (kind.type_url, AMINO)
    (job_id,) = job_ids(result)
    view = await client.chain.jobs.get(job_id)
    found = view.job or view.record
    assert found is not None
    assert found.requester == key.address
