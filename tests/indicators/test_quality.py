"""Scores of data quality by hand."""

import datetime as dt

import pytest

from indicators.quality import Score, days_late, due_day, in_time

DUE = dt.date(2024, 4, 10)
SINCE = dt.date(2024, 2, 20)


def day(number: int) -> dt.date:
    return dt.date(2024, 4, number)


def test_a_score_is_checks_held_over_checks_made() -> None:
    assert Score.of(examined=10, failed=1) == Score(9, 10)
    assert Score(9, 10).value == 0.9


def test_scores_are_added_not_averaged() -> None:
    """9 of 10 and 0 of 2 are 9 of 12, not the mean of 0.9 and 0."""
    assert (Score(9, 10) + Score(0, 2)).value == 0.75


def test_where_no_check_was_made_there_is_no_score() -> None:
    assert Score().value is None
    assert (Score() + Score(1, 2)).value == 0.5


@pytest.mark.parametrize(("examined", "failed"), [(3, 4), (3, -1)])
def test_counts_that_cannot_be_are_refused(examined: int, failed: int) -> None:
    with pytest.raises(ValueError, match="failed"):
        Score.of(examined, failed)


def test_a_file_is_due_some_days_after_its_month() -> None:
    assert due_day(dt.date(2024, 3, 31), 10) == DUE


@pytest.mark.parametrize(
    ("received", "today", "is_in_time", "late"),
    [
        (day(10), day(20), True, 0),  # on the due day itself
        (day(14), day(20), False, 4),
        (None, day(10), None, 0),  # the due day is not over
        (None, day(12), False, 2),
    ],
)
def test_in_time_is_by_the_due_day(
    received: dt.date | None, today: dt.date, is_in_time: bool | None, late: int
) -> None:
    assert in_time(DUE, received, SINCE, today) is is_in_time
    assert days_late(DUE, received, today) == late


def test_what_was_due_before_the_office_looked_is_not_known() -> None:
    assert in_time(DUE, day(14), observed_since=day(11), today=day(20)) is None
    assert in_time(DUE, day(14), observed_since=None, today=day(20)) is None
    assert in_time(DUE, day(14), observed_since=DUE, today=day(20)) is False
