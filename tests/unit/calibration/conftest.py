import shutil
from pathlib import Path

import pytest

from nesa.calibration import Calibration, Record
from nesa.models import Store
from textmodels import LAYOUTS, manifest_of
from unit.calibration.small import PARTS, VARIANTS, gone_on


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of a small model in float32."""
    made = tmp_path_factory.mktemp("true") / "qwen3"
    manifest = manifest_of(LAYOUTS / "qwen3")
    shutil.copytree(LAYOUTS / "qwen3", made)
    (made / "manifest.json").write_bytes(manifest.to_json())
    return made


@pytest.fixture(scope="session")
def model(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Calibration:
    return Calibration(folder, Store(tmp_path_factory.mktemp("store")), variants=VARIANTS)


@pytest.fixture(scope="session")
def record(model: Calibration) -> Record:
    """Return a record that tests only read."""
    return gone_on(model, model.record(), PARTS)
