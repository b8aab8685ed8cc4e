"""The root command, and how errors become a sentence and an exit status."""

import json
import os
import sys
import traceback
from importlib.metadata import version
from pathlib import Path
from typing import Any, NoReturn

import click

from nesa.cli._lazy import LazyGroup
from nesa.errors import NesaError
from nesa.untrusted import clean

__all__ = ["FAILED", "NO_RESULT", "UNREACHABLE", "cli", "main"]

FAILED = 1
UNREACHABLE = 3
NO_RESULT = 4
_INTERRUPTED = 130

_EPILOG = (
    f"Exit status: 0 done, {FAILED} refused or failed, 2 wrong usage, {UNREACHABLE} chain not reachable, "
    f"{NO_RESULT} the job ended without a result. NESA_DEBUG=1 shows the trace of an unexpected error."
)


def _print_version(ctx: click.Context, _param: click.Parameter, value: bool) -> None:  # noqa: FBT001 - click's
    if value and not ctx.resilient_parsing:
        click.echo(f"nesa {version('nesa')}")
        ctx.exit()


@click.group(
    cls=LazyGroup,
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "auto_envvar_prefix": None},
    lazy={
        "keys": ("nesa.cli._keys", "Keys that sign: add, list, show, delete."),
        "model": ("nesa.cli._model", "Models: quantize, publish, list, show, pull, run."),
        "proof": ("nesa.cli._proof", "Proofs of what a model answers: make, verify."),
        "run": ("nesa.cli._run", "Ask a language model, and pay for its answer."),
        "job": ("nesa.cli._job", "Jobs: estimate, request, follow, result, receipt."),
        "miner": ("nesa.cli._miner", "Run a miner: init, doctor, run, status, stake."),
        "chain": ("nesa.cli._chain", "The chain: status, balance, send, blocks, parameters."),
        "callbacks": ("nesa.cli._callbacks", "Tell contracts how their jobs ended, and earn: list, answer, watch."),
        "localnet": ("nesa.cli._localnet", "A network on this machine: up, down, status, logs."),
        "relay": ("nesa.cli._relay", "Blobs above the inline limit: serve, put, get."),
        "faucet": ("nesa.cli._faucet", "Coins of a test network: ask, serve."),
        "demo": ("nesa.cli._demo", "A network, two models, and paid jobs on real input."),
        "demo-proof": ("nesa.cli._demo", "One input settled four ways, a private decision, and a contract."),
        "demo-text": ("nesa.cli._demo", "A chat job, and all that a miner may try instead of doing it."),
        "completion": ("nesa.cli._completion", "Print the completion script of a shell."),
    },
)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_print_version, help="Print the version."
)
def cli() -> None:
    """Verifiable AI inference on a chain."""


def _fail(message: str, code: int, args: list[str]) -> NoReturn:
    if "--json" in args:
        click.echo(json.dumps({"error": message, "status": code}), err=True)
    else:
        click.echo(f"Error: {clean(message)}", err=True)
    sys.exit(code)


def _status_of(error: NesaError) -> int:
    """Return the exit status; by name, so that the chain client need not be imported."""
    return UNREACHABLE if any(kind.__name__ == "ChainUnreachableError" for kind in type(error).__mro__) else FAILED


def _unexpected(error: BaseException, args: list[str]) -> NoReturn:
    """Say where a failure came from, but not with which words: they may hold what was worked on, a key's even."""
    if not isinstance(error, Exception):  # Ctrl-C while several things were going on
        sys.exit(_INTERRUPTED)
    if os.environ.get("NESA_DEBUG"):
        traceback.print_exception(error)
    first: BaseException = error
    while isinstance(first, BaseExceptionGroup):
        first = first.exceptions[0]
    frames = traceback.extract_tb(first.__traceback__ or error.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    reason = f" ({first.strerror}: {first.filename})" if isinstance(first, OSError) and first.filename else ""
    text = f"unexpected {type(first).__name__}{reason}{place}; please report it, NESA_DEBUG=1 shows the trace"
    _fail(text, FAILED, args)


def main(args: list[str] | None = None, **extra: Any) -> NoReturn:  # noqa: ANN401 - click's
    """Run the command line and exit."""
    args = sys.argv[1:] if args is None else args
    try:
        status = cli.main(args=args, prog_name="nesa", standalone_mode=False, **extra)
    except NesaError as error:
        _fail(str(error), _status_of(error), args)
    except click.exceptions.Exit as error:
        sys.exit(error.exit_code)
    except click.Abort:
        click.echo(err=True)
        sys.exit(_INTERRUPTED)
    except KeyboardInterrupt:
        sys.exit(_INTERRUPTED)
    except click.UsageError as error:
        error.show()
        sys.exit(error.exit_code)
    except click.ClickException as error:
        _fail(error.format_message(), error.exit_code, args)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(FAILED)
    except (Exception, BaseExceptionGroup) as error:  # noqa: BLE001 - the last resort
        _unexpected(error, args)
    sys.exit(status if isinstance(status, int) else 0)
