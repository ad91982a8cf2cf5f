"""The generated prefecture, made once: with every kind of fault, and the same months without any."""

from pathlib import Path

import pytest
from wuzhong_files import HOUSEHOLD_MONTHS, MONTHS

from jurisdictions.wuzhong.generator import Truth, generate


@pytest.fixture(scope="session")
def dirty(tmp_path_factory: pytest.TempPathFactory) -> Truth:
    """Three months with every kind of fault and variety."""
    return generate(tmp_path_factory.mktemp("dirty") / "landing", months=MONTHS, household_months=HOUSEHOLD_MONTHS)


@pytest.fixture(scope="session")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Landing folder of the same months without a fault."""
    landing = tmp_path_factory.mktemp("clean") / "landing"
    generate(landing, months=MONTHS, household_months=HOUSEHOLD_MONTHS, dirt=False)
    return landing
