"""What a sum says of lines that are not in it: two counties below a prefecture, and a set of one of them."""

import pyarrow as pa

from assets.marts.frame import PeriodAreas
from assets.marts.gaps import Gaps, with_gaps

PAIRS = [("P", "P"), ("P", "A"), ("P", "B"), ("A", "A"), ("B", "B"), ("S", "B")]


def test_a_figure_lacks_what_its_members_lack() -> None:
    gaps = Gaps({"A": 3, "B": 1}, frozenset({"B"}))
    assert gaps.notes(PAIRS) == {
        "A": "3 records in quarantine",
        "B": "partly_reported: nothing of B; 1 record in quarantine",
        "P": "partly_reported: nothing of B; 4 records in quarantine",
        "S": "partly_reported: nothing of B; 1 record in quarantine",
    }


def test_records_of_no_known_area_are_missing_from_the_whole_alone() -> None:
    assert Gaps({"P": 2}, frozenset()).notes(PAIRS) == {"P": "2 records in quarantine"}


def test_a_month_that_lacks_nothing_says_nothing() -> None:
    assert Gaps({}, frozenset()).notes(PAIRS) == {}


def test_only_figures_of_the_month_are_marked_and_what_they_said_before_stays() -> None:
    figures = pa.table(
        {
            "time_period": ["2024-02", "2024-03", "2024-03"],
            "area_code": ["A", "A", "B"],
            "obs_status": ["A", "U", "A"],
            "obs_note": pa.array([None, "said before", None], pa.string()),
        }
    )
    areas = PeriodAreas(PAIRS, {}, {}, frozenset())
    gaps = {"2024-02": Gaps({}, frozenset()), "2024-03": Gaps({"A": 5}, frozenset())}
    marked = with_gaps(figures, {"2024-02": areas, "2024-03": areas}, gaps)
    assert marked["obs_status"].to_pylist() == ["A", "U", "A"]
    assert marked["obs_note"].to_pylist() == [None, "said before; 5 records in quarantine", None]
