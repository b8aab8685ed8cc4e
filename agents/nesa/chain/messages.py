"""The chain's messages, made from plain values; what comes out goes into `nesa.chain.Account.send`.

Addresses are bech32, amounts are in anes, times are heights. Batches hold as many entries as the chain allows.
"""

from collections.abc import Iterable, Mapping

from nesa.chain._attestation_types import Proof, Quote
from nesa.chain._convert import to_proto
from nesa.chain._enums import Unit
from nesa.chain._job_entries import Claim, CommitEntry, DeliverEntry, RevealEntry, SeatEntry
from nesa.chain._job_types import Terms
from nesa.chain._model_types import Profile
from nesa.chain.amounts import DENOM
from nesa.proto.cosmos.bank.v1beta1 import tx_pb2 as bank_pb2
from nesa.proto.cosmos.base.v1beta1 import coin_pb2
from nesa.proto.nesa.attestation.v1 import tx_pb2 as attestation_pb2
from nesa.proto.nesa.attestation.v1 import types_pb2 as attestation_types_pb2
from nesa.proto.nesa.callback.v1 import tx_pb2 as callback_pb2
from nesa.proto.nesa.job.v1 import tx_pb2 as job_pb2
from nesa.proto.nesa.job.v1 import types_pb2 as job_types_pb2
from nesa.proto.nesa.miner.v1 import tx_pb2 as miner_pb2
from nesa.proto.nesa.model.v1 import tx_pb2 as model_pb2
from nesa.proto.nesa.model.v1 import types_pb2 as model_types_pb2

__all__ = [
    "abstain",
    "add_stake",
    "add_version",
    "appeal",
    "attest",
    "call_back",
    "cancel",
    "challenge",
    "claim",
    "commit",
    "decide",
    "deliver",
    "register_miner",
    "register_model",
    "request",
    "retire_miner",
    "retire_model",
    "reveal",
    "revoke_key",
    "send",
    "serve",
    "set_access",
    "set_encryption_key",
    "settle",
    "unjail",
    "unstake",
    "update_miner",
]


def _coin(anes: int) -> coin_pb2.Coin:
    return coin_pb2.Coin(denom=DENOM, amount=str(anes))


def send(sender: str, recipient: str, anes: int) -> bank_pb2.MsgSend:
    """Send coins."""
    return bank_pb2.MsgSend(from_address=sender, to_address=recipient, amount=[_coin(anes)])


# -------------------------------------------------------------------- jobs


def request(requester: str, terms: Iterable[Terms]) -> job_pb2.MsgRequest:
    """Open jobs, all or none; inline input stays public for ever."""
    requests = [to_proto(entry, job_types_pb2.Terms) for entry in terms]
    return job_pb2.MsgRequest(requester=requester, requests=requests)


def call_back(sender: str, job_id: int) -> callback_pb2.MsgCallback:
    """Tell the contract that requested a job how it ended, for the fee that it prepaid."""
    return callback_pb2.MsgCallback(sender=sender, job_id=job_id)


def claim(claim_key: str, claims: Iterable[Claim]) -> job_pb2.MsgClaim:
    """Enter tickets; signed by the miner's claim key."""
    entries = [to_proto(entry, job_pb2.ClaimEntry) for entry in claims]
    return job_pb2.MsgClaim(claim_key=claim_key, claims=entries)


def deliver(operator: str, deliveries: Iterable[DeliverEntry]) -> job_pb2.MsgDeliver:
    """Hand over outputs; signed by the miner's operator."""
    entries = [to_proto(entry, job_pb2.DeliverEntry) for entry in deliveries]
    return job_pb2.MsgDeliver(operator=operator, deliveries=entries)


def abstain(operator: str, seats: Iterable[SeatEntry | tuple[int, int]]) -> job_pb2.MsgAbstain:
    """Give up seats, as (job, round), before committing."""
    pairs = [(seat.job_id, seat.round) if isinstance(seat, SeatEntry) else seat for seat in seats]
    entries = [job_pb2.SeatEntry(job_id=job_id, round=number) for job_id, number in pairs]
    return job_pb2.MsgAbstain(operator=operator, seats=entries)


def commit(operator: str, commits: Iterable[CommitEntry]) -> job_pb2.MsgCommit:
    """Fix verifiers' results."""
    entries = [to_proto(entry, job_pb2.CommitEntry) for entry in commits]
    return job_pb2.MsgCommit(operator=operator, commits=entries)


def reveal(operator: str, reveals: Iterable[RevealEntry]) -> job_pb2.MsgReveal:
    """Open commitments."""
    entries = [to_proto(entry, job_pb2.RevealEntry) for entry in reveals]
    return job_pb2.MsgReveal(operator=operator, reveals=entries)


def attest(operator: str, key: bytes, quote: Quote, expires: int) -> attestation_pb2.MsgAttest:
    """Admit an enclave's ed25519 key until a time, in seconds since 1970, that its quote binds; signed by the operator."""
    return attestation_pb2.MsgAttest(
        operator=operator, key=key, quote=to_proto(quote, attestation_types_pb2.Quote), expires=expires
    )


def revoke_key(sender: str, miner: str, key: bytes) -> attestation_pb2.MsgRevoke:
    """Take an attested key away."""
    return attestation_pb2.MsgRevoke(sender=sender, miner=miner, key=key)


def decide(
    prover: str, version_id: int, *, label: bytes, commitment: bytes, output: bytes, proof: Proof
) -> attestation_pb2.MsgDecide:
    """Prove what a model says about data that nobody else sees."""
    return attestation_pb2.MsgDecide(
        prover=prover,
        version_id=version_id,
        label=label,
        commitment=commitment,
        output=output,
        proof=to_proto(proof, attestation_types_pb2.Proof),
    )


def challenge(challenger: str, job_id: int) -> job_pb2.MsgChallenge:
    """Ask for a check of an unchecked delivery, depositing its cost."""
    return job_pb2.MsgChallenge(challenger=challenger, job_id=job_id)


def appeal(appellant: str, job_id: int) -> job_pb2.MsgAppeal:
    """Ask for a larger committee, depositing its cost."""
    return job_pb2.MsgAppeal(appellant=appellant, job_id=job_id)


def cancel(requester: str, job_id: int) -> job_pb2.MsgCancel:
    """Withdraw a job that has no executor yet."""
    return job_pb2.MsgCancel(requester=requester, job_id=job_id)


def settle(sender: str, job_ids: Iterable[int]) -> job_pb2.MsgSettle:
    """Advance jobs whose phase is over; anyone may."""
    return job_pb2.MsgSettle(sender=sender, job_ids=job_ids)


# -------------------------------------------------------------------- models


def register_model(owner: str, name: str, *, private: bool = False) -> model_pb2.MsgRegister:
    """Register a model ``publisher/name``; the registration fee is burned."""
    return model_pb2.MsgRegister(owner=owner, name=name, private=private)


def add_version(
    owner: str,
    model: str,
    *,
    manifest_digest: bytes,
    uri: str,
    unit: Unit,
    royalty_bps: int,
    profile: Profile,
) -> model_pb2.MsgAddVersion:
    """Release an immutable version of a model."""
    return model_pb2.MsgAddVersion(
        owner=owner,
        model=model,
        manifest_digest=manifest_digest,
        uri=uri,
        unit=model_types_pb2.Unit.Name(unit),
        royalty_bps=royalty_bps,
        profile=to_proto(profile, model_types_pb2.Profile),
    )


def set_access(
    owner: str, model: str, *, private: bool, grant: Iterable[str] = (), revoke: Iterable[str] = ()
) -> model_pb2.MsgSetAccess:
    """Change who may request a model."""
    return model_pb2.MsgSetAccess(owner=owner, model=model, private=private, grant=grant, revoke=revoke)


def retire_model(owner: str, model: str, number: int = 0) -> model_pb2.MsgRetire:
    """Withdraw a version by its number, or with 0 the whole model."""
    return model_pb2.MsgRetire(owner=owner, model=model, number=number)


# -------------------------------------------------------------------- miners


def register_miner(
    owner: str,
    *,
    claim_key: str,
    stake: int,
    operator: str = "",
    withdraw_address: str = "",
    moniker: str = "",
    relays: Iterable[str] = (),
) -> miner_pb2.MsgRegister:
    """Create a miner and stake; operator and withdraw address are the owner's own when empty."""
    return miner_pb2.MsgRegister(
        owner=owner,
        operator=operator,
        claim_key=claim_key,
        withdraw_address=withdraw_address,
        moniker=moniker,
        stake=_coin(stake),
        relays=relays,
    )


def update_miner(
    owner: str,
    *,
    operator: str = "",
    claim_key: str = "",
    withdraw_address: str = "",
    moniker: str = "",
    relays: Iterable[str] | None = None,
) -> miner_pb2.MsgUpdate:
    """Change a miner; what is left out stays."""
    return miner_pb2.MsgUpdate(
        owner=owner,
        operator=operator,
        claim_key=claim_key,
        withdraw_address=withdraw_address,
        moniker=moniker,
        relays=relays or (),
        set_relays=relays is not None,
    )


def add_stake(owner: str, anes: int) -> miner_pb2.MsgAddStake:
    """Add stake; it counts from the next epoch."""
    return miner_pb2.MsgAddStake(owner=owner, amount=_coin(anes))


def unstake(owner: str, anes: int) -> miner_pb2.MsgUnstake:
    """Start the unbonding of free stake."""
    return miner_pb2.MsgUnstake(owner=owner, amount=_coin(anes))


def unjail(owner: str) -> miner_pb2.MsgUnjail:
    """End a jail whose height has passed."""
    return miner_pb2.MsgUnjail(owner=owner)


def retire_miner(owner: str) -> miner_pb2.MsgRetire:
    """Take no new work and unbond all free stake."""
    return miner_pb2.MsgRetire(owner=owner)


def serve(operator: str, asks: Mapping[int, int], drop: Iterable[int] = ()) -> miner_pb2.MsgServe:
    """Serve versions at the given asks (anes per unit, by version id), and no longer serve others."""
    entries = [miner_pb2.ServeEntry(version_id=version_id, ask=str(ask)) for version_id, ask in asks.items()]
    return miner_pb2.MsgServe(operator=operator, serve=entries, drop=drop)


def set_encryption_key(operator: str, key: bytes, start: int, end: int) -> miner_pb2.MsgSetEncryptionKey:
    """Register an X25519 public key for heights ``start`` to ``end``."""
    return miner_pb2.MsgSetEncryptionKey(operator=operator, key=key, to=end, **{"from": start})
