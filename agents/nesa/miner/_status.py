"""How a miner stands: its stake, what it has earned, what a job costs it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from nesa.chain import ChainClient, Strike
from nesa.miner._config import MinerConfig
from nesa.miner._journal import Journal, Totals
from nesa.miner._run import is_running

__all__ = ["Status", "VersionStatus", "status"]


@dataclass(frozen=True, slots=True)
class VersionStatus:
    """What serving one version has brought. Amounts are in anes.

    Attributes:
        version: its id.
        name: the model's.
        ask: the least price per unit; None when it is not served any more.
        jobs: executed.
        checks: made.
        earned: in all.
        lost: bonds burned.
        seconds: in the model.
        per_job: earned by each job or check.
    """

    version: int
    name: str
    ask: int | None
    jobs: int
    checks: int
    earned: int
    lost: int
    seconds: float
    per_job: int


@dataclass(frozen=True, slots=True)
class Status:
    """A miner's state. Amounts are in anes, times are heights.

    Attributes:
        cost_per_job: fees for gas, lost claims included, for each job or check done.
        gas_balances: what the hot keys have left to pay fees.
        duties: open ones, by state.
    """

    owner: str
    moniker: str
    running: bool
    stake: int
    free: int
    locked: int
    unbonding: int
    owed: int
    slots: int
    epoch: int
    jailed_until: int
    retired: bool
    strikes: tuple[Strike, ...]
    duties: Mapping[str, int]
    versions: tuple[VersionStatus, ...]
    earned: int
    lost: int
    fees: int
    cost_per_job: int
    gas_balances: Mapping[str, int]

    def to_dict(self) -> dict[str, Any]:
        """Return the status as plain values, for JSON."""
        return asdict(self)


async def status(config: MinerConfig) -> Status:
    """Return how a miner stands, from the chain and from its journal.

    Raises:
        NotFoundError: the chain does not know this miner.
        ChainError: no node answers.
        MinerError: the journal cannot be read.
    """
    async with ChainClient(config.network) as chain:
        info = await chain.miners.get(config.owner)
        served = {entry.version_id: entry.ask async for entry in chain.miners.served(miner=config.owner)}
        totals, duties, fees = _journal(config)
        versions = []
        for version in sorted(served.keys() | totals.keys()):
            found = totals.get(version, Totals(version, 0, 0, 0.0, 0, 0))
            versions.append(
                VersionStatus(
                    version=version,
                    name=(await chain.models.version(version)).model,
                    ask=served.get(version),
                    jobs=found.jobs,
                    checks=found.checks,
                    earned=found.earned,
                    lost=found.lost,
                    seconds=found.seconds,
                    per_job=found.earned // max(1, found.jobs + found.checks),
                )
            )
        keys = {"operator": info.miner.operator, "claim": info.miner.claim_key}
        done = sum(version.jobs + version.checks for version in versions)
        return Status(
            owner=config.owner,
            moniker=info.miner.moniker,
            running=is_running(config),
            stake=info.miner.stake,
            free=info.free,
            locked=info.miner.locked,
            unbonding=info.miner.unbonding,
            owed=info.miner.owed,
            slots=info.slots,
            epoch=info.epoch,
            jailed_until=info.miner.jailed_until,
            retired=info.miner.retired,
            strikes=await chain.miners.strikes(config.owner),
            duties=duties,
            versions=tuple(versions),
            earned=sum(version.earned for version in versions),
            lost=sum(version.lost for version in versions),
            fees=fees,
            cost_per_job=fees // max(1, done),
            gas_balances={name: await chain.bank.balance(address) for name, address in keys.items()},
        )


def _journal(config: MinerConfig) -> tuple[dict[int, Totals], dict[str, int], int]:
    if not config.journal.exists():
        return {}, {}, 0
    journal = Journal(config.journal, owner=config.owner, chain_id=config.network.chain_id)
    try:
        totals = {entry.version: entry for entry in journal.totals()}
        return totals, dict(Counter(duty.state.value for duty in journal.open_duties())), journal.fees()
    finally:
        journal.close()
