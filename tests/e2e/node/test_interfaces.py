"""Every module answers over REST, gRPC and the generated command line."""

import json
from concurrent.futures import ThreadPoolExecutor

import grpc
import httpx
import pytest

from e2e.node.conftest import Lone
from e2e.node.harness import eventually
from nesa.chain import KeyType, messages

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]

REST = (
    "/cosmos/auth/v1beta1/params",
    "/cosmos/authz/v1beta1/grants/granter/{user}",
    "/cosmos/bank/v1beta1/params",
    "/cosmos/base/node/v1beta1/config",
    "/cosmos/base/tendermint/v1beta1/node_info",
    "/cosmos/consensus/v1/params",
    "/cosmos/distribution/v1beta1/params",
    "/cosmos/evidence/v1beta1/evidence",
    "/cosmos/evm/feemarket/v1/params",
    "/cosmos/evm/vm/v1/params",
    "/cosmos/feegrant/v1beta1/issued/{user}",
    "/cosmos/gov/v1/params/voting",
    "/cosmos/slashing/v1beta1/params",
    "/cosmos/staking/v1beta1/params",
    "/cosmos/upgrade/v1beta1/module_versions",
    "/ibc/apps/transfer/v1/params",
    "/ibc/core/client/v1/params",
    "/nesa/beacon/v1/params",
    "/nesa/job/v1/params",
    "/nesa/miner/v1/params",
    "/nesa/model/v1/params",
)
GRPC = (
    "cosmos.auth.v1beta1.Query/Params",
    "cosmos.bank.v1beta1.Query/Params",
    "cosmos.consensus.v1.Query/Params",
    "cosmos.distribution.v1beta1.Query/Params",
    "cosmos.evidence.v1beta1.Query/AllEvidence",
    "cosmos.evm.feemarket.v1.Query/Params",
    "cosmos.evm.vm.v1.Query/Params",
    "cosmos.gov.v1.Query/Params",
    "cosmos.slashing.v1beta1.Query/Params",
    "cosmos.staking.v1beta1.Query/Params",
    "cosmos.upgrade.v1beta1.Query/ModuleVersions",
    "ibc.applications.transfer.v1.Query/Params",
    "ibc.core.client.v1.Query/ClientParams",
    "nesa.beacon.v1.Query/Params",
    "nesa.job.v1.Query/Params",
    "nesa.miner.v1.Query/Params",
    "nesa.model.v1.Query/Params",
)
# AutoCLI takes its commands from the same descriptors; two modules bring their own.
COMMANDS = (
    ("auth", "params"), ("bank", "params"), ("consensus", "params"), ("distribution", "params"), ("evidence", "list"),
    ("evm", "params"), ("feemarket", "params"), ("gov", "params"), ("slashing", "params"), ("staking", "params"),
    ("upgrade", "module-versions"), ("ibc-transfer", "params"), ("ibc", "client", "params"),
    ("beacon", "latest"), ("job", "params"), ("miner", "params"), ("model", "params"),
)  # fmt: skip


def test_rest_answers_for_every_module(lone: Lone) -> None:
    failed = {}
    for path in REST:
        try:
            assert lone.node.rest(path.format(user=lone.cosmos.address))
        except httpx.HTTPStatusError as error:
            failed[path] = error.response.text
    assert not failed


def test_grpc_answers_for_every_module(lone: Lone) -> None:
    failed = {}
    with grpc.insecure_channel(lone.node.network.grpc[0]) as channel:
        for method in GRPC:
            call = channel.unary_unary(f"/{method}", request_serializer=bytes, response_deserializer=bytes)
            try:
                call(b"", timeout=5)
            except grpc.RpcError as error:
                failed[method] = str(error)
    assert not failed


def test_the_command_line_answers_for_every_module(lone: Lone) -> None:
    with ThreadPoolExecutor(4) as pool:  # each is a process that takes a second to start
        answers = pool.map(lambda command: lone.node.query(*command), COMMANDS)
    assert all(answers)


def test_a_command_says_nothing_that_it_was_not_told(lone: Lone) -> None:
    # The SDK sets flags from config.toml, where the node's own moniker is the machine's name.
    address = lone.cosmos.address
    command = ("tx", "miner", "update", "--claim-key", address, "--from", address, "--generate-only")
    offline = ("--offline", "--account-number", "1", "--sequence", "0")
    (message,) = json.loads(lone.node.cli(*command, *offline))["body"]["messages"]
    assert (message["claim_key"], message["moniker"]) == (address, "")
    named = json.loads(lone.node.cli(*command, *offline, "--miner-name", "mine"))["body"]["messages"]
    assert named[0]["moniker"] == "mine"


@pytest.mark.parametrize("kind", KeyType)
def test_both_kinds_of_keys_send(lone: Lone, kind: KeyType) -> None:
    sender, recipient = {
        KeyType.COSMOS: (lone.cosmos, lone.ethereum),
        KeyType.ETHEREUM: (lone.ethereum, lone.cosmos),
    }[kind]
    before = lone.node.balance(recipient.address)
    result = lone.node.send(sender, messages.send(sender.address, recipient.address, 7))
    assert result.code == 0
    assert lone.node.balance(recipient.address) == before + 7
    path = f"/cosmos/tx/v1beta1/txs/{result.hash}"
    found = eventually(lambda: lone.node.rest(path), 20, "the indexer, which follows the chain, has the transaction")
    assert int(found["tx_response"]["height"]) == result.height


def test_rest_shows_blocks_with_their_beacon_entry(lone: Lone) -> None:
    height = lone.node.height()
    found = lone.node.rest(f"/cosmos/tx/v1beta1/txs/block/{height}")
    assert found["txs"][0]["body"]["memo"].startswith("beacon/1:")
    assert found["txs"][0]["body"]["messages"] == []
    entry = lone.node.rpc("block_results", height=str(height))["txs_results"][0]
    assert (entry["code"], entry["gas_used"]) == (0, "0")
