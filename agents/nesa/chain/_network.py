"""Where a network is to be found."""

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from nesa.chain._errors import ChainError
from nesa.chain.amounts import DENOM
from nesa.untrusted import parse_json

__all__ = ["Network"]


@dataclass(frozen=True, slots=True)
class Network:
    """A chain and the addresses of its nodes and services.

    Attributes:
        chain_id: the chain's id; an endpoint of another chain is refused.
        grpc: gRPC endpoints, ``host:port`` for plain text or ``https://host:port`` for TLS; tried in turn.
        rpc: CometBFT's RPC endpoints, ``http://host:port``; for wake-ups and searches only.
        rest: the REST gateway, if there is one.
        json_rpc: Ethereum's JSON-RPC, if there is one.
        relay: the relay that carries inputs and outputs too large for the chain, if there is one.
        faucet: a faucet for test coins, if there is one.
        denom: the coin's base unit.
    """

    chain_id: str
    grpc: tuple[str, ...]
    rpc: tuple[str, ...] = ()
    rest: str = ""
    json_rpc: str = ""
    relay: str = ""
    faucet: str = ""
    denom: str = DENOM

    def __post_init__(self) -> None:
        if not self.chain_id:
            raise ChainError("A network needs a chain id.")
        if not self.grpc:
            raise ChainError("A network needs at least one gRPC endpoint, like 127.0.0.1:9090.")

    @classmethod
    def from_json(cls, text: str | bytes) -> "Network":
        """Return a network from its JSON form.

        Raises:
            ChainError: it is not that form.
        """
        try:
            data = parse_json(text)
        except ValueError as error:
            raise ChainError("The network's description is no JSON.") from error
        if not isinstance(data, dict):
            raise ChainError("The network's description should be a JSON object with chain_id and grpc.")
        values = {field.name: data[field.name] for field in fields(cls) if field.name in data}
        lists = {name: _endpoints(name, values.pop(name, ())) for name in ("grpc", "rpc")}
        wrong = [name for name, value in values.items() if not isinstance(value, str)]
        if wrong:
            raise ChainError(f"The network's description holds a {wrong[0]} that is no text.")
        return cls(**{"chain_id": "", **values, **lists})

    @classmethod
    def load(cls, path: Path) -> "Network":
        """Return a network from a file.

        Raises:
            ChainError: the file is missing or cannot be read.
        """
        try:
            return cls.from_json(path.read_bytes())
        except OSError as error:
            raise ChainError(f"The network's description {path} cannot be read: {error.strerror}.") from error

    def to_json(self) -> str:
        """Return the JSON form."""
        return json.dumps(asdict(self), indent=2)


def _endpoints(name: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
        raise ChainError(f"The network's description holds a {name} that is no list of addresses.")
    return tuple(value)
