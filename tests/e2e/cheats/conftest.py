"""One network, one trial of all cheats, for all tests in this folder."""

from collections.abc import Iterator
from pathlib import Path

import anyio
import pytest

from e2e.cheats.trial import Field, Trial, build, play
from e2e.conftest import stop


@pytest.fixture(scope="session")
def arena(tmp_path_factory: pytest.TempPathFactory, model_folders: Path) -> Iterator[Field]:
    found = build(tmp_path_factory.mktemp("cheats"), model_folders)
    yield found
    for worker in (*found.honest, *found.cheats.values()):
        if worker.process is not None and worker.process.poll() is None:
            worker.kill()
    stop(found.net)


@pytest.fixture(scope="session")
def trial(arena: Field) -> Trial:
    return anyio.run(play, arena)
