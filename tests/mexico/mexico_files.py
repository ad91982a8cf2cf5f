"""Reading files of Mexico in tests: by their layouts, and by the standard library to compare with."""

from __future__ import annotations

import csv
import fnmatch
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa

from assets.intake.records import Records
from assets.intake.senders import read_records
from jurisdictions import load
from warehouse.contracts import CONTRACTS
from warehouse.layouts import Layout
from warehouse.parsing import arrow_type, parse


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


def csv_bytes(columns: Sequence[str], rows: Sequence[Mapping[str, str]]) -> bytes:
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


def read_real(name: str, folder: Path) -> Records:
    """The one file of a folder that a layout is for, with its companions."""
    layout = layout_of(name)

    def found(patterns: Sequence[str]) -> tuple[str, bytes]:
        paths = [p for p in folder.iterdir() if any(fnmatch.fnmatch(p.name, pattern) for pattern in patterns)]
        assert len(paths) == 1, f"{patterns} in {folder}: {paths}"
        return paths[0].name, paths[0].read_bytes()

    base, data = found(layout.files)
    return read_records(data, base, layout, {c.role: found(c.files) for c in layout.companions})
