"""Counts and money by area through the gate, drawn; and the rules that every place declares."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from assets.gate.areas import judge
from assets.gate.linked import PROTECTS
from assets.gate.publication import publication_rules
from indicators.disclosure import PublicationRules
from jurisdictions import load, names

RULES = PublicationRules()
PREFECTURE = [("P", "P"), ("P", "A"), ("P", "B"), ("P", "C"), ("A", "A"), ("B", "B"), ("C", "C")]


def in_the_prefecture(period: str) -> list[tuple[str, str]]:
    return PREFECTURE


FEW = "fewer than 3 contributors"


def funds(
    amounts: dict[str, float], lines: dict[str, int], release: int = 1, status: str | None = None
) -> pd.DataFrame:
    """One kind of money in each area; rows of an earlier release have a status."""
    failed = ["" if lines[area] >= 3 else FEW for area in amounts]
    conf = [status or ("N" if text else "F") for text in failed]
    return pd.DataFrame(
        {
            "jurisdiction": "here", "release_id": release, "time_period": "2024-01", "freq": "M",
            "area_code": list(amounts), "channel": "own", "purpose": "other", "programme": None, "station": "use",
            "line_type": "item", "amount": list(amounts.values()), "failed": failed, "conf_status": conf,
            "conf_note": [text or None for text in failed],
        }
    )  # fmt: skip


def test_a_payment_to_few_takes_one_county_with_it() -> None:
    rows = funds({"P": 1000.0, "A": 100.0, "B": 600.0, "C": 300.0}, {"P": 9, "A": 1, "B": 5, "C": 3})
    notes, lost = judge(rows, 1, in_the_prefecture, RULES, "mart.fund_flow")
    assert dict(zip(rows["area_code"], notes, strict=True)) == {"P": "", "A": FEW, "B": "", "C": PROTECTS}
    assert lost == 0


def test_an_earlier_release_decides_which_county_stays_hidden() -> None:
    """Release 1 showed C and hid B; the figures are the same, so release 2 hides B again and not C."""
    lines = {"P": 9, "A": 1, "B": 5, "C": 3}
    amounts = {"P": 1000.0, "A": 100.0, "B": 600.0, "C": 300.0}
    before = funds(amounts, lines).assign(conf_status=["F", "N", "N", "F"], conf_note=[None, FEW, PROTECTS, None])
    rows = pd.concat([funds(amounts, lines, release=2), before], ignore_index=True)
    notes, lost = judge(rows, 2, in_the_prefecture, RULES, "mart.fund_flow")
    assert dict(zip(rows["area_code"][:4], notes[:4] != "", strict=True)) == {"P": 0, "A": 1, "B": 1, "C": 0}
    assert lost == 0


def test_a_correction_of_one_county_does_not_tell_the_other() -> None:
    """A is hidden behind C. C alone is revised, and has three lines more: shown now, it would tell A by the total."""
    lines = {"P": 9, "A": 1, "B": 5, "C": 3}
    before = funds({"P": 1000.0, "A": 100.0, "B": 600.0, "C": 300.0}, lines)
    before = before.assign(conf_status=["F", "N", "F", "N"], conf_note=[None, FEW, None, PROTECTS])
    rows = pd.concat([funds({"P": 1050.0, "A": 100.0, "B": 600.0, "C": 350.0}, lines, 2), before], ignore_index=True)
    notes, lost = judge(rows, 2, in_the_prefecture, RULES, "mart.fund_flow")
    hidden = set(rows["area_code"][:4][notes[:4] != ""])
    assert hidden == {"A", "C"}, "the county that went with A goes with it again"
    assert lost == 0


def test_what_was_public_before_the_rule_is_counted_as_unprotected() -> None:
    lines = {"P": 9, "A": 1, "B": 5, "C": 3}
    amounts = {"P": 1000.0, "A": 100.0, "B": 600.0, "C": 300.0}
    rows = pd.concat([funds(amounts, lines, 2), funds(amounts, lines, 1, "F")], ignore_index=True)
    notes, lost = judge(rows, 2, in_the_prefecture, RULES, "mart.fund_flow")
    assert notes[1] == FEW
    assert lost == 1


def test_areas_that_overlap_are_linked_too() -> None:
    """A set S of A and B beside the prefecture: S and C would tell nothing, but S with B tells A."""
    members = [*PREFECTURE, ("S", "A"), ("S", "B")]
    amounts = {"P": 1000.0, "S": 700.0, "A": 100.0, "B": 600.0, "C": 300.0}
    rows = funds(amounts, {"P": 9, "S": 6, "A": 1, "B": 5, "C": 3})
    notes, _ = judge(rows, 1, lambda period: members, RULES, "mart.fund_flow")
    hidden = {area for area, note in zip(rows["area_code"], notes, strict=True) if note}
    assert {"A"} < hidden
    shown = [area for area in amounts if area not in hidden]
    unknown = {"A": [1, 0, 0], "B": [0, 1, 0], "C": [0, 0, 1], "S": [1, 1, 0], "P": [1, 1, 1]}
    known = np.array([unknown[area] for area in shown])
    assert np.linalg.matrix_rank(np.vstack([known, unknown["A"]])) > np.linalg.matrix_rank(known)


@pytest.mark.parametrize("place", names())
def test_every_place_declares_rules_that_exist(place: str) -> None:
    rules = publication_rules(load(place))
    assert rules.least_households >= 20
    assert rules.greatest_cv <= 0.25


def test_rules_that_cannot_be_are_refused() -> None:
    place = load("wuzhong")
    with pytest.raises(ValueError, match=r"open_tables has mart.poverty; expected marts, and of the linked marts"):
        publication_rules(replace(place, publication={"open_tables": ("mart.poverty",)}))
    with pytest.raises(ValueError, match=r"open_tables has mart.nothing"):
        publication_rules(replace(place, publication={"open_tables": ("mart.nothing",)}))
    with pytest.raises(TypeError, match="least_housholds"):
        publication_rules(replace(place, publication={"least_housholds": 5}))
