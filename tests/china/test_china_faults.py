"""Hand-made tables of China's income, each with one fault: what is not derived, refused or reported."""

from functools import partial

import judged_month
import pytest

import jurisdictions
from assets.intake.records import Records
from assets.intake.senders import read_records

judge_month = partial(judged_month.judge_month, "china")
LAYOUTS = {layout.id: layout for layout in jurisdictions.load("china").layouts}
HEAD = "period_end_month,area,source,measure,value\n"
SOUND = (
    ("total", "1000"),
    ("wages", "400"),
    ("business_net", "400"),
    ("property_net", "100"),
    ("transfer_net", "100"),
)
ANNUAL = """\
item,2000,2001,2002,2003
net_income,100.00,,,
wages,60.00,,,
household_business_net,30.00,,,
transfer_and_property,10.00,,,
productive_income,90.00,,,
productive_primary,50.00,,,
productive_secondary,20.00,,,
productive_tertiary,20.00,,,
non_productive_income,10.00,,,
"""
NET_INCOME = (
    "net_income printed 101.00; net_income printed 101.00, "
    "implied 100.00 by net_income_by_productivity and net_income_by_source"
)


def _tidy(*lines: str) -> Records:
    text = HEAD + "".join(f"{line}\n" for line in lines)
    name = "income_by_source_quarterly.csv"
    return read_records(text.encode(), name, LAYOUTS["china_nbs_quarterly_tidy"], {})


def _annual(text: str) -> Records:
    return read_records(text.encode(), "nbs_rural_income_x.csv", LAYOUTS["china_nbs_rural_net_income"], {})


def _total(month: str, value: str) -> str:
    return f"{month},rural,total,ytd_yuan,{value}"


def _periods(records: Records) -> dict[str, str]:
    rows = records.columns.to_pylist()
    return {row["time_period"]: row["value"] for row in rows if row["measure"] == "period"}


def test_a_quarter_alone_needs_the_quarter_before() -> None:
    assert _periods(_tidy(_total("2020-03", "10.1"), _total("2020-06", "30.3"), _total("2020-12", "70"))) == {
        "2020-Q1": "10.1",
        "2020-Q2": "20.2",
    }


@pytest.mark.parametrize("value", ["", "n/a", "12..5"])
def test_a_quarter_that_does_not_read_is_not_guessed(value: str) -> None:
    lines = [
        _total("2020-03", "10"),
        _total("2020-06", value),
        _total("2020-09", "60"),
        _total("2020-12", "90"),
    ]
    assert _periods(_tidy(*lines)) == {"2020-Q1": "10", "2020-Q4": "30"}


def test_a_quarter_printed_twice_is_not_differenced() -> None:
    records = _tidy(_total("2020-03", "10"), _total("2020-03", "11"), _total("2020-06", "30"))
    assert _periods(records) == {}
    _, verdict = judge_month([records], "2020-03")
    assert [[rule.id for rule in rules] for rules in verdict.broken.values()] == [
        ["published_income.duplicate"],
        ["published_income.duplicate"],
    ]


def test_growth_and_migrant_workers_are_no_records() -> None:
    lines = [
        _total("2020-03", "10"),
        "2020-03,rural,total,ytd_real_growth_pct,8.6",
        "2020-03,rural,rural_outgoing_migrant_workers_10k,level,17000",
    ]
    assert len(_tidy(*lines)) == 2


def test_month_that_closes_no_quarter_is_damaged() -> None:
    records = _tidy(_total("2020-02", "10"))
    assert records.damage.to_pylist() == ["'2020-02' is not the last month of a quarter"]
    assert _periods(records) == {}


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("2020-03,rural,lottery,ytd_yuan,5", "china.item_known"),
        ("2020-03,suburban,total,ytd_yuan,5", "published_income.code_known"),
        ("2020-03,rural,total,ytd_dollars,5", "published_income.code_known"),
        ("2020-03,rural,total,ytd_yuan,", "published_income.required"),
        ("2020-03,rural,total,ytd_yuan,five", "published_income.readable"),
    ],
)
def test_what_is_not_known_is_kept_and_refused(line: str, rule: str) -> None:
    _, verdict = judge_month([_tidy("2020-03,all,total,ytd_yuan,5", line)], "2020-03")
    assert {broken.id for rules in verdict.broken.values() for broken in rules} == {rule}


@pytest.mark.parametrize(
    ("total", "outcome"),
    [("1000", "pass"), ("1002", "pass"), ("1002.5", "fail"), ("1003", "fail"), ("997", "fail")],
)
def test_sources_agree_with_the_total_within_half_the_units(total: str, outcome: str) -> None:
    """Four whole figures, a whole total: (4 + 1) × 1 / 2 = 2.5; a total to 0.1: (4 × 1 + 0.1) / 2 = 2.05."""
    lines = [f"2020-03,rural,{item},ytd_yuan,{total if item == 'total' else value}" for item, value in SOUND]
    _, verdict = judge_month([_tidy(*lines)], "2020-03")
    [result] = [result for result in verdict.results if result.rule.id == "china.sources_add_up"]
    assert (result.outcome, result.rows_examined) == (outcome, 1)


def test_sources_to_the_fen_agree_within_two_and_a_half_fen() -> None:
    """(4 + 1) × 0.01 / 2 = 0.025."""
    for transfer, outcome in (("100.13", "pass"), ("100.14", "fail")):
        values = ("1000.44", "400.11", "400.11", "100.11", transfer)
        lines = [f"2020-03,rural,{item},ytd_yuan,{value}" for (item, _), value in zip(SOUND, values, strict=True)]
        _, verdict = judge_month([_tidy(*lines)], "2020-03")
        [result] = [result for result in verdict.results if result.rule.id == "china.sources_add_up"]
        assert result.outcome == outcome, values


def test_incomplete_sources_are_not_judged() -> None:
    _, verdict = judge_month([_tidy(_total("2020-03", "10"))], "2020-03")
    [result] = [result for result in verdict.results if result.rule.id == "china.sources_add_up"]
    assert result.outcome == "not_evaluated"


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        (
            ("productive_primary,50.00", "productive_primary,51.00"),
            (
                "2000 productive_by_industry: parts add to 91.00, productive_income printed 90.00; "
                "no single cell explains it",
            ),
        ),
        (
            ("\nnet_income,100.00", "\nnet_income,101.00"),
            (
                f"2000 net_income_by_productivity: parts add to 100.00, {NET_INCOME}",
                f"2000 net_income_by_source: parts add to 100.00, {NET_INCOME}",
            ),
        ),
        (("wages,60.00", "wages,60.02"), ()),
    ],
)
def test_identities_locate_the_cell_that_two_of_them_share(wrong: tuple[str, str], expected: tuple[str, ...]) -> None:
    """Three parts to the fen: (3 + 1) × 0.01 / 2 = 0.02 is rounding."""
    _, verdict = judge_month([_annual(("\n" + ANNUAL).replace(*wrong).lstrip())], "2000-12")
    [result] = [result for result in verdict.results if result.rule.id == "china.net_income_identities"]
    assert (result.rows_examined, result.examples) == (3, expected)
