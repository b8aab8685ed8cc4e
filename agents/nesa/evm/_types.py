"""IInference.sol's structs. A test holds their fields to the ABI."""

from dataclasses import astuple, dataclass, field

from nesa.chain import Finding, Outcome, Status, Terms

__all__ = ["CallEstimate", "CallResult", "CallStatus", "Callback", "Requested", "callback_tuple", "terms_tuple"]


@dataclass(frozen=True, slots=True)
class Callback:
    """How the requester wants to be answered.

    Attributes:
        gas_limit: gas of ``onInferenceResult``, prepaid with the request; 0 wants no callback.
        max_output: the longest output to keep when the job is over, in bytes; 0 keeps the digest alone.
    """

    gas_limit: int = 0
    max_output: int = 0


@dataclass(frozen=True, slots=True)
class CallEstimate:
    """What a request costs, in anes.

    Source: `Estimate` of contracts/src/IInference.sol.
    """

    total: int
    escrow: int
    callback_fee: int
    fee: int
    premium: int
    reserve: int
    executor: int
    royalty: int
    levy: int
    burn: int
    verifier_pay: int
    bond: int
    cheapest_ask: int
    miners: int
    suggested_deadline: int
    verifiers: int
    check_bps: int
    unverified: bool
    refusal: str


@dataclass(frozen=True, slots=True)
class CallResult:
    """What is known of a job's result.

    Source: `Result` of contracts/src/IInference.sol.
    """

    status: Status
    done: bool
    outcome: Outcome
    finding: Finding
    units: int
    output_digest: bytes
    output: bytes = field(repr=False)
    output_uri: str


@dataclass(frozen=True, slots=True)
class CallStatus:
    """Where a job stands, and who requested it (in hexadecimal)."""

    status: Status
    done: bool
    requester: str


@dataclass(frozen=True, slots=True)
class Requested:
    """A job that was opened by a transaction.

    Attributes:
        job_id: the job.
        escrow: what was taken for it, in anes.
        callback_fee: what was prepaid for its callback, in anes.
        gas_used: gas of the transaction.
        tx_hash: the transaction, as Ethereum writes it.
    """

    job_id: int
    escrow: int
    callback_fee: int
    gas_used: int
    tx_hash: str


def terms_tuple(terms: Terms) -> tuple[object, ...]:
    """Return terms in the order of `Terms` of contracts/src/IInference.sol."""
    return (
        terms.version_id,
        terms.input,
        terms.input_digest.rjust(32, b"\0"),
        terms.input_uri,
        terms.options,
        terms.seed.rjust(32, b"\0"),
        terms.price,
        terms.max_units,
        terms.assurance.check_bps,
        terms.assurance.verifiers,
        ",".join(terms.assurance.evidence),
        terms.deadline,
    )


def callback_tuple(callback: Callback) -> tuple[object, ...]:
    """Return a wish in the order of `Callback` of contracts/src/IInference.sol."""
    return astuple(callback)
