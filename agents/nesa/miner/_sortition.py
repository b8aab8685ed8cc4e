"""Sortition and bonds, computed as the chain computes them."""

import hashlib

from nesa.chain import Job, JobParams, Miner, MinerParams, Outcome, Result, decode_address
from nesa.hashing import digest, frame, u8, u32, u64

__all__ = ["best_ticket", "claim_threshold", "commitment", "executor_bond", "result_bytes", "slots_at", "verifier_bond"]

_BPS = 10_000
_MAX = 2**256 - 1


def slots_at(miner: Miner, epoch: int, params: MinerParams) -> int:
    """Return a miner's slots for a draw of an epoch: units of the smaller of its stake then and now."""
    if miner.retired or miner.jailed_until:
        return 0
    then = 0
    for checkpoint in miner.checkpoints:
        if checkpoint.epoch <= epoch:
            then = checkpoint.stake
    stake = min(then, miner.stake - miner.owed)
    return min(stake // params.slot_unit, 2**32 - 1) if stake >= params.min_stake else 0


def best_ticket(chain_id: str, seed: bytes, job: int, round_: int, owner: str, slots: int) -> tuple[bytes, int]:
    """Return the lowest ticket of slots 0 to ``slots - 1``, and its slot.

    Raises:
        ValueError: there is no slot.
    """
    prefix = frame("ticket", chain_id) + seed + u64(job) + u64(round_) + decode_address(owner)
    sha256 = hashlib.sha256  # a large stake has many slots, and each is a hash
    tickets = [sha256(prefix + slot.to_bytes(4, "big")).digest() for slot in range(slots)]
    best = min(tickets)
    return best, tickets.index(best)


def claim_threshold(slots: int, blocks_open: int) -> bytes:
    """Return what a ticket must be below to be claimed in the so-manieth block of claims, counted from 0.

    One such ticket is expected in the first block, twice as many in each next, and in the end all are admitted.
    """
    if slots <= 1 << min(blocks_open, 64):
        return _MAX.to_bytes(32, "big")
    return ((1 << (256 + blocks_open)) // slots).to_bytes(32, "big")


def executor_bond(job: Job, params: JobParams) -> int:
    """Return the anes that executing a job locks."""
    fees = params.bond_fees * job.terms.price * job.terms.max_units
    if job.terms.assurance.check_bps == 0:
        return fees
    probability = min(max(job.terms.assurance.check_bps, params.min_check_bps, 1), _BPS)
    return -(-fees * _BPS // probability)  # rounded up


def verifier_bond(job: Job, params: JobParams) -> int:
    """Return the anes that a seat in a committee locks: a multiple of its pay, which follows the fee charged."""
    most, delivery = job.terms.price * job.terms.max_units, job.delivery
    if delivery is None:
        fee = most
    elif delivery.outcome is Outcome.OK:
        fee = job.terms.price * min(delivery.units, job.terms.max_units)
    else:
        fee = most * params.base_fee_bps // _BPS
    return params.bond_fees * (fee * params.verifier_bps // _BPS)


def result_bytes(result: Result) -> bytes:
    """Return a verifier's result in the form that is committed to."""
    scores = b"".join(u64(score) for score in result.scores)
    return u8(result.outcome) + u32(len(result.fingerprint)) + result.fingerprint + u32(len(result.scores)) + scores


def commitment(chain_id: str, job: int, round_: int, owner: str, result: Result, salt: bytes) -> bytes:
    """Return the 32-byte commitment to a result; it binds chain, job, round and miner."""
    fixed = hashlib.sha256(result_bytes(result)).digest()
    return digest("commitment", chain_id, u64(job), u64(round_), decode_address(owner), fixed, salt)
