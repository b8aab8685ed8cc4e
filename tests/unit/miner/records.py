"""Names, parameters, and the pieces that jobs of the in-memory chain are made of."""

import hashlib
from dataclasses import replace
from typing import Any

from nesa.chain import (
    Assurance,
    Delivery,
    Finding,
    JobParams,
    MinerParams,
    Outcome,
    Result,
    Round,
    Seat,
    SeatState,
    Standing,
    Terms,
    encode_address,
)

CHAIN = "nesa-test-1"
NES = 10**18
BLOCK_SECONDS = 0.5
# Generous where an agent must not be late only because this machine is busy.
CLAIM_WINDOW, RUN_WINDOW, REVEAL_WINDOW, TIMEOUT = 30, 3000, 3000, 8


def address(name: str) -> str:
    return encode_address(hashlib.sha256(name.encode()).digest()[:20])


OWNER, OPERATOR, CLAIMER, OTHER, USER = map(address, ("owner", "operator", "claimer", "other", "user"))

PARAMS = JobParams(
    min_check_bps=500,
    unverified_below=4,
    verifiers=3,
    max_verifiers=21,
    agreement_bps=6667,
    appeal_seats=7,
    appeal_floor=5,
    standby=3,
    claim_window=CLAIM_WINDOW,
    reveal_window=REVEAL_WINDOW,
    challenge_window=6,
    appeal_window=12,
    open_claims_miners=64,
    levy_bps=1200,
    burn_bps=200,
    verifier_bps=4000,
    bond_fees=2,
    base_fee_bps=1000,
    cancel_bps=500,
    levy_share=50,
    inline_limit=16384,
    retention=5000,
    max_due=100,
    max_deadline=10_000,
    max_batch=64,
    outage_bps=3333,
    outage_min=30,
    min_fee=1,
)
MINER_PARAMS = MinerParams(
    slot_unit=10 * NES,
    min_stake=100 * NES,
    epoch_blocks=120,
    unbonding_blocks=480,
    max_unbondings=8,
    max_served=64,
    max_keys=8,
    slash_bps=500,
    strikes_to_slash=3,
    strike_window=10_000,
    jail_blocks=100,
    key_delay=10,
)


def seat_of(job: int, round_: int, miner: str, ticket: bytes, state: SeatState, result: Result | None = None) -> Seat:
    return Seat(job, round_, miner, 0, ticket, state, 0, b"", result, Standing.UNSPECIFIED)


def terms(data: bytes, **changes: Any) -> Terms:
    fixed = Terms(
        version_id=1,
        input=data,
        input_digest=hashlib.sha256(data).digest(),
        price=NES // 100,
        max_units=1,
        assurance=Assurance(10_000),
        deadline=10**6,
    )
    return replace(fixed, **changes)


def draw(seed: bytes, height: int, seats: int) -> Round:
    return Round(height, seed, height, 0, seats, 0, Finding.UNSPECIFIED, (), (), height + 1)


def delivery_of(output: bytes, fingerprint: bytes, outcome: Outcome = Outcome.OK) -> Delivery:
    return Delivery(1, outcome, output, hashlib.sha256(output).digest(), "", 1, fingerprint)
