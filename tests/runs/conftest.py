"""A run of the sample prefecture through the public entry, made once for all tests of this folder."""

from pathlib import Path

import pytest
from installation import Installation, run

from jurisdictions.wuzhong.generator import generate


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """Three months of Wuzhong with every kind of planted fault."""
    place = tmp_path_factory.mktemp("wuzhong")
    generate(place / "landing", months=3, household_months=3_000)
    return run("wuzhong", place / "landing", place / "home")


@pytest.fixture(scope="session")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Landing folder of two months without a fault."""
    landing = tmp_path_factory.mktemp("clean") / "landing"
    generate(landing, months=2, household_months=1_400, dirt=False)
    return landing
