"""Queries of the attestation module."""

from collections.abc import AsyncIterator

from nesa.chain._attestation_types import Anchor, AttestationParams, KeyState, Measurement, Proof, RevokedMachine, VerifyingKey
from nesa.chain._convert import from_proto, to_proto
from nesa.chain._service import PAGE, Service
from nesa.chain._transport import Transport
from nesa.proto.nesa.attestation.v1 import query_pb2, types_pb2

__all__ = ["Attestation"]


class Attestation(Service):
    """What hardware and which proofs the chain trusts. ``height`` asks for the state at that height."""

    def __init__(self, transport: Transport) -> None:
        super().__init__(transport, "nesa.attestation.v1.Query")

    async def params(self, *, height: int | None = None) -> AttestationParams:
        """Return the module's parameters."""
        request, response = query_pb2.QueryParamsRequest(), query_pb2.QueryParamsResponse
        return from_proto(AttestationParams, (await self._call("Params", request, response, height=height)).params)

    def anchors(self, *, page_size: int = PAGE, height: int | None = None) -> AsyncIterator[Anchor]:
        """Yield the platforms that are trusted."""
        request, response = query_pb2.QueryAnchorsRequest(), query_pb2.QueryAnchorsResponse
        return self._list(Anchor, "Anchors", request, response, "anchors", reverse=False, page_size=page_size, height=height)

    def measurements(self, *, page_size: int = PAGE, height: int | None = None) -> AsyncIterator[Measurement]:
        """Yield the enclaves that are accepted."""
        request, response = query_pb2.QueryMeasurementsRequest(), query_pb2.QueryMeasurementsResponse
        return self._list(
            Measurement, "Measurements", request, response, "measurements", reverse=False, page_size=page_size, height=height
        )

    def revoked_machines(self, *, page_size: int = PAGE, height: int | None = None) -> AsyncIterator[RevokedMachine]:
        """Yield the machines that are refused."""
        request, response = query_pb2.QueryRevokedMachinesRequest(), query_pb2.QueryRevokedMachinesResponse
        return self._list(
            RevokedMachine, "RevokedMachines", request, response, "machines", reverse=False, page_size=page_size, height=height
        )

    async def keys(self, miner: str, *, height: int | None = None) -> tuple[KeyState, ...]:
        """Return a miner's attested keys, those that are void included."""
        request = query_pb2.QueryKeysRequest(miner=miner)
        answer = await self._call("Keys", request, query_pb2.QueryKeysResponse, height=height)
        return tuple(from_proto(KeyState, state) for state in answer.keys)

    def verifying_keys(
        self, *, version_id: int = 0, page_size: int = PAGE, height: int | None = None
    ) -> AsyncIterator[VerifyingKey]:
        """Yield the verifying keys of a version, or of all."""
        request = query_pb2.QueryVerifyingKeysRequest(version_id=version_id)
        response = query_pb2.QueryVerifyingKeysResponse
        return self._list(
            VerifyingKey, "VerifyingKeys", request, response, "verifying_keys", reverse=False, page_size=page_size, height=height
        )

    async def verify_decision(
        self, prover: str, version_id: int, *, label: bytes, commitment: bytes, output: bytes, proof: Proof
    ) -> str:
        """Let the chain verify a proof about private data; return why it does not hold, or nothing when it does.

        Args:
            prover: the account that the proof is bound to.
            version_id: of the model.
            label: 32 bytes that the proof is bound to.
            commitment: to the input, 32 bytes.
            output: of the model.
            proof: Groth16.
        """
        request = query_pb2.QueryVerifyDecisionRequest(
            prover=prover,
            version_id=version_id,
            label=label,
            commitment=commitment,
            output=output,
            proof=to_proto(proof, types_pb2.Proof),
        )
        answer = await self._call("VerifyDecision", request, query_pb2.QueryVerifyDecisionResponse)
        return "" if answer.valid else str(answer.reason or "the proof does not hold")
