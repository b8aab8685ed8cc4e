"""A miner's work on one job: execute it, or check what another executed. The result is a duty for the journal."""

import hashlib
import secrets
from dataclasses import dataclass

import anyio
import structlog

from nesa.chain import Delivery, Job, JobView, Outcome, Result, Round, SeatState
from nesa.engines import Model, Output
from nesa.engines import Outcome as EngineOutcome
from nesa.errors import BlobUnavailableError, MinerError, RelayError
from nesa.miner._evidence import Notary, Ran
from nesa.miner._journal import Duty, State
from nesa.miner._payloads import Payloads
from nesa.miner._pool import Workers
from nesa.verify import Check, check, fingerprint, fingerprint_seed
from nesa.verify import Delivery as Delivered

__all__ = ["Bench", "check_job", "execute_job"]

_log = structlog.get_logger("nesa.miner")

_SALT = 32


@dataclass(frozen=True, slots=True)
class Bench:
    """What work needs: the chain's name, the miner's address, payloads, threads, and who makes evidence."""

    chain_id: str
    owner: str
    payloads: Payloads
    workers: Workers
    notary: Notary


async def execute_job(job: Job, duty: Duty, model: Model, bench: Bench, inline_limit: int, *, within: float) -> Duty:
    """Run a job's model on its input, fetched ``within`` so many seconds; return the duty with what is to be delivered.

    Raises:
        BlobUnavailableError: the input cannot be had.
        RelayError: the output is too large for the chain, and no relay takes it.
        EngineError: this machine failed.
        MinerError: the evidence that the job asks for cannot be made.
    """
    terms = job.terms
    data = await bench.payloads.fetch(terms.input, terms.input_digest, terms.input_uri, within=within)
    seed = _fingerprint_seed(job, 0, bench.chain_id)

    def run() -> tuple[Output, bytes]:
        output = model.run(data, terms.options, terms.seed).limited(terms.max_units)
        # Nobody compares a delivery that settles its job with a run of their own.
        marked = not terms.assurance.evidence
        return output, fingerprint(output, model.manifest.profile, seed, bench.chain_id) if marked else b""

    (output, mark), seconds = await bench.workers.run(duty.version, run, together=model.together)
    ran = Ran(int(output.outcome), output.payload, output.units)

    async def attest() -> bytes:
        return await bench.notary.attest(job, ran, data, model.manifest)

    proven = "zk" in terms.assurance.evidence
    evidence = await (bench.workers.prove(duty.version, attest) if proven else attest())
    uri = await bench.payloads.put(output.payload) if len(output.payload) > inline_limit else ""
    input_uri = await _keep_input(job, data, bench) if terms.input_uri else ""
    return duty.to(
        State.RAN,
        outcome=int(output.outcome),
        output=b"" if uri else output.payload,
        output_digest=hashlib.sha256(output.payload).digest() if output.outcome is EngineOutcome.OK else b"",
        output_uri=uri,
        input_uri=input_uri,
        units=output.units,
        fingerprint=mark,
        evidence=evidence,
        seconds=seconds,
    )


async def _keep_input(job: Job, data: bytes, bench: Bench) -> str:
    """Return where a copy of an input is that the chain does not hold; nothing when no relay takes one.

    From the delivery on the executor answers for the input, and its requester may not keep it.
    """
    try:
        return await bench.payloads.put(data)
    except RelayError as error:  # better delivered than not
        _log.warning("input_not_kept", job=job.id, error=str(error))
        return ""


async def check_job(view: JobView, duty: Duty, model: Model, bench: Bench, *, within: float) -> Duty:
    """Run a job's model and judge the delivery; return the duty with the result to be committed to, and its salt.

    A payload that cannot be had ``within`` so many seconds, all payloads together, is a finding of its own.

    Raises:
        MinerError: there is no delivery to check.
        EngineError: this machine failed, which says nothing about the delivery: abstain.
    """
    job = view.job
    if job is None or job.delivery is None:
        raise MinerError(f"job {duty.job} has no delivery to check")
    try:
        result, seconds = await _judge(view, job, job.delivery, duty, model, bench, within)
    except BlobUnavailableError:
        # There is nothing to score; the chain wants as many numbers all the same.
        wanted = len(model.manifest.profile.score_thresholds) + len(_earlier(view, duty))
        result, seconds = Result(Outcome.UNAVAILABLE, scores=(0,) * wanted), 0.0
    return duty.to(
        State.CHECKED,
        outcome=int(result.outcome),
        fingerprint=result.fingerprint,
        scores=result.scores,
        salt=secrets.token_bytes(_SALT),
        seconds=seconds,
    )


async def _judge(
    view: JobView, job: Job, delivery: Delivery, duty: Duty, model: Model, bench: Bench, within: float
) -> tuple[Result, float]:
    terms = job.terms
    until = anyio.current_time() + within
    data = await bench.payloads.fetch(
        terms.input, terms.input_digest, delivery.input_uri or terms.input_uri, within=within
    )
    payload = await bench.payloads.fetch(
        delivery.output, delivery.output_digest, delivery.output_uri, within=until - anyio.current_time()
    )
    delivered = Delivered(EngineOutcome(delivery.outcome), payload, delivery.units, delivery.fingerprint)
    earlier = _earlier(view, duty)

    def run() -> Check:
        return check(
            model,
            data,
            terms.options,
            terms.seed,
            delivered,
            chain_id=bench.chain_id,
            executor_seed=_fingerprint_seed(job, 0, bench.chain_id),
            check_seed=_fingerprint_seed(job, duty.round, bench.chain_id),
            max_units=terms.max_units,
            earlier=earlier,
            earlier_seed=_fingerprint_seed(job, 1, bench.chain_id) if earlier else b"",
        )

    found, seconds = await bench.workers.run(duty.version, run)
    return Result(Outcome(found.outcome), found.fingerprint, found.scores), seconds


def _earlier(view: JobView, duty: Duty) -> tuple[bytes, ...]:
    """Return the fingerprints that an appeal judges besides the delivery's: those revealed in the check, by ticket."""
    if duty.round <= 1:
        return ()
    seats = sorted((seat for seat in view.seats if seat.round == 1), key=lambda seat: seat.ticket)
    return tuple(seat.result.fingerprint for seat in seats if seat.state is SeatState.REVEALED and seat.result)


def _fingerprint_seed(job: Job, round_: int, chain_id: str) -> bytes:
    draw: Round = job.rounds[round_]
    return fingerprint_seed(chain_id, draw.seed, job.id, round_)
