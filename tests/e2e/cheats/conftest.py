"""One network, one trial of all cheats, for all tests in this folder."""

from collections.abc import Iterator
from pathlib import Path

import anyio
import pytest

from e2e.cheats.trial import Field, Trial, build, play, staff
from e2e.conftest import stop


@pytest.fixture(scope="session")
def arena(tmp_path_factory: pytest.TempPathFactory, model_folders: Path, chat: Path) -> Iterator[Field]:
    found = build(tmp_path_factory.mktemp("cheats"), [*sorted(model_folders.iterdir()), chat])
    try:
        anyio.run(staff, found)
        yield found
    finally:
        for worker in (*found.honest, *found.cheats.values(), found.rich):
            if worker.process is not None and worker.process.poll() is None:
                worker.kill()
        stop(found.net)


@pytest.fixture(scope="session")
def trial(arena: Field) -> Trial:
    return anyio.run(play, arena)
