"""Periods that rows state and that cannot be: judged under the file's first period, refused, never lost."""

import dataclasses

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from intake_county import FUND_HEAD, JURISDICTION, County, fund_row, funds

from assets.core.stored_order import ordered
from assets.intake.inputs import InputFile, read_input
from assets.intake.recent import Recent, recent_key
from assets.intake.taking import take

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


def test_what_was_just_read_is_read_once_and_only_by_its_layout(county: County) -> None:
    county.put("journal.csv", journal("2024-03", "2024-04", "", "上月"))
    (file,) = county.received().values()
    layout, other = (next(one for one in JURISDICTION.layouts if one.id == name) for name in ("journal", "dated"))
    recent, wanted = Recent(county.home.just_read), InputFile(file.file_id, file.name, layout, {}, (), "2026-11")
    take(file, JURISDICTION, [file], "2026-11", recent)
    county.home.archive(file.file_id).unlink()
    kept = read_input(county.home, wanted)
    assert kept.columns["time_period"].to_pylist() == ["2024-03", "2024-04", None, "上月"]
    assert (len(kept), kept.layout, kept.nominal_period) == (4, layout, None)
    assert recent.find(recent_key(file.file_id, file.name, other, {}), other) is None
    recent.forget()
    with pytest.raises(FileNotFoundError):
        read_input(county.home, wanted)


def test_what_was_just_read_is_the_owners_alone_and_keeps_to_its_room(county: County) -> None:
    county.put("funds_2024-03.csv", funds(fund_row()))
    (file,) = county.received().values()
    layout = next(one for one in JURISDICTION.layouts if one.id == "funds")
    records = read_input(county.home, InputFile(file.file_id, file.name, layout, {}, (), "2026-11"))
    keys = [recent_key(str(number), file.name, layout, {}) for number in range(9)]
    Recent(county.home.just_read).keep(keys[0], records)
    (first,) = county.home.just_read.iterdir()
    recent = Recent(county.home.just_read, limit=3 * first.stat().st_size)
    for key in keys[1:]:
        recent.keep(key, records)
    kept = [found for key in keys if (found := recent.find(key, layout)) is not None]
    assert len(kept) == 3
    assert all(one.nominal_period == "2024-03" and one.columns.equals(records.columns) for one in kept)
    assert county.home.just_read.stat().st_mode & 0o777 == 0o700


def test_what_is_not_kept_whole_is_not_there(county: County) -> None:
    county.put("journal.csv", journal(*["2024-03"] * 60))
    (file,) = county.received().values()
    layout = next(one for one in JURISDICTION.layouts if one.id == "journal")
    recent, key = Recent(county.home.just_read), recent_key(file.file_id, file.name, layout, {})
    records = read_input(county.home, InputFile(file.file_id, file.name, layout, {}, (), "2026-11"))
    half = pa.Table.from_batches(records.columns.to_batches(max_chunksize=30))
    recent.keep(key, dataclasses.replace(records, columns=half))
    (kept,) = county.home.just_read.iterdir()
    whole = kept.read_bytes()
    found = recent.find(key, layout)
    assert found is not None
    assert len(found) == 60
    for length in range(0, len(whole) - 8):
        kept.write_bytes(whole[:length])
        assert recent.find(key, layout) is None, f"cut off after {length} of {len(whole)} bytes"


def test_what_cannot_be_kept_is_read_again(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    county.put("funds_2024-03.csv", funds(fund_row()))
    (file,) = county.received().values()
    monkeypatch.setattr("os.replace", full)
    taken = take(file, JURISDICTION, [file], "2026-11", Recent(county.home.just_read))
    assert (taken.status, taken.rows_read) == ("accepted", 1)
    assert list(county.home.just_read.iterdir()) == []


@given(st.lists(st.tuples(*[st.integers(0, 3)] * 4), min_size=1, max_size=60))
def test_rows_are_ordered_by_all_keys(rows: list[tuple[int, ...]]) -> None:
    keys = list(np.array(rows).T)
    assert [rows[place] for place in ordered(keys)] == sorted(rows)
