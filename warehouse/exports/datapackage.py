"""Frictionless Data Package: CSV with a description that machines check (Data Package 1, Table Schema).

Code lists are tables of their own, to which the columns refer by foreign keys.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa

from warehouse.contracts import Column
from warehouse.contracts.base import ColumnType
from warehouse.exports.extract import Exported, Extract
from warehouse.exports.tabular import csv_bytes
from warehouse.store import sha256_of

_TYPES: dict[ColumnType, str] = {
    "identifier": "string",
    "code": "string",
    "text": "string",
    "period": "string",
    "integer": "integer",
    "number": "number",
    "money": "number",
    "date": "date",
    "timestamp": "datetime",
    "boolean": "boolean",
}
_PERIOD = r"\d{4}(-(0[1-9]|1[0-2])|-Q[1-4]|-S[12])?"


def write_datapackage(extract: Extract, folder: Path) -> None:
    """`datapackage.json`, `data/<table>.csv` and `codes/<list>.csv`."""
    for name in ("data", "codes"):
        (folder / name).mkdir()
    resources = []
    for table in extract.tables:
        path = folder / "data" / f"{table.name}.csv"
        path.write_bytes(csv_bytes(table.rows))
        resources.append(_resource(folder, path, table.name, table.contract.description, table_schema(table, extract)))
    for name, codes in extract.code_lists.items():
        path = folder / "codes" / f"{name}.csv"
        columns = {
            "code": list(codes),
            "name": [english for english, _ in codes.values()],
            "name_zh": [chinese for _, chinese in codes.values()],
        }
        rows = pa.table(columns, schema=pa.schema([(column, pa.string()) for column in columns]))
        path.write_bytes(csv_bytes(rows))
        resources.append(_resource(folder, path, _list_name(name), f"Code list {name}.", _CODES))
    text = json.dumps(_package(extract, resources), ensure_ascii=False, indent=1)
    (folder / "datapackage.json").write_text(text + "\n", encoding="utf-8")


def _package(extract: Extract, resources: list[dict[str, Any]]) -> dict[str, Any]:
    release, place = extract.release, extract.place
    identifier, words = place.licence
    return {
        "profile": "tabular-data-package",
        "name": f"{place.id}-release-{release.id}",
        "title": f"{place.name}: monthly poverty-alleviation statistics, release {release.id}",
        "title_zh": f"{place.name_zh}扶贫统计，第{release.id}次发布",
        "description": "Figures that may be published; the numbers of withheld rows are empty (obs_status Q).",
        "version": str(release.id),
        "created": release.created_at.isoformat(),
        "licenses": [{"name": identifier, "title": words}],
        "sources": [{"title": place.source or place.name}],
        "release": {
            "release_id": release.id,
            "code_version": release.code_version,
            "inputs_hash": release.inputs_hash,
            "rule_set_version": release.rule_set_version,
        },
        "resources": resources,
    }


def _resource(folder: Path, path: Path, name: str, words: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {
        "profile": "tabular-data-resource",
        "name": name,
        "path": path.relative_to(folder).as_posix(),
        "description": words,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": path.stat().st_size,
        "hash": f"sha256:{sha256_of(path)}",
        "schema": schema,
    }


def table_schema(table: Exported, extract: Extract) -> dict[str, Any]:
    """The Table Schema of a table. A key with a column that may be empty is told as `key` only."""
    contract = table.contract
    is_full = not any(contract.column(name).nullable for name in contract.key)
    return {
        "fields": [_field(column, extract) for column in contract.columns],
        "missingValues": [""],
        "key": list(contract.key),
        **({"primaryKey": list(contract.key)} if is_full else {}),
        "foreignKeys": [
            {"fields": [column.name], "reference": {"resource": _list_name(column.code_list), "fields": ["code"]}}
            for column in contract.columns
            if column.code_list is not None
        ],
    }


def _field(column: Column, extract: Extract) -> dict[str, Any]:
    limits: dict[str, Any] = {} if column.nullable else {"required": True}
    for bound, value in (("minimum", column.minimum), ("maximum", column.maximum)):
        if value is not None:
            limits[bound] = int(value) if column.type == "integer" else float(value)
    if column.type == "period":
        limits["pattern"] = _PERIOD
    unit = extract.unit_of(column)
    return {
        "name": column.name,
        "type": _TYPES[column.type],
        "title": column.description,
        "title_zh": column.description_zh,
        **({"unit": unit} if unit else {}),
        "constraints": limits,
    }


def _list_name(code_list: str) -> str:
    return f"codes-{code_list.replace('_', '-')}"


_CODES: dict[str, Any] = {
    "fields": [
        {"name": "code", "type": "string", "title": "Code", "constraints": {"required": True, "unique": True}},
        {"name": "name", "type": "string", "title": "Meaning"},
        {"name": "name_zh", "type": "string", "title": "Meaning in Chinese"},
    ],
    "missingValues": [""],
    "primaryKey": ["code"],
}
