"""A faucet: hands out small amounts of a test network's coin over HTTP."""

from nesa.faucet._app import create_app
from nesa.faucet._limits import Limits, RateLimiter, Refused
from nesa.faucet._serve import serve

__all__ = ["Limits", "RateLimiter", "Refused", "create_app", "serve"]
