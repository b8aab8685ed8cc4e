"""Errors of the package: each one's text is a sentence that can be shown to a user."""

__all__ = [
    "AddressRefusedError",
    "DownloadError",
    "EngineError",
    "FingerprintError",
    "HostileModelError",
    "ManifestError",
    "ModelUnavailableError",
    "NesaError",
    "ProviderError",
    "StoreError",
]


class NesaError(Exception):
    """Base of every error that this package raises on purpose."""


class ManifestError(NesaError):
    """A manifest does not follow the schema."""


class StoreError(NesaError):
    """A file in the model store is missing, damaged or cannot be written."""


class DownloadError(NesaError):
    """A model's file could not be fetched, is too large or has another digest."""


class AddressRefusedError(DownloadError):
    """A URI points to an address that this machine must not be made to call."""


class HostileModelError(NesaError):
    """A model's graph uses something that no honest model needs."""


class EngineError(NesaError):
    """An engine failed for a reason that lies with this machine, not with the input."""


class ProviderError(EngineError):
    """The execution provider that was asked for is not the one that runs."""


class ModelUnavailableError(EngineError):
    """This machine cannot run the model: a verifier abstains, and says nothing about the output."""


class FingerprintError(NesaError):
    """A tensor or a fingerprint has a shape, size or value that cannot be compared."""
