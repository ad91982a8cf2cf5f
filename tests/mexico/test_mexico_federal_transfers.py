"""The ministry's statement of paid transfers: totals, balances of funds and of the country, spoilt lines."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from mexico_files import csv_bytes, layout_of, typed
from mexico_fund_rules import judged

from assets.intake.senders import read_records

FAIS = "Fondo de Aportaciones para la Infraestructura Social"
SOUND = {
    "CICLO": "2014",
    "MES": "Febrero",
    "CLAVE_DE_CONCEPTO": "XAC33D21",
    "NOMBRE": f"Puebla: {FAIS} (FAIS Estatal)",
    "BASE_DE_REGISTRO": "Pagado",
    "UNIDAD_DE_MEDIDA": "Miles de Pesos",
    "MONTO": "12.34567",
}


def read(*rows: dict[str, str], encoding: str = "utf-8") -> list[dict[str, Any]]:
    data = csv_bytes(list(SOUND), [SOUND | row for row in rows]).decode().encode(encoding)
    name = "transferencias_entidades_fed.csv"
    records: list[dict[str, Any]] = typed(read_records(data, name, layout_of("federal_transfers"), {})).to_pylist()
    return records


def test_totals_by_fund_state_and_year(transfers: pa.Table, real_data: Path) -> None:
    sums: dict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    months: Counter[tuple[str, str, str]] = Counter()
    for record in transfers.to_pylist():
        key = (record["programme"], record["payee"], record["time_period"][:4])
        sums[key] += record["amount"]
        months[key] += 1
    with (real_data / "golden" / "mexico_federal_transfers.csv").open(encoding="utf-8") as handle:
        golden = {(row["fund"], row["state"], row["year"]): row for row in csv.DictReader(handle)}
    assert sums.keys() == golden.keys()
    for key, row in golden.items():
        # the golden sums are binary floats of thousand pesos; a cent is 1e-5 of them
        assert float(sums[key] / 1000) == pytest.approx(float(row["thousand_pesos"]), rel=1e-14, abs=1e-6)
        assert months[key] == int(row["months"])


def test_every_line_is_a_record_of_61_months(transfers: pa.Table) -> None:
    assert transfers.num_rows == 10_431
    assert all(transfers["accepted"].to_pylist())
    assert len(set(transfers["time_period"].to_pylist())) == 61
    assert len(set(transfers["transaction_id"].to_pylist())) == 10_431
    states = {f"{number:02d}" for number in range(1, 33)}
    assert set(transfers["area_code"].to_pylist()) == states | {"MX"}


def test_totals_are_subtotals_and_nothing_counts_twice(transfers: pa.Table) -> None:
    items, printed = Decimal(0), Decimal(0)
    for record in transfers.to_pylist():
        is_fais = record["purpose"] == "social_infrastructure"
        is_total = record["payee"] == "Total"
        assert record["line_type"] == ("subtotal" if is_fais or is_total else "item")
        if record["purpose"].startswith("social_infrastructure_") and not is_total:
            items += record["amount"]
        if is_fais and is_total:
            printed += record["amount"]
    assert items == printed


def test_fais_equals_its_parts_in_2074_state_months(transfers: pa.Table) -> None:
    assert judged(transfers, "mexico.fais_is_sum_of_parts") == (2074, [])


def test_national_totals_equal_their_states_in_every_fund_and_month(transfers: pa.Table) -> None:
    assert judged(transfers, "mexico.total_is_sum_of_states") == (5 * 61, [])


def test_a_part_that_is_missing_or_wrong_breaks_the_balance(transfers: pa.Table) -> None:
    month = transfers.filter(pc.equal(transfers["time_period"], "2014-02"))
    ids = month["transaction_id"]
    without = month.filter(pc.not_equal(ids, "XAC33D21-2014-02"))
    _, examples = judged(without, "mexico.fais_is_sum_of_parts")
    assert [example.split(":")[0] for example in examples] == ["Puebla 2014-02"]
    more = pc.if_else(pc.equal(ids, "XAC33E21-2014-02"), pc.add(month["amount"], Decimal("1.51")), month["amount"])
    wrong = month.set_column(month.column_names.index("amount"), "amount", more.cast(month["amount"].type))
    assert len(judged(wrong, "mexico.fais_is_sum_of_parts")[1]) == 1
    assert len(judged(without, "mexico.total_is_sum_of_states")[1]) == 1


def test_thousand_pesos_become_pesos_to_the_cent() -> None:
    (record,) = read({"MONTO": "-41591.29019"})
    assert record["amount"] == Decimal("-41591290.19")
    assert record["booked_on"].isoformat() == "2014-02-28"
    assert (record["transaction_id"], record["station"]) == ("XAC33D21-2014-02", "use")


def test_the_senders_encoding_is_read() -> None:
    (record,) = read({"NOMBRE": f"Michoacán: {FAIS} (FAIS Municipal)"}, encoding="latin-1")
    assert (record["area_code"], record["purpose"]) == ("16", "social_infrastructure_municipal")


@pytest.mark.parametrize(
    ("spoilt", "column", "kept"),
    [
        ({"NOMBRE": "Puebla: Fondo nuevo"}, "purpose", "Fondo nuevo"),
        ({"NOMBRE": "Atlantis: Fondo nuevo"}, "area_code", "Atlantis"),
        ({"NOMBRE": "Puebla"}, "purpose", None),
        ({"BASE_DE_REGISTRO": "Devengado"}, "station", "Devengado"),
        ({"MES": "Brumario"}, "booked_on", None),
        ({"MONTO": "n/d"}, "amount", None),
        ({"MONTO": "1.234567"}, "amount", None),
    ],
)
def test_what_is_not_known_is_kept_for_the_rules_to_refuse(
    spoilt: dict[str, str], column: str, kept: str | None
) -> None:
    broken, sound = read(spoilt, {"CLAVE_DE_CONCEPTO": "XAC33D22"})
    assert broken[column] == kept
    assert sound["accepted"]


def test_another_unit_is_damage() -> None:
    (record,) = read({"UNIDAD_DE_MEDIDA": "Pesos"})
    assert record["damage"] == "UNIDAD_DE_MEDIDA is Pesos, expected Miles de Pesos"
