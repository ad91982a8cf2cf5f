"""Editing as docs/methods/editing.md defines it, on published figures and small drawn tables."""

import csv
from decimal import Decimal
from math import inf, isnan, nan, sqrt
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.editing import (
    Band,
    ProductIdentity,
    SumIdentity,
    balance_tolerance,
    balances,
    hidiroglou_berthelot,
    locate_misprint,
    readings,
    recover_count,
)
from warehouse.units import Dimension

CENT = Decimal("0.01")

# --- balance ------------------------------------------------------------------------------------------------


def test_tolerance_is_half_a_unit_for_every_addend_and_the_total():
    assert balance_tolerance(3, CENT) == Decimal("0.02")
    assert balance_tolerance(11, CENT) == Decimal("0.06")
    assert balance_tolerance(2, 1) == 1.5
    with pytest.raises(ValueError, match="positive unit"):
        balance_tolerance(2, 0)


NBS_2001_BUSINESS = [
    *map(Decimal, ("863.62", "22.10", "211.96", "28.87", "54.57", "45.43")),
    *map(Decimal, ("63.17", "78.84", "30.12", "7.56", "53.38")),
]


@pytest.mark.parametrize(
    ("parts", "total", "unit", "agrees"),
    [
        # 1.4 + 1.4 = 2.8, each rounded: 1 + 1 against 3. The gap 1 is below (2 + 1)/2.
        ([1, 1], 3, 1, True),
        ([1, 1], 4, 1, False),
        # NBS 2001, household business: eleven parts miss 1459.63 by 0.01; tolerance 0.06
        (NBS_2001_BUSINESS, Decimal("1459.63"), CENT, True),
        # NBS 2002, productive income: three parts miss 2326.79 by 0.03; tolerance 0.02
        ([1167.79, 586.87, 572.10], 2326.79, 0.01, False),
    ],
)
def test_balance_within_rounding(parts, total, unit, agrees):
    assert balances(parts, total, unit) is agrees


@given(st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=9))
def test_a_gap_exactly_at_the_tolerance_passes_in_floats_as_in_decimals(cents):
    parts = [Decimal(one) / 100 for one in cents]
    for half_units, agrees in ((len(parts) + 1, True), (len(parts) + 2, False)):
        total = sum(parts) + CENT * half_units / 2
        assert balances(parts, total, CENT) is agrees
        assert balances([float(one) for one in parts], float(total), 0.01) is agrees
        rows = balances(np.array([[float(one)] * 2 for one in parts]), np.full(2, float(total)), 0.01)
        assert rows.tolist() == [agrees, agrees]


@given(st.lists(st.decimals(-(10**6), 10**6, places=5), min_size=1, max_size=9))
def test_correct_rows_always_balance_once_rounded(true_parts):
    printed = [one.quantize(CENT) for one in true_parts]
    assert balances(printed, sum(true_parts).quantize(CENT), CENT)


def test_a_missing_figure_is_not_evaluated():
    with pytest.raises(ValueError, match="not evaluated"):
        balances([1.0, nan], 3.0, 1.0)


# --- misprint -----------------------------------------------------------------------------------------------

NBS_IDENTITIES = (
    SumIdentity("net_income", ("wages", "household_business_net", "transfer_and_property")),
    SumIdentity("net_income", ("productive_income", "non_productive_income")),
    SumIdentity("productive_income", ("productive_primary", "productive_secondary", "productive_tertiary")),
)


def nbs_column(real_data: Path, year: str) -> dict[str, str | None]:
    with open(real_data / "data/china_nbs/nbs_rural_income_2000_2003.csv", newline="") as file:
        return {row["item"]: row[year] or None for row in csv.DictReader(file)}


def test_the_misprint_of_2002_is_located(real_data):
    found = locate_misprint(nbs_column(real_data, "2002"), NBS_IDENTITIES, CENT)
    assert found.outcome == "located"
    (cell,) = found.candidates
    assert (cell.cell, cell.printed, cell.implied) == (
        "productive_income",
        Decimal("2326.79"),
        Decimal("2326.76"),
    )
    # 2475.63 - 148.87 +- 0.015 and 1167.79 + 586.87 + 572.10 +- 0.02
    assert (cell.low, cell.high) == (Decimal("2326.745"), Decimal("2326.775"))
    assert found.broken == NBS_IDENTITIES[1:]


@pytest.mark.parametrize("year", ["2000", "2001"])
def test_correct_years_have_no_misprint(real_data, year):
    found = locate_misprint(nbs_column(real_data, year), NBS_IDENTITIES, CENT)
    assert (found.outcome, found.candidates, found.not_evaluated) == ("consistent", (), ())


def test_2003_lacks_the_figures_to_judge_by(real_data):
    found = locate_misprint(nbs_column(real_data, "2003"), NBS_IDENTITIES, CENT)
    assert found.outcome == "not_evaluated"
    assert found.not_evaluated == NBS_IDENTITIES


def test_one_identity_alone_cannot_tell_which_figure_is_wrong():
    found = locate_misprint({"t": 10, "a": 3, "b": 4}, [SumIdentity("t", ("a", "b"))], Decimal(1))
    assert found.outcome == "ambiguous"
    assert {(one.cell, one.implied) for one in found.candidates} == {("t", 7), ("a", 6), ("b", 7)}


def test_two_separate_errors_are_not_explained_by_one_cell():
    identities = [SumIdentity("t", ("a", "b")), SumIdentity("u", ("c", "d"))]
    values = {"t": 10, "a": 3, "b": 4, "u": 20, "c": 1, "d": 2}
    assert locate_misprint(values, identities, Decimal(1)).outcome == "unexplained"


@given(
    parts=st.lists(st.integers(1, 10**6), min_size=9, max_size=9),
    cell=st.tuples(st.integers(0, 2), st.integers(0, 2)),
    error=st.integers(5, 10**4),
)
def test_a_wrong_cell_of_a_two_way_table_is_always_located(parts, cell, error):
    # An inner cell of a table with margins stands in one row and one column: their crossing is the misprint.
    table = np.reshape(parts, (3, 3))
    values = {f"{i}{j}": int(table[i, j]) for i in range(3) for j in range(3)}
    values |= {f"row{i}": int(table[i].sum()) for i in range(3)}
    values |= {f"col{j}": int(table[:, j].sum()) for j in range(3)}
    rows = [SumIdentity(f"row{i}", tuple(f"{i}{j}" for j in range(3))) for i in range(3)]
    columns = [SumIdentity(f"col{j}", tuple(f"{i}{j}" for i in range(3))) for j in range(3)]
    name = f"{cell[0]}{cell[1]}"
    found = locate_misprint({**values, name: values[name] + error}, [*rows, *columns], Decimal(1))
    assert found.outcome == "located"
    assert (found.candidates[0].cell, found.candidates[0].implied) == (name, values[name])


# --- the count behind totals and means ----------------------------------------------------------------------


def test_count_from_a_total_and_a_mean():
    # 105 million yuan to the nearest million, 2,100 yuan a head to the nearest hundred
    found = recover_count([105_000_000], [2100], 1_000_000, 100)
    assert (found.low, found.high) == pytest.approx((104_500_000 / 2150, 105_500_000 / 2050))
    assert found.low < 50_000 < found.high
    assert not found.is_empty


def test_more_rows_narrow_the_count():
    # n = 1000; totals to the yuan, means to the yuan
    found = recover_count([10_400, 99_700], [10, 100], 1, 1)
    first, second = (10_399.5 / 10.5, 10_400.5 / 9.5), (99_699.5 / 100.5, 99_700.5 / 99.5)
    assert (found.low, found.high) == pytest.approx((max(first[0], second[0]), min(first[1], second[1])))


def test_rows_that_exclude_each_other_are_an_error():
    found = recover_count([10_000, 90_000], [100, 100], 1, 1)  # n near 100 and n near 900
    assert found.is_empty
    assert found.conflict == (1, 0)


def test_a_mean_that_rounds_to_nothing_bounds_from_below_only():
    found = recover_count(["0.3"], ["0.00"], "0.1", "0.01")
    assert (found.low, found.high) == (pytest.approx(0.25 / 0.005), inf)


def test_losses_and_missing_rows():
    found = recover_count([-105.0, nan], [-2.1, 3.0], 1, 0.1)
    assert (found.low, found.high) == pytest.approx((104.5 / 2.15, 105.5 / 2.05))
    assert isnan(found.row_low[1])
    with pytest.raises(ValueError, match="nothing to recover"):
        recover_count([nan], [1.0], 1, 1)


@given(
    count=st.integers(1, 10**6),
    means=st.lists(st.decimals(1, 10**5, places=4), min_size=1, max_size=6),
)
def test_the_true_count_is_always_inside(count, means):
    totals = [(count * mean).quantize(Decimal(1)) for mean in means]
    found = recover_count(totals, [mean.quantize(CENT) for mean in means], 1, CENT)
    assert not found.is_empty
    assert found.low - 1e-6 <= count <= found.high + 1e-6


# --- outliers between periods -------------------------------------------------------------------------------


def test_hidiroglou_berthelot_by_hand():
    # before  after   r     s (r_M = 1.1)      E = s sqrt(max)
    #  100     90    0.9   1 - 1.1/0.9 = -2/9   -2/9 x 10
    #  100    100    1.0   1 - 1.1     = -0.1   -0.1 x 10
    #  100    110    1.1   0                     0
    #  100    120    1.2   1.2/1.1 - 1 = 1/11    1/11 x sqrt 120
    #  100    300    3.0   3/1.1 - 1   = 19/11   19/11 x sqrt 300
    # E_Q1, E_M, E_Q3 are the second, third and fourth: -1, 0, sqrt(120)/11
    found = hidiroglou_berthelot([100] * 5, [90, 100, 110, 120, 300])
    assert found.median_ratio == pytest.approx(1.1)
    assert found.effect == pytest.approx([-20 / 9, -1, 0, sqrt(120) / 11, 19 / 11 * sqrt(300)], abs=1e-12)
    assert (found.lower, found.upper) == pytest.approx((-4, 4 * sqrt(120) / 11))
    assert found.is_outlier.tolist() == [False, False, False, False, True]


def test_quartiles_are_interpolated():
    # before 1, after r, u = 0, so that E = s; r_M = 1.5
    #   r   0.5          1            2            3
    #   E   1 - 3 = -2   1 - 1.5      2/1.5 - 1    3/1.5 - 1
    # Sorted -2, -1/2, 1/3, 1. Type 7: Q1 is 3/4 of the way from first to second, Q3 1/4 from third to fourth.
    found = hidiroglou_berthelot([1, 1, 1, 1], [0.5, 1, 2, 3], u=0, c=1)
    assert (found.lower, found.upper) == pytest.approx((-2 + 0.75 * 1.5, 1 / 3 + 0.25 * 2 / 3))
    assert found.is_outlier.tolist() == [True, False, False, True]


def test_a_share_of_the_median_effect_is_the_least_distance():
    # r 1 and 3, r_M = 2: E = -1 and 1/2, E_M = -1/4, quartiles 3/8 away; with a = 4 both distances are 1.
    found = hidiroglou_berthelot([1, 1], [1, 3], u=0, a=4, c=1)
    assert (found.lower, found.upper) == pytest.approx((-1.25, 0.75))


def test_where_most_ratios_are_equal_every_other_row_stands_out():
    # r 1, 2, 2, 2, 2.2: E = -1, 0, 0, 0, 0.1; the quartiles and with them the bounds are 0.
    found = hidiroglou_berthelot([1] * 5, [1, 2, 2, 2, 2.2], u=0)
    assert (found.lower, found.upper) == (0, 0)
    assert found.is_outlier.tolist() == [True, False, False, False, True]


def test_zeros_missing_and_negative_figures_are_listed_apart():
    before = [100, 0, 50, nan, 80, -5, 100, 100]
    after = [110, 20, 0, 30, inf, 10, 100, 120]
    found = hidiroglou_berthelot(before, after)
    assert found.zero == (1, 2)
    assert found.missing == (3, 4)
    assert found.negative == (5,)
    assert np.isnan(found.effect[1:6]).all()
    assert not found.is_outlier[1:6].any()
    assert found.median_ratio == pytest.approx(1.1)  # of 1.1, 1.0 and 1.2


def test_nothing_to_judge_is_not_a_pass():
    found = hidiroglou_berthelot([0.0, nan], [1.0, 2.0])
    assert isnan(found.median_ratio)
    assert not found.is_outlier.any()
    with pytest.raises(ValueError, match="the same units"):
        hidiroglou_berthelot([1.0], [1.0, 2.0])


@given(
    st.lists(st.floats(1, 1e6), min_size=3, max_size=30).flatmap(
        lambda before: st.tuples(
            st.just(before), st.lists(st.floats(1, 1e6), min_size=len(before), max_size=len(before))
        )
    ),
    st.floats(0.1, 10),
)
def test_the_order_of_rows_and_a_common_price_rise_change_nothing(periods, rise):
    before, after = (np.array(one) for one in periods)
    found = hidiroglou_berthelot(before, after)
    turned = hidiroglou_berthelot(before[::-1], after[::-1])
    assert found.effect == pytest.approx(turned.effect[::-1])
    inflated = hidiroglou_berthelot(before, after * rise, u=0)
    assert inflated.effect == pytest.approx(hidiroglou_berthelot(before, after, u=0).effect, rel=1e-9, abs=1e-9)


# --- readings -----------------------------------------------------------------------------------------------

EARNINGS = ProductIdentity("earnings_total", "person_times", "earnings_per_person_time")
LABOUR = {
    "persons": Band(Decimal(1), Decimal(10**6), Dimension.PERSONS),
    "person_times": Band(Decimal(1), Decimal(10**6), Dimension.PERSON_TIMES),
    "earnings_per_person_time": Band(Decimal(500), Decimal(10_000), Dimension.MONEY),
    "earnings_total": Band(Decimal(10**4), Decimal(10**10), Dimension.MONEY),
}


def test_the_printed_figure_of_the_programme_has_two_readings():
    # "more than 50,000 person-times, and the per capita income was 2 1 100 million yuan"
    found = readings(
        "2 1 100 million yuan",
        "earnings_per_person_time",
        LABOUR,
        {"person_times": Decimal(50_000)},
        [EARNINGS],
    )
    possible = {(one.quantity, one.value): one for one in found if one.is_possible}
    assert set(possible) == {("earnings_per_person_time", 2100), ("earnings_total", 210_000_000)}
    assert possible["earnings_per_person_time", 2100].implied["earnings_total"] == 105_000_000
    assert possible["earnings_total", 210_000_000].implied["earnings_per_person_time"] == 4200
    (as_printed,) = [one for one in found if one.value == 210_000_000 and one.quantity != "earnings_total"]
    assert not as_printed.is_possible  # 2.1 hundred-million yuan a head
    assert "earnings_per_person_time" in as_printed.outside
    assert all(one.is_possible for one in found[:2])  # possible ones come first


def test_an_identity_decides_between_readings():
    row = {"person_times": Decimal(50_000), "earnings_total": Decimal(105_000_000)}
    found = readings("2 1 100 million yuan", "earnings_per_person_time", LABOUR, row, [EARNINGS])
    assert [one.value for one in found if one.is_possible] == [2100]
    assert found[0].satisfied == (EARNINGS,)


@pytest.mark.parametrize(
    ("figure", "quantity", "band", "value", "step"),
    [
        (21, "mean", Band(Decimal(100), Decimal(500), Dimension.MONEY), 210, "a zero was lost"),
        (2100, "mean", Band(Decimal(100), Decimal(500), Dimension.MONEY), 210, "before the last digit"),
        (
            225342,
            "mean",
            Band(Decimal(500), Decimal(9000), Dimension.MONEY),
            Decimal("2253.42"),
            "two digits",
        ),
        (Decimal("2.1"), "mean", Band(Decimal(9000), Decimal(30000), Dimension.MONEY), 21000, "10,000 yuan"),
        (21_000_000, "mean", Band(Decimal(1500), Decimal(9000), Dimension.MONEY), 2100, "once too often"),
        (Decimal("2.1"), "total", Band(Decimal(10**8), Decimal(10**9), Dimension.MONEY), 210_000_000, "亿"),
        (4000, "area", Band(Decimal(50_000), Decimal(70_000), Dimension.AREA), 60_000, "hectares, not mu"),
        (60_000, "area", Band(Decimal(3000), Decimal(5000), Dimension.AREA), 4000, "once too often"),
    ],
)
def test_each_unit_error_is_recognised(figure, quantity, band, value, step):
    found = [one for one in readings(figure, quantity, {quantity: band}) if one.is_possible]
    assert value in [one.value for one in found]
    assert any(step in one.steps[0] for one in found if one.value == value)


def test_persons_and_person_times():
    # 50,000 "persons" of a county of 30,000 workers: the figure counts person-times.
    bands = {**LABOUR, "persons": Band(Decimal(1), Decimal(30_000), Dimension.PERSONS)}
    found = readings(50_000, "persons", bands)
    assert ("person_times", 50_000) in {(one.quantity, one.value) for one in found if one.is_possible}


def test_a_row_printed_one_column_off():
    # columns: persons 20,000 · person-times 50,000 · earnings a person-time 2,100, printed one to the right
    columns = ["persons", "person_times", "earnings_per_person_time"]
    bands = {
        "persons": Band(Decimal(10_000), Decimal(30_000), Dimension.PERSONS),
        "person_times": Band(Decimal(40_000), Decimal(90_000), Dimension.PERSON_TIMES),
        "earnings_per_person_time": LABOUR["earnings_per_person_time"],
    }
    printed = {"person_times": Decimal(20_000), "earnings_per_person_time": Decimal(50_000)}
    found = readings(20_000, "person_times", bands, printed, columns=columns)
    assert found[0].steps == ("the row was printed one column to the right",)
    assert found[0].value == 50_000
    assert found[0].is_possible


def test_sums_tell_the_reading_too():
    parts = SumIdentity("county", ("north", "south"))
    bands = {
        name: Band(Decimal(1), Decimal(10**6), Dimension.AREA, rounding=Decimal(1))
        for name in ("county", "north", "south")
    }
    found = readings(2000, "south", bands, {"county": Decimal(40_000), "north": Decimal(10_000)}, [parts])
    assert found[0].value == 30_000
    assert found[0].satisfied == (parts,)
    literal = next(one for one in found if not one.steps)
    assert literal.broken == (parts,)
    assert found[0].score > literal.score


def test_a_figure_in_its_band_is_read_as_printed():
    found = readings(2100, "earnings_per_person_time", LABOUR)
    assert (found[0].value, found[0].steps, found[0].is_possible) == (2100, (), True)


def test_without_a_band_nothing_can_be_judged():
    with pytest.raises(ValueError, match="no band"):
        readings(2100, "yield", LABOUR)
