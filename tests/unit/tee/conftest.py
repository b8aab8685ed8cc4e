from datetime import UTC, datetime
from pathlib import Path

import pytest

from nesa.tee import Simulator

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="session")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tee") / "root"


@pytest.fixture(scope="session")
def simulator(root: Path) -> Simulator:
    return Simulator.create(root, now=lambda: NOW)
