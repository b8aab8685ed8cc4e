"""Evidence for deliveries: what this machine can attest or prove, and how."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from nesa.chain import Evidence, Job, KeySignature, Proof, decode_address
from nesa.chain._convert import from_proto, to_proto
from nesa.errors import MinerError
from nesa.models import NONE, Manifest
from nesa.proto.nesa.attestation.v1 import types_pb2
from nesa.provable import delivery_digest

__all__ = ["Enclave", "Notary", "Prover", "Ran", "read_evidence"]


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of a run, as it is delivered."""

    outcome: int
    output: bytes
    units: int

    @property
    def output_digest(self) -> bytes:
        """SHA-256 of the output; zeros without one."""
        return hashlib.sha256(self.output).digest() if self.output else bytes(32)


class Enclave(Protocol):
    """A key that lives on this machine alone and that the chain knows to be an enclave's."""

    @property
    def key(self) -> bytes:
        """The ed25519 public key, 32 bytes."""
        ...

    async def attested(self) -> bool:
        """Tell whether the chain takes this key's signatures now."""
        ...

    def sign(self, digest: bytes) -> bytes:
        """Return the 64-byte signature over a digest."""
        ...


class Prover(Protocol):
    """Makes zero-knowledge proofs."""

    async def can_prove(self, version: int, manifest: Manifest) -> bool:
        """Tell whether this machine has what a proof takes that the chain admits about a version."""
        ...

    async def prove(self, manifest: Manifest, data: bytes, output: bytes, context: bytes) -> bytes:
        """Return the proof, 256 bytes, that the model gives ``output`` on ``data``, bound to a 32-byte digest.

        Raises:
            MinerError: it cannot be made.
        """
        ...


class Notary:
    """Makes the evidence that jobs ask for.

    Args:
        chain_id: the chain's name.
        owner: this miner's address.
        enclave: its attested key, if it has one.
        prover: makes proofs, if this machine can.
    """

    def __init__(
        self, chain_id: str, owner: str, *, enclave: Enclave | None = None, prover: Prover | None = None
    ) -> None:
        self._chain_id = chain_id
        self._owner = owner
        self._enclave = enclave
        self._prover = prover

    async def can_give(self, wanted: Sequence[str], version: int, manifest: Manifest) -> bool:
        """Tell whether this machine can give one of the kinds wanted; whatever is not given costs the bond."""
        return _nothing(wanted) or await self._kind(wanted, version, manifest) is not None

    async def _kind(self, wanted: Sequence[str], version: int, manifest: Manifest) -> str | None:
        # The signature first: it takes a moment, a proof takes seconds.
        if "tee" in wanted and self._enclave is not None and await self._enclave.attested():
            return "tee"
        if "zk" in wanted and self._prover is not None and await self._prover.can_prove(version, manifest):
            return "zk"
        return None

    async def attest(self, job: Job, ran: Ran, data: bytes, manifest: Manifest) -> bytes:
        """Return evidence for a delivery as it goes onto the chain; nothing where the job asks for none.

        Raises:
            MinerError: this machine cannot give any that the job asks for.
        """
        wanted = job.terms.assurance.evidence
        if _nothing(wanted):
            return b""
        bound = delivery_digest(
            self._chain_id,
            job=job.id,
            version=job.terms.version_id,
            miner=decode_address(self._owner),
            input_digest=job.terms.input_digest,
            options=job.terms.options,
            seed=job.terms.seed,
            outcome=ran.outcome,
            output_digest=ran.output_digest,
            units=ran.units,
        )
        kind = await self._kind(wanted, job.terms.version_id, manifest)
        if kind == "tee" and self._enclave is not None:
            found = Evidence(key=KeySignature(self._enclave.key, self._enclave.sign(bound)))
        elif kind == "zk" and self._prover is not None:
            found = Evidence(proof=Proof(await self._prover.prove(manifest, data, ran.output, bound)))
        else:
            raise MinerError(f"job {job.id} asks for {' or '.join(wanted)}, which this machine cannot give")
        return bytes(to_proto(found, types_pb2.Evidence).SerializeToString())


def _nothing(wanted: Sequence[str]) -> bool:
    """Tell whether a delivery carries no evidence: it will be checked, or nobody will."""
    return not wanted or NONE in wanted


def read_evidence(raw: bytes) -> Evidence | None:
    """Return evidence from the journal."""
    return from_proto(Evidence, types_pb2.Evidence.FromString(raw)) if raw else None
