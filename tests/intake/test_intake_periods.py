"""Periods that rows state and that cannot be: judged under the file's first period, refused, never lost."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from intake_county import FUND_HEAD, JURISDICTION, County, fund_row, funds

from assets.inputs import InputFile, read_input
from assets.recent import Recent, recent_key
from assets.stored_order import ordered

HEAD = f"{FUND_HEAD},月份"
CANNOT_BE = ("2093-01", "1977年12月", "2024年第一季度", "2024")
"""After the month of receipt, before the calendar begins, and two that are longer than a month"""


def journal(*periods: str) -> str:
    rows = [f"{fund_row(number, booked_on=f'{period}-05')},{period}" for number, period in enumerate(periods, 1)]
    return funds(*rows, head=HEAD)


def test_a_period_that_cannot_be_is_refused_with_its_row(county: County) -> None:
    rows = [f"{fund_row(number)},{text}" for number, text in enumerate(("2024-03", *CANNOT_BE, "上月"), 1)]
    county.put("journal.csv", funds(*rows, head=HEAD))
    judged = county.judge("journal.csv")
    assert judged.lines() == [2]
    assert judged.rules() == {line: {"period_agrees"} for line in (3, 4, 5, 6)} | {7: {"readable"}}
    assert judged.found(3, "period_agrees") == {"time_period": {"column": "月份", "text": "2093-01"}}


@pytest.mark.parametrize("name", ["funds_2093-03.csv", "funds_2026-12.csv"])
def test_a_file_for_a_month_to_come_is_refused(county: County, name: str) -> None:
    taken = county.take(name, funds(fund_row()))
    assert taken.status == "refused"
    assert taken.reason is not None
    assert "no row carries a period that can be reported; found: " in taken.reason
    assert "from 1978-01 to 2026-11; to do: ask the sender to correct the period" in taken.reason


@settings(max_examples=15)
@given(
    st.lists(st.sampled_from(["2024-01", "2024-02", "2024-05", *CANNOT_BE, "上月", ""]), min_size=1, max_size=9).filter(
        lambda periods: any(period.startswith("2024-0") for period in periods)
    )
)
def test_every_row_of_every_month_is_accepted_or_refused(
    tmp_path_factory: pytest.TempPathFactory, periods: list[str]
) -> None:
    county = County(tmp_path_factory.mktemp("county"))
    taken = county.take("journal.csv", journal(*periods))
    (file,) = county.received().values()
    assert set(taken.periods) == {period for period in periods if period.startswith("2024-0")}
    built = [county.build([(file, taken)], period) for period in taken.periods]
    assert sum(rows.num_rows + len(month.quarantined) for rows, month in built) == len(periods) == taken.rows_read


def test_what_was_just_read_is_handed_out_once_and_only_by_its_layout(county: County) -> None:
    county.put("journal.csv", journal("2024-03"))
    county.judge("journal.csv")
    (file,) = county.received().values()
    layout = next(layout for layout in JURISDICTION.layouts if layout.id == "journal")
    (records,) = [read_input(county.home, InputFile(file.file_id, file.name, layout, {}, (), "2026-11"))]
    key = recent_key(file.file_id, file.name, layout, {})
    recent = Recent(limit=records.columns.nbytes)
    recent.keep(key, records)
    other = next(layout for layout in JURISDICTION.layouts if layout.id == "dated")
    assert recent.take(recent_key(file.file_id, file.name, other, {}), other) is None
    assert recent.take(key, layout) is records
    assert recent.take(key, layout) is None
    recent.keep(key, records)
    recent.keep(recent_key("another", file.name, layout, {}), records)
    assert recent.take(key, layout) is None, "there is room for one"


@given(st.lists(st.tuples(*[st.integers(0, 3)] * 4), min_size=1, max_size=60))
def test_rows_are_ordered_by_all_keys(rows: list[tuple[int, ...]]) -> None:
    keys = list(np.array(rows).T)
    assert [rows[place] for place in ordered(keys)] == sorted(rows)
