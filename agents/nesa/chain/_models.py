"""Queries of the model module."""

from collections.abc import AsyncIterator

from nesa.chain._convert import from_proto
from nesa.chain._errors import InvalidRequestError
from nesa.chain._model_types import Model, ModelParams, Version
from nesa.chain._service import PAGE, Service
from nesa.chain._transport import Transport
from nesa.proto.nesa.model.v1 import query_pb2

__all__ = ["Models"]


def _parts(name: str) -> tuple[str, str]:
    publisher, slash, rest = name.partition("/")
    if not (publisher and slash and rest):
        raise InvalidRequestError(f"{name!r} is no model's name; it has the form publisher/name.")
    return publisher, rest


class Models(Service):
    """Models and versions. ``height`` asks for the state at that height instead of the newest."""

    def __init__(self, transport: Transport) -> None:
        super().__init__(transport, "nesa.model.v1.Query")

    async def params(self, *, height: int | None = None) -> ModelParams:
        """Return the module's parameters."""
        request, response = query_pb2.QueryParamsRequest(), query_pb2.QueryParamsResponse
        return from_proto(ModelParams, (await self._call("Params", request, response, height=height)).params)

    async def get(self, name: str, *, height: int | None = None) -> Model:
        """Return a model by its name ``publisher/name``.

        Raises:
            NotFoundError: there is no such model.
        """
        publisher, rest = _parts(name)
        request = query_pb2.QueryModelRequest(publisher=publisher, name=rest)
        return from_proto(
            Model, (await self._call("Model", request, query_pb2.QueryModelResponse, height=height)).model
        )

    def list(
        self, *, owner: str = "", reverse: bool = False, page_size: int = PAGE, height: int | None = None
    ) -> AsyncIterator[Model]:
        """Yield all models in order of name, or one owner's."""
        request, response = query_pb2.QueryModelsRequest(owner=owner), query_pb2.QueryModelsResponse
        return self._list(
            Model, "Models", request, response, "models", reverse=reverse, page_size=page_size, height=height
        )

    async def version(self, version_id: int, *, height: int | None = None) -> Version:
        """Return a version by its id.

        Raises:
            NotFoundError: there is no such version.
        """
        request = query_pb2.QueryVersionRequest(id=version_id)
        answer = await self._call("Version", request, query_pb2.QueryVersionResponse, height=height)
        return from_proto(Version, answer.version)

    def versions(
        self, *, model: str = "", reverse: bool = False, page_size: int = PAGE, height: int | None = None
    ) -> AsyncIterator[Version]:
        """Yield all versions in order of id, or one model's."""
        request, response = query_pb2.QueryVersionsRequest(model=model), query_pb2.QueryVersionsResponse
        return self._list(
            Version, "Versions", request, response, "versions", reverse=reverse, page_size=page_size, height=height
        )

    def access(
        self, name: str, *, reverse: bool = False, page_size: int = PAGE, height: int | None = None
    ) -> AsyncIterator[str]:
        """Yield the addresses that may request a private model."""
        publisher, rest = _parts(name)
        request, response = query_pb2.QueryAccessRequest(publisher=publisher, name=rest), query_pb2.QueryAccessResponse
        return self._pages(
            "Access", request, response, "addresses", reverse=reverse, page_size=page_size, height=height
        )
