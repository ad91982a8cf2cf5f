"""Two months around a change of boundaries, through the public entry: both series beside each other, added by hand.

Prefecture P = 990100. From January 2003 county 990122 belongs to Q under the code 990221, 990123 has the code 990124,
990125 has given a part to 990221, and 990321 is divided between two prefectures. The last change is of 2005.
"""

from pathlib import Path

import pandas as pd
import pytest
from areas_support import history, history_file
from installation import Installation, run

DRAWN = """
990000 边界省 1981 -
990100 甲市 1981 -
990200 乙市 2003 -
990300 丙市 1981 -
990400 丁市 1981 -
990121 留县 1998 -
990122 离县 1998 2003 990221
990221 离县 2003 -
990123 旧县 1998 2003 990124
990124 新县 2003 -
990125 让县 1998 - 990221[2003]
990321 分县 1998 2003 990322 990421
990322 东县 2003 -
990421 西县 2003 -
990422 老县 1998 2005 990422
990422 小县 2005 -
"""
BEFORE, AFTER = "2002-12", "2003-01"
HOUSEHOLDS = {
    BEFORE: {
        "990121": [(10, 100), (10, 200)],  # 3,000
        "990122": [(5, 400), (5, 600)],  # 5,000
        "990123": [(20, 50), (20, 150)],  # 4,000
        "990125": [(10, 300), (10, 300)],  # 6,000
        "990321": [(10, 10), (10, 10)],  # 200
    },
    AFTER: {
        "990121": [(10, 110), (10, 210)],  # 3,200
        "990221": [(5, 500), (5, 700)],  # 6,000
        "990124": [(20, 60), (20, 160)],  # 4,400
        "990125": [(10, 310), (10, 310)],  # 6,200
        "990322": [(10, 20), (10, 20)],  # 400
        "990421": [(10, 30), (10, 30)],  # 600
    },
}
"""(weight, net income) of the households of a county; each has two persons and is a PSU of its own."""
LABOUR = {
    BEFORE: {"990121": 10, "990122": 20, "990123": 30, "990125": 40},
    AFTER: {"990121": 11, "990221": 21, "990124": 31, "990125": 41},
}
FUNDS = {
    BEFORE: {"990100": 7, "990121": 100, "990122": 200, "990123": 300, "990125": 400},
    AFTER: {"990100": 9, "990121": 110, "990221": 210, "990124": 310, "990125": 410},
}


def write_landing(landing: Path, month: str, extra: str | None = None) -> None:
    """The three files of a month; `extra` is a code of which one more line stands in each."""
    households = [
        f"H{area}-{number},{area},2,{weight},{area},V{area}-{number},{income},{income}"
        for area, of_area in HOUSEHOLDS[month].items()
        for number, (weight, income) in enumerate(of_area, start=1)
    ]
    labour = [f"{area},{persons}" for area, persons in LABOUR[month].items()]
    funds = [f"F{area},{area},{amount},{month}-05" for area, amount in FUNDS[month].items()]
    if extra:
        households.append(f"H{extra}-9,{extra},2,10,{extra},V{extra}-9,70,70")
        labour.append(f"{extra},70")
        funds.append(f"F{extra},{extra},70,{month}-05")
    for name, head, lines in (
        ("households", "household_id,area_code,persons,weight,stratum,psu,crop_net,net_income", households),
        ("labour", "area_code,persons", labour),
        ("funds", "transaction_id,area_code,amount,booked_on", funds),
    ):
        (landing / f"{name}_{month}.csv").write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")


@pytest.fixture(scope="module")
def office(border: str, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    place = tmp_path_factory.mktemp("border")
    (place / "landing").mkdir()
    for month in (BEFORE, AFTER):
        write_landing(place / "landing", month)
    (place / "landing" / "result.csv").write_text(history_file(history(DRAWN)), encoding="utf-8")
    return run(border, place / "landing", place / "home")


def figures(office: Installation, query: str) -> dict[tuple[str, str], float]:
    """(period, code) -> figure of everybody, or of all lines."""
    found = office.ask(query)
    assert not found.duplicated(["time_period", "area_code"]).any()
    return {(row.time_period, row.area_code): row.value for row in found.itertuples()}


def test_incomes_as_reported_and_within_constant_boundaries(office: Installation) -> None:
    total = figures(
        office,
        "SELECT time_period, area_code, total AS value FROM published.income_level "
        "WHERE leaf = 'net_income' AND domain = 'all'",
    )
    assert (total[BEFORE, "990100"], total[AFTER, "990100"]) == (3000 + 5000 + 4000 + 6000, 3200 + 4400 + 6200)
    constant = (total[BEFORE, "990100@2005-12"], total[AFTER, "990100@2005-12"])
    assert constant == (3000 + 4000 + 6000, 3200 + 4400 + 6200)
    assert (total.get((BEFORE, "990200")), total[AFTER, "990200"]) == (None, 6000)
    assert (total[BEFORE, "990200@2005-12"], total[AFTER, "990200@2005-12"]) == (5000, 6000)
    assert (total[BEFORE, "990221@2005-12"], total[AFTER, "990221@2005-12"]) == (5000, 6000)
    assert (total[BEFORE, "990124@2005-12"], total[AFTER, "990124@2005-12"]) == (4000, 4400)
    assert total[BEFORE, "990000"] == 18_200, "the province has all, whatever the counties are called"


def test_areas_that_no_event_moved_have_one_series(office: Installation) -> None:
    codes = set(office.ask("SELECT DISTINCT set_code FROM ref.area_set")["set_code"])
    moved = {"990100", "990200", "990300", "990400", "990124", "990125", "990221", "990322", "990421"}
    assert codes == {f"{code}@2005-12" for code in moved} | {"S99-01"}


def test_where_the_history_does_not_say_no_figure_is_invented(office: Installation) -> None:
    """990321 lay on both sides of the boundary between 990300 and 990400."""
    for table in ("income_level", "income_share", "poverty", "inequality"):
        found = office.ask(
            f"SELECT DISTINCT time_period, area_code FROM published.{table} "
            "WHERE area_code LIKE '9903%@%' OR area_code LIKE '9904%@%'"
        )
        assert set(found["time_period"]) == {AFTER}, table
    noted = office.ask("SELECT set_code, note FROM ref.area_set WHERE extent = 'split' ORDER BY 1")
    assert noted["set_code"].tolist() == [f"{code}@2005-12" for code in ("990300", "990322", "990400", "990421")]
    assert set(noted["note"]) == {"divided in 2003 among 990322, 990421"}


@pytest.mark.parametrize(
    "table", ["income_level", "income_share", "poverty", "inequality", "labour_export", "fund_flow"]
)
def test_every_figure_says_where_its_boundary_is_not_exact(office: Installation, table: str) -> None:
    said = office.ask(
        "SELECT time_period, area_code, max(obs_status) AS status, coalesce(string_agg(obs_note, ' '), '') AS note "
        f"FROM published.{table} GROUP BY ALL"
    ).set_index(["time_period", "area_code"])
    main, fringe = (
        f"boundary_approximate: 990125 {extent}, a part went to 990221 in 2003" for extent in ("main", "fringe")
    )
    for code, expected in (("990100@2005-12", main), ("990200@2005-12", fringe), ("990221@2005-12", fringe)):
        assert said.loc[(BEFORE, code), "status"] == "U"
        assert expected in said.loc[(BEFORE, code), "note"]
        assert "boundary" not in said.loc[(AFTER, code), "note"]
    assert "boundary" not in said.loc[(BEFORE, "990100"), "note"], "as reported is what was reported"


def test_poverty_and_inequality_of_a_set_are_of_its_households(office: Installation) -> None:
    """Incomes a head of P's boundary before: 50, 100 (20 persons each), 25, 75 (40 each), 150, 150 (20 each)."""
    poor = figures(
        office,
        "SELECT time_period, area_code, value FROM published.poverty WHERE measure = 'fgt0' AND domain = 'rural'",
    )
    assert poor[BEFORE, "990100@2005-12"] == pytest.approx((20 + 40) / 160, rel=1e-12)
    assert poor[BEFORE, "990100"] == pytest.approx((20 + 40) / 180, rel=1e-12)
    incomes, persons = [50, 100, 25, 75, 150, 150], [20, 20, 40, 40, 20, 20]
    people = list(zip(incomes, persons, strict=True))
    pairs = sum(v * w * abs(y - z) for y, v in people for z, w in people)
    mean = sum(y * v for y, v in people) / 160
    gini = figures(
        office,
        "SELECT time_period, area_code, value FROM published.inequality WHERE measure = 'gini' AND domain = 'all'",
    )
    assert gini[BEFORE, "990100@2005-12"] == pytest.approx(pairs / 160**2 / (2 * mean), rel=1e-12)


def test_workers_and_money_are_counted_the_same_way(office: Installation) -> None:
    persons = figures(office, "SELECT time_period, area_code, persons AS value FROM published.labour_export")
    assert (persons[BEFORE, "990100"], persons[AFTER, "990100"]) == (100, 83)
    assert (persons[BEFORE, "990100@2005-12"], persons[AFTER, "990100@2005-12"]) == (80, 83)
    amount = figures(office, "SELECT time_period, area_code, CAST(amount AS DOUBLE) AS value FROM published.fund_flow")
    assert (amount[BEFORE, "990100"], amount[AFTER, "990100"]) == (1007, 839)
    assert (amount[BEFORE, "990100@2005-12"], amount[AFTER, "990100@2005-12"]) == (800, 839)
    (note,) = office.ask(
        f"SELECT obs_note FROM published.fund_flow WHERE time_period = '{BEFORE}' AND area_code = '990100@2005-12'"
    )["obs_note"]
    assert "rows of 990100 itself not counted: only a part of it lay inside" in note


def test_a_set_is_no_parent_and_says_what_it_lacks(office: Installation) -> None:
    """The hills are 990121 and 990123; from 2003 990121 and a county that this place does not monitor."""
    found = office.ask(
        "SELECT time_period, area, total, coverage, obs_status, coalesce(obs_note, '') AS obs_note "
        "FROM published.income_level WHERE area_code = 'S99-01' AND leaf = 'net_income' AND domain = 'all' ORDER BY 1"
    )
    assert found["area"].tolist() == ["Hills", "Hills"]
    assert found["total"].tolist() == [3000 + 4000, 3200]
    assert found["obs_status"].tolist() == ["A", "U"]
    assert found["coverage"][0] == 1
    assert pd.isna(found["coverage"][1])
    assert found["obs_note"].tolist() == ["", "set_incomplete: 1 of 2 areas not monitored (880101)"]
    parents = office.ask("SELECT DISTINCT parent_code FROM ref.area")["parent_code"]
    assert "S99-01" not in set(parents)


def test_a_set_with_the_rows_of_an_area_has_its_figures(office: Installation) -> None:
    """In January 2003 the boundary of P is that of December 2005: not one column differs."""
    for table in ("income_level", "income_share", "poverty", "inequality", "labour_export", "fund_flow"):
        rows = [
            office.ask(
                f"SELECT * EXCLUDE (area_code, area) FROM published.{table} WHERE time_period = '{AFTER}' "
                f"AND area_code = '{code}' ORDER BY ALL"
            )
            for code in ("990100", "990100@2005-12")
        ]
        assert len(rows[0]) > 0
        assert rows[0].equals(rows[1]), table


def test_published_names(office: Installation) -> None:
    names = office.ask("SELECT DISTINCT area_code, area FROM published.income_level").set_index("area_code")["area"]
    assert names["990100@2005-12"] == "Prefecture P, boundary of 2005-12"
    assert (names["990122"], names["990124"], names["990121"]) == ("离县", "新县", "Stays")


@pytest.mark.parametrize(
    ("month", "code", "other"), [(AFTER, "990122", BEFORE), (BEFORE, "990124", AFTER)], ids=["too late", "too early"]
)
def test_a_code_one_month_outside_its_validity_is_refused(
    border: str, tmp_path: Path, month: str, code: str, other: str
) -> None:
    """In all three tables; in the month on the other side of the change the same line is taken."""
    (tmp_path / "landing").mkdir()
    write_landing(tmp_path / "landing", month, extra=code)
    write_landing(tmp_path / "landing", other)
    (tmp_path / "landing" / "result.csv").write_text(history_file(history(DRAWN)), encoding="utf-8")
    office = run(border, tmp_path / "landing", tmp_path / "home")
    refused = office.ask("SELECT source, time_period, rule_ids, raw_record FROM audit.quarantine ORDER BY source")
    tables = ["fund_transaction", "household_income", "labour_export"]
    assert refused["source"].tolist() == [f"core.{table}" for table in tables]
    assert refused["rule_ids"].tolist() == [f"{table}.area_valid" for table in tables]
    assert set(refused["time_period"]) == {month}
    for table in tables:
        taken = office.ask(f"SELECT DISTINCT time_period FROM core.{table} WHERE area_code = '{code}'")
        assert taken["time_period"].tolist() == [other], table


def test_without_a_history_there_is_the_place_alone(border: str, tmp_path: Path) -> None:
    """Codes that only the history knows are unknown; what areas.csv has is taken."""
    (tmp_path / "landing").mkdir()
    write_landing(tmp_path / "landing", BEFORE)
    office = run(border, tmp_path / "landing", tmp_path / "home")
    assert set(office.ask("SELECT area_code FROM ref.area")["area_code"]) == {"990000", "990100", "990121", "X9901-01"}
    assert office.ask("SELECT * FROM ref.area_event").empty
    assert set(office.ask("SELECT set_code FROM ref.area_set")["set_code"]) == {"S99-01"}
    total = figures(
        office,
        "SELECT time_period, area_code, total AS value FROM published.income_level "
        "WHERE leaf = 'net_income' AND domain = 'all'",
    )
    assert total[BEFORE, "990100"] == 3000
    rules = office.ask("SELECT DISTINCT rule_ids FROM audit.quarantine WHERE source = 'core.household_income'")
    assert rules["rule_ids"].tolist() == ["household_income.area_known"]
