"""Small tables drawn in the text of a test, and the golden files of the statistics."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest


@pytest.fixture(scope="session")
def drawn() -> Callable[[str], pd.DataFrame]:
    """Read a table drawn with bars: a row of names, then rows of values."""

    def read(text: str) -> pd.DataFrame:
        rows = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
        table = pd.DataFrame(rows[1:], columns=rows[0])
        for name in table.columns:
            try:
                table[name] = pd.to_numeric(table[name])
            except ValueError:
                continue
        return table

    return read


@pytest.fixture(scope="session")
def survey_golden(real_data: Path) -> dict[str, Any]:
    """Estimates of R survey 4.5 by name."""
    return json.loads((real_data / "golden/survey/golden_survey.json").read_text())


@pytest.fixture(scope="session")
def survey_sample(real_data: Path) -> Callable[[str], pd.DataFrame]:
    """Samples that come with R survey, by name."""
    return lambda name: pd.read_csv(real_data / f"golden/survey/{name}.csv")


@pytest.fixture(scope="session")
def income_golden(real_data: Path) -> Callable[[str], Any]:
    """Golden values of inequality and income sources, by file name."""
    return lambda name: json.loads((real_data / f"golden/income_source/{name}.json").read_text())


@pytest.fixture(scope="session")
def income_sample(real_data: Path) -> pd.DataFrame:
    """Two hundred households with four income sources (R package GiniDecompLY)."""
    return pd.read_csv(real_data / "golden/income_source/GiniDecompLY_sample.csv")
