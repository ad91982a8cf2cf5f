"""Indicators of people through the gate, drawn: what else goes when one figure of an area is withheld."""

import pandas as pd
import pytest

from assets.gate.linked import PROTECTS
from assets.gate.people import CHECK, INTERNAL, MARTS, SAME_LINES, judge
from assets.gate.publication import publication_rules
from indicators.disclosure import PublicationRules
from jurisdictions import load

RULES = PublicationRules()
FEW = "fewer than 3 contributors"
AREAS = ("A", "B", "C")
PREFECTURE = [("P", "P"), *(("P", area) for area in AREAS), *((area, area) for area in AREAS)]
MART = "mart.labour_indicator"


def figures(persons: dict[tuple[str, str], dict[str, int]]) -> pd.DataFrame:
    """(measure, item) -> persons of each county; the prefecture is their sum."""
    rows = [
        {
            "jurisdiction": "here", "release_id": 1, "time_period": "2024-01", "freq": "M", "area_code": area,
            "measure": measure, "item": item, "numerator": float(count), "denominator": float("nan"),
            "failed": FEW if count < 3 else "", "conf_status": "N", "conf_note": None,
        }
        for (measure, item), counts in persons.items()
        for area, count in [("P", sum(counts.values())), *counts.items()]
    ]  # fmt: skip
    return pd.DataFrame(rows)


def held(rows: pd.DataFrame, hidden: set[tuple[str, str]] = frozenset()) -> dict[tuple[str, str], set[str]]:  # type: ignore[assignment]
    """(measure, item) -> the areas for which it is withheld."""
    notes, lost = judge(MART, rows, 1, lambda period: PREFECTURE, RULES, hidden)
    assert lost == 0
    found: dict[tuple[str, str], set[str]] = {}
    for measure, item, area, note in zip(rows["measure"], rows["item"], rows["area_code"], notes, strict=True):
        found.setdefault((measure, item), set())
        if note:
            found[measure, item].add(area)
    return found


def sound(item: str) -> dict[str, int]:
    return {"A": 100, "B": 200, "C": 300} if item == "_T" else {"A": 50, "B": 100, "C": 150}


def test_nothing_is_withheld_of_many() -> None:
    items = ("_T", "channel:organised", "channel:self")
    found = held(figures({("persons", item): sound(item) for item in items}))
    assert set().union(*found.values()) == set()


def test_a_breakdown_goes_as_a_whole_and_the_whole_stays() -> None:
    """With _T and the other channel published, two persons in A would be 100 less 98."""
    table = {("persons", "_T"): sound("_T")}
    table[("persons", "channel:organised")] = {"A": 2, "B": 100, "C": 150}
    table[("persons", "channel:self")] = {"A": 98, "B": 100, "C": 150}
    found = held(figures(table))
    assert found["persons", "_T"] == set()
    assert found["persons", "channel:organised"] == found["persons", "channel:self"]
    hidden = found["persons", "channel:organised"]
    assert {"A"} < hidden, "a second county, or A would be the prefecture less the others"
    assert "P" not in hidden


def test_all_measures_of_an_item_go_together() -> None:
    """Earnings per person, with persons as its denominator, would tell the persons."""
    table = {
        (measure, item): sound(item) for measure in ("persons", "earnings_per_person") for item in ("_T", "x:1", "x:2")
    }
    table[("persons", "x:1")] = {"A": 1, "B": 100, "C": 150}
    found = held(figures(table))
    assert found["earnings_per_person", "x:1"] == found["persons", "x:1"] >= {"A"}


def test_with_the_only_part_goes_the_whole() -> None:
    table = {("persons", "_T"): sound("_T"), ("persons", "industry:trade"): {"A": 2, "B": 200, "C": 300}}
    found = held(figures(table))
    assert "A" in found["persons", "_T"]


def test_where_a_cell_of_the_same_lines_is_withheld_their_sums_are() -> None:
    rows = figures({("persons", item): sound(item) for item in ("_T", "channel:a", "channel:b")})
    notes, _ = judge(MART, rows, 1, lambda period: PREFECTURE, RULES, {("2024-01", "A")})
    of_a = notes[(rows["area_code"] == "A").to_numpy()]
    assert set(of_a) == {SAME_LINES}
    assert PROTECTS in notes[(rows["area_code"] != "A").to_numpy()], "and a second county, or the sums would tell A"


@pytest.mark.programme("S33")
def test_what_is_open_and_what_never_is() -> None:
    assert INTERNAL == {MART: ("wages_away_ratio",)}
    assert "office" in CHECK
    assert set(publication_rules(load("wuzhong")).open_tables) & set(MARTS) == {"mart.village_indicator"}
    assert set(publication_rules(load("nepal")).open_tables) & set(MARTS) == {MART}
