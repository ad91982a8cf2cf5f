"""Two months of Wuzhong with few households, made through the public entry once for all tests here."""

from pathlib import Path

import pytest
from installation import Installation, run

from jurisdictions.wuzhong.generator import generate


@pytest.fixture(scope="session")
def released(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """Two months with every kind of planted fault, released once."""
    place = tmp_path_factory.mktemp("exports")
    generate(place / "landing", months=2, household_months=1_400)
    return run("wuzhong", place / "landing", place / "home")


@pytest.fixture(scope="session")
def home(released: Installation) -> Path:
    """Its home folder."""
    return released.home
