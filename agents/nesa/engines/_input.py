"""The error inside an engine for input that does not satisfy the manifest; it never leaves the package."""

__all__ = ["InvalidInputError"]


class InvalidInputError(Exception):
    """The input or its options do not satisfy the manifest's schema."""
