"""`povmon run mexico` on federal transfers and Puebla's ledger against the control totals."""

import csv
from decimal import Decimal
from pathlib import Path

import pytest
from installation import Installation, run


@pytest.fixture(scope="module")
def funds(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    home = tmp_path_factory.mktemp("funds")
    landing = real_data / "data" / "mexico_federal_transfers"
    return run("mexico", landing, home)


def test_totals_by_fund_state_and_year(funds: Installation, real_data: Path) -> None:
    with (real_data / "golden" / "mexico_federal_transfers.csv").open(newline="") as file:
        golden = list(csv.DictReader(file))
    found = funds.ask(
        "SELECT programme, payee, left(time_period, 4) AS year, CAST(sum(amount) AS VARCHAR) AS pesos, "
        "count(DISTINCT time_period) AS months FROM core.fund_transaction "
        "WHERE freq = 'M' GROUP BY ALL"
    )
    totals = {(r.programme, r.payee, r.year): (Decimal(r.pesos), r.months) for r in found.itertuples()}
    assert len(golden) > 1_000
    for row in golden:
        pesos, months = totals[row["fund"], row["state"], row["year"]]
        assert float(pesos) == pytest.approx(float(row["thousand_pesos"]) * 1000, abs=0.01)
        assert months == int(row["months"])


def test_fais_is_its_two_parts_in_every_state_and_month(funds: Installation) -> None:
    results = funds.ask(
        "SELECT sum(rows_examined) AS examined, sum(rows_failed) AS failed FROM audit.check_result "
        "WHERE rule_id LIKE '%fais%'"
    )
    assert results.astype(int).to_numpy().tolist() == [[2074, 0]]


def test_programmes_of_puebla_equal_their_items(funds: Installation, real_data: Path) -> None:
    results = funds.ask(
        "SELECT rule_id, rows_examined, rows_failed FROM audit.check_result "
        "WHERE time_period = '2016-03' AND table_name = 'core.fund_transaction' AND rows_examined = 525"
    )
    assert results["rows_failed"].tolist() == [0]
    with (real_data / "golden" / "puebla_2016Q1.csv").open(newline="") as file:
        golden = list(csv.DictReader(file))
    found = funds.ask(
        "SELECT line_type, programme, station, CAST(sum(amount) AS DOUBLE) AS pesos FROM core.fund_transaction "
        "WHERE time_period = '2016-Q1' GROUP BY ALL"
    )
    totals = {(r.line_type, r.programme, r.station): r.pesos for r in found.itertuples()}
    stations = {
        "Aprobado": "budget",
        "Modificado": "modified",
        "Recaudado (Ministrado)": "release",
        "Comprometido": "commitment",
        "Devengado": "accrual",
        "Ejercido": "reimbursement",
        "Pagado": "use",
    }
    kinds = {"1": "subtotal", "2": "item"}
    compared = 0
    for row in golden:
        kind, programme = kinds[row["Tipo de Registro"][0]], row["Descripción Programa"].strip()
        for printed, station in stations.items():
            value = totals.get((kind, programme, station), 0.0)
            assert value == pytest.approx(float(row[printed]), abs=0.005)
            compared += value > 0
    assert compared > 100
