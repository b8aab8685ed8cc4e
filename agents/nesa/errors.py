"""Errors of the package: each one's text is a sentence that can be shown to a user."""

__all__ = [
    "AddressRefusedError",
    "AttestationError",
    "BlobUnavailableError",
    "CalibrationError",
    "DownloadError",
    "EngineError",
    "FingerprintError",
    "HostileModelError",
    "InvalidInputError",
    "ManifestError",
    "MinerError",
    "ModelUnavailableError",
    "NesaError",
    "ProofError",
    "ProvableError",
    "ProviderError",
    "RelayError",
    "RelayRefusedError",
    "RunCancelledError",
    "StoreError",
    "TemplateError",
    "TokenizerError",
    "UnsupportedModelError",
    "said",
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
    """A model's graph or folder holds something that no honest model needs."""


class UnsupportedModelError(NesaError):
    """A folder's model cannot be published as it is; the text says what to do."""


class InvalidInputError(NesaError):
    """An input or its options do not satisfy the model's manifest."""


class TokenizerError(NesaError):
    """A tokenizer is none, or does not fit its model."""


class TemplateError(NesaError):
    """A chat template is none, refuses a conversation, or does more than one has to."""


class AttestationError(NesaError):
    """This machine cannot attest what it was asked to, or what should be an attestation is none."""


class ProvableError(NesaError):
    """A model is not in provable form, or cannot be brought into it."""


class ProofError(NesaError):
    """A proof, its verifying key or its public values are malformed, or no proof could be made."""


class CalibrationError(NesaError):
    """A model cannot be calibrated, or a variant of it not be made."""


class EngineError(NesaError):
    """An engine failed for a reason that lies with this machine, not with the input."""


class ProviderError(EngineError):
    """The execution provider that was asked for is not the one that runs."""


class ModelUnavailableError(EngineError):
    """This machine cannot run the model: a verifier abstains, and says nothing about the output."""


class RunCancelledError(EngineError):
    """A run was given up because nobody waits for it any more."""


class FingerprintError(NesaError):
    """A tensor or a fingerprint has a shape, size or value that cannot be compared."""


class RelayError(NesaError):
    """A relay cannot be reached, or did not do what was asked of it."""


class RelayRefusedError(RelayError):
    """A relay does not allow this account what it asked for: no right to upload, no room left, somebody else's blob."""


class BlobUnavailableError(RelayError):
    """A blob cannot be had, or what can be had under its address is something else."""


class MinerError(NesaError):
    """A miner is not configured, not registered, or cannot do what was asked of it."""


def said(error: Exception) -> str:
    """Return what may be shown of an error: this package's own text, and of any other its kind alone.

    Another library's text may quote what it was given: a prompt, a key.
    """
    return str(error) if isinstance(error, NesaError) else type(error).__name__
