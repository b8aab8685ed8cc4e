"""Queries of the SDK's own modules: balances, accounts and what gas costs."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal, localcontext

from nesa.chain._errors import ChainError, NotFoundError
from nesa.chain._service import PAGE, Service
from nesa.chain._transport import Transport
from nesa.chain.amounts import DENOM
from nesa.proto.cosmos.auth.v1beta1 import auth_pb2
from nesa.proto.cosmos.auth.v1beta1 import query_pb2 as auth_query_pb2
from nesa.proto.cosmos.bank.v1beta1 import query_pb2 as bank_query_pb2
from nesa.proto.cosmos.base.node.v1beta1 import query_pb2 as node_query_pb2
from nesa.proto.cosmos.evm.feemarket.v1 import query_pb2 as feemarket_query_pb2

__all__ = ["AccountInfo", "Auth", "Bank", "Gas"]

_CONFIG = "/cosmos.base.node.v1beta1.Service/Config"
_BASE_FEE = "/cosmos.evm.feemarket.v1.Query/BaseFee"
_DEC = 10**18  # the SDK's decimals travel as integers of 18 decimals


@dataclass(frozen=True, slots=True)
class AccountInfo:
    """An account's number and the sequence that its next transaction must carry.

    Source: `cosmos.auth.v1beta1.BaseAccount`.
    """

    address: str
    number: int
    sequence: int


class Auth(Service):
    """Accounts."""

    def __init__(self, transport: Transport) -> None:
        super().__init__(transport, "cosmos.auth.v1beta1.Query")

    async def account(self, address: str, *, height: int | None = None) -> AccountInfo | None:
        """Return an account, or None for one that has never received anything.

        Raises:
            ChainError: the account is of a kind that does not sign transactions.
        """
        request = auth_query_pb2.QueryAccountRequest(address=address)
        try:
            answer = await self._call("Account", request, auth_query_pb2.QueryAccountResponse, height=height)
        except NotFoundError:
            return None
        account = auth_pb2.BaseAccount()
        if not answer.account.Unpack(account):
            kind = answer.account.type_url.rpartition(".")[2]
            raise ChainError(f"{address} is a {kind}, which signs no transactions; use an ordinary account.")
        return AccountInfo(account.address, account.account_number, account.sequence)


class Bank(Service):
    """Balances, in base units."""

    def __init__(self, transport: Transport) -> None:
        super().__init__(transport, "cosmos.bank.v1beta1.Query")

    async def balance(self, address: str, denom: str = DENOM, *, height: int | None = None) -> int:
        """Return what an account holds of a coin."""
        request = bank_query_pb2.QueryBalanceRequest(address=address, denom=denom)
        answer = await self._call("Balance", request, bank_query_pb2.QueryBalanceResponse, height=height)
        return int(answer.balance.amount or 0)

    async def balances(self, address: str, *, height: int | None = None) -> dict[str, int]:
        """Return all that an account holds, by coin."""
        request = bank_query_pb2.QueryAllBalancesRequest(address=address)
        pages = self._pages(
            "AllBalances",
            request,
            bank_query_pb2.QueryAllBalancesResponse,
            "balances",
            reverse=False,
            page_size=PAGE,
            height=height,
        )
        return {coin.denom: int(coin.amount) async for coin in pages}

    async def supply(self, denom: str = DENOM, *, height: int | None = None) -> int:
        """Return how much of a coin there is."""
        request = bank_query_pb2.QuerySupplyOfRequest(denom=denom)
        answer = await self._call("SupplyOf", request, bank_query_pb2.QuerySupplyOfResponse, height=height)
        return int(answer.amount.amount or 0)


class Gas:
    """What a unit of gas costs: the higher of the node's minimum and the fee market's base fee."""

    def __init__(self, transport: Transport, denom: str) -> None:
        self._transport = transport
        self._denom = denom

    async def price(self) -> int:
        """Return the price of a unit of gas in base units, rounded up."""
        config = await self._transport.call(_CONFIG, node_query_pb2.ConfigRequest(), node_query_pb2.ConfigResponse)
        market = await self._transport.call(
            _BASE_FEE, feemarket_query_pb2.QueryBaseFeeRequest(), feemarket_query_pb2.QueryBaseFeeResponse
        )
        prices = [_price(coin, self._denom) for coin in config.minimum_gas_price.split(",")]
        return max(*prices, -(-int(market.base_fee or 0) // _DEC), 0)


def _price(coin: str, denom: str) -> int:
    if not coin.endswith(denom):
        return 0
    with localcontext() as context:
        context.prec = 64
        return int(Decimal(coin.removesuffix(denom)).to_integral_value(ROUND_CEILING))
