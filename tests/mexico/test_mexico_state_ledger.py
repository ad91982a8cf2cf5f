"""Puebla's workbook: seven stations per line, programme rows told apart from items and equal to them."""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest
import xlsxwriter
from mexico_files import layout_of, typed
from mexico_fund_rules import judged

from assets.intake.refusal import Refusal
from assets.intake.senders import read_records
from jurisdictions.mexico.layouts.state_ledger import period_of_title

STATIONS = {
    "Aprobado": "budget",
    "Modificado": "modified",
    "Recaudado (Ministrado)": "release",
    "Comprometido": "commitment",
    "Devengado": "accrual",
    "Ejercido": "reimbursement",
    "Pagado": "use",
}
LINE_TYPES = {"1.- PROGRAMA PRESUPUESTARIO": "subtotal", "2.- PARTIDA": "item"}
UPPER = {2: "Descripción de Programas Presupuestarios", 9: "AVANCE FINANCIERO"}
HEAD = [
    "",
    "",
    "Entidad",
    "Municipio",
    "Tipo de Registro",
    "Ciclo de Recurso",
    "Clave Ramo",
    "Descripción Programa",
]
HEAD += ["Clave Programa", *STATIONS]
ITEM = ["", "", "Puebla", "Zautla", "2.- PARTIDA", "2016", "33", "FAIS MUNICIPAL", "I004"]
PROGRAMME = [*ITEM[:4], "1.- PROGRAMA PRESUPUESTARIO", *ITEM[5:]]


def read(
    *rows: list[str], title: str = "PERIODO: Primer Trimestre 2016", name: str = "avance_financiero.xlsx"
) -> list[dict[str, Any]]:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write(2, 2, title)
        for place, text in UPPER.items():
            sheet.write(5, place, text)
        for number, row in enumerate([HEAD, *rows], start=6):
            sheet.write_row(number, 0, row)
    records: list[dict[str, Any]] = typed(read_records(out.getvalue(), name, layout_of("state_ledger"), {})).to_pylist()
    return records


def test_programme_rows_and_items_are_told_apart(ledger: pa.Table) -> None:
    assert ledger.num_rows == 5450 * 7
    lines = Counter(ledger["line_type"].to_pylist())
    assert lines == {"subtotal": 632 * 7, "item": 4818 * 7}
    fais = pc.is_in(ledger["purpose"], pa.array(["social_infrastructure_state", "social_infrastructure_municipal"]))
    assert pc.sum(fais).as_py() == 992 * 7
    assert set(ledger["time_period"].to_pylist()) == {"2016-Q1"}
    assert set(ledger["area_code"].to_pylist()) == {"21"}


def test_totals_by_record_type_and_programme(ledger: pa.Table, real_data: Path) -> None:
    sums: dict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    for record in ledger.to_pylist():
        if record["programme"] and record["amount"] is not None:
            sums[record["line_type"], record["programme"], record["station"]] += record["amount"]
    with (real_data / "golden" / "puebla_2016Q1.csv").open(encoding="utf-8") as handle:
        golden = list(csv.DictReader(handle))
    compared = set()
    for row in golden:
        for column, station in STATIONS.items():
            key = (LINE_TYPES[row["Tipo de Registro"]], row["Descripción Programa"].strip(), station)
            # the golden sums are binary floats of pesos
            assert float(sums.get(key, Decimal(0))) == pytest.approx(float(row[column]), rel=1e-12, abs=1e-4)
            compared.add(key)
    assert sums.keys() <= compared


def test_525_budget_lines_equal_their_items_at_all_stations(ledger: pa.Table) -> None:
    assert judged(ledger, "mexico.programme_is_sum_of_items") == (525, [])


def test_a_cent_or_a_missing_item_breaks_the_balance(ledger: pa.Table) -> None:
    is_hit = pc.and_(pc.equal(ledger["transaction_id"], "21-2016-Q1-00012"), pc.equal(ledger["station"], "use"))
    amount = pc.if_else(is_hit, pc.add(ledger["amount"], Decimal("0.01")), ledger["amount"])
    wrong = ledger.set_column(ledger.column_names.index("amount"), "amount", amount.cast(ledger["amount"].type))
    _, examples = judged(wrong, "mexico.programme_is_sum_of_items")
    assert len(examples) == 1
    assert examples[0].startswith("Gobierno de la Entidad 2008-33-I003: use programme ")
    assert len(judged(ledger.filter(pc.invert(is_hit)), "mexico.programme_is_sum_of_items")[1]) == 1


def test_lines_that_report_nothing_are_not_read_as_zero(ledger: pa.Table) -> None:
    refused = ledger.filter(pc.invert(ledger["accepted"]))
    assert refused.num_rows == 37 * 7
    assert set(refused["line_type"].to_pylist()) == {"subtotal"}
    assert refused["amount"].null_count == 37 * 7


def test_a_line_becomes_seven_records_in_the_order_of_the_stations() -> None:
    records = read([*ITEM, "70", "60", "50", "40", "30", "20", "10"])
    assert [record["station"] for record in records] == list(STATIONS.values())
    assert [record["amount"] for record in records] == [70, 60, 50, 40, 30, 20, 10]
    assert {record["transaction_id"] for record in records} == {"21-2016-Q1-00008"}
    assert [record["upstream_id"] for record in records] == [None] + ["21-2016-Q1-00008"] * 6
    assert {(record["payee"], record["project_id"]) for record in records} == {("Zautla", "2016-33-I004")}
    assert {record["booked_on"].isoformat() for record in records} == {"2016-03-31"}


def test_amounts_as_this_sender_writes_them() -> None:
    records = read([*ITEM, ".37", "-.4", "0", "1.5", "N/R", "", "x"])
    assert [record["amount"] for record in records[:4]] == [
        Decimal("0.37"),
        Decimal("-0.40"),
        0,
        Decimal("1.50"),
    ]
    assert [record["amount"] for record in records[4:]] == [None, None, None]
    assert [record["damage"] for record in records] == [None] * 4 + [
        "AVANCE FINANCIERO/Devengado is N/R, expected pesos such as 1234.50",
        None,
        "AVANCE FINANCIERO/Pagado is x, expected pesos such as 1234.50",
    ]


def test_programme_row_without_its_item() -> None:
    ten = ["10"] * 7
    records = pa.Table.from_pylist(
        read([*ITEM, *ten], [*PROGRAMME, *ten], [*PROGRAMME[:3], "Puebla", *PROGRAMME[4:], *ten])
    )
    examined, examples = judged(records, "mexico.programme_is_sum_of_items")
    assert (examined, len(examples)) == (2, 1)
    assert examples[0].startswith("Puebla 2016-33-I004")


@pytest.mark.parametrize(
    ("column", "word", "name", "kept"),
    [
        (2, "Atlantis", "area_code", "Atlantis"),
        (4, "3.- OTRO", "line_type", "3.- OTRO"),
        (8, "", "purpose", None),
        (6, "8", "purpose", "agriculture"),
        (8, "I999", "purpose", "other"),
    ],
)
def test_words_that_are_not_known_are_kept(column: int, word: str, name: str, kept: str | None) -> None:
    row = [*ITEM, *["1"] * 7]
    row[column] = word
    assert {record[name] for record in read(row)} == {kept}


def test_the_quarter_is_that_of_the_title_block() -> None:
    assert period_of_title(("ENTIDAD: Puebla", "PERIODO: Cuarto Trimestre 2015")) == "2015-Q4"
    assert period_of_title(("ENTIDAD: Puebla",)) is None
    with pytest.raises(Refusal, match="another period than its name says"):
        read([*ITEM, *["1"] * 7], name="avance_financiero_2016Q2.xlsx")
    assert {record["time_period"] for record in read([*ITEM, *["1"] * 7], title="Puebla")} == {None}
