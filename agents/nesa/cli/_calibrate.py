"""``nesa model calibrate``: how far honest machines differ on a language model, and how well cheats are told apart."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click
from rich.progress import Progress

from nesa.calibration import (
    QUICK,
    WHOLE,
    Calibration,
    CheatKind,
    HonestKind,
    Parts,
    Record,
    add_away,
    draw_ranges,
    judge_cheats,
    judge_honest,
    prompts_of,
    propose,
    ranges_of,
    write_away,
)
from nesa.cli._options import json_option
from nesa.cli._output import console, print_fields, print_json, print_table
from nesa.cli._values import COUNT
from nesa.client import read_manifest
from nesa.errors import CalibrationError
from nesa.models import Profile, Store

__all__ = ["calibrate"]

_FILE = click.Path(dir_okay=False, path_type=Path)
_MAX_PROMPTS = 2**20
_SEARCHED = 4  # of so many hard prompts one is searched for


def _lines(path: Path | None) -> list[str]:
    if path is None:
        return []
    with path.open("rb") as file:
        raw = file.read(_MAX_PROMPTS + 1)
    try:
        found = [line for line in raw.decode().splitlines() if line.strip()]
    except UnicodeDecodeError as error:
        raise CalibrationError(f"{path} is not UTF-8") from error
    if not found or len(raw) > _MAX_PROMPTS:
        raise CalibrationError(f"{path} has no prompts, one a line, or more than {_MAX_PROMPTS} bytes of them")
    return found


def _machine(_: click.Context, __: click.Parameter, values: Sequence[str]) -> list[tuple[str, Path]]:
    found = [value.partition("=") for value in values]
    if not all(name and path for name, _, path in found):
        raise click.BadParameter("name another machine and its file: NAME=FILE")
    return [(name, Path(path)) for name, _, path in found]


@contextmanager
def _bar(total: int, *, shown: bool) -> Iterator[Callable[[], None]]:
    """Show how many jobs are done, on a terminal."""
    screen = console(stderr=True)
    with Progress(console=screen, disable=not shown or not screen.is_terminal, transient=True) as progress:
        task = progress.add_task("calibrating", total=total)
        yield lambda: progress.advance(task)


def _print(honest: Sequence[HonestKind], cheats: Sequence[CheatKind], profile: Profile, better: Profile) -> None:
    columns = ("Honest", "Checks", "Fingerprint", "Clipped", "Largest", "Mismatches", "At fault", "Rate below")
    rows = [(one.kind, one.checks, *one.largest, one.at_fault, f"{one.rate_high:.3%}") for one in honest]
    print_table(columns, rows, empty="")
    caught = [
        (
            one.kind,
            one.answers[WHOLE],
            one.own,
            one.caught[WHOLE],
            f"{one.areas[WHOLE]:.4f}",
            f"{tokens} token{'s' * (tokens > 1)}" if (tokens := one.sure()) else "never",
        )
        for one in cheats
    ]
    print_table(("Cheat", "Answers", "The model's own", "Caught", "AUC", "99 % caught by"), caught, empty="")
    print_fields(
        {
            f"{name} {when}": getattr(of, name)
            for name in ("threshold", "score_thresholds", "shift")
            for when, of in (("now", profile), ("proposed", better))
        }
    )


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--honest", type=COUNT, default=QUICK.honest, show_default=True, help="Honest jobs to run.")
@click.option("--cheats", type=COUNT, default=QUICK.cheats, show_default=True, help="Jobs that every cheat meets.")
@click.option("--ways", type=COUNT, default=QUICK.ways, show_default=True, help="Jobs that are run in every way.")
@click.option("--hard", type=COUNT, default=QUICK.hard, show_default=True, help="Prompts to set machines apart with.")
@click.option("--prompts", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Prompts, one a line.")
@click.option("--keep", type=_FILE, help="Keep what is measured in this file, and go on from what is there.")
@click.option("--plot", type=_FILE, help="Draw the scores of all kinds into this file, as SVG.")
@click.option(
    "--away", "others", multiple=True, callback=_machine, metavar="NAME=FILE", help="Compare with another machine's."
)
@click.option("--record", "recording", type=_FILE, help="Only run the honest jobs, for another machine's --away.")
@click.option("--provider", type=click.Choice(["cpu", "cuda", "coreml"]), default="cpu", help="What --record runs on.")
@click.option("--write", "rewrite", is_flag=True, help="Write the proposed thresholds into FOLDER's manifest.")
@json_option
def calibrate(
    folder: Path,
    honest: int,
    cheats: int,
    ways: int,
    hard: int,
    prompts: Path | None,
    keep: Path | None,
    plot: Path | None,
    others: list[tuple[str, Path]],
    recording: Path | None,
    provider: str,
    *,
    rewrite: bool,
    as_json: bool,
) -> None:
    """Run the language model in FOLDER honestly and as cheats would, and propose thresholds."""
    if provider != "cpu" and not recording:
        raise click.UsageError("--provider is of --record: all else is measured on the processor")
    manifest = read_manifest(folder)
    parts = Parts(ways, -(-hard // _SEARCHED), hard, cheats, honest)
    with tempfile.TemporaryDirectory(prefix="nesa-calibration-") as scratch:
        model = Calibration(folder, Store(Path(scratch)), prompts_of(manifest, _lines(prompts)), provider=provider)
        if recording:
            write_away(recording, model, honest)
            return
        found = Record.read(keep) if keep and keep.exists() else model.record()
        for name, path in others:
            add_away(model, found, name, path)
        with _bar(parts.total - sum(found.done.values()), shown=not as_json) as tick:
            for _ in model.go_on(found, parts, tick):
                if keep:
                    keep.write_text(found.to_json())
    profile, better = manifest.profile, propose(found, manifest.profile)
    if keep:
        keep.write_text(found.to_json())
    honest_kinds, cheat_kinds = judge_honest(found, better), judge_cheats(found, better)
    if plot:
        plot.write_text(draw_ranges(f"{manifest.name}: honest checks and cheats", ranges_of(found, better)))
    if rewrite:
        (folder / "manifest.json").write_bytes(replace(manifest, profile=better).to_json())
    if as_json:
        print_json({"honest": honest_kinds, "cheats": cheat_kinds, "profile": profile, "proposed": better})
    else:
        _print(honest_kinds, cheat_kinds, profile, better)
