"""Fixtures that several suites share."""

from pathlib import Path

import pytest
from hypothesis import settings

from build import MODELS, write
from nesa.models import Manifest, Store

settings.register_profile("default", deadline=None)  # the machine's other work must not fail a property
settings.load_profile("default")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def model_folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the two real models, built from the installed packages."""
    folder = tmp_path_factory.mktemp("models")
    for name, describe in MODELS.items():
        write(folder / name, *describe())
    return folder


@pytest.fixture(scope="session")
def store(model_folders: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A store that holds the two real models."""
    found = Store(tmp_path_factory.mktemp("store"))
    for folder in model_folders.iterdir():
        found.add_folder(folder)
    return found


@pytest.fixture(scope="session")
def style_manifest(model_folders: Path) -> Manifest:
    return Manifest.from_json((model_folders / "style-transfer" / "manifest.json").read_bytes())


@pytest.fixture(scope="session")
def file_manifest(model_folders: Path) -> Manifest:
    return Manifest.from_json((model_folders / "file-type" / "manifest.json").read_bytes())
