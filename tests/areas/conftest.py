"""The key of the pseudonyms for every run of this folder, and the province that exists in tests only."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(autouse=True, scope="session")
def _settings() -> None:
    os.environ["POVMON_KEY"] = "0123456789abcdef0123456789abcdef"


@pytest.fixture(scope="module")
def border() -> Iterator[str]:
    """The province, known while a module of tests runs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POVMON_JURISDICTIONS", str(Path(__file__).parent / "places"))
        yield "border"
