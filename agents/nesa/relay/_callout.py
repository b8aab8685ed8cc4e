"""Answers the NATS server's question who a connection is and what it may do."""

from typing import Any

from nesa.errors import RelayError, RelayRefusedError
from nesa.relay._login import Login, read_login
from nesa.relay._nkeys import NatsKey, decode_claims
from nesa.relay._subjects import DELETE, GET, PUT, STAT

__all__ = ["CLIENTS", "answer"]

CLIENTS = "CLIENTS"  # the server's account in which users live, apart from the one that has the store

_TOKEN_VERSION = 2
_SUBSCRIPTIONS = 4
_HOURS = 6 * 3600


def answer(issuer: NatsKey, request: str, *, chain_id: str, relays: tuple[str, ...], now: int) -> tuple[str, Login]:
    """Return the signed answer to an authorisation request, and whose it is.

    A refusal is an answer too, with an empty `Login`.

    Args:
        issuer: the account key that the server trusts.
        request: the server's token.
        chain_id: the chain's name.
        relays: names under which this relay may be dialled.
        now: seconds since the epoch.

    Raises:
        RelayError: the request is not one.
    """
    try:
        claims = decode_claims(request)["nats"]
        user, server = str(claims["user_nkey"]), str(claims["server_id"]["id"])
        options, client = claims.get("connect_opts", {}), claims.get("client_info", {})
    except (KeyError, TypeError) as error:
        raise RelayError("the NATS server asked a question of unknown form") from error
    reply: dict[str, Any] = {"type": "authorization_response", "version": _TOKEN_VERSION}
    login = Login("", "")
    try:
        login = read_login(
            str(options.get("auth_token", "")),
            str(options.get("sig", "")),
            str(client.get("nonce", "")),
            chain_id=chain_id,
            relays=relays,
        )
        reply["jwt"] = issuer.token(_user(user, login, now))
    except RelayRefusedError as error:
        reply["error"] = str(error)
    return issuer.token({"sub": user, "aud": server, "iat": now, "nats": reply}), login


def _user(user: str, login: Login, now: int) -> dict[str, Any]:
    """Return the claims of a connection: an account may write under its own address only, everybody may read."""
    publish = [GET]
    if login.address:
        publish += [f"{verb}.{login.address}" for verb in (PUT, DELETE, STAT)]
    return {
        "sub": user,
        "aud": CLIENTS,
        "name": login.address or "reader",
        "iat": now,
        "exp": now + _HOURS,
        "nats": {
            "type": "user",
            "version": _TOKEN_VERSION,
            "pub": {"allow": publish},
            "sub": {"allow": [f"{login.inbox}.>"]},
            "subs": _SUBSCRIPTIONS,
            "data": -1,
            "payload": -1,
            "allowed_connection_types": ["STANDARD"],
        },
    }
