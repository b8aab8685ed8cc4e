"""A job by hand: one publisher, one miner and one user whose every step a test decides."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from nesa.chain import (
    Assurance,
    Claim,
    DeliverEntry,
    Key,
    KeyType,
    Outcome,
    Profile,
    Terms,
    Unit,
    item_results,
    messages,
)
from nesa.localnet._genesis import GenesisMiner
from nesa.localnet._topology import NES

if TYPE_CHECKING:
    from e2e.node.harness import Node
    from nesa.chain import TxResult

MODEL = "e2e/echo"
WINDOW = 1_000  # blocks; on a busy machine nothing may end by itself while a test looks at it
PARAMS = {"job": {"claim_window": WINDOW}, "miner": {"epoch_blocks": WINDOW}}
_PROFILE = Profile(
    positions=1,
    projections=1,
    scale_bits=0,
    shift=0,
    threshold=0,
    score_thresholds=(0,),
    run_window=WINDOW,
    proof_systems=(),
)


def _key() -> Key:
    return Key.generate(KeyType.COSMOS)


@dataclass(frozen=True)
class Trade:
    """Who takes part in the jobs of a test."""

    publisher: Key = field(default_factory=_key)
    user: Key = field(default_factory=_key)
    owner: Key = field(default_factory=_key)
    operator: Key = field(default_factory=_key)
    claim_key: Key = field(default_factory=_key)

    @property
    def accounts(self) -> dict[str, int]:
        keys = (self.publisher, self.user, self.owner, self.operator, self.claim_key)
        return {key.address: 1_000 * NES for key in keys}

    @property
    def miners(self) -> tuple[GenesisMiner, ...]:
        return (
            GenesisMiner(
                self.owner.address, self.operator.address, self.claim_key.address, "by-hand", stake=10_000 * NES
            ),
        )

    def publish(self, node: Node) -> None:
        """Register a model and serve it."""
        owner = self.publisher.address
        version = messages.add_version(
            owner,
            MODEL,
            manifest_digest=bytes(32),
            uri="https://example.org/manifest.json",
            unit=Unit.REQUEST,
            royalty_bps=500,
            profile=_PROFILE,
        )
        node.send(self.publisher, messages.register_model(owner, MODEL), version)
        node.send(self.operator, messages.serve(self.operator.address, {1: NES}))

    def request(self, node: Node) -> int:
        """Open a job without a check, which one miner alone may execute, and return its id."""
        terms = Terms(
            version_id=1,
            input=b"hello",
            seed=secrets.token_bytes(32),
            price=2 * NES,
            max_units=1,
            assurance=Assurance(check_bps=0),
            deadline=node.height() + 3 * WINDOW,
        )
        node.send(self.user, messages.request(self.user.address, [terms]))
        return 1

    def claim(self, node: Node, job_id: int) -> None:
        """Take the seat: all miners of the version have then claimed."""
        message = messages.claim(self.claim_key.address, [Claim(job_id, 0, 0)])
        _accepted(node.send(self.claim_key, message))

    def deliver(self, node: Node, job_id: int) -> None:
        message = messages.deliver(
            self.operator.address,
            [DeliverEntry(job_id, Outcome.OK, output=b"hello", units=1, fingerprint=bytes(32))],
        )
        _accepted(node.send(self.operator, message))


def _accepted(result: TxResult) -> None:
    (item,) = item_results(result)
    assert item.code == 0, item.reason


def job(node: Node, job_id: int) -> Any:
    """Return an open job as REST shows it, None when it is finished."""
    return node.rest(f"/nesa/job/v1/jobs/{job_id}")["job"]


def record(node: Node, job_id: int) -> Any:
    """Return what is kept of a finished job, None while it is open."""
    return node.rest(f"/nesa/job/v1/jobs/{job_id}")["record"]


def solvent(node: Node, height: int = 0) -> dict[str, Any]:
    """Return the accounts of jobs and of stake, which must hold what is owed."""
    return {module: node.rest(f"/nesa/{module}/v1/solvency", height) for module in ("job", "miner")}
