"""The real files of Mexico, read once: records by their layouts, lines by the standard library."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from mexico_files import read_real, read_rows, typed


@pytest.fixture(scope="session")
def survey_folder(real_data: Path) -> Path:
    return real_data / "data" / "mexico_south_2010"


@pytest.fixture(scope="session")
def funds_folder(real_data: Path) -> Path:
    return real_data / "data" / "mexico_federal_transfers"


@pytest.fixture(scope="session")
def quarter(survey_folder: Path) -> pa.Table:
    return typed(read_real("household_quarter", survey_folder))


@pytest.fixture(scope="session")
def months(survey_folder: Path) -> pa.Table:
    return typed(read_real("household_month", survey_folder))


@pytest.fixture(scope="session")
def transfers(funds_folder: Path) -> pa.Table:
    return typed(read_real("federal_transfers", funds_folder))


@pytest.fixture(scope="session")
def ledger(funds_folder: Path) -> pa.Table:
    return typed(read_real("state_ledger", funds_folder))


@pytest.fixture(scope="session")
def concentrado(survey_folder: Path) -> list[dict[str, str]]:
    return read_rows(survey_folder / "concentrado.csv")


@pytest.fixture(scope="session")
def ingresos(survey_folder: Path) -> list[dict[str, str]]:
    return read_rows(survey_folder / "ingresos.csv")


@pytest.fixture(scope="session")
def sector_of_job(survey_folder: Path) -> dict[tuple[str, ...], tuple[str, str]]:
    """(dwelling, household, person, job) -> (industry, country of the job)."""
    return {
        (row["folioviv"], row["foliohog"], row["numren"], row["numtrab"]): (row["scian"], row["trapais"])
        for row in read_rows(survey_folder / "trabajos.csv")
    }


@pytest.fixture(scope="session")
def column_of_clave(survey_folder: Path) -> dict[str, str]:
    return {row["clave"]: row["concentrado_column"] for row in read_rows(survey_folder / "clave_catalogue.csv")}
