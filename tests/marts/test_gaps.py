"""What a sum says of lines that are not in it: two counties below a prefecture, and a set of one of them."""

import pyarrow as pa

from assets.marts.gaps import Gaps, marked

PAIRS = [("P", "P"), ("P", "A"), ("P", "B"), ("A", "A"), ("B", "B"), ("S", "B")]


def test_a_figure_lacks_what_its_members_lack() -> None:
    gaps = Gaps({"A": 3, "B": 1}, {"2024-03": frozenset({"B"})})
    assert gaps.notes(PAIRS) == {
        "A": "3 records in quarantine",
        "B": "partly_reported: nothing of B; 1 record in quarantine",
        "P": "partly_reported: nothing of B; 4 records in quarantine",
        "S": "partly_reported: nothing of B; 1 record in quarantine",
    }


def test_records_of_no_known_area_are_missing_from_the_whole_alone() -> None:
    assert Gaps({"P": 2}, {}).notes(PAIRS) == {"P": "2 records in quarantine"}


def test_a_month_that_lacks_nothing_says_nothing() -> None:
    assert Gaps({}, {}).notes(PAIRS) == {}


def test_only_figures_of_the_month_are_marked_and_what_they_said_before_stays() -> None:
    figures = pa.table(
        {
            "time_period": ["2024-02", "2024-03", "2024-03"],
            "area_code": ["A", "A", "B"],
            "obs_status": ["A", "U", "A"],
            "obs_note": pa.array([None, "said before", None], pa.string()),
        }
    )
    found = marked(figures, "2024-03", Gaps({"A": 5}, {}).notes(PAIRS))
    assert found["obs_status"].to_pylist() == ["A", "U", "A"]
    assert found["obs_note"].to_pylist() == [None, "said before; 5 records in quarantine", None]


def test_of_several_months_and_tables_it_says_which() -> None:
    silent = {"2024-01": frozenset({"A"}), "2024-02": frozenset(), "2024-03": frozenset({"A", "B"})}
    notes = Gaps({"B": 1_200}, silent, "of crop_base ").notes(PAIRS)
    assert notes["A"] == (
        "partly_reported: nothing of crop_base of A in 2024-01; partly_reported: nothing of crop_base of A in 2024-03"
    )
    assert notes["S"] == (
        "partly_reported: nothing of crop_base of B in 2024-03; 1,200 records of crop_base in quarantine"
    )
