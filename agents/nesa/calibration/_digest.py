"""What measurements belong to."""

from dataclasses import replace

from nesa.models import Manifest

__all__ = ["digest_of"]


def digest_of(manifest: Manifest) -> str:
    """Return what measurements belong to: the manifest's digest, whatever its name and thresholds are."""
    profile = replace(manifest.profile, threshold=1, score_thresholds=(0,) * len(manifest.profile.score_thresholds))
    return replace(manifest, profile=profile, name="calibrated").digest().hex()
