"""Fixtures for every test: where the real data and golden values are."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder of real data and golden values ($POVMON_REAL_DATA, else ../shared beside the repository)."""
    default = Path(__file__).resolve().parents[1].parent / "shared"
    folder = Path(os.environ.get("POVMON_REAL_DATA", default))
    if not folder.is_dir():
        pytest.fail(f"no real data in {folder}; set POVMON_REAL_DATA to the folder that holds data/ and golden/")
    return folder
