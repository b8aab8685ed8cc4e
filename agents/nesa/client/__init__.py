"""The user's side: price a job, request it, follow it, fetch and verify its result, prove it to others."""

from nesa.client._assurance import EVIDENCE, UNVERIFIED, Wanted
from nesa.client._catalogue import Entry, read_catalogue, read_entry
from nesa.client._client import Client, default_store
from nesa.client._errors import ClientError, FaucetError, NoResultError, ReceiptError, RequestError
from nesa.client._faucet import Gift, ask_faucet
from nesa.client._follow import Step
from nesa.client._models import (
    Published,
    find_version,
    load_manifest,
    publish_model,
    pull_model,
    read_manifest,
    release_messages,
)
from nesa.client._receipt import PROVES, Receipt, Verified, confirm_receipt, verify_receipt
from nesa.client._request import CERTAIN, JobRequest, Quote, Submitted
from nesa.client._result import JobResult
from nesa.client._sync import SyncClient

__all__ = [
    "CERTAIN",
    "EVIDENCE",
    "PROVES",
    "UNVERIFIED",
    "Client",
    "ClientError",
    "Entry",
    "FaucetError",
    "Gift",
    "JobRequest",
    "JobResult",
    "NoResultError",
    "Published",
    "Quote",
    "Receipt",
    "ReceiptError",
    "RequestError",
    "Step",
    "Submitted",
    "SyncClient",
    "Verified",
    "Wanted",
    "ask_faucet",
    "confirm_receipt",
    "default_store",
    "find_version",
    "load_manifest",
    "publish_model",
    "pull_model",
    "read_catalogue",
    "read_entry",
    "read_manifest",
    "release_messages",
    "verify_receipt",
]
