"""What contracts prepaid for being answered, and what is announced about it. Amounts are in anes."""

from dataclasses import dataclass, field

from nesa.chain._enums import CallbackState, Finding, Outcome, Status

__all__ = [
    "Answer",
    "CallbackEntry",
    "CallbackParams",
    "CallbackSolvency",
    "EventAnswered",
    "EventAwaited",
    "EventCalledBack",
    "EventForgotten",
    "Log",
]


@dataclass(frozen=True, slots=True)
class Answer:
    """How a job ended, as its contract learns it.

    Source: `nesa.callback.v1.Answer`.
    """

    status: Status
    outcome: Outcome
    output: bytes = field(repr=False)
    output_digest: bytes
    output_uri: str
    units: int
    finding: Finding
    height: int


@dataclass(frozen=True, slots=True)
class CallbackEntry:
    """A contract's wish to be answered.

    Source: `nesa.callback.v1.Entry`.
    """

    job_id: int
    contract: str
    gas_limit: int
    fee: int
    max_output: int
    state: CallbackState
    answer: Answer | None
    forget_height: int
    failure: str
    gas_used: int


@dataclass(frozen=True, slots=True)
class CallbackParams:
    """Parameters of the callback module.

    Source: `nesa.callback.v1.Params`.
    """

    gas_price: int
    overhead_gas: int
    tip: int
    max_gas_limit: int
    max_output: int
    max_due: int


@dataclass(frozen=True, slots=True)
class CallbackSolvency:
    """Compares the module's account with the fees it holds.

    Source: `nesa.callback.v1.QuerySolvencyResponse`.
    """

    balance: int
    owed: int
    solvent: bool


@dataclass(frozen=True, slots=True)
class Log:
    """What a contract logged during its callback; no Ethereum receipt has it.

    Source: `nesa.callback.v1.Log`.
    """

    address: bytes
    topics: tuple[bytes, ...]
    data: bytes


@dataclass(frozen=True, slots=True)
class EventAwaited:
    """Emitted when a contract asks to be answered.

    Source: `nesa.callback.v1.EventAwaited`.
    """

    job_id: int
    contract: str
    gas_limit: int
    fee: int


@dataclass(frozen=True, slots=True)
class EventAnswered:
    """Emitted when the job of an entry is over.

    Source: `nesa.callback.v1.EventAnswered`.
    """

    job_id: int
    contract: str
    state: CallbackState
    gas_limit: int
    fee: int


@dataclass(frozen=True, slots=True)
class EventCalledBack:
    """Emitted when a callback was made.

    Source: `nesa.callback.v1.EventCalledBack`.
    """

    job_id: int
    contract: str
    sender: str
    success: bool
    failure: str
    gas_used: int
    fee: int
    logs: tuple[Log, ...]


@dataclass(frozen=True, slots=True)
class EventForgotten:
    """Emitted when an entry's time is over.

    Source: `nesa.callback.v1.EventForgotten`.
    """

    job_id: int
    contract: str
    refunded: int
