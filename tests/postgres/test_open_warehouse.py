"""`open_warehouse` on the file and on the shared warehouse: the same questions, the same answers, the same refusals."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import ibis
import pandas as pd
import polars
import pyarrow as pa
import pytest
from postgres_support import of_file
from vintage_place import MONTH, PLACE, Vintage

from warehouse import open_warehouse
from warehouse.access import Warehouse
from warehouse.access.asking import AskedWrongly, keys
from warehouse.access.reading import TooManyRows
from warehouse.contracts import PUBLISHED_VIEWS, SOURCE_CONTRACTS
from warehouse.contracts.figures import HEADLINE
from warehouse.postgres.connection import WarehouseProblem
from warehouse.postgres.load import load
from warehouse.published import MACROS, Macro
from warehouse.store import Home

KEEP = {"definition": HEADLINE["share_definition"], "estimator": HEADLINE["estimator"], "policy": "keep"}
AGRICULTURE = {"sector": "agriculture", "domain": "rural", **KEEP}


@pytest.fixture(scope="module")
def loaded(revised: Vintage, database: Callable[[], str]) -> str:
    url = database()
    load(Home(revised.home), url)
    return url


@pytest.fixture(scope="module", params=["file", "shared"])
def warehouse(request: pytest.FixtureRequest, revised: Vintage, loaded: str) -> Iterator[Warehouse]:
    with open_warehouse(revised.home if request.param == "file" else loaded) as opened:
        yield opened


def test_share_of_a_county_month_by_month(warehouse: Warehouse) -> None:
    # county A: 60 + 20 of 200 at first, then 60 + 39 of 199 + 1; a month later 60 of 100
    shares = warehouse.share(area="A", **AGRICULTURE)
    assert isinstance(shares, pd.DataFrame)
    monthly = shares[shares["freq"] == "M"].set_index("time_period")["value"]
    assert monthly.to_dict() == pytest.approx({"2024-03": (60 + 40) / 200, "2024-04": 60 / 100})


def test_since_and_until_are_months_both_included(warehouse: Warehouse) -> None:
    periods = [
        set(warehouse.share(area="A", freq="M", **AGRICULTURE, **bounds)["time_period"])
        for bounds in (
            {"since": "2024-04"},
            {"until": MONTH},
            {"since": MONTH, "until": "2024-04"},
            {"since": "2025-01"},
        )
    ]
    assert periods == [{"2024-04"}, {MONTH}, {MONTH, "2024-04"}, set()]


def test_a_list_asks_for_several(warehouse: Warehouse) -> None:
    assert set(warehouse.share(area=["A", "B"], **AGRICULTURE)["area_code"]) == {"A", "B"}
    assert warehouse.share(area=[]).empty


def test_figure_as_it_stood_by_release_and_by_moment(warehouse: Warehouse) -> None:
    asked = {"area": "A", "freq": "M", "until": MONTH, **AGRICULTURE}
    first = warehouse.share(release=1, **asked)["value"].item()
    assert first == pytest.approx((60 + 20) / 200)
    assert warehouse.share(as_of="2000-01-01", **asked).empty
    for moment in (date(2100, 1, 1), "2100-01-01", datetime(2100, 1, 1, 12, tzinfo=UTC), datetime(2100, 1, 1)):
        assert warehouse.share(as_of=moment, **asked)["value"].item() == pytest.approx((60 + 40) / 200)
    told = warehouse.revisions(table="income_share", area="A", freq="M", until=MONTH, **AGRICULTURE)
    assert told["value"].tolist() == pytest.approx([(60 + 20) / 200, (60 + 40) / 200])
    assert told["value_before"].iloc[1] == pytest.approx(first)
    between = told["released_at"].iloc[0]
    assert warehouse.share(as_of=between.to_pydatetime(), **asked)["value"].item() == first


@pytest.mark.parametrize("name", PUBLISHED_VIEWS)
def test_both_engines_give_the_same_rows(name: str, revised: Vintage, loaded: str) -> None:
    with open_warehouse(revised.home) as file, open_warehouse(loaded) as shared:
        here, there = (one.figures(name, frame="arrow") for one in (file, shared))
        assert here.schema.names == [column.name for column in PUBLISHED_VIEWS[name].columns]
        assert here.schema == there.schema
        order = [(column, "ascending") for column in PUBLISHED_VIEWS[name].key]
        assert here.sort_by(order).equals(there.sort_by(order))


@pytest.mark.parametrize("macro", MACROS, ids=lambda macro: macro.name)
def test_every_form_is_reached_with_bound_values(warehouse: Warehouse, macro: Macro) -> None:
    form = {"as_of": "2100-01-01"} if macro.parameter == "at" else {"release": 2}
    now = warehouse.figures(macro.view, frame="arrow")
    assert warehouse.figures(macro.view, frame="arrow", **form).equals(now)


def test_frames_and_exact_money(warehouse: Warehouse, revised: Vintage) -> None:
    # 119.00 + 1.00 of the correction
    rows = warehouse.funds(area="A", station="use", frame="arrow")
    assert rows.schema.field("amount").type == pa.decimal128(18, 2)
    assert set(rows["amount"].to_pylist()) == {Decimal("120.00")}
    frame = warehouse.funds(area="A", station="use")
    assert frame["amount"].dtype == "float64"
    assert frame["amount"].unique().tolist() == [120.0]
    lazy = warehouse.funds(area="A", station="use", frame="polars")
    assert lazy["amount"].dtype == polars.Decimal(18, 2)
    assert of_file(revised.home, "SELECT DISTINCT amount FROM published.fund_flow") == [(Decimal("120.00"),)]


def test_units_and_words_are_in_the_codebook(warehouse: Warehouse) -> None:
    book = warehouse.codebook("income_share")
    assert book["value"].unit == "0-1"
    assert warehouse.share.codebook["value"] == book["value"]
    assert book.codes("domain", "zh")["rural"] == "农村"
    assert book.codes("area_code") == {}
    assert warehouse.codebook("core.household_income")["net_income"].description_zh
    assert not warehouse.share(area="A").attrs
    with pytest.raises(KeyError, match="has no column 'share'; there are: jurisdiction, release_id"):
        book["share"]


def test_help_of_a_view_names_its_key() -> None:
    for name, contract in PUBLISHED_VIEWS.items():
        asked = {column.name for column in keys(contract).values()} | {"time_period", "release_id"}
        assert set(contract.key) <= asked, name


def test_microdata_is_lazy_and_without_identifiers(warehouse: Warehouse) -> None:
    households = warehouse.microdata("core.household_income")
    assert "household_id" not in households.columns
    village = households.filter(households.area_code == "A", households.time_period == MONTH).group_by("psu")
    found = warehouse.collect(village.aggregate(net=ibis._.net_income.sum(), n=ibis._.count()), frame="arrow")
    assert sorted((row["psu"], row["net"], row["n"]) for row in found.to_pylist()) == [
        ("V1", Decimal("100.00"), 1),
        ("V2", Decimal("100.00"), 1),
    ]
    assert "household_id" in warehouse.microdata("household_income", identifiers=True).columns
    assert set(SOURCE_CONTRACTS) == {f"core.{contract.table}" for contract in SOURCE_CONTRACTS.values()}


def test_more_rows_than_meant_are_refused(warehouse: Warehouse, revised: Vintage) -> None:
    ((there,),) = of_file(revised.home, "SELECT count(*) FROM core.household_income")
    households = warehouse.microdata("household_income")
    assert [len(warehouse.collect(households, limit=limit)) for limit in (1_000_000, there, None)] == [there] * 3
    few = rf"more than {there - 1} rows; narrow it .*time_period.*limit=None for all"
    with pytest.raises(TooManyRows, match=few):
        warehouse.collect(households, limit=there - 1)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"county": "A"}, "cannot be asked by 'county'; it can by: since, until, jurisdiction, freq, area"),
        ({"sector": "farming"}, "no sector 'farming'; there are: agriculture"),
        ({"area": 640323}, "area=640323 is a int; expected str"),
        ({"since": "2024"}, "since='2024' is not a month; write for instance since='2024-01'"),
        ({"as_of": "yesterday"}, "is not a day or moment"),
        ({"release": 1, "as_of": "2024-01-01"}, "not both"),
        ({"release": "1"}, "not a number of a release"),
        ({"frame": "spark"}, "no frame 'spark'; there are: pandas, arrow, polars"),
    ],
)
def test_what_is_not_there_says_what_is(warehouse: Warehouse, asked: dict[str, object], said: str) -> None:
    with pytest.raises(AskedWrongly, match=said):
        warehouse.share(**asked)


def test_unknown_views_and_tables_say_what_there_is(warehouse: Warehouse) -> None:
    with pytest.raises(AskedWrongly, match=r"no published view 'shares'; there are: .*income_share"):
        warehouse.figures("shares")
    with pytest.raises(AskedWrongly, match=r"no microdata 'mart.income_share'; there are: core.household_income"):
        warehouse.microdata("mart.income_share")
    with pytest.raises(AskedWrongly, match="as_of and release are for: "):
        warehouse.revisions(release=1)


def test_where_it_opens(revised: Vintage, loaded: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("POVMON_WAREHOUSE", raising=False)
    monkeypatch.setenv("POVMON_HOME", str(revised.home))
    with open_warehouse() as opened:
        assert set(opened.share()["jurisdiction"]) == {PLACE}
    monkeypatch.setenv("POVMON_WAREHOUSE", loaded)
    monkeypatch.setenv("POVMON_HOME", str(tmp_path))
    with open_warehouse() as opened:
        assert set(opened.share()["jurisdiction"]) == {PLACE}
    with pytest.raises(FileNotFoundError, match="does not exist yet; run for instance"):
        open_warehouse(tmp_path)
    with pytest.raises(WarehouseProblem, match="expected postgresql"):
        open_warehouse("mysql://host/povmon")


def test_loading_the_warehouse_loads_no_polars() -> None:
    code = (
        "import sys, warehouse; assert 'ibis' not in sys.modules; "
        "warehouse.open_warehouse; print('polars' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
