"""Ledgers of funds: a small one worked out by hand, and random ones whose faults, however small, are always found."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators import fund_ratios, ledger
from indicators.ledger import Account, Earmark, Entry, Ledger, Lot, Overdrawn, Spent

STATIONS = ("budget", "modified", "allocation", "release", "commitment", "accrual", "project", "reimbursement", "use")


@dataclass(frozen=True)
class Line:
    number: str
    station: str
    cents: int
    source: str = ""
    day: int = 0
    channel: str = "fund"
    purpose: str = "sheep"
    project: str = "P"


def ledger_of(lines: list[Line]) -> Ledger:
    def texts(name: str) -> np.ndarray:
        return np.array([getattr(line, name) for line in lines], object)

    def numbers(name: str) -> np.ndarray:
        return np.array([getattr(line, name) for line in lines], np.int64)

    named = {name: texts(name) for name in ("number", "source", "station", "channel", "purpose", "project")}
    return Ledger(**named, cents=numbers("cents"), day=numbers("day"), stations=STATIONS)


DRAWN = [
    Line("b", "budget", 100_00, project=""),
    Line("r", "release", 100_00, "b", 10),
    Line("p1", "project", 60_00, "r", 20),
    Line("p2", "project", 40_00, "r", 50),
    Line("u1", "use", 50_00, "p1", 30),
    Line("u2", "use", 25_00, "p2", 60),
]
"""100 yuan released in two parts, 75 of them used"""
SHEEP = Earmark("P", "fund", "sheep")


def faults(lines: list[Line]) -> tuple[object, ...]:
    """Everything that is wrong with a ledger, by number of line and amounts."""
    made = ledger_of(lines)
    return (
        sorted((lines[found.line].number, found.came, found.left) for found in ledger.overdrawn(made)),
        sorted(lines[line].number for line in ledger.changed_earmarks(made)),
        sorted(lines[line].number for line in ledger.unknown_sources(made)),
        [found for found in ledger.spent(made) if found.off_purpose],
        sorted(ledger.lowest_balances(made).items()),
    )


SOUND = ([], [], [], [], [])


@pytest.mark.programme("S42", "S46")
def test_the_drawn_ledger_is_sound() -> None:
    assert faults(DRAWN) == SOUND
    assert ledger.spent(ledger_of(DRAWN)) == [Spent(SHEEP, 100_00, 75_00)]


def test_both_sides_of_every_account() -> None:
    accounts = ledger.trial_balance(ledger_of(DRAWN))
    assert accounts == {
        Account("source", "fund", "sheep"): Entry(0, 100_00),
        Account("budget", "fund", "sheep"): Entry(100_00, 100_00),
        Account("release", "fund", "sheep"): Entry(100_00, 100_00),
        Account("project", "fund", "sheep"): Entry(100_00, 75_00),
        Account("use", "fund", "sheep"): Entry(75_00, 0),
    }
    assert sum(entry.debit - entry.credit for entry in accounts.values()) == 0


@pytest.mark.parametrize(
    ("change", "place", "expected"),
    [
        # u1 takes 60.01 of the 60.00 that had come by day 30
        ({"cents": 60_01}, 4, ([("p1", 60_00, 60_01)], [], [], [], [(SHEEP, (-1, 30))])),
        # the same on day 55, when the project had more
        ({"cents": 60_01, "day": 55}, 4, ([("p1", 60_00, 60_01)], [], [], [], [])),
        # the second payment takes 15 yuan more than is left: 100 - 50 - 65 = -15
        (
            {"cents": 65_00},
            5,
            ([("p2", 40_00, 65_00)], [], [], [Spent(SHEEP, 100_00, 115_00)], [(SHEEP, (-15_00, 60))]),
        ),
        # paid on day 15, the money came on day 20
        ({"day": 15}, 4, ([], [], [], [], [(SHEEP, (-50_00, 15))])),
        ({"source": "lost"}, 4, ([], [], ["u1"], [], [])),
        ({"source": ""}, 4, SOUND),
        (
            {"channel": "credit"},
            5,
            (
                [],
                ["u2"],
                [],
                [Spent(Earmark("P", "credit", "sheep"), 0, 25_00)],
                [(Earmark("P", "credit", "sheep"), (-25_00, 60))],
            ),
        ),
    ],
)
@pytest.mark.programme("S42", "S46")
def test_each_fault_by_itself(change: dict[str, object], place: int, expected: tuple[object, ...]) -> None:
    lines = list(DRAWN)
    lines[place] = replace(lines[place], **change)  # type: ignore[arg-type]
    assert faults(lines) == expected


def test_a_correction_takes_from_the_line_it_names() -> None:
    lines = [*DRAWN, Line("c", "project", -15_00, "p1", 25)]
    assert faults(lines)[0] == [("p1", 45_00, 50_00)]
    assert ledger.overdrawn(ledger_of([*lines, Line("back", "use", -5_00, "p1", 40)])) == []


def test_stations_of_one_line_and_a_budget_that_grew() -> None:
    """Mexico's sheet: every station has the number of the line; a budget may be raised."""
    amounts = {"budget": 70, "modified": 90, "release": 30, "commitment": 80, "accrual": 60, "reimbursement": 60}
    lines = [Line("L", station, cents, "" if station == "budget" else "L") for station, cents in amounts.items()]
    lines.append(Line("L", "use", 61, "L"))
    assert ledger.overdrawn(ledger_of(lines)) == [Overdrawn(5, 60, 61)]


@pytest.mark.programme("S46")
def test_lots_are_used_first_in_first_out() -> None:
    made = ledger_of(DRAWN)
    assert ledger.lots(made, 49) == [Lot(SHEEP, 20, 10_00)]  # 60 came, 50 used
    assert ledger.lots(made, 50) == [Lot(SHEEP, 20, 10_00), Lot(SHEEP, 50, 40_00)]
    assert ledger.lots(made, 60) == [Lot(SHEEP, 50, 25_00)]  # 10 of the first lot, then 15 of the second
    assert ledger.lots(made, 19) == []


@pytest.mark.programme("S07")
def test_days_are_weighted_by_the_money_that_waited() -> None:
    made = ledger_of(DRAWN)
    # 50 yuan from day 10 to 30, 25 yuan from day 10 to 60
    assert ledger.days_between(made, "release", "use") == (50_00 * 20 + 25_00 * 50, 75_00, 2)
    assert ledger.days_between(made, "commitment", "use") == (0, 0, 0)


def test_a_station_that_is_none() -> None:
    with pytest.raises(ValueError, match="no stations of this ledger: wallet; there are budget"):
        ledger_of([Line("x", "wallet", 1)])


CHANNELS, PURPOSES = ("own", "fund", "credit"), ("sheep", "works")


@st.composite
def sound_ledgers(draw: st.DrawFn) -> list[Line]:
    """Chains in which every line is split among those below it, whole or in part."""
    lines: list[Line] = []
    for chain in range(draw(st.integers(1, 4))):
        mark = {
            "channel": draw(st.sampled_from(CHANNELS)),
            "purpose": draw(st.sampled_from(PURPOSES)),
            "project": f"P{draw(st.integers(0, 2))}",
        }
        above = [Line(f"{chain}", "budget", draw(st.integers(1, 10**9)), day=0, **mark)]
        lines += above
        for step, station in enumerate(("allocation", "release", "project", "use"), start=1):
            below: list[Line] = []
            for line in above:
                rest = line.cents
                for part in range(draw(st.integers(0 if station == "use" else 1, 3))):
                    cents = draw(st.integers(0, rest))
                    rest -= cents
                    day = line.day + draw(st.integers(0, 90))
                    below.append(Line(f"{line.number}-{step}{part}", station, cents, line.number, day, **mark))
            lines += below
            above = below
    return lines


@settings(max_examples=120, deadline=None)
@given(sound_ledgers(), st.randoms(use_true_random=False))
@pytest.mark.programme("S42", "S46")
def test_sound_ledgers_always_pass_in_any_order(lines: list[Line], random: object) -> None:
    assert faults(lines) == SOUND
    accounts = ledger.trial_balance(ledger_of(lines))
    assert sum(entry.debit for entry in accounts.values()) == sum(entry.credit for entry in accounts.values())
    shuffled = list(lines)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert faults(shuffled) == SOUND
    assert ledger.trial_balance(ledger_of(shuffled)) == accounts
    last = max(line.day for line in lines)
    assert ledger.lots(ledger_of(shuffled), last) == ledger.lots(ledger_of(lines), last)
    left = sum(lot.cents for lot in ledger.lots(ledger_of(lines), last))
    assert left == sum(found.came - found.used for found in ledger.spent(ledger_of(lines)))


@settings(max_examples=120, deadline=None)
@given(sound_ledgers(), st.data())
def test_a_part_of_a_ledger_is_that_ledger_by_itself(lines: list[Line], data: st.DataObject) -> None:
    """Also where two lines share a number, which the part may have only one of."""
    if len(lines) > 1 and data.draw(st.booleans()):
        lines = [*lines[:-1], replace(lines[-1], number=lines[0].number)]
    keep = np.array(data.draw(st.lists(st.booleans(), min_size=len(lines), max_size=len(lines))), bool)
    part = ledger_of(lines).of(keep)
    kept = [line for line, is_kept in zip(lines, keep, strict=True) if is_kept]
    assert part.upstream.tolist() == ledger_of(kept).upstream.tolist()
    early = [line for line in kept if line.day < 5]
    assert part.of(np.flatnonzero(part.day < 5)).upstream.tolist() == ledger_of(early).upstream.tolist()


@settings(max_examples=120, deadline=None)
@given(sound_ledgers(), st.data())
@pytest.mark.programme("S42", "S46")
def test_a_cent_too_much_is_always_found(lines: list[Line], data: st.DataObject) -> None:
    """One line is raised to a cent more than its source can still give: the source is found, with both amounts."""
    below = [place for place, line in enumerate(lines) if line.source]
    if not below:
        return
    place = data.draw(st.sampled_from(below))
    hit = lines[place]
    came = next(line.cents for line in lines if line.number == hit.source)
    left = sum(line.cents for line in lines if line.source == hit.source)
    raised = [*lines[:place], replace(hit, cents=hit.cents + came - left + 1), *lines[place + 1 :]]
    data.draw(st.randoms(use_true_random=False)).shuffle(raised)
    found = faults(raised)[0]
    assert (hit.source, came, came + 1) in found  # type: ignore[operator]
    assert len(found) == 1  # type: ignore[arg-type]


@settings(max_examples=80, deadline=None)
@given(sound_ledgers(), st.data())
@pytest.mark.programme("S42")
def test_a_cent_off_purpose_is_always_found(lines: list[Line], data: st.DataObject) -> None:
    """A project uses all of an earmark and a cent more."""
    before = [found for found in ledger.spent(ledger_of(lines)) if found.came]
    if not before:
        return
    mark, came, used = data.draw(st.sampled_from(before))
    cents = came - used + 1
    more = Line("more", "use", cents, "", 10_000, mark.channel, mark.purpose, mark.project)
    mixed = [*lines, more]
    data.draw(st.randoms(use_true_random=False)).shuffle(mixed)
    found = faults(mixed)
    assert found[3] == [Spent(mark, came, came + 1)]
    assert found[4] == [(mark, (-1, 10_000))]


@pytest.mark.programme("S40", "S41", "S45")
def test_ratios_of_four_channels() -> None:
    before, after = {"fund": 100, "own": 100, "credit": 50}, {"fund": 120, "own": 150, "credit": 70, "social": 20}
    assert fund_ratios.shares(after) == {
        "fund": Fraction(1, 3),
        "own": Fraction(150, 360),
        "credit": Fraction(70, 360),
        "social": Fraction(20, 360),
    }
    assert fund_ratios.leverage(after, "fund") == 2
    assert fund_ratios.marginal_leverage(before, after, "fund") == Fraction(90, 20)  # 240 - 150 over 120 - 100
    assert fund_ratios.marginal_leverage(after, after, "fund") is None
    assert fund_ratios.leverage({"own": 5}, "fund") is None
    assert fund_ratios.concentration({"a": 50, "b": 30, "c": 20}) == Fraction(38, 100)
    assert fund_ratios.concentration({"a": 7}) == 1
    assert fund_ratios.concentration({}) is None


@pytest.mark.programme("S41")
def test_grants() -> None:
    assert fund_ratios.median([900, 100, 500]) == 500
    assert fund_ratios.median([900, 100, 500, 700]) == 600
    assert fund_ratios.median([]) is None
    assert fund_ratios.tiny_share([900, 100, 500, 1000], 500) == Fraction(1, 4)
    assert fund_ratios.tiny_share([], 500) is None


@pytest.mark.programme("S43")
def test_gain_per_yuan_with_its_interval() -> None:
    """Gains 1 2 3 4 5 of money 10 10 20 20 40: ratio 15/100.

    Residuals y - 0.15 x: -0.5 0.5 0 1 -1, squares sum 2.5; se² = 5/4 × 2.5 / 100². t(0.975, 4) = 2.776445.
    """
    found = fund_ratios.per_yuan([1, 2, 3, 4, 5], [10, 10, 20, 20, 40])
    assert found is not None
    assert found.value == pytest.approx(0.15)
    assert found.se == pytest.approx(3.125**0.5 / 100)
    assert (found.low, found.high) == pytest.approx(
        (0.15 - 2.776445 * 3.125**0.5 / 100, 0.15 + 2.776445 * 3.125**0.5 / 100), rel=1e-6
    )
    assert found.n == 5
    assert fund_ratios.per_yuan([1, 2, 3, 4], [10, 10, 20, 20]) is None
