"""A state's quarterly report on federal money (workbook "Avance financiero"), by budget line and station.

Each line of the sheet becomes seven records, one per station. Programme rows and budget items stand mixed in
the sheet: the first are subtotals, the second items. Letters that the sender lost ('¿') are kept as they are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jurisdictions.mexico.states import STATE_CODES, coded
from warehouse.contracts.fund_transaction import FUND_TRANSACTION
from warehouse.layouts import Layout, SourceTable
from warehouse.parsing import parse
from warehouse.periods import last_day

_PROGRAMME = "Descripción de Programas Presupuestarios/"
STATE = _PROGRAMME + "Entidad"
MUNICIPALITY = _PROGRAMME + "Municipio"
RECORD_TYPE = _PROGRAMME + "Tipo de Registro"
YEAR_OF_MONEY = _PROGRAMME + "Ciclo de Recurso"
BRANCH = _PROGRAMME + "Clave Ramo"
PROGRAMME_NAME = _PROGRAMME + "Descripción Programa"
PROGRAMME = _PROGRAMME + "Clave Programa"

STATIONS: dict[str, str] = {
    "AVANCE FINANCIERO/Aprobado": "budget",
    "AVANCE FINANCIERO/Modificado": "modified",
    "AVANCE FINANCIERO/Recaudado (Ministrado)": "release",  # received by the state from the federation
    "AVANCE FINANCIERO/Comprometido": "commitment",
    "AVANCE FINANCIERO/Devengado": "accrual",
    # "ejercido": the payment order was approved against its vouchers
    "AVANCE FINANCIERO/Ejercido": "reimbursement",
    "AVANCE FINANCIERO/Pagado": "use",
}
"""Column of the sheet -> station, in the order of Mexico's accounting moments."""

LINE_TYPES: dict[str, str] = {"1.- PROGRAMA PRESUPUESTARIO": "subtotal", "2.- PARTIDA": "item"}

PURPOSES: dict[str, str] = {
    "33-I003": "social_infrastructure_state",
    "33-I004": "social_infrastructure_municipal",
    "33-I006": "social_assistance",
}
"""Branch and programme -> purpose; all of branch 8 is agriculture, everything else is other."""
AGRICULTURE_BRANCH = "8"

_QUARTERS = {"primer": 1, "segundo": 2, "tercer": 3, "cuarto": 4}
_PERIOD = re.compile(r"periodo:\s*(primer|segundo|tercer|cuarto)\s+trimestre\s+(\d{4})", re.IGNORECASE)


def to_records(source: SourceTable, companions: Mapping[str, SourceTable]) -> pa.Table:
    """Seven records per line of the sheet, amounts as text.

    Money at a station comes from the same line at the station before, so `upstream_id` is the line's own
    number, blank at the first. 'N/R' (not reported) is kept and refused as no amount; since a line has seven
    amounts, `damage` says which of them does not read.
    """
    period = period_of_title(source.title)
    lines, stations = source.table.num_rows, len(STATIONS)
    each = pa.array(np.repeat(np.arange(lines), stations))
    slot = pa.array(np.tile(np.arange(stations), lines))
    records = {name: column.take(each) for name, column in _budget_lines(source, period).items()}
    by_station = pa.concat_arrays([_with_zero(source.table[column]) for column in STATIONS])
    amount = by_station.take(pa.array(np.arange(len(slot)).reshape(stations, lines).T.ravel()))
    nothing = pa.scalar(None, pa.string())
    return pa.table(
        {
            **records,
            "time_period": pa.repeat(pa.scalar(period, pa.string()), len(slot)),
            "freq": pa.repeat(pa.scalar("Q"), len(slot)),
            "station": pa.array(list(STATIONS.values())).take(slot),
            "channel": pa.repeat(pa.scalar("poverty_fund"), len(slot)),
            "amount": amount,
            "booked_on": pa.repeat(pa.scalar(last_day(period) if period else None, pa.date32()), len(slot)),
            "upstream_id": pc.if_else(pc.equal(slot, 0), nothing, records["transaction_id"]),
            "damage": _unreadable(amount, pa.array(list(STATIONS)).take(slot)),
        }
    )


def _budget_lines(source: SourceTable, period: str | None) -> dict[str, pa.Array]:
    """What the seven records of a line have in common.

    The budget line is known by `payee` (the municipality, or the state's own government) and `project_id`
    (year of the money, branch, programme); the sheet has no number, so its line stands for one in
    `transaction_id`.
    """
    table = source.table
    area = coded(table[STATE], STATE_CODES)
    programme = pc.binary_join_element_wise(table[BRANCH], table[PROGRAMME], "-")
    number = pc.utf8_lpad(pc.cast(source.row_number, pa.string()), 5, "0")
    return {
        "transaction_id": pc.binary_join_element_wise(area, pa.scalar(period, pa.string()), number, "-"),
        "purpose": _purpose(table[BRANCH], programme),
        "programme": table[PROGRAMME_NAME].combine_chunks(),
        "project_id": pc.binary_join_element_wise(table[YEAR_OF_MONEY], programme, "-").combine_chunks(),
        "area_code": area,
        "payee": table[MUNICIPALITY].combine_chunks(),
        "line_type": coded(table[RECORD_TYPE], LINE_TYPES),
        "row_number": source.row_number,
    }


def _unreadable(amounts: pa.Array, columns: pa.Array) -> pa.Array:
    """Column and text of each amount that does not read; null for the others."""
    unreadable = parse(amounts, FUND_TRANSACTION.column("amount")).unreadable
    reason = pc.binary_join_element_wise(columns, " is ", amounts, ", expected pesos such as 1234.50", "")
    return pc.if_else(pa.array(unreadable), reason, pa.scalar(None, pa.string()))


def period_of_title(title: tuple[str, ...]) -> str | None:
    """The quarter that the title block names (`PERIODO: Primer Trimestre 2016` -> `2016-Q1`), else None."""
    for cell in title:
        match = _PERIOD.search(cell)
        if match:
            return f"{match[2]}-Q{_QUARTERS[match[1].lower()]}"
    return None


def _purpose(branch: pa.ChunkedArray, programme: pa.ChunkedArray) -> pa.Array:
    known = pc.is_in(programme, value_set=pa.array(list(PURPOSES)))
    agriculture = pc.equal(branch, AGRICULTURE_BRANCH)
    other = pc.if_else(programme.is_valid(), "other", pa.scalar(None, pa.string()))
    rest = pc.if_else(agriculture, "agriculture", other)
    return pc.if_else(known, coded(programme, PURPOSES), rest).combine_chunks()


def _with_zero(column: pa.ChunkedArray) -> pa.Array:
    """Amounts below one peso, which this sender writes without the zero before the point (.37)."""
    return pc.replace_substring_regex(column, r"^(-?)\.(\d)", r"\10.\2").combine_chunks()


STATE_LEDGER = Layout(
    id="state_ledger",
    contract="core.fund_transaction",
    sender="SHCP",
    files=("*avance_financiero*.xlsx", "*avance financiero*.xlsx"),
    description="Federal money in a state by budget line and station, quarter by quarter",
    transform=to_records,
    requires=(
        STATE,
        MUNICIPALITY,
        RECORD_TYPE,
        YEAR_OF_MONEY,
        BRANCH,
        PROGRAMME_NAME,
        PROGRAMME,
        *STATIONS,
    ),
    header_rows=2,
    other_columns="ignore",
    freq="Q",
    period_in_name=r"(?P<year>\d{4})[_-]?Q(?P<quarter>[1-4])",
)
