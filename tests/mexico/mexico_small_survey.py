"""A survey of two drawn households, to be spoilt by each test in its own way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mexico_files import csv_bytes, layout_of, typed

from assets.intake.senders import read_records
from jurisdictions.mexico.layouts.survey import INCOME_COLUMNS

CATALOGUE = [
    {"clave": "P001", "concentrado_column": "sueldos"},
    {"clave": "P009", "concentrado_column": "agui"},
    {"clave": "P014", "concentrado_column": "sueldos"},
    {"clave": "P022", "concentrado_column": "otros_trab"},
    {"clave": "P042", "concentrado_column": "bene_gob"},
    {"clave": "P051", "concentrado_column": ""},
    {"clave": "P071", "concentrado_column": "agricolas"},
]
MONTHS_TO_JULY = {f"mes_{slot}": f"{8 - slot:02d}" for slot in range(1, 7)}


def household(folioviv: str, **cells: str) -> dict[str, str]:
    """A line of concentrado.csv without income."""
    nothing = dict.fromkeys(INCOME_COLUMNS, "0")
    design = {"factor": "287", "tam_loc": "4", "ubica_geo": "07009", "tot_resi": "3"}
    unit = {"est_dis": "0723", "upm": "06240", "ingcor": "0"}
    return {"folioviv": folioviv, "foliohog": "0", **design, **unit, **nothing, **cells}


def line(folioviv: str, clave: str, *pesos: str, **cells: str) -> dict[str, str]:
    """A line of ingresos.csv of person 01, with the amounts of July back to February."""
    amounts = {f"ing_{slot}": amount for slot, amount in enumerate(pesos, start=1)}
    return {
        "folioviv": folioviv,
        "foliohog": "0",
        "numren": "01",
        "clave": clave,
        **MONTHS_TO_JULY,
        **amounts,
        **cells,
    }


def job(folioviv: str, number: str, scian: str, trapais: str = "1", numren: str = "01") -> dict[str, str]:
    """A line of trabajos.csv."""
    person = {"folioviv": folioviv, "foliohog": "0", "numren": numren}
    return person | {"numtrab": number, "scian": scian, "trapais": trapais}


def read_survey(
    layout: str,
    households: list[dict[str, str]],
    lines: list[dict[str, str]],
    jobs: list[dict[str, str]] | None = None,
    append: Mapping[str, bytes] | None = None,
) -> list[dict[str, Any]]:
    """Records of one of the two layouts of the survey; `append` puts raw bytes at the end of a file."""
    slots = [f"{kind}_{slot}" for kind in ("mes", "ing") for slot in range(1, 7)]
    key = ["folioviv", "foliohog"]
    design = ["factor", "tam_loc", "ubica_geo", "tot_resi", "est_dis", "upm", "ingcor"]
    files = {
        "households": ("concentrado.csv", csv_bytes([*key, *design, *INCOME_COLUMNS], households)),
        "income": ("ingresos.csv", csv_bytes([*key, "numren", "clave", *slots, "ing_tri"], lines)),
        "jobs": ("trabajos.csv", csv_bytes([*key, "numren", "numtrab", "trapais", "scian"], jobs or [])),
        "catalogue": ("clave_catalogue.csv", csv_bytes(["clave", "concentrado_column"], CATALOGUE)),
    }
    if not jobs:
        files["jobs"] = ("trabajos.csv", csv_bytes(list(job("", "", "")), [job("other", "1", "4310")]))
    for role, extra in (append or {}).items():
        files[role] = (files[role][0], files[role][1] + extra)
    main = "households" if layout == "household_quarter" else "income"
    described = layout_of(layout)
    companions = {companion.role: files[companion.role] for companion in described.companions}
    rows: list[dict[str, Any]] = typed(read_records(files[main][1], files[main][0], described, companions)).to_pylist()
    return rows
