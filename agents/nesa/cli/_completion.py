"""``nesa completion``."""

import click
from click.shell_completion import get_completion_class

from nesa.errors import NesaError

__all__ = ["completion"]


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the completion script of SHELL: eval "$(nesa completion bash)"."""
    from nesa.cli._main import cli  # noqa: PLC0415 - the root imports this module lazily

    found = get_completion_class(shell)
    if found is None:
        raise NesaError(f"there is no completion for {shell}")
    click.echo(found(cli, {}, "nesa", "_NESA_COMPLETE").source())
