"""Who may have how much, and how often."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from nesa.chain import decode_address, encode_address, from_evm_address
from nesa.errors import NesaError

__all__ = ["Limits", "RateLimiter", "Refused", "account"]

_MAX_TRACKED = 100_000  # the memory a flood of addresses can take


def account(text: str) -> str:
    """Return an account as the chain writes it: it may be given as ``nesa1…`` in small or capital letters, or ``0x…``.

    Raises:
        KeyFormatError: it is mistyped, or no account.
    """
    if text[:2].lower() == "0x":
        return from_evm_address(text[2:])
    return encode_address(decode_address(text))


class Refused(NesaError):  # noqa: N818 - a refusal is no error of the faucet
    """The faucet gives nothing to this caller now.

    Attributes:
        retry_after: whole seconds until it may ask again; None when it never may.
    """

    def __init__(self, message: str, retry_after: int | None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Limits:
    """What a faucet allows.

    Attributes:
        amount: given at a time, in anes.
        window: seconds over which the counts below apply.
        per_address: gifts to one account in a window.
        per_ip: gifts to one IP address in a window.
        allowed: accounts that may ask, in any spelling; empty for everybody.

    Raises:
        KeyFormatError: one that is allowed is no account.
    """

    amount: int
    window: float = 3600.0
    per_address: int = 3
    per_ip: int = 30
    allowed: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        object.__setattr__(self, "allowed", frozenset(map(account, self.allowed)))


class RateLimiter:
    """Counts gifts over a sliding window, per account as `account` writes it and per IP address, in bounded memory."""

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        self.limits = limits
        self._clock = clock
        self._taken: OrderedDict[str, list[float]] = OrderedDict()

    def take(self, address: str, ip: str) -> None:
        """Count one gift.

        Raises:
            Refused: the account is not on the list, or it or the IP address has had its share.
        """
        if self.limits.allowed and address not in self.limits.allowed:
            raise Refused(f"{address} is not on this faucet's list", None)
        bounds = {f"account {address}": self.limits.per_address, f"IP address {ip}": self.limits.per_ip}
        now = self._clock()
        for who, most in bounds.items():
            times = [at for at in self._taken.get(who, []) if at > now - self.limits.window]
            if len(times) >= most:
                wait = max(1, round(times[0] + self.limits.window - now))
                raise Refused(f"{who} has had its share for now; ask again in {wait} s", wait)
        for who in bounds:
            times = [at for at in self._taken.pop(who, []) if at > now - self.limits.window]
            self._taken[who] = [*times, now]
        while len(self._taken) > _MAX_TRACKED:
            self._taken.popitem(last=False)

    def give_back(self, address: str, ip: str) -> None:
        """Forget the last gift, which did not arrive."""
        for who in (f"account {address}", f"IP address {ip}"):
            if times := self._taken.get(who):
                times.pop()
