"""A place whose runs a test makes one after another."""

from pathlib import Path

import pytest
from vintage_place import Vintage


@pytest.fixture
def vintage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Vintage:
    """An empty place."""
    made = Vintage(tmp_path)
    monkeypatch.setenv("POVMON_JURISDICTIONS", str(made.place.parent))
    return made
