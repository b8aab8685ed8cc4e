"""What a miner's settings say of its enclave."""

from pathlib import Path

from nesa.errors import AttestationError, MinerError
from nesa.miner._config import HARDWARE, SIMULATED, WITH_GPU, MinerConfig
from nesa.tee import AttestedKey, Places, Reader, Simulator, available, choose, with_gpu

__all__ = ["enclave_key", "enclave_reader", "forget_key"]

_KEY = "enclave.pem"


def enclave_key(config: MinerConfig) -> AttestedKey:
    """Return the key of the miner's folder that is attested; it is made at first.

    Raises:
        AttestationError: it cannot be read or written.
    """
    return AttestedKey.create(config.home / _KEY)


def forget_key(config: MinerConfig) -> None:
    """Remove the key of the miner's folder.

    Raises:
        AttestationError: it cannot be removed.
    """
    path = config.home / _KEY
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise AttestationError(f"{path} cannot be removed: {error.strerror}") from error


def enclave_reader(config: MinerConfig, enclave: str = "") -> Reader:
    """Return what makes quotes; it looks at this machine, and may take a moment.

    Args:
        config: the miner's settings.
        enclave: as in the settings, in place of what they say.

    Raises:
        AttestationError: there is none, or its files cannot be read.
        MinerError: the settings name none.
    """
    wanted = enclave or config.enclave
    if wanted.startswith(SIMULATED):
        return Simulator.create(config.home / Path(wanted.removeprefix(SIMULATED)))
    if wanted not in {HARDWARE, WITH_GPU}:
        raise MinerError(f"no enclave is configured: set enclave = {HARDWARE!r} in {config.home / 'config.toml'}")
    places = Places(certificate=_certificate(config))
    reader = choose(available(places))
    return with_gpu(reader, places.nvml) if wanted == WITH_GPU else reader


def _certificate(config: MinerConfig) -> bytes:
    """Return the certificate of an AMD processor whose host gives none, where the miner's folder has it."""
    path = config.home / "vcek.crt"
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise AttestationError(f"{path} cannot be read: {error.strerror}") from error
