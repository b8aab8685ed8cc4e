"""The command line: ``nesa``. Nothing but click is imported before a command runs, so that help is there at once."""

from nesa.cli._main import cli, main

__all__ = ["cli", "main"]
