"""A county with an empty landing folder."""

from pathlib import Path

import pytest
from intake_county import County


@pytest.fixture
def county(tmp_path: Path) -> County:
    return County(tmp_path)
