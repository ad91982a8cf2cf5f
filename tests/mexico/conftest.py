"""The files of Mexico, read by their layouts: the real ones once per session, and small drawn ones."""

from __future__ import annotations

import csv
import fnmatch
import io
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pytest

from assets.records import Records
from assets.senders import read_records
from jurisdictions import load
from warehouse.contracts import CONTRACTS
from warehouse.layouts import Layout
from warehouse.parsing import arrow_type, parse

Row = Mapping[str, str]
ReadSmall = Callable[..., Records]


def layout_of(name: str) -> Layout:
    """A layout of Mexico."""
    return next(layout for layout in load("mexico").layouts if layout.id == name)


def typed(records: Records) -> pa.Table:
    """The contract's columns in their types; `damage` beside them, `accepted` where nothing is unreadable."""
    contract = CONTRACTS[records.layout.contract]
    arrays, sound = {}, records.damage.is_null().to_numpy(zero_copy_only=False)
    for column in contract.columns:
        if column.name not in records.columns.column_names:
            arrays[column.name] = pa.nulls(len(records), arrow_type(column.type))
            continue
        described = records.layout.fields.get(column.name)
        parsed = parse(records.columns[column.name], column, described.unit if described else None)
        arrays[column.name] = parsed.values
        sound &= ~parsed.unreadable
    arrays["row_number"] = records.row_number
    arrays["file_id"] = pa.repeat(pa.scalar("file"), len(records))
    return pa.table(arrays | {"damage": records.damage, "accepted": pa.array(sound)})


def csv_bytes(columns: Sequence[str], rows: Sequence[Row]) -> bytes:
    """A CSV with these columns; cells that a row does not name are blank."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def read_rows(path: Path, encoding: str = "utf-8") -> list[dict[str, str]]:
    """A real CSV by the standard library, independent of the layouts."""
    with path.open(encoding=encoding, newline="") as handle:
        return list(csv.DictReader(handle))


@pytest.fixture(scope="session")
def survey_folder(real_data: Path) -> Path:
    return real_data / "data" / "mexico_south_2010"


@pytest.fixture(scope="session")
def funds_folder(real_data: Path) -> Path:
    return real_data / "data" / "mexico_federal_transfers"


def read_real(name: str, folder: Path) -> Records:
    """The one file of a folder that a layout is for, with its companions."""
    layout = layout_of(name)

    def found(patterns: Sequence[str]) -> tuple[str, bytes]:
        paths = [p for p in folder.iterdir() if any(fnmatch.fnmatch(p.name, pattern) for pattern in patterns)]
        assert len(paths) == 1, f"{patterns} in {folder}: {paths}"
        return paths[0].name, paths[0].read_bytes()

    base, data = found(layout.files)
    return read_records(data, base, layout, {c.role: found(c.files) for c in layout.companions})


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
    return {
        row["clave"]: row["concentrado_column"] for row in read_rows(survey_folder / "clave_catalogue.csv")
    }
