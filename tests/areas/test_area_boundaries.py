"""Boundaries followed over small histories: who is inside, who mostly, who hardly, and where nothing can be said."""

import pytest
from areas_support import history

from assets.places.boundary import boundary
from assets.places.events import events

UPPER = """
990000 Province 1981 -
990100 P 1981 -
990200 Q 1981 -
"""


def lies(drawn: str, base: str) -> dict[tuple[str, int, int | None], str]:
    """(code, first year, year after the last) -> extent."""
    members = boundary(history(UPPER + drawn), base)
    return {(member.spell.code, member.since, member.until): member.lies.extent for member in members}


def happened(drawn: str) -> list[tuple[int, str, str | None, str | None]]:
    found = events(history(drawn))
    return [(e.year, e.kind, e.source and e.source.code, e.target and e.target.code) for e in found]


def test_a_recoded_county_is_the_same_place_under_both_codes() -> None:
    drawn = """
990101 Old 1981 1998 990121
990121 New 1998 -
"""
    assert lies(drawn, "990121") == {("990101", 1981, 1998): "whole", ("990121", 1998, None): "whole"}
    assert lies(drawn, "990100") == {}, "nothing crossed the boundary of the prefecture"
    assert happened(UPPER + drawn) == [(1998, "recoded", "990101", "990121")]


def test_a_chain_of_changes_is_followed_to_the_beginning() -> None:
    drawn = """
990101 A 1981 1985 990102
990102 A 1985 1998 990121
990121 A 1998 2003 990221
990221 A 2003 -
990122 B 1981 -
"""
    chain = [("990101", 1981, 1985), ("990102", 1985, 1998), ("990121", 1998, 2003), ("990221", 2003, None)]
    assert lies(drawn, "990221") == dict.fromkeys(chain, "whole")
    upper = {("990200", 1981, None): "whole", ("990100", 1981, 2003): "above"}
    assert lies(drawn, "990200") == dict.fromkeys(chain, "whole") | upper
    assert lies(drawn, "990100") == {
        ("990100", 1981, 2003): "above",
        ("990100", 2003, None): "whole",
        ("990122", 1981, None): "whole",
    }


def test_counties_that_were_merged_lay_inside() -> None:
    drawn = """
990121 A 1981 -
990122 B 1981 2000 990121
"""
    assert lies(drawn, "990121") == {("990121", 1981, None): "whole", ("990122", 1981, 2000): "whole"}
    assert happened(UPPER + drawn) == [(2000, "merged", "990122", "990121")]


def test_a_county_divided_by_the_boundary_is_counted_on_neither_side() -> None:
    drawn = """
990121 A 1981 2000 990122 990221
990122 B 2000 -
990221 C 2000 -
"""
    assert lies(drawn, "990122") == {("990121", 1981, 2000): "split", ("990122", 2000, None): "whole"}
    assert lies(drawn, "990221")[("990121", 1981, 2000)] == "split"
    assert [event[1] for event in happened(UPPER + drawn) if event[2] == "990121"] == ["split", "split"]


def test_a_county_divided_inside_the_boundary_is_whole() -> None:
    drawn = """
990121 A 1981 2000 990122 990123
990122 B 2000 -
990123 C 2000 -
990221 D 1981 1990 990121
"""
    assert lies(drawn, "990100")[("990121", 1981, 2000)] == "whole"
    assert lies(drawn, "990100")[("990221", 1981, 1990)] == "whole"


def test_a_part_that_moved_marks_both_sides() -> None:
    """990121 gave a part to 990221 in 2000: before, it lay outside its own boundary of today with that part."""
    drawn = """
990121 A 1981 - 990221[2000]
990221 B 1981 -
"""
    assert lies(drawn, "990121") == {("990121", 1981, 2000): "main", ("990121", 2000, None): "whole"}
    assert lies(drawn, "990221") == {("990221", 1981, None): "whole", ("990121", 1981, 2000): "fringe"}
    (member,) = [m for m in boundary(history(UPPER + drawn), "990221") if m.lies.extent == "fringe"]
    assert member.lies.notes == ("a part went to 990221 in 2000",)
    assert happened(UPPER + drawn) == [
        (2000, "transferred", "990100", "990200"),
        (2000, "transferred", "990121", "990221"),
    ]


def test_what_was_said_of_a_code_holds_for_the_code_before_it() -> None:
    drawn = """
990101 A 1981 1990 990121
990121 A 1990 - 990221[2000]
990221 B 1981 -
"""
    assert lies(drawn, "990121")[("990101", 1981, 1990)] == "main"
    assert lies(drawn, "990221")[("990101", 1981, 1990)] == "fringe"


def test_a_county_made_out_of_a_part_has_no_series_before() -> None:
    drawn = """
990121 A 1981 - 990122[2000]
990122 B 2000 -
"""
    assert lies(drawn, "990122") == {("990121", 1981, 2000): "fringe", ("990122", 2000, None): "whole"}
    assert happened(UPPER + drawn) == [(2000, "created", "990121", "990122")]


def test_a_new_name_moves_no_boundary() -> None:
    drawn = """
990121 Before 1981 1995 990121
990121 After 1995 -
"""
    assert lies(drawn, "990121") == {}
    assert happened(UPPER + drawn) == [(1995, "renamed", "990121", "990121")]


def test_a_county_whose_prefecture_was_renamed_has_not_changed() -> None:
    drawn = """
990000 Province 1981 -
990100 Before 1981 1995
990100 After 1995 -
990121 A 1981 1995 990121
990121 A 1995 -
"""
    assert happened(drawn) == [(1995, "renamed", "990100", "990100")]


def test_a_code_used_again_for_another_area_is_another_area() -> None:
    drawn = """
990121 A 1981 1990 990221
990121 Z 1995 -
990221 A 1990 -
"""
    assert lies(drawn, "990121") == {("990121", 1995, None): "whole"}
    assert lies(drawn, "990221")[("990121", 1981, 1990)] == "whole"


def test_a_prefecture_is_recoded_when_all_its_counties_are() -> None:
    drawn = """
990000 Province 1981 -
992100 Old 1981 1998
990300 New 1998 -
992121 A 1981 1998 990321
992122 B 1981 1998 990322
990321 A 1998 -
990322 B 1998 -
"""
    assert (1998, "recoded", "992100", "990300") in happened(drawn)
    members = boundary(history(drawn), "990300")
    assert {m.spell.code for m in members if m.lies.extent == "whole"} >= {"992100", "992121", "992122", "990300"}


@pytest.mark.parametrize(
    ("line", "kind"), [("990300 R 1990 -", (1990, "created", None)), ("990300 R 1981 1990", (1990, "abolished"))]
)
def test_what_begins_or_ends_without_a_trace_says_so(line: str, kind: tuple[object, ...]) -> None:
    (event,) = happened(UPPER + line)
    assert event[: len(kind)] == kind
