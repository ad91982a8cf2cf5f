"""Sums of labour, training, villages and the register: small drawn tables, expected values by hand."""

import datetime as dt

import ibis
import pandas as pd
import pytest

from assets.marts.indicators import PLACE, Measure, figures
from assets.marts.labour_half_years import MEASURES as HALF_YEAR
from assets.marts.labour_half_years import half_year_sums, training_sums
from assets.marts.labour_indicators import BAND, MEASURES, against_survey, in_currency, labour_sums
from assets.marts.prices import LineOfPeriod, PovertyLine
from assets.marts.register import MEASURES as REGISTER
from assets.marts.register import OF_THE_POOR, linked_sums, registry_sums
from assets.marts.village_parts import LINKS, PROGRAMME, sums_of
from assets.marts.village_parts import REGISTER as REGISTERED
from assets.marts.villages import MEASURES as VILLAGES
from assets.marts.villages import below_lines, village_sums
from warehouse.contracts.village_programme import WORKS_COLUMNS

MONTH = {"time_period": "2024-03", "freq": "M", "area_code": "A"}


def lines(*rows: tuple[object, ...]) -> ibis.Table:
    names = ("destination_code", "channel", "industry", "persons", "person_times", "earnings_total")
    table = pd.DataFrame([MONTH | dict(zip(names, row, strict=True)) for row in rows])
    types = {"industry": "string", "persons": "int64", "person_times": "int64", "earnings_total": "decimal(18, 2)"}
    return ibis.memtable(table).cast(types)


def values(
    mart: str, sums: pd.DataFrame, measures: list[Measure] | tuple[Measure, ...]
) -> dict[tuple[str, str], float]:
    made = figures(mart, sums, measures, "place", 1).to_pylist()
    return {(row["measure"], row["item"]): row["value"] for row in made}


@pytest.mark.programme("S30", "S31")
def test_persons_departures_and_earnings_by_item() -> None:
    found = labour_sums(
        lines(
            ("110000", "organised", "building", 10, 12, 30_000),
            ("110000", "self_organised", "trade", 30, 48, 60_000),
            ("640100", "self_organised", "trade", 10, 12, None),
        )
    )
    figure = values("mart.labour_indicator", found, in_currency(MEASURES, "CNY"))
    assert figure["persons", "_T"] == 50
    assert figure["person_times", "_T"] == 72
    assert figure["repeats", "_T"] == 72 / 50
    assert figure["earnings_total", "_T"] == 90_000
    assert figure["earnings_per_person", "_T"] == 90_000 / 40, "of those whose earnings are told"
    assert figure["earnings_per_person_time", "_T"] == 90_000 / 60
    assert figure["persons", "destination:110000"] == 40
    assert figure["persons", "channel:self_organised"] == 40
    assert figure["person_times", "industry:trade"] == 60
    assert figure["repeats", "channel:self_organised"] == 60 / 40
    assert ("earnings_total", "destination:640100") not in figure, "unknown is not zero"


@pytest.mark.programme("S31")
def test_total_is_persons_times_mean() -> None:
    found = labour_sums(lines(("110000", "organised", "building", 7, 9, 20_000.01), ("110000", "x", None, 3, 3, 500)))
    figure = values("mart.labour_indicator", found, in_currency(MEASURES, "CNY"))
    for item in ("_T", "destination:110000", "industry:building"):
        total, mean, persons = (figure[name, item] for name in ("earnings_total", "earnings_per_person", "persons"))
        assert abs(total - mean * persons) <= 0.005


def test_the_same_people_by_country_and_by_district_are_counted_once() -> None:
    found = labour_sums(
        lines(
            ("IN", "organised", None, 60, None, None),
            ("QA", "organised", None, 40, None, None),
            ("_T", "organised", None, 98, None, None),
        )
    )
    persons = dict(zip(found["item"], found["persons"], strict=True))
    assert persons == {"_T": 98, "channel:organised": 98, "destination:IN": 60, "destination:QA": 40}


@pytest.mark.programme("S30")
def test_a_half_year_adds_departures_and_averages_persons() -> None:
    months = pd.concat(
        [
            labour_sums(lines(("110000", "organised", "trade", 90 + month, 100 + month, 1_000 * month))).assign(
                time_period=f"2024-{month:02d}"
            )
            for month in range(1, 7)
        ]
    )
    whole = half_year_sums(months, "2024-S1", {"A": 0})
    figure = values("mart.labour_half_year", whole, in_currency(HALF_YEAR, "CNY"))
    assert figure["person_times", "_T"] == 600 + 21
    assert figure["persons_average", "_T"] == (540 + 21) / 6
    assert figure["repeats", "_T"] == pytest.approx(621 / (561 / 6))
    assert figure["earnings_total", "_T"] == 21_000
    assert figure["earnings_per_person", "_T"] == pytest.approx(21_000 / (561 / 6))
    assert whole["obs_note"].isna().all()
    lacking = half_year_sums(months, "2024-S1", {"A": 2})
    assert set(lacking["obs_note"]) == {"incomplete: 2 monthly reports missing"}


@pytest.mark.programme("S33")
@pytest.mark.parametrize(
    ("survey", "said"),
    [
        (100.0, None),
        (125.0, None),
        (80.0, None),
        (126.0, "offices count those"),
        (79.0, "what reached"),
        (0.0, "no wages"),
    ],
)
def test_labour_earnings_are_held_against_the_survey(survey: float, said: str | None) -> None:
    sums = labour_sums(lines(("110000", "organised", "trade", 10, 10, 100)))
    surveyed = pd.DataFrame([MONTH | {"wages_away": survey, "households": 40}])
    (row,) = against_survey(sums, surveyed).to_dict("records")
    assert BAND == (0.8, 1.25)
    if said is None:
        assert row["obs_note"] is None
    else:
        assert "outside 0.8 to 1.25" in row["obs_note"]
        assert said in row["obs_note"]


@pytest.mark.programme("S32")
def test_the_funnel_is_of_those_who_had_a_year() -> None:
    day = dt.date.fromisoformat
    spells = [
        ("a", "2023-01-09", "2023-03-01", "2023-04-01", True),
        ("a", "2023-02-09", None, None, None),  # a second course of the same person
        ("b", "2023-06-30", "2023-07-30", "2023-08-30", False),
        ("c", "2023-05-01", "2023-06-01", None, None),
        ("d", "2023-05-01", None, None, None),
        ("e", "2023-08-01", "2023-09-01", "2023-10-01", True),  # began half a year later
        ("f", "2024-02-01", None, None, None),  # began now
    ]
    names = ("person_id", "started_on", "certified_on", "placed_on")
    rows = [
        {"time_period": "2024-S1", "freq": "S", "area_code": "A", "is_retained": kept}
        | {name: day(text) if text and name != "person_id" else text for name, text in zip(names, told, strict=True)}
        for *told, kept in spells
    ]
    types = {"started_on": "date", "certified_on": "date", "placed_on": "date", "is_retained": "boolean"}
    (found,) = training_sums(ibis.memtable(pd.DataFrame(rows)).cast(types), "2024-S1").to_dict("records")
    assert [found[step] for step in ("trained", "certified", "placed", "retained")] == [4, 3, 2, 1]
    assert (found["begun"], found["asked"], found["lasting"]) == (1, 3, 2)


@pytest.mark.programme("S01")
def test_villages_lags_and_works() -> None:
    day = dt.date.fromisoformat
    dates = [
        ("2021-03-01", "2021-05-10", "2022-05-10", "2022-06-09"),
        ("2021-03-01", "2021-03-31", None, None),
        ("2022-03-01", None, None, None),
        (None, None, None, None),
    ]
    steps = ("planned_on", "started_on", "finished_on", "accepted_on")
    rows = [
        {"time_period": "2022", "freq": "A", "area_code": "A"}
        | dict(zip(steps, [text and day(text) for text in line], strict=True))
        | dict.fromkeys(WORKS_COLUMNS.values(), "not_needed")
        | {"road_works": state}
        for line, state in zip(dates, ("done", "under_way", "planned", "not_needed"), strict=True)
    ]
    table = ibis.memtable(pd.DataFrame(rows)).cast(dict.fromkeys(steps, "date"))
    figure = values("mart.village_indicator", village_sums(table), VILLAGES)
    reached = [figure["villages", item] for item in ("_T", "planned", "started", "finished", "accepted")]
    assert reached == [4, 3, 2, 1, 1]
    assert figure["lag_days", "started"] == (70 + 30) / 2
    assert figure["lag_days", "finished"] == 365
    assert figure["lag_days", "accepted"] == 30
    assert figure["works_done", "road"] == 1 / 3
    assert pd.isna(figure["works_done", "school"]), "nowhere needed"


@pytest.mark.programme("S05", "S33")
def test_a_batch_leaves_and_falls_back() -> None:
    day = dt.date.fromisoformat
    households = [
        ("2019", 4, 1, "2021-05-01", None, 9_000, 3_000),
        ("2019", 3, 0, "2020-05-01", "2021-09-01", 2_000, 0),
        ("2019", 5, 2, None, None, 8_000, 5_000),
        ("2020", 2, 0, None, None, 1_000, 0),
    ]
    names = ("batch", "persons", "persons_away", "exited_on", "returned_on", "net_income", "labour_income")
    rows = [
        {"time_period": "2021", "freq": "A", "area_code": "A"}
        | {n: day(v) if n.endswith("_on") and v else v for n, v in zip(names, line, strict=True)}
        for line in households
    ]
    table = ibis.memtable(pd.DataFrame(rows)).cast({"exited_on": "date", "returned_on": "date"})
    sums = registry_sums(table)
    figure = values("mart.registry_indicator", sums, REGISTER)
    assert figure["registered", "batch:2019"] == 3
    assert figure["exited", "batch:2019"] == 2 / 3
    assert figure["returned", "batch:2019"] == 1 / 2
    assert figure["exited", "batch:2020"] == 0
    assert pd.isna(figure["returned", "batch:2020"]), "nobody left"
    assert (figure["households", "_T"], figure["persons", "_T"]) == (3, 10)
    poor = values("mart.registry_indicator", sums[sums["item"] == "_T"], OF_THE_POOR)
    assert poor["households_away", "_T"] == 1 / 3
    assert poor["labour_share", "_T"] == 5_000 / 11_000


@pytest.mark.programme("S06")
@pytest.mark.parametrize(("boundary", "below"), [("<", 1), ("<=", 2)])
def test_below_a_line_is_by_its_own_boundary(boundary: str, below: int) -> None:
    line = PovertyLine(
        "l", "China 2010", "n", "n", "rural", 2_300.0, "A", "CNY", "2010", dt.date(2011, 11, 29), boundary, "s"
    )
    of_year = LineOfPeriod(line, 3_000.0, "2021", "nominal line")
    rows = pd.DataFrame(
        [
            {"time_period": "2021", "freq": "A", "area_code": "A", "net_income": income, "persons": 4}
            for income in (11_999, 12_000, 12_001)
        ]
    )
    (found,) = below_lines(ibis.memtable(rows), [of_year]).to_dict("records")
    assert (found["units"], found["below"], found["item"]) == (3, below, "l")
    assert found["obs_note"] == "nominal line"
    assert list(PLACE) == ["time_period", "freq", "area_code"]


@pytest.mark.programme("S03")
def test_linked_households_are_a_set() -> None:
    """Four registered in A and one in B; a is linked twice, b once and has left poverty, x is on no register."""
    day = dt.date.fromisoformat
    register = [("a", "A", None), ("b", "A", "2020-05-01"), ("c", "A", None), ("d", "A", None), ("e", "B", None)]
    households = pd.DataFrame(
        [
            {"time_period": "2021", "freq": "A", "area_code": area, "own_area": own, "household_id": name}
            | {"batch": "2019", "exited_on": left and day(left), "returned_on": None}
            for name, own, left in register
            for area in (own, "R")
        ]
    )
    links = pd.DataFrame(
        [{"time_period": "2021", "area_code": "A", "household_id": name} for name in ("a", "a", "b", "x")]
    )
    sums = linked_sums(households, links)
    sums = sums[sums["item"] == "_T"].set_index("area_code")
    assert set(sums.index) == {"A", "R"}, "of B nobody sent a list"
    assert sums.loc["A", ["linked", "registered", "poor_linked", "poor"]].tolist() == [2, 4, 1, 3]
    assert sums.loc["R", ["linked", "registered"]].tolist() == [2, 5]
    assert sums["obs_note"].tolist() == [None, "no list of linked households of B"]


@pytest.mark.programme("S04")
def test_the_three_parts_of_villages_and_their_balance() -> None:
    """Of four villages three have begun, two have people away, one is taken along: 3/4, 2/4, 1/4."""
    day = dt.date(2021, 3, 1)
    place = {"time_period": "2021", "freq": "A", "area_code": "A", "own_area": "A", "year": "2021"}
    villages = [place | {"village_code": f"v{n}", "started_on": day if n < 3 else None} for n in range(4)]
    away = [place | {"village_code": f"v{n}", "persons_away": n < 2} for n in (0, 0, 1, 2, 3)]
    linked = [place | {"village_code": "v1"}]
    tables = {PROGRAMME: villages, REGISTERED: away, LINKS: linked}
    (found,) = sums_of({name: pd.DataFrame(rows) for name, rows in tables.items()}).to_dict("records")
    assert [found[part] for part in ("whole_village", "labour", "enterprise", "all_parts")] == [3, 2, 1, 1]
    assert found["villages"] == 4
    assert found["balance"] == pytest.approx((3 / 4 * 2 / 4 * 1 / 4) ** (1 / 3) / (2 / 4))
    assert found["obs_note"] is None
    elsewhere = pd.DataFrame([row | {"own_area": "B"} for row in linked])
    (other,) = sums_of({PROGRAMME: pd.DataFrame(villages), REGISTERED: pd.DataFrame(away), LINKS: elsewhere}).to_dict(
        "records"
    )
    assert other["obs_note"] == "not reported: enterprise of A"
    (without,) = sums_of({PROGRAMME: pd.DataFrame(villages), REGISTERED: pd.DataFrame(away)}).to_dict("records")
    assert pd.isna(without["all_parts"])
    assert pd.isna(without["balance"])
