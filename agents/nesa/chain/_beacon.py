"""Queries of the beacon module."""

from collections.abc import AsyncIterator

from nesa.chain._beacon_types import BeaconParams, Draw, Seed, ValidatorKeys
from nesa.chain._convert import from_proto
from nesa.chain._service import PAGE, Service
from nesa.chain._transport import Transport
from nesa.proto.nesa.beacon.v1 import query_pb2

__all__ = ["Beacon"]


class Beacon(Service):
    """Seeds and the keys that feed them. ``height`` asks for the state at that height instead of the newest."""

    def __init__(self, transport: Transport) -> None:
        super().__init__(transport, "nesa.beacon.v1.Query")

    async def params(self, *, height: int | None = None) -> BeaconParams:
        """Return the module's parameters."""
        request, response = query_pb2.QueryParamsRequest(), query_pb2.QueryParamsResponse
        return from_proto(BeaconParams, (await self._call("Params", request, response, height=height)).params)

    async def latest(self, *, height: int | None = None) -> Seed:
        """Return the youngest seed."""
        request, response = query_pb2.QueryLatestRequest(), query_pb2.QueryLatestResponse
        return from_proto(Seed, (await self._call("Latest", request, response, height=height)).seed)

    async def seed(self, of_height: int, *, height: int | None = None) -> Seed:
        """Return the seed of a height.

        Raises:
            NotFoundError: it is not known yet, or not kept any longer.
        """
        request = query_pb2.QuerySeedRequest(height=of_height)
        return from_proto(Seed, (await self._call("Seed", request, query_pb2.QuerySeedResponse, height=height)).seed)

    async def draw(self, fixed: int, *, height: int | None = None) -> Draw | None:
        """Return the seed that decides a draw fixed at a height, or None while there is none."""
        request = query_pb2.QueryDrawRequest(fixed=fixed)
        answer = await self._call("Draw", request, query_pb2.QueryDrawResponse, height=height)
        return Draw(answer.height, answer.seed) if answer.known else None

    def keys(
        self, *, reverse: bool = False, page_size: int = PAGE, height: int | None = None
    ) -> AsyncIterator[ValidatorKeys]:
        """Yield the validators' VRF keys in order of consensus address."""
        request, response = query_pb2.QueryKeysRequest(), query_pb2.QueryKeysResponse
        return self._list(
            ValidatorKeys, "Keys", request, response, "keys", reverse=reverse, page_size=page_size, height=height
        )

    async def key(self, consensus_address: str, *, height: int | None = None) -> ValidatorKeys:
        """Return one validator's VRF keys.

        Raises:
            NotFoundError: it has none.
        """
        request = query_pb2.QueryKeyRequest(consensus_address=consensus_address)
        answer = await self._call("Key", request, query_pb2.QueryKeyResponse, height=height)
        return from_proto(ValidatorKeys, answer.keys)
