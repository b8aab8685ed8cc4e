"""What measurements belong to."""

from dataclasses import replace

from nesa.models import Manifest

__all__ = ["digest_of"]


def digest_of(manifest: Manifest) -> str:
    """Return what measurements belong to: the manifest's digest, whatever its name, thresholds and providers are."""
    profile = replace(manifest.profile, threshold=1, score_thresholds=(0,) * len(manifest.profile.score_thresholds))
    hardware = replace(manifest.hardware, providers=("cpu",))
    return replace(manifest, profile=profile, hardware=hardware, name="calibrated").digest().hex()
