"""For every test: where the real data and golden values are, the key of the pseudonyms, how properties are tried."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# a slow machine is no fault, and a suite that fails once in a while is not read
settings.register_profile("house", deadline=None)
settings.load_profile("house")


@pytest.fixture(autouse=True, scope="session")
def _key() -> Iterator[None]:
    """One key of the pseudonyms for all runs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POVMON_KEY", "0123456789abcdef0123456789abcdef")
        yield


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder of real data and golden values ($POVMON_REAL_DATA, else ../shared beside the repository)."""
    default = Path(__file__).resolve().parents[1].parent / "shared"
    folder = Path(os.environ.get("POVMON_REAL_DATA", default))
    if not folder.is_dir():
        pytest.fail(f"no real data in {folder}; set POVMON_REAL_DATA to the folder that holds data/ and golden/")
    return folder
