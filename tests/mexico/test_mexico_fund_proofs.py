"""Real money through the same stations and proofs: Puebla's ledger by station, the federation's payments to states.

What is expected is counted in the workbook itself, cell by cell, without layouts.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
import python_calamine

from assets.marts.fund_lines import ledger_of, read_lines
from assets.verify.funds import verify_funds
from indicators import ledger as proofs
from warehouse.compile import arrow_schema
from warehouse.contracts import FUND_TRANSACTION

COLUMNS = ("Modificado", "Recaudado (Ministrado)", "Comprometido", "Devengado", "Ejercido", "Pagado")


@pytest.fixture(scope="module")
def counted(funds_folder: Path) -> Counter[str]:
    """Items of the sheet, and in how many an amount exceeds the one that it may not exceed."""
    (path,) = funds_folder.glob("*.xlsx")
    sheet = python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
    rows = sheet.to_python(skip_empty_area=False)
    top = next(place for place, row in enumerate(rows) if "Tipo de Registro" in row)
    kind, places = rows[top].index("Tipo de Registro"), [rows[top].index(name) for name in COLUMNS]
    found: Counter[str] = Counter()
    for row in rows[top + 1 :]:
        if str(row[kind]).startswith("2"):
            modified, ministered, committed, accrued, exercised, paid = (Decimal(str(row[at])) for at in places)
            found["items"] += 1
            found["chain"] += sum(
                (
                    ministered > modified,
                    committed > modified,
                    accrued > committed,
                    exercised > accrued,
                    paid > exercised,
                )
            )
            found["paid more than was ministered"] += paid > ministered
    return found


def stored(table: pa.Table, folder: Path, place: str) -> Path:
    """Accepted rows as a run publishes them."""
    rows = table.filter(table["accepted"])
    rows = rows.set_column(rows.column_names.index("jurisdiction"), "jurisdiction", pa.repeat(place, rows.num_rows))
    schema = pa.schema([field.with_nullable(True) for field in arrow_schema(FUND_TRANSACTION)])
    part = folder / "core" / "fund_transaction" / "part.parquet"
    part.parent.mkdir(parents=True)
    pq.write_table(rows.select(schema.names).cast(schema), part)
    return part


@pytest.mark.programme("S42", "S46")
def test_pueblas_stations_are_conserved_as_the_sheet_says(
    ledger: pa.Table, counted: Counter[str], tmp_path: Path
) -> None:
    part = stored(ledger, tmp_path, "puebla")
    made = ledger_of(read_lines([part]))
    assert counted["items"] == 4_818
    assert len(made) == 7 * counted["items"]
    assert len(proofs.overdrawn(made)) == counted["chain"] == 0
    assert len(proofs.unknown_sources(made)) == len(proofs.changed_earmarks(made)) == 0
    report = verify_funds(tmp_path)
    assert report.broken == []
    assert report.verified["ledger lines"] == len(made)


@pytest.mark.programme("S42")
def test_eleven_items_are_paid_beyond_what_was_ministered(ledger: pa.Table, counted: Counter[str]) -> None:
    """Reported, not mended: the state advanced the money; its projects as wholes stay within what came in."""
    items = ledger.filter(pc.and_(ledger["accepted"], pc.equal(ledger["line_type"], "item")))
    amounts = {
        station: dict(zip(part["transaction_id"].to_pylist(), part["amount"].to_pylist(), strict=True))
        for station in ("release", "use")
        for part in [items.filter(pc.equal(items["station"], station))]
    }
    beyond = [line for line, paid in amounts["use"].items() if paid > amounts["release"][line]]
    assert len(beyond) == counted["paid more than was ministered"] == 11


@pytest.mark.programme("S42")
def test_a_cent_paid_beyond_what_was_exercised_is_found(ledger: pa.Table, tmp_path: Path) -> None:
    is_hit = pc.and_(pc.equal(ledger["transaction_id"], "21-2016-Q1-00013"), pc.equal(ledger["station"], "use"))
    exercised = ledger.filter(
        pc.and_(pc.equal(ledger["transaction_id"], "21-2016-Q1-00013"), pc.equal(ledger["station"], "reimbursement"))
    )
    assert exercised["line_type"].to_pylist() == ["item"]
    more = exercised["amount"][0].as_py() + Decimal("0.01")
    amount = pc.if_else(is_hit, pa.scalar(more, ledger["amount"].type), ledger["amount"])
    stored(ledger.set_column(ledger.column_names.index("amount"), "amount", amount), tmp_path, "puebla")
    (broken,) = [one for one in verify_funds(tmp_path).broken if "line" in one.where]
    assert broken.where == "puebla: line 21-2016-Q1-00013 (reimbursement)"


def test_payments_of_the_federation_balance_and_name_no_source(transfers: pa.Table, tmp_path: Path) -> None:
    """They are one station only: every payment comes from the source of its channel."""
    part = stored(transfers, tmp_path, "mexico")
    made = ledger_of(read_lines([part]))
    accounts = proofs.trial_balance(made)
    assert {account.station for account in accounts} == {"source", "use"}
    assert sum(entry.debit for entry in accounts.values()) == sum(entry.credit for entry in accounts.values())
    assert sum(entry.debit for entry in accounts.values()) == int(np.sum(made.cents)) > 0
    assert verify_funds(tmp_path).broken == []
