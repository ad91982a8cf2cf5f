"""Figures of one area worked out by hand from eleven lines and two projects."""

from __future__ import annotations

import numpy as np
import pytest

from indicators.fund_figures import Figure, Project, Terms, figures
from indicators.ledger import Ledger

STATIONS = ("budget", "allocation", "release", "project", "reimbursement", "use")
END = 10_000
DRAWN = [
    # number, source, station, channel, purpose, project, yuan, days before the end, payee
    ("b", "", "budget", "poverty_fund", "sheep", "P", 1_000, 220, "county"),
    ("a", "b", "allocation", "poverty_fund", "sheep", "P", 900, 210, "county"),
    ("r", "a", "release", "poverty_fund", "sheep", "P", 600, 200, "farm"),
    ("p", "r", "project", "poverty_fund", "sheep", "P", 600, 190, "farm"),
    ("u", "p", "use", "poverty_fund", "sheep", "P", 400, 100, "farm"),
    ("v", "p", "use", "poverty_fund", "sheep", "P", 150, 90, "stable"),
    ("ro", "", "release", "own", "works", "Q", 1_800, 150, "village"),
    ("po", "ro", "project", "own", "works", "Q", 1_800, 150, "village"),
    ("uo", "po", "use", "own", "works", "Q", 1_900, 10, "village"),
    # long ago, and never used
    ("r0", "", "release", "poverty_fund", "sheep", "R", 70, 800, "old"),
    ("p0", "r0", "project", "poverty_fund", "sheep", "R", 70, 790, "old"),
]
PROJECTS = {
    "P": Project("enterprise", "v1", END - 50, 11, 12_000, 2),
    "Q": Project("village", "v2", None, 0, None, None),
}


@pytest.fixture(scope="module")
def found() -> dict[tuple[str, str], Figure]:
    columns = [np.array(column, object) for column in zip(*DRAWN, strict=True)]
    cents, day = columns[6].astype(np.int64) * 100, END - columns[7].astype(np.int64)
    ledger = Ledger(*columns[:6], cents, day, STATIONS)
    terms = Terms(ledger, columns[8], PROJECTS, END)
    return {(one.measure, one.item): one for one in figures(terms, np.ones(len(DRAWN), bool))}


@pytest.mark.programme("S07", "S40", "S41", "S42", "S44", "S45", "S46")
@pytest.mark.parametrize(
    ("measure", "item", "value"),
    [
        # of the last twelve months: 600 of the fund, 1,800 own
        ("channel_share", "own", 0.75),
        ("own_share", "_T", 0.75),
        ("leverage", "_T", 3.0),
        ("purpose_share", "sheep", 0.25),
        ("concentration", "_T", 0.25**2 + 0.75**2),
        # before: 0 of the fund in the year before that (the 70 are 800 days old), so 1,800 more against 600 more
        ("marginal_leverage", "_T", 3.0),
        # grants 400, 150 and 1,900: two below 1,000
        ("median_grant", "_T", 400.0),
        ("tiny_share", "_T", 2 / 3),
        # Q used 1,900 of 1,800; in all 2,450 were used
        ("off_purpose_share", "_T", 100 / 2_450),
        ("payee_share", "enterprise", 550 / 2_450),
        ("subsidy_per_household", "_T", 550 / 11),
        ("released_per_village", "_T", 2_400 / 2),
        ("days_allocation_to_release", "_T", 10.0),
        # 400 yuan after 100 days, 150 after 110, 1,900 after 140
        ("days_release_to_use", "_T", (400 * 100 + 150 * 110 + 1_900 * 140) / 2_450),
        # 600 - 550 and the old 70; what Q lacks is no balance
        ("balance", "_T", 120.0),
        ("idle_over_one_year", "_T", 70.0),
        ("idle_over_two_years", "poverty_fund", 70.0),
    ],
)
def test_by_hand(found: dict[tuple[str, str], Figure], measure: str, item: str, value: float) -> None:
    assert found[measure, item].value == pytest.approx(value, rel=1e-12)


@pytest.mark.programme("S43")
def test_one_finished_project_has_no_gain_per_yuan(found: dict[tuple[str, str], Figure]) -> None:
    assert ("income_gain_per_unit", "_T") not in found
    assert ("jobs_per_unit", "_T") not in found
