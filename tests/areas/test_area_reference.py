"""ref.area from areas.csv and the history: who decides what; sets that cannot be used; what a month depends on."""

import re

import pytest
from areas_support import history

from assets.places.areas import PlaceAreas, place_areas
from assets.places.sets import UnusableAreaSet

HEAD = ("area_code", "name", "name_zh", "level", "parent_code", "valid_from", "valid_to")
KNOWN = """
990000 省 1981 -
990100 市 1981 -
990121 一县 1998 2003 990122
990122 二县 2003 -
880000 外省 1981 -
880121 外县 1981 -
"""
SET = {
    "set_code": "S1",
    "name": "Hills",
    "name_zh": "",
    "member_code": "990121",
    "valid_from": "1998-01",
    "valid_to": "2002-12",
}


def area(code: str, valid_from: str, valid_to: str | None, parent: str | None = "990100") -> dict[str, str | None]:
    above = None if parent == code else parent
    return dict(zip(HEAD, (code, f"Name of {code}", None, "county", above, valid_from, valid_to), strict=True))


def spells(own: list[dict[str, str | None]], root: str = "990000") -> dict[str, list[tuple[str | None, str | None]]]:
    """Code -> months of validity."""
    found: dict[str, list[tuple[str | None, str | None]]] = {}
    for row in place_areas(root, own, [], history(KNOWN)).areas:
        found.setdefault(str(row["area_code"]), []).append((row["valid_from"], row["valid_to"]))
    return found


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        (("1998-06", "2002-12"), ("1998-06", "2002-12")),
        (("1998-06", "2003-04"), ("1998-06", "2003-04")),
        (("1998-06", "2003-11"), ("1998-06", "2003-11")),
        (("1998-06", "2003-12"), ("1998-06", "2002-12")),
        (("1998-06", "2001-12"), ("1998-06", "2002-12")),
        (("1998-06", None), ("1998-06", "2002-12")),
        (("1997-12", "2002-12"), ("1998-01", "2002-12")),
        (("2000-05", "2002-12"), ("1998-01", "2002-12")),
    ],
)
def test_the_history_decides_the_year_and_the_place_the_month(
    stated: tuple[str, str | None], expected: tuple[str, str]
) -> None:
    """990121 is in force from 1998 and no longer in force at the end of 2003."""
    assert spells([area("990100", "1981-01", None), area("990121", *stated)])["990121"] == [expected]


def test_the_first_year_of_the_history_says_no_more_than_by_then() -> None:
    assert spells([area("990100", "1949-10", None)])["990100"] == [("1949-10", None)]
    assert spells([area("990100", "1982-10", None)])["990100"] == [("1981-01", None)]


def test_a_place_has_what_lies_below_its_areas_and_no_more() -> None:
    assert set(spells([area("990100", "1981-01", None)])) == {"990100", "990121", "990122"}
    assert set(spells([area("990121", "1998-01", "2002-12")])) == {"990121"}
    assert set(spells([area("CN", "1949-10", None)], root="CN")) == {
        "CN",
        *(line.split()[0] for line in KNOWN.split("\n") if line),
    }


def test_local_codes_and_codes_that_the_history_does_not_know_stay_as_they_are() -> None:
    own = [area("990100", "1981-01", None), area("X9901-01", "1999-03", None), area("990199", "2000-02", "2001-03")]
    found = spells(own)
    assert found["X9901-01"] == [("1999-03", None)]
    assert found["990199"] == [("2000-02", "2001-03")]


def test_an_area_from_the_history_lies_below_the_area_in_force_above_it() -> None:
    rows = place_areas("CN", [area("CN", "1949-10", None, None)], [], history(KNOWN)).areas
    parents = {row["area_code"]: row["parent_code"] for row in rows}
    assert parents == {
        "CN": None,
        "990000": "CN",
        "990100": "990000",
        "990121": "990100",
        "990122": "990100",
        "880000": "CN",
        "880121": "880000",
    }


def test_an_event_and_a_membership_take_the_month_of_the_place() -> None:
    own = [area("990100", "1981-01", None), area("990121", "1998-01", "2003-04"), area("990122", "2003-05", None)]
    places = place_areas("990000", own, [], history(KNOWN))
    happened = [(row["effective_month"], row["kind"], row["from_code"], row["to_code"]) for row in places.events]
    assert happened == [("1998-01", "created", None, "990121"), ("2003-05", "recoded", "990121", "990122")]
    members = {row["member_code"]: (row["valid_from"], row["valid_to"]) for row in places.sets}
    assert members == {"990121": ("1998-01", "2003-04"), "990122": ("2003-05", None)}


@pytest.mark.parametrize(
    ("column", "text", "expected"),
    [
        ("set_code", "", "set_code is nothing; expected a code of its own"),
        ("set_code", "990121", "set_code is 990121; expected a code of its own"),
        ("set_code", "123456", "set_code is 123456; expected a code of its own"),
        ("name", "", "name is nothing; expected a name"),
        ("member_code", "", "member_code is nothing; expected the code of an area"),
        ("valid_from", "1998", "valid_from is 1998; expected the first month of membership"),
        ("valid_to", "1997-12", "valid_to is 1997-12; expected the last month of membership, not before the first"),
    ],
)
def test_a_row_that_is_no_member_of_a_set_is_refused_with_its_line(column: str, text: str, expected: str) -> None:
    with pytest.raises(UnusableAreaSet, match=re.escape(f"area_sets.csv line 3: {expected}")):
        place_areas("990000", [area("990121", "1998-01", None)], [SET, SET | {column: text}], None)


def places(drawn: str = KNOWN, named: tuple[dict[str, str], ...] = ()) -> PlaceAreas:
    return place_areas("990000", [area("990100", "1981-01", None)], named, history(drawn))


def test_a_month_depends_on_the_areas_and_sets_that_hold_in_it() -> None:
    before, after = (places().hash_of(month) for month in ("2002-12", "2003-01"))
    elsewhere = places(KNOWN + "880122 新县 2004 -")
    assert (elsewhere.hash_of("2002-12"), elsewhere.hash_of("2003-01")) == (before, after)
    with_set = places(named=(SET,))
    assert with_set.hash_of("2002-12") != before
    assert with_set.hash_of("2003-01") == after
    ended = places(KNOWN.replace("1998 2003", "1998 2002").replace("2003 -", "2002 -"))
    assert ended.hash_of("2001-12") == places().hash_of("2001-12")
    assert ended.hash_of("2002-12") != before
    part = places(KNOWN.replace("二县 2003 -", "二县 2003 - 880121[2004]"))
    assert part.hash_of("2003-01") != after, "a boundary that was moved later changes the set of before"
    assert part.hash_of("2004-01") != places().hash_of("2002-12")
