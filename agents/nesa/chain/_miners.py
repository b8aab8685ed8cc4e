"""Queries of the miner module."""

from collections.abc import AsyncIterator

from nesa.chain._convert import from_proto
from nesa.chain._miner_types import (
    EncryptionKey,
    Miner,
    MinerInfo,
    MinerParams,
    Served,
    StakeSolvency,
    Strike,
    Totals,
    Unbonding,
)
from nesa.chain._service import PAGE, Service
from nesa.chain._transport import Transport
from nesa.proto.nesa.miner.v1 import query_pb2

__all__ = ["Miners"]


class Miners(Service):
    """Miners, what they serve and what is held for them. ``height`` asks for the state at that height."""

    def __init__(self, transport: Transport) -> None:
        super().__init__(transport, "nesa.miner.v1.Query")

    async def params(self, *, height: int | None = None) -> MinerParams:
        """Return the module's parameters."""
        request, response = query_pb2.QueryParamsRequest(), query_pb2.QueryParamsResponse
        return from_proto(MinerParams, (await self._call("Params", request, response, height=height)).params)

    async def get(self, owner: str, *, height: int | None = None) -> MinerInfo:
        """Return a miner by its owner's address.

        Raises:
            NotFoundError: there is no such miner.
        """
        request = query_pb2.QueryMinerRequest(owner=owner)
        return from_proto(MinerInfo, await self._call("Miner", request, query_pb2.QueryMinerResponse, height=height))

    async def by_key(self, address: str, *, height: int | None = None) -> Miner:
        """Return the miner whose operator, claim key or owner an address is.

        Raises:
            NotFoundError: it is nobody's.
        """
        request = query_pb2.QueryMinerByKeyRequest(address=address)
        answer = await self._call("MinerByKey", request, query_pb2.QueryMinerByKeyResponse, height=height)
        return from_proto(Miner, answer.miner)

    def list(self, *, reverse: bool = False, page_size: int = PAGE, height: int | None = None) -> AsyncIterator[Miner]:
        """Yield all miners in order of address."""
        request, response = query_pb2.QueryMinersRequest(), query_pb2.QueryMinersResponse
        return self._list(
            Miner, "Miners", request, response, "miners", reverse=reverse, page_size=page_size, height=height
        )

    def served(
        self,
        *,
        version_id: int = 0,
        miner: str = "",
        reverse: bool = False,
        page_size: int = PAGE,
        height: int | None = None,
    ) -> AsyncIterator[Served]:
        """Yield who serves a version, or what a miner serves."""
        request = query_pb2.QueryServedRequest(version_id=version_id, miner=miner)
        response = query_pb2.QueryServedResponse
        return self._list(
            Served, "Served", request, response, "served", reverse=reverse, page_size=page_size, height=height
        )

    async def totals(self, version_id: int, *, height: int | None = None) -> Totals:
        """Return how many miners and slots serve a version."""
        request = query_pb2.QueryTotalsRequest(version_id=version_id)
        answer = await self._call("Totals", request, query_pb2.QueryTotalsResponse, height=height)
        return from_proto(Totals, answer.totals)

    async def encryption_keys(self, owner: str, *, height: int | None = None) -> tuple[EncryptionKey, ...]:
        """Return a miner's encryption keys, oldest first."""
        request = query_pb2.QueryEncryptionKeysRequest(owner=owner)
        answer = await self._call("EncryptionKeys", request, query_pb2.QueryEncryptionKeysResponse, height=height)
        return tuple(from_proto(EncryptionKey, key) for key in answer.keys)

    async def unbondings(self, owner: str, *, height: int | None = None) -> tuple[Unbonding, ...]:
        """Return a miner's unbondings, oldest first."""
        request = query_pb2.QueryUnbondingsRequest(owner=owner)
        answer = await self._call("Unbondings", request, query_pb2.QueryUnbondingsResponse, height=height)
        return tuple(from_proto(Unbonding, unbonding) for unbonding in answer.unbondings)

    async def strikes(self, owner: str, *, height: int | None = None) -> tuple[Strike, ...]:
        """Return a miner's strikes, oldest first."""
        request = query_pb2.QueryStrikesRequest(owner=owner)
        answer = await self._call("Strikes", request, query_pb2.QueryStrikesResponse, height=height)
        return tuple(from_proto(Strike, strike) for strike in answer.strikes)

    async def solvency(self, *, height: int | None = None) -> StakeSolvency:
        """Return the stake account's balance beside what is owed from it."""
        request, response = query_pb2.QuerySolvencyRequest(), query_pb2.QuerySolvencyResponse
        return from_proto(StakeSolvency, await self._call("Solvency", request, response, height=height))
