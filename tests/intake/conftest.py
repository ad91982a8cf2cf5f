"""A county with an empty landing folder, and one key of the pseudonyms for all."""

from pathlib import Path

import pytest
from intake_county import County


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POVMON_KEY", "0123456789abcdef0123456789abcdef")


@pytest.fixture
def county(tmp_path: Path) -> County:
    return County(tmp_path)
